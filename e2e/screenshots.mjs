// Takes the pictures of the pages that the README shows: `KARCIS_URL=… node screenshots.mjs` beside a fresh Karcis.
import { close, event, looks, person, seat, signIn, url, visit, visitors } from "./browser.mjs";

const folder = new URL("../docs/pages/", import.meta.url).pathname;
const [phone, , desktop] = visitors;
const plan = await event(
  "Malam Senja",
  { PARKET: "A-H:1-12" },
  { kind: "SCREENING", venue: "Bioskop Karcis, Studio 2" },
);

for (const [name, visitor] of [
  ["phone-light", { ...phone, deviceScaleFactor: 1 }],
  ["phone-dark", { ...phone, colorScheme: "dark" }],
]) {
  const { page } = await visit(visitor);
  await signIn(page, await person("Siti"));
  await page.goto(`${url}/event/${plan}`);
  await looks(page, "E-6", "free").catch(() => {});
  await seat(page, name === "phone-light" ? "E-6" : "D-6").click();
  if (name === "phone-light") await page.screenshot({ path: `${folder}${name}-seats.png` });
  await page.click(".foot .go");
  await page.waitForURL("**/booking/**");
  await page.locator(".foot button.go").waitFor();
  if (name === "phone-dark") await page.screenshot({ path: `${folder}${name}-pay.png` });
  await page.click(".foot button.go");
  await page.locator(".foot a.go").waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  if (name === "phone-light") await page.screenshot({ path: `${folder}${name}-ticket.png` });
}
const { page } = await visit(phone);
await page.goto(url);
await page.locator(".film").first().waitFor();
await page.screenshot({ path: `${folder}phone-light-films.png` });
const wide = await visit({ ...desktop, colorScheme: "dark", viewport: { width: 1280, height: 760 } });
await wide.page.goto(`${url}/event/${plan}`);
await looks(wide.page, "A-1", "free");
await seat(wide.page, "C-6").click();
await wide.page.screenshot({ path: `${folder}desktop-dark-seats.png` });
const bright = await visit({ ...desktop, viewport: { width: 1280, height: 760 } });
await bright.page.goto(url);
await bright.page.locator(".film").first().waitFor();
await bright.page.screenshot({ path: `${folder}desktop-light-films.png` });
await close();

// The local cloud's own pages: the API to try out, and the mails that were "sent".
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, mail, person, url, visit, visitors } from "./browser.mjs";

after(close);

test("the API is tried out, signed in by one click", async () => {
  const { page, well } = await visit(visitors[2]);
  await page.goto(`${url}/_local/api`);
  const route = page.locator(".opblock-get", { hasText: "/api/profile" }).first();
  await route.waitFor();
  await page.locator("nav button", { hasText: "buyer" }).click();
  await page.locator("#who", { hasText: "buyer@karcis.test" }).waitFor();
  await route.locator(".opblock-summary-control").click();
  await route.locator("button.execute").click();
  const answer = route.locator(".live-responses-table .response").first();
  await answer.waitFor();
  assert.match(await answer.textContent(), /200[\s\S]*Budi Buyer/);
  well();
});

test("a mail looks as in a mail program, and its link works", async () => {
  const email = await person("Penerima");
  await mail(email, "Konfirmasi");
  const { page, context } = await visit(visitors[2]);
  await page.goto(`${url}/_local/mail`);
  await page.locator("summary", { hasText: email }).click();
  const letter = page.locator("details[open] iframe").contentFrame();
  const link = letter.locator("a[href*='/confirm-email']").first();
  await link.waitFor();
  const [opened] = await Promise.all([context.waitForEvent("page"), link.click()]);
  await opened.waitForURL("**/confirm-email*");
  await opened.locator("h1").waitFor();
  assert.equal(await letter.locator("script").count(), 0);
});

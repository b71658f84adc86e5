// Measures the plan of a hall of 20,000 seats on a slowed processor: `KARCIS_URL=… node measure.mjs` beside a calm
// Karcis. Figures are printed, never asserted; the last ones are in bench/README.md.
import { api, close, event, looks, token, url, visit, visitors } from "./browser.mjs";

const slower = 4;
const sections = 20;
const price = { amount: 5_000_000, currency: "IDR" };
const bearer = await token("organiser@karcis.test");
const id = await event("Dua puluh ribu", {});
for (let number = 0; number < sections; number += 1) {
  const section = `S${String(number).padStart(2, "0")}`;
  await api("POST", `/events/${id}/seats`, bearer, { section, rows: "A-Y:1-40", price, prefix: section });
}
const { page, context } = await visit(visitors[0]);
const processor = await context.newCDPSession(page);
await processor.send("Emulation.setCPUThrottlingRate", { rate: slower });
const began = Date.now();
await page.goto(`${url}/event/${id}`);
await looks(page, "S00-A-1", "free");
const first = Date.now() - began;
const opened = [];
for (const place of [1, 2, 3, 4, 5]) {
  opened.push(
    await page.evaluate(async (at) => {
      const start = performance.now();
      document.querySelectorAll(".section")[at].click();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return performance.now() - start;
    }, place),
  );
}
const frames = await page.evaluate(async () => {
  const plan = document.querySelector("seat-map");
  const times = [];
  let last = performance.now();
  for (let step = 0; step < 60; step += 1) {
    plan.scrollLeft = (step * 17) % 600;
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times.sort((one, other) => one - other);
});
const middle = (list) => Math.round([...list].sort((one, other) => one - other)[Math.floor(list.length / 2)]);
console.log(
  `${sections * 25 * 40} seats, processor ${slower} times slower: the page is whole after ${first} ms; ` +
    `a section opens in ${middle(opened)} ms (median of ${opened.length}); ` +
    `a frame while the plan moves takes ${middle(frames)} ms (95 of 100 within ${Math.round(frames[57 - 1])} ms)`,
);
await close();

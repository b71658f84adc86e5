// How heavy and how steady pages are: bytes counted from the wire, what moves while a page loads, and what is there
// before a slow API has answered.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, close, event, looks, person, signIn, token, url, visit, visitors } from "./browser.mjs";

after(close);

const most_bytes = 100_000;
const most_shift = 0.05;

const id = await event("Berat", { PARKET: "A-H:1-12", BALKON: "J-T:1-30" });
const email = await person("Ringan");
const booking = await api("POST", "/bookings", await token(email), { event_id: id, best: 2, payment: "manual" });

/// Each page, and what is there once it is whole.
const pages = [
  ["/", ".film"],
  [`/event/${id}`, '[data-label="A-1"]'],
  [`/booking/${booking.id}`, ".clock"],
  ["/bookings", ".row"],
  ["/waiting", ".state"],
  ["/power", "[name=number]"],
  ["/account", "form, .state"],
  ["/reset-password", "form"],
  ["/nowhere", "h1"],
];

/// Counts what moves in a page without anybody's doing.
function countShift(page) {
  return page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.shift += entry.hadRecentInput ? 0 : entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
}

for (const visitor of [visitors[0], visitors[2]]) {
  test(`a page is under ${most_bytes} bytes and nothing moves while it loads: ${visitor.name}`, async () => {
    for (const [path, whole] of pages) {
      const { page, context } = await visit(visitor);
      await signIn(page, email);
      await page.close();
      const fresh = await context.newPage();
      const wire = await context.newCDPSession(fresh);
      await wire.send("Network.enable");
      await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
      let bytes = 0;
      wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
        bytes += encodedDataLength;
      });
      await countShift(fresh);
      await fresh.goto(url + path);
      await fresh.locator(whole).first().waitFor();
      await fresh.waitForLoadState("networkidle").catch(() => {});
      const shift = await fresh.evaluate(() => globalThis.shift);
      assert.ok(bytes > 10_000 && bytes < most_bytes, `${path}: ${bytes} bytes`);
      assert.ok(shift < most_shift, `${path}: ${shift}`);
      await context.close();
    }
  });
}

test("a booking's page stays where it is while its payment is prepared", async () => {
  const { page } = await visit(visitors[0]);
  await signIn(page, email);
  await countShift(page);
  let looks_left = 2;
  await page.route(`**/api/bookings/${booking.id}`, async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    if (looks_left-- > 0) Object.assign(told, { status: "HELD", invoice: null });
    await route.fulfill({ response, json: told });
  });
  await page.route("**/api/invoices/*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.goto(`${url}/booking/${booking.id}`);
  await page.locator("input[name=method]:checked").waitFor();
  const shift = await page.evaluate(() => globalThis.shift);
  assert.ok(shift < most_shift, String(shift));
});

test("a slow API leaves a page with its heading and a word, and everything comes in the end", async () => {
  const { page } = await visit(visitors[2]);
  let answer;
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/**", async (route) => {
    await answered;
    await route.continue();
  });
  for (const [path, heading] of [
    ["/", "Films and concerts"],
    [`/event/${id}`, "Pick seats"],
  ]) {
    await page.goto(url + path, { waitUntil: "domcontentloaded" });
    await page.locator(".state.waiting").waitFor();
    assert.equal(await page.locator("h1").textContent(), heading);
  }
  answer();
  await looks(page, "A-1", "free");
});

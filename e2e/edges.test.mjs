// What happens at the edges: sessions that end, offers, sales that are shut, big text, seats of one's own.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, close, confirmed, event, fits, looks, person, seat, signIn, token, url, visit, visitors } from "./browser.mjs";

after(close);

/// How far something is covered by the foot of the page or cut off by its edges.
async function covered(page, one) {
  return one.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const foot = document.querySelector(".foot");
    const over = foot.getBoundingClientRect();
    const beneath = !foot.contains(element) && box.left < over.right && box.right > over.left && box.top < over.bottom;
    const bottom = beneath ? Math.min(innerHeight, over.top) : innerHeight;
    return Math.max(0, box.bottom - bottom, box.right - document.documentElement.clientWidth, -box.left);
  });
}

for (const [width, height] of [
  [320, 568],
  [390, 844],
  [1280, 800],
]) {
  test(`text twice as large leaves all that has the focus in sight, with seats picked: ${width} pixels`, async () => {
    const id = await event("Huruf Besar", { PARKET: "A-F:1-8" });
    const { page, well } = await visit({ ...visitors[2], viewport: { width, height } });
    await page.goto(`${url}/event/${id}`);
    await looks(page, "C-3", "free");
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    for (const label of ["C-3", "D-5"]) await seat(page, label).click();
    await page.locator(".chip").nth(3).waitFor();
    for (const where of [".group .round", "summary", ".chip", ".foot .go"]) {
      const one = page.locator(where).first();
      await one.focus();
      assert.ok((await covered(page, one)) < 1, `${where} at ${width}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    well();
  });
}

for (const how of ["by its token's time", "by the gateway"]) {
  test(`a session that ended ${how} is begun again within the page, and nothing chosen is lost`, async () => {
    const id = await event("Sesi", { PARKET: "A-C:1-8", BALKON: "D-F:1-8" });
    const email = await person("Sabar");
    const { page, well } = await visit(visitors[1]);
    page.expected = [401, 403];
    await signIn(page, email);
    await page.goto(`${url}/event/${id}`);
    await page.locator(".section").nth(1).click();
    await looks(page, "E-4", "free");
    await seat(page, "E-4").click();
    await looks(page, "E-5", "yours");
    const until = how === "by its token's time" ? 1 : Date.now() + 60_000;
    await page.evaluate((session) => localStorage.setItem("session", session), JSON.stringify({ token: "x", until }));
    await page.click(".foot .go");
    const dialog = page.locator("dialog");
    await dialog.waitFor();
    assert.ok(page.url().includes(`/event/${id}`), "the page stays");
    for (let times = 0; times < 4; times += 1) await page.keyboard.press("Escape");
    await dialog.waitFor();
    await looks(page, "E-5", "yours");
    await page.fill("dialog [name=email]", email);
    await page.fill("dialog [name=password]", "karcis-local-only");
    await page.click("dialog .go");
    // What was under way goes on.
    await page.waitForURL("**/booking/**");
    const { items } = await api("GET", "/bookings", await token(email));
    assert.deepEqual(items.map(({ seats }) => seats).flat(), ["E-4", "E-5"]);
    well();
  });
}

test("an offer stands above the places in line, with its clock, as soon as it is made", async () => {
  const id = await event("Tawaran", { PARKET: "A:1-2" });
  const [holder, waiter] = [await person("Pemegang"), await confirmed("Penunggu")];
  const held = await api("POST", "/bookings", await token(holder), { event_id: id, seats: ["A-1"], payment: "manual" });
  await api("POST", `/events/${id}/seats/A-1/waiting-list`, await token(waiter));
  const { page, well } = await visit(visitors[1]);
  page.expected = [409];
  await signIn(page, waiter);
  await page.goto(`${url}/waiting`);
  await page.locator("li.row").waitFor();
  await api("POST", `/bookings/${held.id}/cancel`, await token(holder));
  const offer = page.locator(".offer");
  await offer.locator(".clock").waitFor();
  assert.equal(await page.locator("li.row").count(), 0);
  await fits(page, "an offer");
  await offer.locator("a.go").click();
  await page.locator("input[name=method]:checked").waitFor();
  await page.click(".foot button.go");
  await page.locator(".foot a.go").waitFor();
  // What was paid for is in sight, wherever the buyer had scrolled.
  await page.waitForFunction(() => scrollY === 0);
  // On the plan it is the buyer's own, and leads to the booking.
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "own");
  await seat(page, "A-1").click();
  await page.locator(".foot a[href^='/booking/']").click();
  await page.waitForURL("**/booking/**");
  well();
});

test("a booking whose event was moved says what was, and until when it can be given back", async () => {
  const id = await event("Pindah", { PARKET: "A-B:1-6" });
  const email = await person("Pulung");
  const bearer = await token(email);
  const { id: booking } = await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-1"], payment: "auto" });
  const { page, well } = await visit(visitors[0]);
  await signIn(page, email);
  await page.goto(`${url}/booking/${booking}`);
  await page.locator(".foot a.go").waitFor();
  assert.equal(await page.locator(".state").count(), 0);
  const organiser = await token("organiser@karcis.test");
  const draft = await api("GET", `/events/${id}/draft`, organiser);
  await api("PUT", `/events/${id}`, organiser, { ...draft, venue: "Balai Sarbini" });
  // The page is told without being asked.
  const said = page.locator(".state");
  await said.waitFor();
  assert.match(await said.textContent(), /Semula: .*Gedung Kesenian, Jakarta.*seluruh uang Anda kembali/);
  assert.match(await page.locator(".ticket").textContent(), /Balai Sarbini/);
  await fits(page, "a booking that was moved");
  well();
});

test("of a sale that is shut nothing is picked, and a full house offers its lines", async () => {
  const opens = new Date(Date.now() + 50 * 60_000).toISOString();
  const shut = await event("Belum Buka", { PARKET: "A:1-4" }, { on_sale_from: opens });
  const { page, well } = await visit(visitors[1]);
  await page.goto(`${url}/event/${shut}`);
  await looks(page, "A-1", "free");
  await page.locator(".state", { hasText: /opens in \d\d:\d\d|opens in \d:\d\d/ }).waitFor();
  await seat(page, "A-1").click();
  assert.equal(await page.locator('[data-state="yours"].seat').count(), 0);

  const full = await event("Penuh", { PARKET: "A:1-2" });
  const holder = await person("Semua");
  await api("POST", "/bookings", await token(holder), { event_id: full, seats: ["A-1", "A-2"], payment: "manual" });
  await page.goto(`${url}/event/${full}`);
  await page.locator(".foot", { hasText: "All seats are taken" }).waitFor();
  // The list has the taken seats too, and leads to their lines.
  await page.click("summary");
  await page.locator("details button").click();
  await page.locator(".foot button", { hasText: "Wait in line" }).click();
  await page.waitForURL("**/account**");
  await signIn(page, await confirmed("Antre"));
  // The wish is still there after signing in, and its place after a reload.
  await page.locator(".foot button", { hasText: "Wait in line" }).click();
  await page.locator(".foot", { hasText: "number 1" }).waitFor();
  await page.reload();
  await page.locator(".foot", { hasText: "number 1" }).waitFor();
  well();
});

test("seats that are lost while picking are all named, and as many are found beside the others", async () => {
  const id = await event("Rebutan", { PARKET: "A-B:1-8" });
  const other = await token(await person("Cepat"));
  const { page, well } = await visit(visitors[1]);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-3", "free");
  await seat(page, "A-3").click();
  await looks(page, "A-4", "yours");
  await api("POST", "/bookings", other, { event_id: id, seats: ["A-3", "A-4"], payment: "manual" });
  const lost = page.locator(".foot [role=alert]");
  await lost.waitFor();
  assert.match(await lost.textContent(), /seat 3.*seat 4/);
  await lost.locator("button").click();
  assert.equal(await page.locator(".chip").count(), 2);
  const chips = await page.locator(".chip").allTextContents();
  const [one, two] = chips.map((label) => label.trim().split("-"));
  assert.equal(one[0], two[0]);
  assert.equal(Math.abs(Number(one[1]) - Number(two[1])), 1, chips.join());
  well();
});

test("the plan is enlarged about its middle, by buttons and by keys", async () => {
  const id = await event("Dekat", { PARKET: "A-P:1-40" });
  const { page, well } = await visit(visitors[1]);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "H-20", "free");
  const middle = () =>
    page.evaluate(() => {
      const [map, one] = ["seat-map", '[data-label="H-20"]'].map((name) => document.querySelector(name));
      const [frame, box] = [map.getBoundingClientRect(), one.getBoundingClientRect()];
      return { across: box.left + box.width / 2 - frame.left - frame.width / 2, wide: box.width };
    });
  const before = await middle();
  for (let times = 0; times < 3; times += 1) await page.locator(".round").last().click();
  const closer = await middle();
  assert.ok(closer.wide > before.wide * 2, `${before.wide} to ${closer.wide}`);
  assert.ok(Math.abs(closer.across - (before.across * closer.wide) / before.wide) < 30, `${closer.across}`);
  await seat(page, "H-20").focus();
  await page.keyboard.press("-");
  assert.ok((await middle()).wide < closer.wide);
  await page.keyboard.press("Control+Home");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.label), "A-1");
  await page.keyboard.press("Control+End");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.label), "P-40");
  well();
});

test("the clock is spoken when two minutes are left, and what cannot be paid any more has no button", async () => {
  const id = await event("Jam", { PARKET: "A:1-4" });
  const email = await person("Telat");
  const { id: booking } = await api("POST", "/bookings", await token(email), {
    event_id: id,
    seats: ["A-1"],
    payment: "manual",
  });
  const { page, well } = await visit(visitors[1]);
  await signIn(page, email);
  let left = 122;
  await page.route(`**/api/bookings/${booking}`, async (route) => {
    const response = await route.fetch();
    const told = { ...(await response.json()), hold_expires_at: new Date(Date.now() + left * 1000).toISOString() };
    await route.fulfill({ response, json: told });
    left = Math.min(left, 120);
  });
  await page.routeWebSocket("**/live", (socket) => socket.close());
  await page.goto(`${url}/booking/${booking}`);
  await page.locator("#told", { hasText: "2:00" }).waitFor({ state: "attached" });
  left = -1;
  await page.locator(".foot button.go:disabled").waitFor();
  well();
});

test("a payment that fails is said with its reason: no money moved, and seats may be picked again", async () => {
  const id = await event("Gagal", { PARKET: "A:1-4" });
  const email = await person("Sial");
  const body = { event_id: id, seats: ["A-1"], payment: "manual" };
  const { id: booking } = await api("POST", "/bookings", await token(email), body);
  const { page, well } = await visit(visitors[1]);
  await signIn(page, email);
  let failed = false;
  // This Karcis is calm: the provider's refusal is put into the API's answer.
  await page.route(`**/api/bookings/${booking}`, async (route) => {
    const response = await route.fetch();
    const told = await response.json();
    const ended = { ...told, status: "FAILED", reason: "PAYMENT_FAILED" };
    const headers = { ...response.headers(), ...(failed && { etag: '"9"' }) };
    await route.fulfill({ response, headers, json: failed ? ended : told });
  });
  await page.routeWebSocket("**/live", (socket) => socket.close());
  await page.goto(`${url}/booking/${booking}`);
  await page.locator(".foot button.go").waitFor();
  failed = true;
  const said = page.locator("#content > .state");
  await said.waitFor();
  assert.match(await said.textContent(), /The payment did not succeed\. .*No money moved/);
  await page.locator(".foot a.go").click();
  await page.waitForURL(`**/event/${id}`);
  well();
});

test("without its words a page says that there is no connection, in the reader's language", async () => {
  for (const [visitor, text] of [
    [visitors[0], /Tidak ada koneksi/],
    [visitors[2], /There is no connection/],
  ]) {
    const { page } = await visit(visitor);
    await page.route("**/words/*.json", (route) => route.abort());
    for (const path of ["/", "/account", "/event/none", "/power"]) {
      await page.goto(url + path);
      await page.locator("#content .state", { hasText: text }).waitFor();
      assert.doesNotMatch(await page.locator("body").textContent(), /[a-z]\.[a-z]+_?[a-z]*\b(?= )/);
    }
  }
});

test("with forced colours all that matters can still be told apart", async () => {
  const id = await event("Kontras", { PARKET: "A:1-6", BALKON: "B:1-6" });
  const { page, well } = await visit({ ...visitors[2], forcedColors: "active" });
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await seat(page, "A-1").click();
  await looks(page, "A-2", "yours");
  const style = (where, name) =>
    page
      .locator(where)
      .first()
      .evaluate((one, of) => getComputedStyle(one)[of], name);
  const fill = (label) => style(`[data-label="${label}"] rect`, "fill");
  assert.notEqual(await fill("A-1"), await fill("A-4"));
  const [pressed, other] = await Promise.all(
    ["true", "false"].map((is) => style(`.section[aria-pressed="${is}"]`, "backgroundColor")),
  );
  assert.notEqual(pressed, other);
  assert.notEqual(await style(".foot .go", "borderTopStyle"), "none");
  well();
});

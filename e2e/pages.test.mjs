// The story of a buyer in a browser, and what pages promise. Each visitor is new; each event is the test's own.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  api,
  close,
  confirm,
  event,
  fits,
  looks,
  mail,
  person,
  scanned,
  seat,
  signIn,
  token,
  url,
  visit,
  visitors,
} from "./browser.mjs";

after(close);

for (const visitor of visitors) {
  test(`a buyer finds an event, holds two seats together, pays and gets the ticket: ${visitor.name}`, async () => {
    const title = `Senja ${crypto.randomUUID().slice(0, 8)}`;
    const id = await event(title, { BALKON: "A-F:1-10" });
    const email = await person("Siti");
    const { page, well } = await visit(visitor);
    // The ticket is asked for until it is printed.
    page.expected = [409];
    await page.goto(url);
    await page.locator(".film").first().waitFor();
    await fits(page, "films");
    await page.fill("input[type=search]", title.toLowerCase());
    await page.waitForFunction(() => document.querySelectorAll(".film").length === 1);
    await page.click(".film");
    await looks(page, "C-5", "free");
    await fits(page, "event");
    await seat(page, "C-5").click();
    await looks(page, "C-6", "yours");
    await fits(page, "event with seats picked");
    await page.click(".foot .go");
    // Who is not signed in signs in, and finds their choice again.
    await page.waitForURL("**/account**");
    await fits(page, "account");
    await signIn(page, email);
    await looks(page, "C-5", "yours");
    await page.click(".foot .go");
    await page.waitForURL("**/booking/**");
    await page.locator(".clock").waitFor();
    await page.locator(".nominals label").nth(1).click();
    await fits(page, "booking");
    await page.click(".foot button.go");
    const ticket = page.locator(".foot a.go");
    await ticket.waitFor();
    await fits(page, "ticket");
    // Each seat has its code, as it is on the ticket; a scanner reads it from the page.
    const mine = await api("GET", "/bookings", await token(email));
    const { codes } = await api("GET", `/bookings/${mine.items[0].id}/codes`, await token(email));
    const drawn = await page.locator("svg.code").evaluateAll((all) => all.map((one) => one.outerHTML));
    assert.deepEqual(
      drawn.map(scanned),
      codes.map(({ code }) => code),
    );
    const pdf = await fetch(await ticket.getAttribute("href"));
    assert.ok((await pdf.text()).startsWith("%PDF"));
    await page.goto(`${url}/bookings`);
    await page.locator('.row .tag[data-status="CONFIRMED"]').waitFor();
    await fits(page, "bookings");
    const sold = await api("GET", `/events/${id}/seats?view=compact`);
    assert.equal([...sold.sections.BALKON].filter((letter) => letter === "B").length, 2);
    well();
  });
}

test("every browser sees a hold of another, and loses a seat that it had picked", async () => {
  const id = await event("Dua layar", { PARKET: "A-B:1-8" });
  const [one, other] = [await visit(), await visit(visitors[1])];
  for (const { page } of [one, other]) {
    await page.goto(`${url}/event/${id}`);
    await looks(page, "A-3", "free");
  }
  await seat(other.page, "A-3").click();
  await looks(other.page, "A-4", "yours");
  const bearer = await token(await person("Budi"));
  await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-3", "A-4"], payment: "manual" });
  await looks(one.page, "A-3", "held");
  await looks(other.page, "A-3", "held");
  const words = await other.page.locator(".foot [role=alert]").textContent();
  assert.match(words, /Somebody else/);
  // As many seats near them are offered.
  await other.page.click(".foot [role=alert] button");
  assert.equal(await other.page.locator(".chip").count(), 2);
  one.well();
  other.well();
});

test("from search to ticket by keyboard alone", async () => {
  const title = `Kibor ${crypto.randomUUID().slice(0, 8)}`;
  await event(title, { PARKET: "A-C:1-6" });
  const email = await person("Ayu");
  const { page, well } = await visit();
  page.expected = [409];
  await signIn(page, email);
  await page.goto(url);
  await page.locator("input[type=search]").focus();
  await page.keyboard.type(title);
  await page.waitForFunction(() => document.querySelectorAll(".film").length === 1);
  const press = async (key, reached) => {
    for (let times = 0; times < 60; times += 1) {
      await page.keyboard.press(key);
      if (await page.evaluate(reached)) return;
    }
    assert.fail(`${key} does not reach ${reached}`);
  };
  await press("Tab", () => document.activeElement.matches(".film"));
  await page.keyboard.press("Enter");
  await looks(page, "A-1", "free");
  await press("Tab", () => document.activeElement.matches(".seat"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await looks(page, "B-2", "yours");
  // The focus is never under the bar at the foot.
  await press("Tab", () => document.activeElement.matches(".foot .go"));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/booking/**");
  await page.locator(".foot button.go").waitFor();
  await press("Tab", () => document.activeElement.matches(".foot button.go"));
  await page.keyboard.press("Enter");
  await page.locator(".foot a.go").waitFor();
  well();
});

test("a reload, a second tab and a double click are one booking and one payment", async () => {
  const id = await event("Sekali saja", { PARKET: "A:1-4" });
  const email = await person("Rani");
  const { page, context, well } = await visit();
  page.expected = [409];
  await signIn(page, email);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await seat(page, "A-1").click();
  await page.locator(".foot .go").dblclick();
  await page.waitForURL("**/booking/**");
  await page.locator(".foot button.go").waitFor();
  const second = await context.newPage();
  await second.goto(page.url());
  await second.locator(".foot button.go").waitFor();
  await Promise.all([page.click(".foot button.go"), second.click(".foot button.go")]);
  await page.reload();
  await page.locator(".foot a.go").waitFor();
  await second.locator(".foot a.go").waitFor();
  const { items } = await api("GET", "/bookings", await token(email));
  assert.equal(items.length, 1);
  // Back to the plan: the seats are theirs, and no second booking is made.
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "sold");
  well();
});

test("after giving up, and by the back button, the plan is alive and the same seats are held anew", async () => {
  const id = await event("Lagi", { PARKET: "A:1-4" });
  const { page, well } = await visit();
  page.expected = [409];
  await signIn(page, await person("Ulang"));
  const addresses = new Set();
  for (let times = 0; times < 2; times += 1) {
    if (times === 0) await page.goto(`${url}/event/${id}`);
    await looks(page, "A-2", "free");
    await seat(page, "A-2").click();
    await page.click(".foot .go");
    await page.waitForURL("**/booking/**");
    addresses.add(page.url());
    await page.click(".foot .quiet");
    await page.click(".sure .go");
    await page.locator("#content > .state").waitFor();
    await page.goBack();
  }
  assert.equal(addresses.size, 2);
  well();
});

test("a sign-in leads to addresses of ours alone", async () => {
  const email = await person("Aman");
  for (const next of [
    "/.//evil.test/x",
    "//evil.test",
    "https://evil.test",
    "http://",
    "javascript:alert(1)",
    "/\\evil.test",
  ]) {
    const { page, well } = await visit();
    page.expected = [404];
    await page.goto(`${url}/account?why=constructor&next=${encodeURIComponent(next)}`);
    await signIn(page, email);
    assert.equal(new URL(page.url()).host, new URL(url).host, next);
    await page.locator("h1").waitFor();
    well();
  }
});

test("a booking is given up, and a ticket is given back", async () => {
  const id = await event("Kembali", { PARKET: "A:1-4" });
  const bearer = await token("buyer@karcis.test");
  const { page, well } = await visit(visitors[2]);
  page.expected = [409];
  await signIn(page, "buyer@karcis.test");
  for (const [seats, paid, outcome] of [
    [["A-1"], false, /No money moved/],
    [["A-2"], true, /money/],
  ]) {
    const booking = await api("POST", "/bookings", bearer, { event_id: id, seats, payment: "manual" });
    await page.goto(`${url}/booking/${booking.id}`);
    if (paid) {
      await page.click(".foot button.go");
      await page.locator(".foot a.go").waitFor();
    }
    await page.click(".foot .quiet");
    await page.click(".sure .go");
    await page.locator("#content > .state").waitFor();
    assert.match(await page.locator("#content > .state").textContent(), outcome);
  }
  await fits(page, "given back");
  well();
});

test("who waits for a seat is offered it, and pays by the address in the mail", async () => {
  const id = await event("Antre", { PARKET: "A:1-2" });
  const owner = await token(await person("Punya"));
  const first = await api("POST", "/bookings", owner, { event_id: id, seats: ["A-1"], payment: "manual" });
  const email = await person("Sabar");
  const { page, well } = await visit();
  page.expected = [409];
  await signIn(page, email);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "held");
  await seat(page, "A-1").click();
  await page.click(".foot [role=status] button");
  // Who waits is told by mail, so the address is confirmed first.
  await page.locator(".foot [role=alert] button").click();
  await page.locator(".foot", { hasText: "E-mail sedang dikirim" }).waitFor();
  await fits(page, "a mail on its way");
  await confirm(email);
  // The gateway remembers for a minute what it knew of a token. A new sign-in does not wait for that.
  await page.evaluate(() => localStorage.clear());
  await signIn(page, email);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "held");
  await seat(page, "A-1").click();
  await page.click(".foot [role=status] button");
  await page.locator(".foot [role=status] a").click();
  await page.waitForURL("**/waiting");
  await page.locator(".row").waitFor();
  await fits(page, "places in line");
  await api("POST", `/bookings/${first.id}/cancel`, owner);
  await page.goto((await mail(email, "Kursi tersedia")).match(/https?:\S+\/pay\/\S+/)[0]);
  await page.waitForURL("**/booking/**");
  await page.click(".foot button.go");
  await page.locator(".foot a.go").waitFor();
  await page.goto(`${url}/waiting`);
  await page.locator("#content .state:not(.waiting)").waitFor();
  well();
});

test("the addresses in mails lead to pages that do what the mail says", async () => {
  const email = await person("Dewi");
  const link = async (subject) => (await mail(email, subject)).match(/https?:\S+/)[0];
  const { page, well } = await visit(visitors[2]);
  await page.goto(await link("Konfirmasi"));
  await page.locator(".good").waitFor();
  await page.goto(`${url}/reset-password`);
  await fits(page, "reset");
  await page.fill("[name=email]", email);
  await page.click("form .go");
  await page.locator(".good").waitFor();
  await page.goto(await link("sandi"));
  await page.fill("[name=password]", "battery staple");
  await page.click("form .go");
  await page.locator(".good").waitFor();
  // The address of a payment leads to the booking.
  const id = await event("Bayar", { PARKET: "A:1-2" });
  const bearer = await token("buyer@karcis.test");
  const booking = await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-1"], payment: "manual" });
  await signIn(page, "buyer@karcis.test");
  await page.goto(
    booking.invoice?.payment_url ?? (await api("GET", `/bookings/${booking.id}`, bearer)).invoice.payment_url,
  );
  await page.waitForURL(`**/booking/${booking.id}`);
  well();
});

test("what is not there, not reached or not ours is said in words", async () => {
  const { page } = await visit(visitors[2]);
  page.expected = [404, 422];
  for (const [path, words] of [
    ["/nowhere", /does not exist/],
    ["/event/01a22472-0e57-7308-a838-5fd7cdfc4fa6", /Not found/],
    ["/event/x", /Check|Not found/],
  ]) {
    await page.goto(url + path);
    await page.locator("#content .state:not(.waiting)").waitFor();
    assert.match(await page.locator("#content").textContent(), words, path);
    await fits(page, path);
  }
  // Somebody else's booking is as if it were not there.
  const id = await event("Orang lain", { PARKET: "A:1-2" });
  const booking = await api("POST", "/bookings", await token(await person("Tono")), {
    event_id: id,
    seats: ["A-1"],
    payment: "manual",
  });
  await signIn(page, await person("Lain"));
  await page.goto(`${url}/booking/${booking.id}`);
  await page.locator("#content .state:not(.waiting)").waitFor();
  assert.match(await page.locator("#content").textContent(), /Not found/);
  // Without the API there are words and a way on, and the heading is there all the same.
  await page.route("**/api/**", (route) => route.abort());
  await page.goto(url);
  await page.locator("#content .state:not(.waiting)").waitFor();
  assert.match(await page.locator("#content").textContent(), /no connection/);
  assert.equal(await page.locator("h1").textContent(), "Films and concerts");
  await page.unroute("**/api/**");
  await page.click("#content .state button");
  await page.locator(".film").first().waitFor();
});

test("the plan is true again within seconds after the API was away", async () => {
  const id = await event("Putus", { PARKET: "A:1-6" });
  const { page } = await visit(visitors[2]);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await page.route("**/api/**", (route) => route.abort());
  await page.locator('.live[data-asleep="true"]').waitFor();
  const bearer = await token(await person("Eko"));
  await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-1"], payment: "manual" });
  await page.unroute("**/api/**");
  await looks(page, "A-1", "held");
  await page.locator('.live[data-asleep="false"]').waitFor();
});

test("what the gateway refuses to a crowd is asked for again, and booked once", async () => {
  const id = await event("Ramai", { PARKET: "A:1-4" });
  const { page } = await visit(visitors[2]);
  const email = await person("Ramai");
  await signIn(page, email);
  // The first two of each request are refused.
  const asked = new Map();
  const refusals = [429, 503];
  const refuse = (route) => {
    const request = `${route.request().method()} ${route.request().url()}`;
    const before = asked.get(request) ?? 0;
    asked.set(request, before + 1);
    const status = refusals[before];
    return status ? route.fulfill({ status, body: '{"message":"Too Many Requests"}' }) : route.fallback();
  };
  await page.route("**/api/**", refuse);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await seat(page, "A-1").click();
  await page.locator(".foot .go").click();
  await page.waitForURL("**/booking/**");
  await page.locator(".foot button.go").waitFor();
  assert.equal(asked.get(`POST ${url}/api/bookings`), 3);
  await page.unroute("**/api/**");
  const { items } = await api("GET", "/bookings", await token(email));
  assert.equal(items.length, 1);
});

test("a part of a booking that cannot be had hides neither the booking nor another part", async () => {
  const id = await event("Sebagian", { PARKET: "A:1-4" });
  const email = await person("Bagian");
  const bearer = await token(email);
  const paid = await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-1"], payment: "auto" });
  const unpaid = await api("POST", "/bookings", bearer, { event_id: id, seats: ["A-2"], payment: "manual" });
  const { page } = await visit(visitors[2]);
  await signIn(page, email);
  for (const status of [404, 500]) {
    await page.route(/codes$|invoices/, (route) => route.fulfill({ status, body: "{}" }));
    await page.goto(`${url}/booking/${paid.id}`);
    await page.locator(".foot a.go").waitFor();
    await page.locator(".foot [role=status]").waitFor();
    await page.goto(`${url}/booking/${unpaid.id}`);
    await page.locator(".clock").waitFor();
    await page.locator(".foot [role=status]").waitFor();
    assert.match(await page.locator(".ticket").textContent(), /Sebagian/);
    await page.unroute(/codes$|invoices/);
    // It comes by itself once it can be had.
    await page.locator(".nominals").waitFor();
    await page.locator(".foot [role=status]").waitFor({ state: "detached" });
  }
});

test("pages fit at 320 pixels and with text twice as large", async () => {
  const id = await event("Sempit", { PARKET: "A-E:1-30" });
  const { page, well } = await visit({ ...visitors[0], viewport: { width: 320, height: 640 } });
  for (const path of ["/", `/event/${id}`, "/account", "/reset-password", "/nowhere"]) {
    page.expected = [404];
    await page.goto(url + path);
    await page.locator("#content > *").first().waitFor();
    await fits(page, path);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${path} with large text: ${wide} pixels too wide`);
  }
  well();
});

test("events are found by city and venue, and the address keeps what was looked for", async () => {
  const name = `Kota ${crypto.randomUUID().slice(0, 8)}`;
  for (const city of ["Bandung", "Medan"]) await event(name, { PARKET: "A:1-2" }, { city });
  const { page, well } = await visit(visitors[2]);
  await page.goto(`${url}/?q=${encodeURIComponent(name)}`);
  await page.locator(".film").nth(1).waitFor();
  await fits(page, "cities");
  await page.selectOption(".cities select", "Medan");
  await page.waitForFunction(() => document.querySelectorAll(".film").length === 1);
  assert.match(await page.locator(".film").textContent(), /Medan/);
  await page.reload();
  await page.locator(".film").waitFor();
  assert.equal(await page.locator(".film").count(), 1);
  // A city without events is kept in the address and said in words.
  await page.goto(`${url}/?q=${encodeURIComponent(name)}&city=Atlantis`);
  await page.locator("#content .state:not(.waiting)").waitFor();
  assert.match(await page.locator("#content .state").textContent(), /No event fits/);
  assert.equal(await page.locator(".cities select").inputValue(), "Atlantis");
  await page.goto(`${url}/?q=gedung+kesenian`);
  await page.locator(".film").first().waitFor();
  well();
});

test("a page says that it is offline, and that there is a newer version of it", async () => {
  const { page, context } = await visit(visitors[2]);
  // Later: the clock goes on, and the visitor comes back to the page.
  await page.addInitScript(() => {
    const now = Date.now;
    let more = 0;
    Date.now = () => now() + more;
    globalThis.later = (milliseconds) => {
      more += milliseconds;
      document.dispatchEvent(new Event("visibilitychange"));
    };
  });
  const later = () => page.evaluate(() => globalThis.later(301_000));
  const asked = () => page.waitForResponse((response) => response.request().method() === "HEAD");
  let looked = asked();
  await page.goto(url);
  await page.locator(".film").first().waitFor();
  await looked;
  await context.setOffline(true);
  await page.locator(".notice p", { hasText: "offline" }).waitFor();
  await context.setOffline(false);
  await page.locator(".notice p").waitFor({ state: "detached" });
  // The files are as they were, and then one is another.
  looked = asked();
  await later();
  await looked;
  assert.equal(await page.locator(".notice p").count(), 0);
  // A server that errs has no newer version.
  await page.route("**/js/words.js", (route) => route.fulfill({ status: 503 }));
  looked = page.waitForResponse((response) => response.status() === 503);
  await later();
  await looked;
  await page.unroute("**/js/words.js");
  assert.equal(await page.locator(".notice p").count(), 0);
  await page.route("**/js/words.js", (route) => route.fulfill({ status: 200, headers: { etag: '"other"' } }));
  await later();
  await page.locator(".notice p", { hasText: "newer version" }).waitFor();
  await fits(page, "a newer version");
  await page.unroute("**/js/words.js");
  await page.click(".notice button");
  await page.locator(".film").first().waitFor();
});

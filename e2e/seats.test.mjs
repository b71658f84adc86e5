// Seats as they stand: aisles, marks, prices, and the best ones by one tap.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, close, event, fits, looks, person, seat, signIn, token, url, visit, visitors } from "./browser.mjs";

after(close);

const price = { amount: 5_000_000, currency: "IDR" };

/// An event of one section, as its organiser says it stands.
async function hall(title, rows, more) {
  const id = await event(title, {});
  const bearer = await token("organiser@karcis.test");
  await api("POST", `/events/${id}/seats`, bearer, { section: "PARKET", rows, price, ...more });
  return id;
}

for (const visitor of visitors) {
  test(`a group stays on its side of an aisle, and marks and prices are told: ${visitor.name}`, async () => {
    const id = await hall("Lorong", "A-C:1-8", {
      aisles: [4],
      marks: { "C-1": ["WHEELCHAIR"], "C-2": ["COMPANION"], "A-8": ["RESTRICTED_VIEW"] },
    });
    const bearer = await token("organiser@karcis.test");
    await api("PATCH", `/events/${id}/seats/B-1`, bearer, { price: { amount: 9_000_000, currency: "IDR" } });
    const { page, well } = await visit(visitor);
    await page.goto(`${url}/event/${id}`);
    await looks(page, "A-4", "free");
    await fits(page, "a hall with aisles and marks");
    // The group grows away from the aisle.
    await seat(page, "A-4").click();
    await looks(page, "A-3", "yours");
    await looks(page, "A-5", "free");
    await seat(page, "B-5").click();
    await looks(page, "B-6", "yours");
    assert.equal(await page.locator(".chip").count(), 4);
    // A group takes no place for wheelchairs and companions, unless it begins with one.
    await seat(page, "C-3").click();
    await looks(page, "C-4", "yours");
    await looks(page, "C-2", "free");
    // What is looked for stands out, and is said.
    await page.locator(".marks .choice").first().click();
    assert.match(await seat(page, "C-2").getAttribute("aria-label"), /companion|pendamping/);
    assert.equal(await page.locator(".seat:not(.aside)").count(), 1);
    await page.locator(".marks .choice").first().click();
    // Another price has another shape.
    const corner = (label) => seat(page, label).locator("rect").getAttribute("rx");
    assert.notEqual(await corner("B-1"), await corner("B-2"));
    assert.match(await seat(page, "B-1").getAttribute("aria-label"), /90\.000/);
    assert.equal(await page.locator(".key .sample[data-shape]").count(), 2);
    well();
  });
}

test("one tap holds the best two, and says why these", async () => {
  const id = await hall("Terbaik", "A-F:1-12", { aisles: [6] });
  const email = await person("Pasangan");
  const { page, well } = await visit(visitors[1]);
  await signIn(page, email);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await page.locator(".foot .go").dblclick();
  await page.waitForURL("**/booking/**");
  await page.locator(".clock").waitFor();
  assert.match(await page.locator(".ticket").textContent(), /Chosen for you: side by side/);
  const { items } = await api("GET", "/bookings", await token(email));
  assert.equal(items.length, 1, "a double tap is one booking");
  assert.equal(items[0].seats.length, 2);
  well();
});

test("where no two are side by side, two apart are offered", async () => {
  const id = await hall("Terpisah", "A:1-4", { aisles: [1, 2, 3] });
  const { page } = await visit(visitors[1]);
  page.expected = [409];
  await signIn(page, await person("Sendiri"));
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await page.click(".foot .go");
  assert.match(await page.locator(".foot [role=alert]").textContent(), /no 2 seats side by side/);
  await page.click(".foot [role=alert] button");
  await page.waitForURL("**/booking/**");
  await page.locator(".clock").waitFor();
  assert.match(await page.locator(".ticket").textContent(), /as near to each other/);
});

test("the places for wheelchairs are found and held by who looks for them", async () => {
  const id = await hall("Roda", "A-B:1-6", { marks: { "B-1": ["WHEELCHAIR"], "B-2": ["COMPANION"] } });
  const email = await person("Roda");
  const { page } = await visit(visitors[1]);
  await signIn(page, email);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "B-1", "free");
  await page.locator(".marks .choice", { hasText: "wheelchair" }).click();
  await page.locator(".marks .choice", { hasText: "companion" }).click();
  await page.click(".foot .go");
  await page.waitForURL("**/booking/**");
  await page.locator(".clock").waitFor();
  const { items } = await api("GET", "/bookings", await token(email));
  assert.deepEqual(items[0].seats, ["B-1", "B-2"]);
  assert.match(await page.locator(".ticket").textContent(), /wheelchair/);
});

test("of a big hall the opened section alone is made of seats; the others are small pictures", async () => {
  const id = await hall("Besar", "A-T:1-50");
  const bearer = await token("organiser@karcis.test");
  await api("POST", `/events/${id}/seats`, bearer, { section: "BALKON", rows: "A-J:1-50", price });
  const { page, well } = await visit();
  await page.goto(`${url}/event/${id}`);
  await looks(page, "T-50", "free");
  assert.equal(await page.locator(".seat").count(), 1000);
  assert.equal(await page.locator(".overview").count(), 2);
  assert.equal(await page.locator(".overview path").count(), 2, "one path a status and section");
  await page.locator(".section").nth(1).click();
  await looks(page, "B-J-50", "free");
  assert.equal(await page.locator(".seat").count(), 500);
  await api("POST", "/bookings", bearer, { event_id: id, best: 2, section: "PARKET", payment: "manual" });
  await page.locator('.overview path[data-state="held"]').waitFor({ state: "attached" });
  well();
});

test("where no seat has the mark, the page says so and offers nothing in vain", async () => {
  const id = await hall("Habis", "A-B:1-4", { marks: { "B-1": ["WHEELCHAIR"] } });
  const bearer = await token(await person("Lebih"));
  await api("POST", "/bookings", bearer, { event_id: id, seats: ["B-1"], payment: "manual" });
  const { page } = await visit(visitors[1]);
  page.expected = [409];
  await signIn(page, await person("Cepat"));
  await page.goto(`${url}/event/${id}`);
  await looks(page, "B-1", "held");
  await page.locator(".marks .choice").click();
  await page.click(".foot .go");
  assert.match(await page.locator(".foot [role=alert]").textContent(), /not enough free seats/);
  assert.equal(await page.locator(".foot [role=alert] button").count(), 0);
});

for (const [what, lost] of [
  ["the gateway gave up", (route) => route.fulfill({ status: 504, body: '{"message":"Endpoint request timed out"}' })],
  ["the answer was lost", (route) => route.abort()],
  [
    "the first request is still under way",
    (route) => route.fulfill({ status: 409, body: '{"code":"in_progress","retryable":true}' }),
  ],
]) {
  test(`a wish for the best seats is one booking when it is asked again: ${what}`, async () => {
    const id = await hall("Sekali", "A-D:1-10", {});
    const email = await person("Ulang");
    const { page } = await visit(visitors[1]);
    await signIn(page, email);
    await page.goto(`${url}/event/${id}`);
    await looks(page, "A-1", "free");
    // The request has its effect, and its answer does not come.
    const once = async (route) => {
      await route.fetch();
      await lost(route);
    };
    await page.route("**/api/bookings", once, { times: 1 });
    await page.click(".foot .go");
    await page.locator(".foot [role=alert]").waitFor();
    await page.click(".foot .go");
    await page.waitForURL("**/booking/**");
    const { items } = await api("GET", "/bookings", await token(email));
    assert.equal(items.length, 1);
  });
}

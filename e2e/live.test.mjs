// Pages that are told as things change, and what they do when nobody tells them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, close, event, looks, person, seat, signIn, token, url, visit, visitors } from "./browser.mjs";

after(close);

const rows = { PARKET: "A-H:1-12" };
const hold = async (id, seats, email) =>
  api("POST", "/bookings", await token(email), { event_id: id, seats, payment: "manual" });
const told = (page) => page.locator('.live[data-told="true"]').waitFor();

/// How long it takes until `happens`, from the moment that `does` answered.
async function timed(does, happens) {
  const answer = await does();
  const begun = Date.now();
  await happens();
  return [Date.now() - begun, answer];
}

test("a hold is seen by another browser within a second, by the socket alone", async () => {
  const id = await event("Langsung", { ...rows, BALKON: "J-K:1-10" });
  const email = await person("Pemegang");
  const { page, well } = await visit(visitors[0]);
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await told(page);
  // From now on nothing is read.
  page.expected = [503];
  await page.route("**/seats?view=compact", (route) => route.fulfill({ status: 503, body: "{}" }));
  const [first, booking] = await timed(
    () => hold(id, ["A-1", "B-2"], email),
    () => looks(page, "B-2", "held"),
  );
  assert.ok(first < 1000, `${first} ms`);
  const [second] = await timed(
    async () => api("POST", `/bookings/${booking.id}/cancel`, await token(email)),
    () => looks(page, "A-1", "free"),
  );
  assert.ok(second < 1000, `${second} ms`);
  // Another section, which is not open, is up to date too.
  await hold(id, ["J-3"], email);
  await page.locator(".section", { hasText: "BALKON" }).locator("small", { hasText: "19" }).waitFor();
  well();
});

test("without a socket a hold is seen within five seconds", async () => {
  const id = await event("Sendiri", rows);
  const { page } = await visit(visitors[1]);
  await page.routeWebSocket(/\/live$/, (socket) => socket.close());
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  const [time] = await timed(
    async () => hold(id, ["A-1"], await person("Penonton")),
    () => looks(page, "A-1", "held"),
  );
  assert.ok(time < 5000, `${time} ms`);
});

test("a socket that is killed in the middle of a sale costs no change", async () => {
  const id = await event("Putus", rows);
  const email = await person("Pembeli");
  const { page, well } = await visit(visitors[2]);
  let server;
  let cut = false;
  await page.routeWebSocket(/\/live$/, (socket) => {
    if (cut) return socket.close({ code: 1011 });
    server = socket.connectToServer();
    server.onMessage((message) => !cut && socket.send(message));
    page.kill = () => socket.close({ code: 1001 });
  });
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await told(page);
  await hold(id, ["A-1"], email);
  await looks(page, "A-1", "held");
  cut = true;
  // What is told now is lost, and then the connection is.
  await hold(id, ["C-5", "C-6"], email);
  await hold(id, ["H-12"], email);
  const [time] = await timed(
    () => page.kill(),
    async () => {
      for (const label of ["C-5", "C-6", "H-12"]) await looks(page, label, "held");
    },
  );
  assert.ok(time < 5000, `${time} ms`);
  const list = await api("GET", `/events/${id}/seats`);
  const states = { OPEN: "free", ON_GOING: "held", BOOKED: "sold" };
  for (const { label, status } of list.sections[0].seats) await looks(page, label, states[status]);
  // Once the network is there again, it is told again.
  cut = false;
  await told(page);
  well();
});

test("what is told late or twice does not undo what is newer", async () => {
  const id = await event("Terlambat", rows);
  const email = await person("Cepat");
  const { page, well } = await visit(visitors[3]);
  const heard = [];
  let client;
  await page.routeWebSocket(/\/live$/, (socket) => {
    client = socket;
    socket.connectToServer().onMessage((message) => {
      heard.push(message);
      socket.send(message);
    });
  });
  await page.goto(`${url}/event/${id}`);
  await looks(page, "A-1", "free");
  await told(page);
  await hold(id, ["A-1"], email);
  await looks(page, "A-1", "held");
  await hold(id, ["A-2"], email);
  await looks(page, "A-2", "held");
  const seats = heard.filter((message) => JSON.parse(message).type === "seats");
  for (const message of [...seats.reverse(), ...seats, '{"type":"seats"}', '{"message":"Forbidden"}']) {
    client.send(message);
  }
  await hold(id, ["A-3"], email);
  await looks(page, "A-3", "held");
  await looks(page, "A-1", "held");
  await looks(page, "A-2", "held");
  well();
});

test("a booking is told to its end, by the socket alone", async () => {
  const id = await event("Sampai tiket", rows);
  const email = await person("Pendengar");
  const booking = await hold(id, ["A-1"], email);
  const { page, well } = await visit(visitors[1]);
  await signIn(page, email);
  const subscribed = new Promise((resolve) => {
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => payload.includes('"subscribed"') && resolve(payload)),
    );
  });
  await page.goto(`${url}/booking/${booking.id}`);
  const answer = JSON.parse(await subscribed);
  assert.deepEqual([answer.mode, answer.booking.id], ["push", booking.id]);
  await page.locator("input[name=method]:checked").waitFor();
  // A ticket that is not there yet is 409.
  page.expected = [503, 409];
  await page.route(`**/api/bookings/${booking.id}`, (route) => route.fulfill({ status: 503, body: "{}" }));
  await page.click(".foot .go");
  await page.locator(".codes figure").first().waitFor();
  // The PDF is printed later, and nobody is told of that.
  await page.unroute(`**/api/bookings/${booking.id}`);
  await page.locator("a.go", { hasText: "PDF" }).waitFor();
  assert.ok(!page.url().includes("token"), page.url());
  well();
});

test("a page that is opened in the background is there when it is looked at", async () => {
  const id = await event("Latar", rows);
  const email = await person("Penunggu");
  const booking = await hold(id, ["A-1"], email);
  const { page, well } = await visit(visitors[1]);
  await signIn(page, email);
  await page.addInitScript(() => {
    globalThis.hidden = true;
    Object.defineProperty(document, "visibilityState", { get: () => (globalThis.hidden ? "hidden" : "visible") });
  });
  await page.goto(`${url}/booking/${booking.id}`);
  await page.locator(".ticket").waitFor();
  await api("POST", `/bookings/${booking.id}/cancel`, await token(email));
  await page.evaluate(() => {
    globalThis.hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.locator(".state", { hasText: /given up|released|cancelled/i }).waitFor();
  well();
});

test("nobody hears of another's booking, and the token is in no address", async () => {
  const id = await event("Rahasia", rows);
  const booking = await hold(id, ["A-1"], await person("Pemilik"));
  const { page } = await visit(visitors[1]);
  page.expected = [404];
  await signIn(page, await person("Penguping"));
  const addresses = [];
  const refused = new Promise((resolve) => {
    page.on("websocket", (socket) => {
      addresses.push(socket.url());
      socket.on("framereceived", ({ payload }) => payload.includes('"refused"') && resolve(payload));
    });
  });
  await page.goto(`${url}/booking/${booking.id}`);
  assert.equal(JSON.parse(await refused).code, "not_found");
  assert.deepEqual([...new Set(addresses)], [`${url.replace("http", "ws")}/live`]);
  await page.locator(".state").waitFor();
  assert.equal(await seat(page, "A-1").count(), 0);
});

// A browser with which a visitor looks at a running Karcis ($KARCIS_URL).
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import decodeQR from "qr/decode.js";

export const url = process.env.KARCIS_URL ?? "http://127.0.0.1:3000";
const password = "karcis-local-only";
const deadline = 20_000;

let started;
/// Debian's Chromium; nothing is looked up or fetched in the background.
function browser() {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  // As people have it: the back button brings a page back from memory.
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  started ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args, ignoreDefaultArgs });
  return started;
}
export const close = async () => (await started)?.close();

/// What visitors come with: a phone or a desktop, light or dark, in one of the languages.
export const visitors = [
  { name: "phone, light, Indonesian", viewport: { width: 390, height: 844 }, colorScheme: "light", locale: "id-ID" },
  { name: "phone, dark, English", viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "en-GB" },
  { name: "desktop, light, English", viewport: { width: 1280, height: 800 }, colorScheme: "light", locale: "en-GB" },
  { name: "desktop, dark, Indonesian", viewport: { width: 1280, height: 800 }, colorScheme: "dark", locale: "id-ID" },
];

/// A page of a new visitor. What goes wrong in it, a message in the console or a request to another host, fails the
/// test that calls `well`.
export async function visit(visitor = visitors[0]) {
  const { name, ...how } = visitor;
  const context = await (await browser()).newContext({ ...how, reducedMotion: "reduce" });
  context.setDefaultTimeout(deadline);
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => {
    // A refusal that a page expects is an "error" in the console of every browser.
    const expected = page.expected?.some((status) => message.text().includes(`status of ${status}`));
    if (["error", "warning"].includes(message.type()) && !expected) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(url).host) wrong.push(`asks another host: ${request.url()}`);
  });
  return { page, context, well: () => assert.deepEqual(wrong, []) };
}

/// No serious finding of axe, no sideways scroll, no target under 24 pixels.
export async function fits(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  assert.deepEqual(
    serious.map(({ id, nodes }) => [id, nodes[0].html]),
    [],
    what,
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what}: ${wide} pixels too wide`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, summary, nav a, a.go, a.film")]
      .filter((one) => one.checkVisibility())
      .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24)
      .map(([html]) => html),
  );
  assert.deepEqual(small, [], what);
}

/// A new account, by the API: its e-mail address.
export async function person(name) {
  const email = `${name.toLowerCase()}-${crypto.randomUUID()}@karcis.test`;
  await api("POST", "/register", null, { email, password, name, locale: "id" });
  return email;
}

/// Confirms an address with the mailed link.
export async function confirm(email) {
  const [, token] = (await mail(email, "Konfirmasi")).match(/confirm-email\?token=(\S+)/);
  await api("POST", "/email/confirm", null, { token });
}

/// A new account whose address is confirmed, as that of whoever waits must be.
export async function confirmed(name) {
  const email = await person(name);
  await confirm(email);
  return email;
}

export async function token(email) {
  return (await api("POST", "/login", null, { email, password })).access_token;
}

export async function api(method, path, bearer, body) {
  const headers = {
    ...(body && { "content-type": "application/json" }),
    ...(bearer && { authorization: `Bearer ${bearer}` }),
  };
  const response = await fetch(`${url}/api${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/// A new event of the sample organiser, with these rows.
export async function event(title, rows, more = {}) {
  const bearer = await token("organiser@karcis.test");
  const starts = new Date(Date.now() + 20 * 24 * 3600 * 1000).toISOString();
  const draft = {
    title,
    kind: "CONCERT",
    venue: "Gedung Kesenian",
    city: "Jakarta",
    starts_at: starts,
    time_zone: "Asia/Jakarta",
    ...more,
  };
  const { id } = await api("POST", "/events", bearer, draft);
  for (const [section, of] of Object.entries(rows)) {
    await api("POST", `/events/${id}/seats`, bearer, {
      section,
      rows: of,
      price: { amount: 5_000_000, currency: "IDR" },
    });
  }
  return id;
}

/// Signs in on the page of that name.
export async function signIn(page, email) {
  if (!page.url().includes("/account")) await page.goto(`${url}/account`);
  await page.fill("[name=email]", email);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((to) => !to.pathname.startsWith("/account")), page.click("form .go")]);
}

export const seat = (page, label) => page.locator(`[data-label="${label}"]`);

/// Waits until a seat looks so: `free`, `held`, `sold` or `yours`.
export async function looks(page, label, state) {
  await page.locator(`[data-label="${label}"][data-state="${state}"]`).waitFor({ state: "attached" });
}

/// What a scanner reads from a code that a page draws, four pixels a module.
export function scanned(svg) {
  const [left, top, side] = svg
    .match(/viewBox="([^"]*)"/)[1]
    .split(" ")
    .map(Number);
  const [scale, width] = [4, side * 4];
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let pixel = 0; pixel < scale * scale; pixel += 1) {
      const across = (Number(x) - left) * scale + (pixel % scale);
      const down = (Number(y) - top) * scale + Math.floor(pixel / scale);
      data.fill(0, (down * width + across) * 4, (down * width + across) * 4 + 3);
    }
  }
  return decodeQR({ width, height: width, data });
}

/// The newest mail to somebody with these words in its subject.
export async function mail(to, subject) {
  for (const end = Date.now() + deadline; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const { items } = await (await fetch(`${url}/_local/mail?to=${encodeURIComponent(to)}`)).json();
    const found = items.find((one) => one.subject.includes(subject));
    if (found) return found.text;
  }
  throw new Error(`no mail "${subject}" to ${to}`);
}

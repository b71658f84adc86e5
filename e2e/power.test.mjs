// A power token in a browser: from a meter's number to twenty digits, and every way in which it is refused.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { api, close, fits, person, signIn, token, url, visit, visitors } from "./browser.mjs";

after(close);

/// The meters of the simulated company have numbers of their own for each test, because a month has a limit.
const meter = () => `14${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}9`;

for (const visitor of visitors) {
  test(`a token is bought in three steps, with its energy known before: ${visitor.name}`, async () => {
    const { page, context, well } = await visit(visitor);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const email = await person("Listrik");
    await signIn(page, email);
    const number = meter();
    await page.click(".bar a[href='/power']");
    await fits(page, "meter");
    await page.fill("[name=number]", ` ${number.slice(0, 4)}-${number.slice(4, 8)} ${number.slice(8)}`);
    await page.click("form .go");
    await page.locator(".nominals label").first().waitFor();
    const { nominals } = await api("GET", `/power/meters/${number}`, await token(email));
    assert.equal(await page.locator(".nominals label").count(), nominals.length);
    await page.locator(".nominals label").nth(1).click();
    await fits(page, "nominals");
    const digits = (text) => text.replace(/\D/g, "");
    const button = page.locator(".foot .go");
    assert.ok(digits(await button.textContent()).startsWith(digits(nominals[1].kwh)));
    // Who reloads finds the meter again.
    await page.reload();
    await page.locator(".nominals label").nth(1).click();
    await button.dblclick();
    await page.waitForURL("**/purchase/**");
    await page.locator(".clock").waitFor();
    await fits(page, "purchase");
    const payable = await api("GET", "/power/purchases", await token(email));
    assert.deepEqual(
      payable.items.map(({ kwh, status }) => [kwh, status]),
      [[nominals[1].kwh, "AWAITING_PAYMENT"]],
    );
    // The address of the payment leads here.
    await page.goto(payable.items[0].invoice.payment_url);
    await page.waitForURL("**/purchase/**");
    await button.click();
    await page.locator(".token").waitFor();
    await fits(page, "token");
    assert.match(await page.locator(".token").textContent(), /^\d{4}( \d{4}){4}$/);
    await page.click(".foot .go");
    await page.locator("#told:not(:empty)").waitFor({ state: "attached" });
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await page.locator(".token").textContent());
    // Meter and token are kept.
    await page.goto(`${url}/power`);
    await page.locator('.tag[data-status="ISSUED"]').waitFor();
    await fits(page, "kept meters");
    await page.click(".choice");
    await page.locator(".nominals").waitFor();
    assert.ok(page.url().endsWith(`meter=${number}`));
    well();
  });
}

test("what the power company refuses is said in words, and nothing is bought", async () => {
  const email = await person("Salah");
  const { page } = await visit(visitors[2]);
  await signIn(page, email);
  for (const [number, words] of [
    ["14000000002", /does not know/],
    ["14000000003", /blocked/],
    ["14000000006", /does not sell just now/],
    ["12", /11 digits/],
    ["../meters", /11 digits|Not found/],
  ]) {
    await page.goto(`${url}/power`);
    await page.fill("[name=number]", number);
    await page.click("form .go");
    await page.locator("#content [role=alert]").waitFor();
    assert.match(await page.locator("#content [role=alert]").textContent(), words, number);
  }
  await fits(page, "refused");
  assert.deepEqual((await api("GET", "/power/purchases", await token(email))).items, []);
});

test("a second equal purchase is asked about, and money for a token that is refused comes back", async () => {
  const email = await person("Dua");
  const { page } = await visit(visitors[2]);
  page.expected = [409];
  await signIn(page, email);
  // The company gives no answer to an order for this meter, and then a refusal.
  for (const [place, again] of [
    [0, false],
    [1, true],
  ]) {
    await page.goto(`${url}/power?meter=14000000005`);
    await page.locator(".nominals label").first().click();
    await page.click(".foot .go");
    if (again) {
      await page.locator(".foot [role=alert] a").waitFor();
      await page.click(".foot [role=alert] .quiet");
    }
    await page.waitForURL("**/purchase/**");
    await page.locator(".foot button.go").waitFor();
    const { items } = await api("GET", "/power/purchases", await token(email));
    assert.equal(items.length, place + 1);
  }
  await page.click(".foot .go");
  await page.locator("#content > .state").waitFor();
  const refunded = page.locator("#content > .state", { hasText: "Your money is back" });
  await refunded.waitFor();
  await fits(page, "refunded");
});

test("what goes wrong on the way is said until it is right again, and a payment that fails stays said", async () => {
  const email = await person("Salah");
  const bearer = await token(email);
  const number = meter();
  const { nominals } = await api("GET", `/power/meters/${number}`, bearer);
  const wish = { meter_number: number, product_id: nominals[0].product_id, payment: "manual" };
  const { id } = await api("POST", "/power/purchases", bearer, wish);
  const { page } = await visit(visitors[2]);
  await signIn(page, email);
  await page.goto(`${url}/purchase/${id}`);
  await page.locator(".nominals").waitFor();
  await page.route("**/purchases/**", (route) => route.fulfill({ status: 500, body: "{}" }));
  await page.locator(".foot [role=status]").waitFor();
  await page.unroute("**/purchases/**");
  await page.locator(".foot [role=status]").waitFor({ state: "detached" });
  await page.route("**/pay", (route) => route.abort());
  await page.click(".foot .go");
  await page.locator(".foot [role=alert]").waitFor();
  // Looks that succeed do not wipe it away.
  await page.waitForResponse((response) => response.url().includes(`/purchases/${id}`) && response.ok());
  assert.match(await page.locator(".foot [role=alert]").textContent(), /no connection/);
  await page.unroute("**/pay");
  await page.click(".foot .go");
  await page.locator(".token").waitFor();
  assert.equal(await page.locator(".foot .bad").count(), 0);
});

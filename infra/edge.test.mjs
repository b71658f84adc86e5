// The function that CloudFront runs before each request for a page, run here as it stands in edge.yaml.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const template = readFileSync(new URL("edge.yaml", import.meta.url), "utf8");
const code = template.split("FunctionCode: |\n")[1].split(/\n(?= {0,6}\S)/)[0];
const handler = new Function(`${code}; return handler;`)();

for (const [address, file] of [
  ["/", "/index.html"],
  ["/event/019a5f3c-7c1e-7d60-9b57-2f8d1c0a4e11", "/event.html"],
  ["/bookings", "/bookings.html"],
  ["/booking/019a5f3c", "/booking.html"],
  ["/pay/inv-ticketing-019a5f3c", "/pay.html"],
  ["/confirm-email", "/confirm-email.html"],
  ["/reset-password", "/reset-password.html"],
  ["/account", "/account.html"],
  ["/nowhere", "/404.html"],
  ["/nowhere/at/all", "/404.html"],
  ["/js/api.js", "/js/api.js"],
  ["/vendor/preact.js", "/vendor/preact.js"],
  ["/icon.svg", "/icon.svg"],
]) {
  test(`${address} is ${file}`, () => {
    assert.equal(handler({ request: { uri: address, method: "GET" } }).uri, file);
  });
}

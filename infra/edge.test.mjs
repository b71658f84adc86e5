// The functions that CloudFront runs before requests, run here as they stand in edge.yaml.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const template = readFileSync(new URL("edge.yaml", import.meta.url), "utf8");
// A function's code by the id of its resource: what is indented below `FunctionCode`.
function handler(id) {
  const [, resource] = template.split(`\n  ${id}:\n`);
  const code = resource.split("FunctionCode: |\n")[1].split(/\n(?= {0,6}\S)/)[0];
  return new Function(`${code}; return handler;`)();
}

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
    assert.equal(handler("Documents")({ request: { uri: address, method: "GET" } }).uri, file);
  });
}

test("the API is told who asks, whatever they say", () => {
  const headers = { "x-karcis-viewer": { value: "203.0.113.1" }, "webhook-id": { value: "msg_1" } };
  const request = { uri: "/api/login", method: "POST", headers };
  const sent = handler("Viewer")({ viewer: { ip: "198.51.100.10" }, request });
  assert.deepEqual(sent.headers, { "x-karcis-viewer": { value: "198.51.100.10" }, "webhook-id": { value: "msg_1" } });
});

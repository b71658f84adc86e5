// A demo that records itself: drives the pages of two Karcis, one calm and one whose payments all fail, and writes a
// video of a few minutes. `KARCIS=../target/debug/karcis node demo.mjs [demo.webm]`. Needs Chromium and ffmpeg.
import { spawn } from "node:child_process";
import { film } from "./film.mjs";

const program = process.env.KARCIS ?? new URL("../target/debug/karcis", import.meta.url).pathname;
const to = process.argv[2] ?? "demo.webm";
const calm = "http://127.0.0.1:3181";
const failing = "http://127.0.0.1:3182";
const [width, height] = [390, 844];

const started = [
  ["3181", "4581", ["--calm"], {}],
  ["3182", "4582", [], { PAYMENT_FAILURE_RATE: "1", ORGANISER_FAILURE_RATE: "0" }],
].map(([port, aws, more, settings]) => {
  const args = ["--ephemeral", "--port", port, "--aws-port", aws, ...more];
  return spawn(program, args, { env: { ...process.env, ...settings }, stdio: "ignore" });
});

async function ready(url) {
  for (let times = 0; times < 120; times += 1) {
    const answer = await fetch(`${url}/_local/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`no Karcis at ${url}`);
}

try {
  await Promise.all([calm, failing].map(ready));
  process.env.KARCIS_URL = calm;
  const { api, close, confirmed, event, looks, person, seat, signIn, token, visit } = await import("./browser.mjs");
  const visitor = { viewport: { width, height }, colorScheme: "light", locale: "en-GB", name: "phone" };
  const camera = await film(width, height);
  const { page } = await visit(visitor);
  await camera.on(page);

  /// A card between two scenes.
  const say = async (title, words) => {
    await page.goto("about:blank");
    await page.setContent(
      `<body style="margin:0;height:100vh;display:grid;place-content:center;gap:1rem;padding:2rem;box-sizing:border-box;
        font:18px/1.5 system-ui;background:#16130f;color:#fff"><h1 style="margin:0">${title}</h1>
        <p style="margin:0">${words}</p>`,
    );
    await camera.still(4);
  };
  const click = async (where) => {
    await (typeof where === "string" ? page.locator(where).first() : where).click();
    await camera.still(2);
  };

  const id = await event("Malam Senja", { PARKET: "A-H:1-12", BALKON: "J-L:1-14" });
  const friend = await person("Teman");
  const hold = async (seats, email = friend) =>
    api("POST", "/bookings", await token(email), { event_id: id, seats, payment: "manual" });

  await say("Karcis", "One command starts it: cargo run. Films, concerts and power tokens are on sale.");
  await page.goto(calm);
  await page.locator(".film").first().waitFor();
  await camera.still(2.5);
  await page.mouse.wheel(0, 600);
  await camera.still(1.5);

  await say("Seats move", "Every browser sees every hold within a second.");
  await signIn(page, await confirmed("Siti"));
  await page.goto(`${calm}/event/${id}`);
  await looks(page, "D-6", "free");
  await camera.still(1.5);
  for (const seats of [["C-3", "C-4"], ["E-8"], ["F-5", "F-6", "F-7"]]) {
    await hold(seats);
    await camera.still(1.2);
  }
  await click(seat(page, "D-6"));
  await click(".foot .go");

  await say("A booking that succeeds", "The seats are held for five minutes. Payment is simulated.");
  await page.goto(`${calm}/bookings`);
  await click("a.row");
  await page.locator("input[name=method]:checked").waitFor();
  await camera.still(2);
  await click(".foot button.go");
  await page.locator(".foot a.go").waitFor();
  await camera.still(3);

  await say("The waiting list", "Somebody else has the seat. Who is first in its line is offered it.");
  const wanted = await hold(["A-1"]);
  await page.goto(`${calm}/event/${id}`);
  await looks(page, "A-1", "held");
  await click(seat(page, "A-1"));
  await click(".foot [role=status] button");
  await api("POST", `/bookings/${wanted.id}/cancel`, await token(friend));
  await page.goto(`${calm}/bookings`);
  await page.locator('.tag[data-status="AWAITING_PAYMENT"]').waitFor();
  await camera.still(2);
  await click('a.row:has([data-status="AWAITING_PAYMENT"])');
  await page.locator("input[name=method]:checked").waitFor();
  await click(".foot button.go");
  await page.locator(".foot a.go").waitFor();
  await camera.still(2);

  await say("A power token", "Three steps. What it buys is known before it is paid.");
  await page.goto(`${calm}/power`);
  await page.fill("[name=number]", "14000000001");
  await click("form .go");
  await page.locator(".nominals label").first().waitFor();
  await click(page.locator(".nominals label").nth(1));
  await click(".foot .go");
  await page.waitForURL("**/purchase/**");
  await page.locator("input[name=method]:checked").waitFor();
  await click(".foot .go");
  await page.locator(".token").waitFor();
  await camera.still(3);

  await say("A booking that fails", "The payment is refused: no money moved, and the seats are free again.");
  await page.goto(`${failing}/account`);
  await page.fill("[name=email]", "buyer@karcis.test");
  await page.fill("[name=password]", "karcis-local-only");
  await click("form .go");
  await page.goto(failing);
  await click(".film");
  await click(".foot .go");
  await page.waitForURL("**/booking/**");
  await page.locator("input[name=method]:checked").waitFor();
  await click(".foot button.go");
  await page.locator("#content > .state").waitFor();
  await camera.still(3);
  await say("Karcis", "Each seat is sold exactly once.");

  const pictures = await camera.save(to);
  console.log(`${to}: ${pictures} pictures`);
  await close();
} finally {
  for (const child of started) child.kill();
}

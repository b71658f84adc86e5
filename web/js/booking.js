// A booking from hold to ticket: the clock, the steps as they happen, payment, and giving back. However often the page
// is opened, it shows what the API says, and asks for nothing twice.

import { ask, now } from "./api.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, html, show, signal, tell } from "./view.js";
import { countdown, money, say, seatName, when } from "./words.js";

const id = location.pathname.split("/")[2] ?? "";
const booking = signal(null);
const ticket = signal(null);
const failure = signal(null);
const refusal = signal(null);
// Why what is shown may be old.
const stale = signal(null);
const paying = signal(false);
const asking = signal(null);
const clock = signal(0);

// When the clock is spoken, in seconds.
const spoken = [120, 60, 30];
const under_way = ["HELD", "AWAITING_PAYMENT", "REFUNDING"];

async function look() {
  try {
    const before = booking.value?.status;
    booking.value = await ask("GET", `/bookings/${id}`);
    failure.value = stale.value = null;
    if (before && before !== booking.value.status) tell(say(`status.${booking.value.status}`));
    if (booking.value.status !== "AWAITING_PAYMENT") paying.value = false;
    if (booking.value.status === "CONFIRMED" && !ticket.value) await open();
  } catch (error) {
    if (!booking.value || error.status === 404) failure.value = error;
    else stale.value = error;
  }
}

async function open() {
  try {
    ticket.value = await ask("GET", `/bookings/${id}/ticket`);
    tell(say("booking.ready"));
  } catch (error) {
    if (error.code !== "ticket_not_ready") throw error;
  }
}

async function pay() {
  paying.value = true;
  refusal.value = null;
  try {
    const { number } = booking.value.invoice;
    await ask("POST", `/invoices/${number}/pay`, { key: `pay-${number}` });
  } catch (error) {
    paying.value = false;
    refusal.value = error;
  }
  await look();
}

async function giveUp() {
  asking.value = null;
  refusal.value = null;
  try {
    await ask("POST", `/bookings/${id}/cancel`, { key: `cancel-${id}` });
    ticket.value = null;
  } catch (error) {
    refusal.value = error;
  }
  await look();
}

function Steps({ status }) {
  const done = { HELD: 1, AWAITING_PAYMENT: paying.value ? 3 : 2, CONFIRMED: ticket.value ? 5 : 4 }[status] ?? 0;
  const steps = [
    ["booking.step.held"],
    ["booking.step.agreed"],
    [paying.value ? "booking.step.paying" : status === "CONFIRMED" ? "booking.step.paid" : "booking.step.pay"],
    ["booking.step.ticket", "booking.step.ticket_soon"],
  ];
  const at = paying.value ? 2 : done >= 5 ? 4 : done === 4 ? 3 : done;
  return html`<ol class="steps">
    ${steps.map(
      ([step, more], place) =>
        html` <li class=${place < at ? "done" : place === at ? "now" : ""} aria-current=${place === at ? "step" : null}>
          <span class="dot" aria-hidden="true">${place < at ? "✓" : place + 1}</span>
          <span>${say(step)}${more && place >= at && html`<br /><small>${say(more)}</small>`}</span>
        </li>`,
    )}
  </ol>`;
}

function Clock({ until, total }) {
  const left = until - clock.value;
  return html`<div>
      <p>${say("booking.held")}</p>
      <div class="clock" role="timer" aria-live="off">${countdown(left)}</div>
      <p>${say("booking.left")}</p>
    </div>
    <progress class="ring" max=${total} value=${Math.max(0, left)} aria-hidden="true"></progress>`;
}

/// The question has the focus while it is asked, and gives it back to the bar.
function focused(button) {
  if (button) button.focus();
  else queueMicrotask(() => document.querySelector(".foot .go, .foot .quiet")?.focus());
}

function Sure({ question }) {
  return html`<div class="sure" role="alertdialog" aria-label=${say(question)}>
    <p>${say(question)}</p>
    <button class="go" onClick=${giveUp}>${say("booking.yes")}</button>
    <button
      class="quiet"
      ref=${focused}
      onClick=${() => {
        asking.value = null;
      }}
    >
      ${say("booking.no")}
    </button>
  </div>`;
}

function Page() {
  if (failure.value)
    return html`<${Failed} error=${failure.value} again=${failure.value.status === 404 ? null : look} />`;
  const told = booking.value;
  if (!told) return html`<${Waiting} />`;
  const { status, reason, seat_details: seats, total, reference } = told;
  const held = status === "HELD" || status === "AWAITING_PAYMENT";
  const ended = !held && status !== "CONFIRMED";
  const why = reason ? `${say(`reason.${reason}`)} ` : "";
  const until = Date.parse(told.hold_expires_at);
  return html` ${held && html`<${Clock} until=${until} total=${until - Date.parse(told.created_at)} />`}
    ${status === "CONFIRMED" && ticket.value && html`<p class="good">${say("booking.ready")}</p>`}
    ${ended && html`<p class="state" role="status">${why}${say(`ended.${status}`)}</p>`}
    <section class="ticket">
      <header>
        <h2>${told.event_title}</h2>
        <small>${[told.venue, told.city].filter(Boolean).join(", ")}</small>
      </header>
      <dl>
        <div>
          <dt>${say("event.seats")}</dt>
          ${seats.map((seat) => html`<dd>${seatName(seat)}</dd>`)}
        </div>
        <div>
          <dt>${say("booking.when")}</dt>
          <dd>${when(told.starts_at, told.time_zone)}</dd>
        </div>
        <div>
          <dt>${say("booking.sum")}</dt>
          <dd>${money(total)}</dd>
        </div>
        <div>
          <dt>${say("booking.reference")}</dt>
          <dd>${reference.slice(0, 4)}-${reference.slice(4)}</dd>
        </div>
      </dl>
    </section>
    ${(held || status === "CONFIRMED") && html`<${Steps} status=${status} />`}
    ${status === "AWAITING_PAYMENT" && html`<p><small>${say("booking.simulated")}</small></p>`}
    <div class="foot">
      ${stale.value && html`<p class="bad" role="status">${stale.value.message}</p>`}
      ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
      ${
        asking.value
          ? html`<${Sure} question=${asking.value} />`
          : html` ${
              status === "AWAITING_PAYMENT" &&
              html`<button class="go" disabled=${paying.value} onClick=${pay}>
                ${paying.value ? say("booking.step.paying") : say("booking.pay", { sum: money(total) })}
              </button>`
            }
            ${
              held &&
              html`<button
                class="quiet"
                disabled=${paying.value}
                onClick=${() => {
                  asking.value = "booking.release_sure";
                }}
              >
                ${say("booking.release")}
              </button>`
            }
            ${
              status === "CONFIRMED" &&
              ticket.value &&
              html`<a class="go" href=${ticket.value.url} onClick=${fresh}>${say("booking.ticket")}</a>`
            }
            ${
              status === "CONFIRMED" &&
              html`<button
                class="quiet"
                onClick=${() => {
                  asking.value = "booking.back_sure";
                }}
              >
                ${say("booking.back")}
              </button>`
            }
            ${ended && html`<a class="go" href=${`/event/${told.event_id}`}>${say("booking.again")}</a>`}`
      }
    </div>`;
}

/// The link to the PDF lives a quarter of an hour: an old one is asked for again.
async function fresh(click) {
  if (Date.parse(ticket.value.expires_at) > now() + 5000) return;
  click.preventDefault();
  try {
    await open();
    location.assign(ticket.value.url);
  } catch (error) {
    refusal.value = error;
  }
}

function tick() {
  const before = clock.value;
  clock.value = now();
  const told = booking.value;
  if (told?.status !== "AWAITING_PAYMENT") return;
  const left = (at) => (Date.parse(told.hold_expires_at) - at) / 1000;
  const passed = spoken.find((second) => before && left(before) > second && left(clock.value) <= second);
  if (passed) tell(say("booking.minutes", { time: countdown(passed * 1000) }));
}

if (session()) {
  show(html`<${Page} />`);
  tick();
  setInterval(tick, 500);
  await look();
  for (;;) {
    const settled =
      booking.value &&
      !under_way.includes(booking.value.status) &&
      (booking.value.status !== "CONFIRMED" || ticket.value);
    const lost = failure.value && [404, 422].includes(failure.value.status);
    await new Promise((resolve) => setTimeout(resolve, settled || lost ? 15_000 : 1000));
    if (document.visibilityState === "visible") await look();
  }
} else {
  signIn("account.needed");
}

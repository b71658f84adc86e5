// A booking from hold to ticket: the clock, the steps as they happen, payment, and giving back. However often the page
// is opened, it shows what the API says, and asks for nothing twice.

import { ask, now } from "./api.js";
import { Code } from "./code.js";
import { Clock, Methods, isOver, isPayable, keepUp, pay, readMethods, runClock } from "./paying.js";
import { session, signIn } from "./session.js";
import { Failed, Steps, Waiting, foot, html, show, signal, tell, toTop } from "./view.js";
import { because, money, say, seatName, when } from "./words.js";

const id = location.pathname.split("/")[2] ?? "";
const booking = signal(null);
const ticket = signal(null);
const codes = signal(null);
const failure = signal(null);
const refusal = signal(null);
// Why what is shown may be old.
const stale = signal(null);
const paying = signal(false);
const asking = signal(null);
const under_way = ["HELD", "AWAITING_PAYMENT", "REFUNDING"];

let look;

function failed(error) {
  if (!booking.value || error.status === 404) failure.value = error;
  else stale.value = error;
}

async function shown(told) {
  const before = booking.value?.status;
  booking.value = told;
  failure.value = stale.value = null;
  const { status, invoice } = told;
  if (before && before !== status) tell(say(`status.${status}`));
  if (status !== "AWAITING_PAYMENT") paying.value = false;
  if (status !== "CONFIRMED") codes.value = null;
  // What belongs to it is read by itself: a part that cannot be had hides neither the booking nor another part.
  const parts = [];
  if (status === "AWAITING_PAYMENT") parts.push(readMethods(invoice));
  if (status === "CONFIRMED" && !codes.value) parts.push(readCodes());
  if (status === "CONFIRMED" && !ticket.value) parts.push(open());
  const lost = (await Promise.allSettled(parts)).find(({ reason }) => reason);
  if (lost) stale.value = lost.reason;
  // The codes come in above what was read: they are what a buyer paid for.
  if (before && before !== status && status === "CONFIRMED") toTop();
}

async function readCodes() {
  codes.value = (await ask("GET", `/bookings/${id}/codes`)).codes;
}

async function open() {
  try {
    ticket.value = await ask("GET", `/bookings/${id}/ticket`);
    tell(say("booking.ready"));
  } catch (error) {
    if (error.code !== "ticket_not_ready") throw error;
  }
}

async function payNow() {
  paying.value = true;
  refusal.value = null;
  try {
    await pay(booking.value.invoice);
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

function BookingSteps({ status }) {
  const third = paying.value ? "step.paying" : status === "CONFIRMED" ? "step.paid" : "step.pay";
  const at = { AWAITING_PAYMENT: 2, CONFIRMED: ticket.value ? 4 : 3 }[status] ?? 1;
  const steps = [
    [say("booking.step.held")],
    [say("booking.step.agreed")],
    [say(third)],
    [say("booking.step.ticket"), say("booking.step.ticket_soon")],
  ];
  return html`<${Steps} steps=${steps} at=${at} />`;
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

const mark = (name) => say(`mark.${name}`);

/// A code for each seat: friends arrive one by one.
function Codes() {
  return html`<section class="codes" tabindex="0" aria-label=${say("booking.codes")}>
    ${codes.value.map(
      ({ code, ...seat }) =>
        html`<figure key=${seat.label}>
          <${Code} text=${code} title=${say("booking.code", { seat: seatName(seat) })} />
          <figcaption>${seatName(seat)}</figcaption>
        </figure>`,
    )}
  </section>`;
}

/// Why the server chose these seats.
function why({ together, from_middle: middle }) {
  if (!together) return say("best.apart");
  return middle === 0 ? say("best.middle") : say("best.near", { n: middle });
}

/// That the event was moved, and what its buyer may do about it.
function Moved({ moved, status, zone }) {
  const was = when(moved.starts_at, moved.time_zone ?? zone);
  const where = [moved.venue, moved.city].filter(Boolean).join(", ");
  const returnable = status === "CONFIRMED" && Date.parse(moved.refund_until) > now();
  return html`<p class="state" role="status">
    ${say("booking.moved", { when: was, where })}
    ${returnable && ` ${say("booking.moved.back", { until: when(moved.refund_until, zone) })}`}
  </p>`;
}

function Page() {
  if (failure.value)
    return html`<${Failed} error=${failure.value} again=${failure.value.status === 404 ? null : look} />`;
  const told = booking.value;
  if (!told) return html`<${Waiting} />`;
  const { status, seat_details: seats, best, total, reference } = told;
  const held = status === "HELD" || status === "AWAITING_PAYMENT";
  const ended = !held && status !== "CONFIRMED";
  return html` ${
      // Of an offer that is still made ready there is no time to show: it begins when the seats can be paid.
      held &&
      !(told.offered && status === "HELD") &&
      html`<${Clock}
        title=${say("booking.held")}
        since=${told.offered ? told.updated_at : told.created_at}
        until=${told.hold_expires_at}
      />`
    }
    ${!ended && told.moved && html`<${Moved} moved=${told.moved} status=${status} zone=${told.time_zone} />`}
    ${status === "CONFIRMED" && ticket.value && html`<p class="good">${say("booking.ready")}</p>`}
    ${
      status === "CONFIRMED" &&
      codes.value &&
      html`<p>${say("booking.show")} ${say("booking.keep")}</p>
        <${Codes} />`
    }
    ${ended && html`<p class="state" role="status">${because(told)}${say(`ended.${status}`)}</p>`}
    <section class="ticket">
      <header>
        <h2>${told.event_title}</h2>
        <small>${[told.venue, told.city].filter(Boolean).join(", ")}</small>
      </header>
      <dl>
        <div>
          <dt>${say("event.seats")}</dt>
          ${seats.map((seat) => html`<dd>${[seatName(seat), ...(seat.marks ?? []).map(mark)].join(", ")}</dd>`)}
          ${best && html`<dd><small>${why(best)}</small></dd>`}
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
    ${held && html`<${Methods} disabled=${paying.value} />`}
    ${(held || status === "CONFIRMED") && html`<${BookingSteps} status=${status} />`}
    <div class="foot" ref=${foot}>
      ${stale.value && html`<p class="bad" role="status">${stale.value.message}</p>`}
      ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
      ${
        asking.value
          ? html`<${Sure} question=${asking.value} />`
          : html` ${
              held &&
              html`<button
                class="go"
                disabled=${status === "HELD" || paying.value || !isPayable() || isOver(told.hold_expires_at)}
                onClick=${payNow}
              >
                ${paying.value ? say("step.paying") : say("paying.pay", { sum: money(total) })}
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

/// The PDF comes some time after the booking is confirmed, or its codes could not be had.
function untold() {
  return booking.value?.status === "CONFIRMED";
}

function settled() {
  if (failure.value) return [404, 422].includes(failure.value.status);
  const status = booking.value?.status ?? "HELD";
  return status === "CONFIRMED" ? Boolean(ticket.value) : !under_way.includes(status);
}

if (!session()) await signIn("account.needed");
show(html`<${Page} />`);
runClock(() => (booking.value?.status === "AWAITING_PAYMENT" ? booking.value.hold_expires_at : null));
look = keepUp({ name: "booking", id, path: "/bookings", shown, failed, settled, untold });

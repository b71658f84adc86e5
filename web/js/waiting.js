// The lines that who is signed in stands in, newest first, and above them the seats that they are offered.

import { ask } from "./api.js";
import { paged } from "./paged.js";
import { Clock, runClock } from "./paying.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, html, often, show, signal, tell } from "./view.js";
import { say, seatName } from "./words.js";

const { list, read, refresh } = paged("/waiting-list", 20);
const refusal = signal(null);
const offers = signal([]);

/// Reads what is offered: bookings of seats that were waited for, to be paid or still made ready.
async function readOffers() {
  const page = await ask("GET", "/bookings?limit=20").catch(() => null);
  if (!page) return;
  const unpaid = page.items.filter(({ status }) => status === "HELD" || status === "AWAITING_PAYMENT");
  // One that is made ready is read anew: its time begins when it can be paid.
  const known = (id) =>
    offers.value.find((one) => one.id === id && isReady(one)) ?? ask("GET", `/bookings/${id}`).catch(() => null);
  const all = await Promise.all(unpaid.map(({ id }) => known(id)));
  const offered = all.filter((one) => one?.offered);
  const told = offers.value.filter(isReady).map(({ id }) => id);
  const fresh = offered.filter((one) => isReady(one) && !told.includes(one.id));
  if (fresh.length > 0) tell(fresh.map((one) => say("waiting.offered", { seat: named(one) })).join(" "));
  offers.value = offered;
}

const isReady = ({ status }) => status === "AWAITING_PAYMENT";

const named = ({ seat_details: seats }) => seats.map(seatName).join("; ");

function look() {
  return Promise.all([refresh(), readOffers()]);
}

async function leave({ event_id: event, seat }) {
  refusal.value = null;
  try {
    await ask("DELETE", `/events/${event}/seats/${seat}/waiting-list`);
  } catch (error) {
    refusal.value = error;
  }
  await read();
}

function Offer({ offer }) {
  if (!isReady(offer)) {
    return html`<li class="state offer">
      ${offer.event_title}: ${say("waiting.preparing", { seat: named(offer) })}
      <a class="quiet" href=${`/booking/${offer.id}`}>${say("waiting.see")}</a>
    </li>`;
  }
  const title = `${offer.event_title}: ${say("waiting.offered", { seat: named(offer) })}`;
  return html`<li class="state offer">
    <${Clock} title=${title} since=${offer.updated_at} until=${offer.hold_expires_at} />
    <a class="go" href=${`/booking/${offer.id}`}>${say("waiting.pay")}</a>
  </li>`;
}

function Page() {
  const { state, items, error, more } = list.value;
  const none = items.length === 0 && offers.value.length === 0;
  return html`
    ${
      offers.value.length > 0 &&
      html`<ul class="films">
        ${offers.value.map((offer) => html`<${Offer} key=${offer.id} offer=${offer} />`)}
      </ul>`
    }
    ${state === "waiting" && html`<${Waiting} />`}
    ${state === "failed" && html`<${Failed} error=${error} again=${() => read()} />`}
    ${state === "there" && none && html`<p class="state">${say("waiting.none")}</p>`}
    ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
    <ul class="films">
      ${items.map(
        (one) =>
          html`<li class="row" key=${`${one.event_id} ${one.seat}`}>
            <span
              ><h2><a href=${`/event/${one.event_id}`}>${one.event_title}</a></h2>
              <small>${seatName(one.seat_detail)}<br />${say("waiting.position", { n: one.position })}</small></span
            >
            <button class="quiet small" onClick=${() => leave(one)}>${say("waiting.leave")}</button>
          </li>`,
      )}
    </ul>
    ${state === "there" && items.length > 0 && html`<p><small>${say("waiting.offers")}</small></p>`}
    ${more && html`<button class="quiet" onClick=${() => read(more)}>${say("films.more")}</button>`}
  `;
}

if (!session()) await signIn("account.needed");
show(html`<${Page} />`);
runClock(
  () =>
    offers.value
      .filter(isReady)
      .map((one) => one.hold_expires_at)
      .sort()[0],
);
read();
readOffers();
often(look);

// The lines that who is signed in stands in, newest first.

import { ask } from "./api.js";
import { paged } from "./paged.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, html, show, signal } from "./view.js";
import { say, seatName } from "./words.js";

const { list, read } = paged("/waiting-list", 20);
const refusal = signal(null);

async function leave({ event_id: event, seat }) {
  refusal.value = null;
  try {
    await ask("DELETE", `/events/${event}/seats/${seat}/waiting-list`);
  } catch (error) {
    refusal.value = error;
  }
  await read();
}

function Page() {
  const { state, items, error, more } = list.value;
  return html`
    ${state === "waiting" && html`<${Waiting} />`}
    ${state === "failed" && html`<${Failed} error=${error} again=${() => read()} />`}
    ${state === "there" && items.length === 0 && html`<p class="state">${say("waiting.none")}</p>`}
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
    ${state === "there" && html`<p><small>${say("waiting.offers")}</small></p>`}
    ${more && html`<button class="quiet" onClick=${() => read(more)}>${say("films.more")}</button>`}
  `;
}

if (session()) {
  show(html`<${Page} />`);
  read();
} else {
  signIn("account.needed");
}

// The bookings of who is signed in, newest first.

import { paged } from "./paged.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, html, often, show } from "./view.js";
import { money, say, when } from "./words.js";

const { list, read, refresh } = paged("/bookings", 20);

const facts = ({ seats, total }) => `${seats.join(", ")} · ${money(total)}`;

function Page() {
  const { state, items, error, more } = list.value;
  return html` ${state === "waiting" && html`<${Waiting} />`}
    ${state === "failed" && html`<${Failed} error=${error} again=${() => read()} />`}
    ${
      state === "there" &&
      items.length === 0 &&
      html`<p class="state">${say("bookings.none")}</p>
        <a class="go" href="/">${say("bookings.find")}</a>`
    }
    <ul class="films">
      ${items.map(
        (one) =>
          html`<li key=${one.id}>
            <a class="row" href=${`/booking/${one.id}`}>
              <span
                ><h2>${one.event_title}</h2>
                <small>${one.starts_at ? when(one.starts_at, one.time_zone) : ""}<br />${facts(one)}</small></span
              >
              <span class="tag" data-status=${one.status}>${say(`status.${one.status}`)}</span></a
            >
          </li>`,
      )}
    </ul>
    ${more && html`<button class="quiet" onClick=${() => read(more)}>${say("films.more")}</button>`}`;
}

if (!session()) await signIn("account.needed");
show(html`<${Page} />`);
read();
often(refresh);

// Films and concerts: search, days, and what is still free.

import { now, open } from "./api.js";
import { Failed, Waiting, hue, html, show, signal } from "./view.js";
import { day, hour, money, say, when } from "./words.js";

const few = 20;
const query = signal(new URLSearchParams(location.search).get("q") ?? "");
const chosen = signal(null);
const city = signal(new URLSearchParams(location.search).get("city"));
// Every city that was seen on this page.
const cities = signal(new Set());
const list = signal({ state: "waiting" });

async function read(cursor) {
  const [text, place] = [query.value, city.value];
  const asked = new URLSearchParams({ limit: "50", q: text, city: place ?? "" });
  if (cursor) asked.set("cursor", cursor);
  const before = cursor ? list.value.items : [];
  try {
    const page = await open(`/events?${asked}`);
    // A later search has been asked for meanwhile.
    if (text !== query.value || place !== city.value) return;
    cities.value = new Set([...cities.value, ...page.items.map((event) => event.city).filter(Boolean)]);
    list.value = { state: "there", items: [...before, ...page.items], more: page.next_cursor };
  } catch (error) {
    list.value = { state: "failed", error };
  }
}

/// What is looked for is part of the address, which may be shared.
function keepAddress() {
  const kept = new URLSearchParams();
  if (query.value) kept.set("q", query.value);
  if (city.value) kept.set("city", city.value);
  history.replaceState(null, "", kept.size > 0 ? `/?${kept}` : "/");
}

let typing;
function search(text) {
  query.value = text;
  keepAddress();
  clearTimeout(typing);
  typing = setTimeout(read, 250);
}

function Event({ event }) {
  const open = event.sections.reduce((sum, section) => sum + section.open, 0);
  const prices = event.sections.filter((section) => section.seats > 0).map((section) => section.price);
  const cheapest = prices.reduce((least, price) => (least && least.amount <= price.amount ? least : price), null);
  const later = event.on_sale_from && Date.parse(event.on_sale_from) > now();
  const tag = later
    ? say("films.opens", { when: when(event.on_sale_from, event.time_zone) })
    : open === 0
      ? say("films.out")
      : open <= few
        ? say("films.left", { n: open })
        : null;
  const { weekday, number, month } = day(event.starts_at, event.time_zone);
  const date = `${weekday}, ${number} ${month}`;
  return html`<li>
    <a class="film" href=${`/event/${event.id}`}>
      <span class="poster" style=${{ "--hue": hue(event.title) }} aria-hidden="true">${event.title}</span>
      <span>
        <h2>${event.title}</h2>
        <small>${[event.venue, event.city].filter(Boolean).join(", ")}</small>
        <span class="facts"
          ><b class="time">${date} · ${hour(event.starts_at, event.time_zone)}</b>
          ${cheapest && html`<span>${say("films.from", { price: money(cheapest) })}</span>`}</span
        >
        ${tag && html`<span class="tag">${tag}</span>`}
      </span>
    </a>
  </li>`;
}

function Days({ days }) {
  const one = (key, top, number, below) =>
    html`<button
      class="day"
      aria-pressed=${chosen.value === key}
      onClick=${() => {
        chosen.value = key;
      }}
    >
      ${top}<b>${number}</b>${below}
    </button>`;
  return html`<div class="days">
    ${one(null, "", say("films.all_days"), "")}
    ${days.map((one_) => one(one_.key, one_.weekday, one_.number, one_.month))}
  </div>`;
}

function Cities({ named }) {
  return html`<label class="cities"
    >${say("films.city")}
    <select
      value=${city.value ?? ""}
      onChange=${(picked) => {
        city.value = picked.target.value || null;
        keepAddress();
        read();
      }}
    >
      <option value="">${say("films.all_cities")}</option>
      ${named.map((name) => html`<option value=${name}>${name}</option>`)}
    </select></label
  >`;
}

function Films() {
  const { state, items, error, more } = list.value;
  const dayOf = (event) => day(event.starts_at, event.time_zone);
  // The city of a shared address stays chosen, though it may have no events.
  const named = [...new Set([...cities.value, ...(city.value ? [city.value] : [])])].sort();
  const there = items ?? [];
  const days = [...new Map(there.map((event) => [dayOf(event).key, dayOf(event)])).values()];
  // A day that a search or a city leaves without events is chosen no more.
  const at = days.some(({ key }) => key === chosen.value) ? chosen.value : null;
  const shown = there.filter((event) => !at || dayOf(event).key === at);
  const nothing = query.value || city.value ? "films.none" : "films.empty";
  return html`
    <label class="search"
      ><span class="unseen">${say("films.search")}</span>
      <input
        type="search"
        placeholder=${say("films.search")}
        value=${query.value}
        maxlength="100"
        onInput=${(typed) => search(typed.target.value)}
    /></label>
    ${state === "waiting" && html`<${Waiting} />`}
    ${state === "failed" && html`<${Failed} error=${error} again=${() => read()} />`}
    ${
      state === "there" &&
      html` ${(named.length > 1 || city.value) && html`<${Cities} named=${named} />`}
        ${days.length > 1 && html`<${Days} days=${days} />`}
        ${shown.length === 0 && html`<p class="state">${say(nothing)}</p>`}
        <ul class="films">
          ${shown.map((event) => html`<${Event} key=${event.id} event=${event} />`)}
        </ul>
        ${more && html`<button class="quiet" onClick=${() => read(more)}>${say("films.more")}</button>`}`
    }
  `;
}

show(html`<${Films} />`);
read();

// An event and its plan, which shows every hold within a second; picking seats, and holding them.

import { Refusal, ask, now, open } from "./api.js";
import { newest, updated } from "./blocks.js";
import { seldom, watch } from "./live.js";
import { overview } from "./overview.js";
import { shapeOf, signs } from "./seat-map.js";
import { session, signIn } from "./session.js";
import { Failed, Waiting, batch, computed, effect, foot, html, show, signal, tell } from "./view.js";
import { countdown, money, say, seatName, when } from "./words.js";

const id = location.pathname.split("/")[2] ?? "";
const kept = `picked ${id}`;

const event = signal(null);
const layout = signal(null);
const map = signal(null);
const failure = signal(null);
const refusal = signal(null);
const mailed = signal(null);
const asleep = signal(false);
// The newest layout that the page was told of.
let wanted = 0;
// Is the page told of each change, or does it look for itself?
const told = signal(false);
const opened = signal(null);
// What a visitor chose so far, also when they come back from signing in.
const before = { picked: [], ...JSON.parse(sessionStorage.getItem(kept) ?? "{}") };
const group = signal(before.group ?? 2);
const picked = signal(new Set(before.picked));
// The seats that somebody else took while they were picked, and those that may stand in for them.
const lost = signal(null);
const holding = signal(false);
// By the server's clock, and when the event is read again.
const clock = signal(now());
let readAgain = now() + 15_000;
// The seat that the visitor tapped and that is not free.
const taken = signal(null);
// The visitor's own: the booking of each of their seats, and their place in the line of each seat they wait for.
const own = signal(new Map());
const places = signal(new Map());

// Every seat by its label, with where it is.
const seats = computed(() => {
  const all = new Map();
  for (const section of layout.value?.sections ?? []) {
    let place = 0;
    section.rows.forEach(({ row, numbers, gaps = [] }, down) => {
      let across = 0;
      numbers.forEach((number, right) => {
        const label = section.labels[place++];
        const price = section.prices?.[label] ?? section.price;
        // An aisle, or a seat that is no longer there, takes the room of one seat.
        const apart = gaps.includes(right);
        across += apart ? 1 : 0;
        const marks = section.marks?.[label] ?? [];
        const at = { down, right, across: across++, apart, place: place - 1 };
        all.set(label, { label, section: section.name, row, number, price, marks, ...at });
      });
    });
  }
  return all;
});
const bySection = computed(() => Map.groupBy(seats.value.values(), (seat) => seat.section));
const letters = computed(() => {
  const all = new Map();
  for (const seat of seats.value.values()) all.set(seat.label, map.value?.sections[seat.section]?.[seat.place] ?? "B");
  return all;
});
// The marks that the opened section has, and those that the visitor looks for.
const marks = computed(() => [...new Set(Object.values(section.value?.marks ?? {}).flat())].sort());
const sought = signal(new Set());
const isSought = (seat) => sought.value.size === 0 || seat.marks.some((mark) => sought.value.has(mark));
const most = computed(() => event.value?.max_seats_per_user ?? 1);
const openedSeats = computed(() => bySection.value.get(opened.value) ?? []);
const section = computed(() => layout.value?.sections.find(({ name }) => name === opened.value));

effect(() => {
  const chosen = { picked: [...picked.value], section: opened.value, group: group.value };
  if (layout.value) sessionStorage.setItem(kept, JSON.stringify({ ...chosen, taken: taken.value?.label }));
});

async function read() {
  failure.value = null;
  try {
    [event.value, layout.value] = await Promise.all([open(`/events/${id}`), open(`/events/${id}/layout`)]);
    document.title = `${event.value.title} · Karcis`;
    const free = (name) => event.value.sections.find((one) => one.name === name)?.open > 0;
    const { sections } = layout.value;
    opened.value ??= (
      sections.find(({ name }) => name === before.section) ?? sections.find(({ name }) => free(name))
    )?.name;
    opened.value ??= sections[0]?.name;
    group.value = Math.min(group.value, most.value);
    taken.value = seats.value.get(before.taken) ?? null;
    await look();
    // What is everybody's does not wait for what is the visitor's own.
    readOwn();
  } catch (error) {
    failure.value = error;
  }
}

/// Reads which seats the visitor has, and which they wait for. Without an answer the page says less of them.
async function readOwn() {
  if (!session()) return;
  const mine = ({ event_id: of }) => of === id;
  const has = ["HELD", "AWAITING_PAYMENT", "CONFIRMED"];
  try {
    // Nobody has to sign in again for this.
    const lists = ["/bookings?limit=50", "/waiting-list?limit=50"].map((path) => ask("GET", path, { alone: true }));
    const [bookings, waiting] = (await Promise.all(lists)).map(({ items }) => items.filter(mine));
    const live = bookings.filter(({ status }) => has.includes(status));
    own.value = new Map(live.flatMap((one) => one.seats.map((label) => [label, one.id])));
    places.value = new Map(waiting.map(({ seat, position }) => [seat, position]));
  } catch {
    own.value = places.value = new Map();
  }
}

/// Reads the map, the layout where that has changed, and now and then the event, whose sale may open or end.
async function look() {
  if (!layout.value) return;
  try {
    const seen = await open(`/events/${id}/seats?view=compact`);
    const plan = seen.layout > layout.value.layout ? await open(`/events/${id}/layout`) : layout.value;
    if (now() > readAgain) {
      readAgain = now() + 15_000;
      readOwn();
      event.value = await open(`/events/${id}`);
    }
    // Letters belong to the layout that they name: those of another one wait for the next look.
    if (seen.layout === plan.layout && plan.layout >= layout.value.layout) {
      const newer = newest(plan, map.value, seen);
      const same = newer.layout === map.value?.layout && equal(newer.blocks, map.value.blocks);
      if (!same) {
        batch(() => {
          layout.value = plan;
          map.value = newer;
        });
      }
    }
    asleep.value = false;
    forgetTaken();
  } catch (error) {
    asleep.value = true;
  }
}

function equal(versions, others) {
  return Object.entries(versions).every(([block, version]) => others[block] === version);
}

/// Takes the seats of a block as they were told.
function take(state) {
  if (state.type !== "seats" || !map.value || !layout.value) return false;
  // Seats came or went: the layout is read anew, until it is there. A copy on the way may be a second old.
  if (state.layout > layout.value.layout) {
    wanted = Math.max(wanted, state.layout);
    return true;
  }
  map.value = updated(layout.value, map.value, state);
  asleep.value = false;
  forgetTaken();
  return false;
}

/// Drops picked seats that somebody else took, and finds as many that may stand in for them.
function forgetTaken() {
  if (holding.value || !map.value) return;
  const gone = [...picked.value].filter((label) => letters.value.get(label) !== "O");
  if (gone.length === 0) return;
  const stay = [...picked.value].filter((label) => !gone.includes(label));
  picked.value = new Set(stay);
  const known = (labels) => labels.map((label) => seats.value.get(label)).filter(Boolean);
  // Seats that were lost before and not replaced count too.
  const others = known(gone).filter(({ label }) => !own.value.has(label));
  if (others.length === 0) return;
  const all = [...(lost.value?.seats ?? []), ...others];
  lost.value = { seats: all, instead: nearest(all, known(stay)) };
}

/// Finds as many free seats side by side as were taken, or the most that there are. Those beside the seats that stay
/// come first, then those near the taken ones.
function nearest(taken, kept) {
  const [first] = taken;
  const rows = Map.groupBy(bySection.value.get(first.section), ({ down }) => down);
  const beside = (one, other) =>
    one.section === other.section && one.down === other.down && Math.abs(one.across - other.across) === 1;
  const apart = (one) => Math.abs(one.down - first.down) * 1.5 + Math.abs(one.across - first.across);
  for (let many = taken.length; many > 0; many -= 1) {
    let best = null;
    for (const row of rows.values()) {
      for (let at = 0; at + many <= row.length; at += 1) {
        const some = row.slice(at, at + many);
        const fits = (seat, place) => isFree(seat.label) && isFor(seat, first) && (place === 0 || !seat.apart);
        if (!some.every(fits)) continue;
        const joins = kept.some((seat) => some.some((one) => beside(one, seat)));
        const far = some.reduce((sum, seat) => sum + apart(seat), joins ? -1000 : 0);
        if (!best || far < best.far) best = { some, far };
      }
    }
    if (best) return best.some;
  }
  return [];
}

// Places that are chosen for nobody who does not ask for one of their kind.
const setApart = ["WHEELCHAIR", "COMPANION"];

/// May a choice that is about `seat` take this one too?
function isFor(one, seat) {
  const asks = (marks) => setApart.some((mark) => marks.includes(mark));
  return !asks(one.marks) || asks(seat.marks) || asks([...sought.value]);
}

function isFree(label) {
  return letters.value.get(label) === "O" && !picked.value.has(label);
}

/// A tap picks a group side by side, beginning with this seat, as far as the row has it.
function pick(label) {
  refusal.value = lost.value = taken.value = mailed.value = null;
  if (picked.value.has(label)) {
    picked.value = new Set([...picked.value].filter((one) => one !== label));
    return;
  }
  if (!isFree(label)) {
    taken.value = seats.value.get(label);
    return;
  }
  const shut = closed(event.value);
  if (shut) return tell(shut);
  const room = most.value - picked.value.size;
  if (room <= 0) {
    refusal.value = new Refusal(422, { code: "too_many_seats" });
    return;
  }
  const seat = seats.value.get(label);
  const row = bySection.value.get(seat.section).filter((one) => one.down === seat.down);
  const at = row.findIndex((one) => one.label === label);
  let [first, last] = [at, at];
  const wanted = Math.min(group.value, room);
  const joins = (next) => next && isFree(next.label) && isFor(next, seat);
  while (last - first + 1 < wanted) {
    if (joins(row[last + 1]) && !row[last + 1].apart) last += 1;
    else if (joins(row[first - 1]) && !row[first].apart) first -= 1;
    else break;
  }
  picked.value = new Set([...picked.value, ...row.slice(first, last + 1).map((one) => one.label)]);
  tell(say("event.picked", { n: picked.value.size }));
}

function pickAlone(label) {
  const many = group.value;
  group.value = 1;
  pick(label);
  group.value = many;
}

async function join() {
  const seat = taken.value;
  refusal.value = mailed.value = null;
  try {
    if (!session()) await signIn("account.first");
    const { position } = await ask("POST", `/events/${id}/seats/${seat.label}/waiting-list`);
    places.value = new Map([...places.value, [seat.label, position]]);
  } catch (error) {
    refusal.value = error;
  }
}

/// Has the mail sent again that a visitor needs before they may wait.
async function confirmAddress() {
  refusal.value = null;
  try {
    const { email_confirmed: known } = await ask("POST", "/email/confirmation");
    mailed.value = known ? "confirm.known" : "confirm.sent";
  } catch (error) {
    refusal.value = error;
  }
}

/// Holds the picked seats.
function hold() {
  return book({ seats: [...picked.value].sort() });
}

/// Leaves the choice to the server: so many of the best seats of the opened section.
function holdBest(together) {
  return book({ best: group.value, section: opened.value, together, marks: [...sought.value] });
}

async function book(wanted) {
  if (!session()) await signIn("account.first");
  holding.value = true;
  refusal.value = lost.value = null;
  // The same key for the same wish until there is an answer: a double tap and a retry are one booking.
  const asked = `hold ${id} ${JSON.stringify(wanted)}`;
  const key = sessionStorage.getItem(asked) ?? crypto.randomUUID();
  sessionStorage.setItem(asked, key);
  try {
    const booking = await ask("POST", "/bookings", { key, body: { event_id: id, ...wanted, payment: "manual" } });
    for (const settled of [kept, asked]) sessionStorage.removeItem(settled);
    location.assign(`/booking/${booking.id}`);
  } catch (error) {
    if (error.decided) sessionStorage.removeItem(asked);
    if (error.code === "own_seats") {
      sessionStorage.removeItem(kept);
      return location.assign(`/booking/${error.problem.booking_id}`);
    }
    refusal.value = Object.assign(error, { wanted });
    holding.value = false;
    await look();
  }
}

// A sale that opens within this time is counted down.
const soon = 3600_000;

/// Why nothing is sold, if nothing is.
function closed({ status, on_sale_from: from, on_sale_until: until, starts_at: starts, time_zone: zone }) {
  const past = (instant) => instant && Date.parse(instant) <= clock.value;
  if (status !== "SCHEDULED") return say("event.cancelled");
  if (past(until) || past(starts)) return say("event.over");
  if (!from || past(from)) return null;
  const left = Date.parse(from) - clock.value;
  if (left < soon) return say("event.opens_in", { time: countdown(left) });
  return say("event.opens", { when: when(from, zone) });
}

// The prices of the opened section, its own first. Each has a shape on the plan.
const prices = computed(() => {
  const own = Object.values(section.value?.prices ?? {}).map(({ amount }) => amount);
  const base = section.value?.price.amount;
  return [base, ...[...new Set(own)].filter((amount) => amount !== base).sort((one, other) => one - other)];
});

let drawn = null;
let plan = null;
function put(element) {
  plan = element;
  if (!element) return;
  element.addEventListener("pick", ({ detail }) => pick(detail));
  drawn = null;
  redraw();
}
function redraw() {
  if (!plan || !section.value) return;
  if (drawn !== section.value) {
    drawn = section.value;
    const rows = [];
    for (const seat of openedSeats.value) {
      (rows[seat.down] ??= { row: seat.row, seats: [] }).seats.push(seat);
    }
    const cost = (seat) => (prices.value.length > 1 ? [money(seat.price)] : []);
    const name = (seat) => [seatName(seat), ...cost(seat), ...marksOf(seat)].join(", ");
    plan.draw(rows, name, `${say("event.section")} ${drawn.name}`, prices.value);
  }
  const words = {
    free: say("event.free"),
    held: say("event.held"),
    sold: say("event.sold"),
    yours: say("event.yours"),
    own: say("event.own"),
  };
  plan.update(letters.value, picked.value, own.value, words, isSought);
}
effect(() => {
  section.value;
  letters.value;
  picked.value;
  own.value;
  sought.value;
  redraw();
});

function enter(name) {
  opened.value = name;
  sought.value = new Set();
}

function Sections() {
  return html`<div class="sections">
    ${layout.value.sections.map((one) => {
      const { name, price } = one;
      const { picture, free } = overview(one, bySection.value.get(name) ?? [], map.value?.sections[name] ?? "");
      return html`<button class="section" aria-pressed=${opened.value === name} onClick=${() => enter(name)}>
        ${picture}<b>${name}</b><span>${money(price)}</span><small>${say("event.open_left", { n: free })}</small>
      </button>`;
    })}
  </div>`;
}

const marksOf = (seat) => seat.marks.map((mark) => say(`mark.${mark}`));
const standing = (label) => ({ O: [], G: [say("event.held")] })[letters.value.get(label)] ?? [say("event.sold")];
const inList = (seat) => [seat.number, money(seat.price), ...marksOf(seat), ...standing(seat.label)].join(" · ");

/// The same choice as a list, for whom a plan is of no use.
function List() {
  const row = signal(null),
    label = signal(null);
  const Choice = () => {
    const rows = section.value?.rows ?? [];
    const at = Math.min(row.value ?? 0, rows.length - 1);
    // Taken ones too: each has its line.
    const there = openedSeats.value.filter(
      (one) => one.down === at && isSought(one) && !picked.value.has(one.label) && !own.value.has(one.label),
    );
    const first = there.find((one) => isFree(one.label)) ?? there[0];
    const chosen = there.find((one) => one.label === label.value) ?? first;
    return html`<div class="fields">
      <label
        >${say("event.section")}<select
          value=${opened.value}
          onChange=${(e) => {
            enter(e.target.value);
            row.value = null;
          }}
        >
          ${layout.value.sections.map(({ name }) => html`<option value=${name}>${name}</option>`)}
        </select></label
      >
      <label
        >${say("event.row")}<select
          value=${at}
          onChange=${(e) => {
            row.value = Number(e.target.value);
          }}
        >
          ${rows.map(({ row: name }, place) => html`<option value=${place}>${name ?? place + 1}</option>`)}
        </select></label
      >
      <label
        >${say("event.number")}<select
          value=${chosen?.label}
          onChange=${(e) => {
            label.value = e.target.value;
          }}
        >
          ${there.map((one) => html`<option value=${one.label}>${inList(one)}</option>`)}
        </select></label
      >
      <button class="quiet" disabled=${!chosen} onClick=${() => pickAlone(chosen.label)}>
        ${say(!chosen || isFree(chosen.label) ? "event.pick" : "event.join")}
      </button>
    </div>`;
  };
  return html`<details>
    <summary>${say("event.list")}</summary>
    <${Choice} />
  </details>`;
}
const list = html`<${List} />`;

/// What can be done about a seat that is not free.
function Taken({ shut }) {
  const { label } = taken.value;
  if (letters.value.get(label) === "O") return null;
  const [position, booking] = [places.value.get(label), own.value.get(label)];
  const name = seatName(taken.value);
  return html`<p role="status">
    ${
      booking
        ? html`${say("event.has", { seat: name })}${" "}<a href=${`/booking/${booking}`}>${say("event.booking")}</a>`
        : position
          ? html`${say("event.joined", { n: position, seat: name })}${" "}
              <a href="/waiting">${say("waiting.title")}</a>`
          : html`${say("event.taken", { seat: name })}
            ${!shut && html`<button class="quiet small" onClick=${join}>${say("event.join")}</button>`}`
    }
  </p>`;
}

/// What the visitor has of this event already.
function Own() {
  const bookings = Map.groupBy(own.value.keys(), (label) => own.value.get(label));
  return [...bookings].map(
    ([booking, labels]) =>
      html`<p key=${booking}>
        ${say("event.has", { seat: labels.join(", ") })}${" "}<a href=${`/booking/${booking}`}
          >${say("event.booking")}</a
        >
      </p>`,
  );
}

/// What to do where no seat is picked: leave the choice to the server, or wait in a line.
function NonePicked() {
  const all = [...letters.value.values()];
  const here = openedSeats.value.filter(({ label }) => isFree(label)).length;
  if (map.value && !all.includes("O")) return html`<p>${say("event.out")}</p>`;
  if (map.value && here === 0) return html`<p>${say("event.section_out")}</p>`;
  return html`<p><small>${say("event.none")}</small></p>
    <button class="go" disabled=${holding.value} onClick=${() => holdBest(true)}>
      ${holding.value ? say("account.working") : say("event.best", { n: group.value })}
    </button>`;
}

function Refused() {
  const { code, message, problem, wanted } = refusal.value;
  const enough = code === "not_enough_seats" && wanted?.together && problem.open >= wanted.best;
  return html`<div role="alert">
    <p class="bad">${enough ? say("event.not_together", { n: wanted.best }) : message}</p>
    ${
      enough &&
      html`<button class="quiet" onClick=${() => book({ ...wanted, together: false })}>
        ${say("event.apart", { n: wanted.best })}
      </button>`
    }
    ${
      code === "email_not_confirmed" &&
      html`<button class="quiet small" onClick=${confirmAddress}>${say("confirm.send")}</button>`
    }
  </div>`;
}

/// What may be looked for in the opened section.
function Marks() {
  const toggle = (mark) => {
    const looked = new Set(sought.value);
    if (!looked.delete(mark)) looked.add(mark);
    sought.value = looked;
    const first = openedSeats.value.find(isSought);
    if (looked.size > 0 && first) plan?.reveal(first.label);
  };
  return html`<p class="days marks">
    ${marks.value.map(
      (mark) =>
        html`<button class="choice" aria-pressed=${sought.value.has(mark)} onClick=${() => toggle(mark)}>
          <span aria-hidden="true">${signs[mark]}</span> ${say(`mark.${mark}`)}
        </button>`,
    )}
  </p>`;
}

/// What each shape costs, where a section has more prices than one.
function Prices() {
  return html`<ul class="key">
    ${prices.value.map(
      (amount, place) =>
        html`<li><i class="sample" data-shape=${shapeOf(place)}></i>${money({ amount, currency: "IDR" })}</li>`,
    )}
  </ul>`;
}

/// The picked seats and their sum.
function Chosen({ seats: chosen }) {
  const amount = chosen.reduce((total, seat) => total + seat.price.amount, 0);
  return html`<div class="sum">
    <span class="chips"
      >${chosen.map(
        (seat) =>
          html` <button
            class="chip"
            key=${seat.label}
            aria-label=${say("event.unpick", { label: seat.label, seat: seatName(seat) })}
            onClick=${() => pick(seat.label)}
          >
            ${seat.label}
          </button>`,
      )}</span
    >
    <b>${money({ amount, currency: "IDR" })}</b>
  </div>`;
}

function takeInstead() {
  const some = lost.value.instead.map(({ label }) => label).filter(isFree);
  picked.value = new Set([...picked.value, ...some]);
  lost.value = null;
  tell(say("event.picked", { n: picked.value.size }));
}

function Foot() {
  const chosen = [...picked.value].map((label) => seats.value.get(label)).filter(Boolean);
  return html`<div class="foot" ref=${foot}>
    ${
      lost.value &&
      html`<p role="alert">
        ${say("event.lost", { seat: lost.value.seats.map(seatName).join("; ") })}
        ${
          lost.value.instead.length > 0 &&
          html`<button class="quiet small" onClick=${takeInstead}>
            ${say("event.instead", { seat: lost.value.instead.map(({ label }) => label).join(", ") })}
          </button>`
        }
      </p>`
    }
    ${taken.value && html`<${Taken} />`} ${refusal.value && html`<${Refused} />`}
    ${mailed.value && html`<p role="status">${say(mailed.value)}</p>`}
    ${chosen.length > 0 && html`<${Chosen} seats=${chosen} />`}
    ${
      chosen.length > 0
        ? html`<button class="go" disabled=${holding.value} onClick=${hold}>
            ${holding.value ? say("account.working") : say("event.hold", { n: chosen.length })}
          </button>`
        : html`<${NonePicked} />`
    }
  </div>`;
}

function Group() {
  return html`<div class="group">
    <span>${say("event.together")}</span>
    <button
      class="round"
      aria-label=${say("event.fewer")}
      disabled=${group.value <= 1}
      onClick=${() => {
        group.value -= 1;
      }}
    >
      −
    </button>
    <output>${group.value}</output>
    <button
      class="round"
      aria-label=${say("event.more")}
      disabled=${group.value >= Math.min(most.value, 10)}
      onClick=${() => {
        group.value += 1;
      }}
    >
      +
    </button>
    <span class="gap"></span>
    <button class="round" aria-label=${say("event.farther")} onClick=${() => plan?.farther()}>⊖</button>
    <button class="round" aria-label=${say("event.closer")} onClick=${() => plan?.closer()}>⊕</button>
  </div>`;
}

function Page() {
  if (failure.value)
    return html`<${Failed}
      error=${failure.value}
      again=${failure.value.status === 404 || failure.value.status === 422 ? null : read}
    />`;
  if (!event.value || !layout.value) return html`<${Waiting} />`;
  const { title, venue, city, starts_at: starts, time_zone: zone } = event.value;
  const shut = closed(event.value);
  const states = ["free", "held", "sold", "yours", ...(own.value.size > 0 ? ["own"] : [])];
  return html`
    <div class="facts-of">
      <div class="lead">
        <h2>${title}</h2>
        <p>
          ${[venue, city].filter(Boolean).join(", ")}<br />${when(starts, zone)}
          <span class="live" data-asleep=${asleep.value} data-told=${told.value}
            >${say(asleep.value ? "event.asleep" : "event.live")}</span
          >
        </p>
      </div>
      ${shut && html`<p class="state">${shut}</p>`} ${own.value.size > 0 && html`<${Own} />`}
      ${layout.value.sections.length > 1 && html`<${Sections} />`}
      <${Group} />
      ${marks.value.length > 0 && html`<${Marks} />`}
    </div>
    <div class="plan">
      <div class="stage">${say(`event.${layout.value.front.toLowerCase()}`)}</div>
      <seat-map ref=${put}></seat-map>
    </div>
    <div class="below">
      <ul class="key">
        ${states.map((state) => html`<li><i class="sample" data-state=${state}></i>${say(`event.${state}`)}</li>`)}
      </ul>
      ${prices.value.length > 1 && html`<${Prices} />`} ${list}
    </div>
    ${shut ? taken.value && html`<div class="foot" ref=${foot}><${Taken} shut /></div>` : html`<${Foot} />`}
  `;
}

show(html`<${Page} />`);
await read();
watch({
  wish: () => ({ action: "subscribe", event_id: id }),
  take,
  look,
  often: (isTold) => {
    told.value = isTold;
    return isTold && (layout.value?.layout ?? 0) >= wanted ? seldom : 1000;
  },
});
// A sale opens and ends by the clock, whether anything is told or not.
setInterval(() => {
  clock.value = now();
}, 1000);

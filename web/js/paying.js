// What a booking and a purchase have in common until they are paid: the clock, the payment, and a look at how things
// stand, again and again.

import { ask, now } from "./api.js";
import { seldom, watch } from "./live.js";
import { session } from "./session.js";
import { html, signal, tell } from "./view.js";
import { countdown, say } from "./words.js";

// When the clock is spoken, in seconds.
const spoken = [120, 60, 30];

const clock = signal(now());

/// Lets the clock run. `until` answers when the time to pay ends, or `null` while nothing is to be paid.
export function runClock(until) {
  setInterval(() => {
    const before = clock.value;
    clock.value = now();
    const end = until();
    if (!end) return;
    const left = (at) => (Date.parse(end) - at) / 1000;
    const passed = spoken.find((second) => left(before) > second && left(clock.value) <= second);
    if (passed) tell(say("paying.minutes", { time: countdown(passed * 1000) }));
  }, 500);
}

/// Is the time to pay over? What follows is for the server to say.
export const isOver = (until) => Date.parse(until) <= clock.value;

/// The time that is left: from `since` to `until`.
export function Clock({ title, since, until }) {
  const left = Date.parse(until) - clock.value;
  return html`<div>
      <p>${title}</p>
      <div class="clock" role="timer" aria-live="off">${countdown(left)}</div>
      <p>${say("paying.left")}</p>
    </div>
    <progress
      class="ring"
      max=${Date.parse(until) - Date.parse(since)}
      value=${Math.max(0, left)}
      aria-hidden="true"
    ></progress>`;
}

const invoice = signal(null);
const method = signal(null);

/// Reads how an invoice may be paid, once.
export async function readMethods({ number }) {
  if (invoice.value?.number === number) return;
  invoice.value = await ask("GET", `/invoices/${number}`);
  method.value = invoice.value.methods[0] ?? null;
}

// As many as Karcis's own provider has. A guess costs no more than a small move of what is below.
const usual_methods = 3;

/// The place of the methods until they are known, so that nothing below moves when they come.
function MethodsToCome() {
  const one = (n) => html`<label key=${n}><input type="radio" /><b>…</b></label>`;
  return html`<fieldset class="nominals" inert aria-hidden="true">
      <legend>${say("paying.how")}</legend>
      ${[...Array(usual_methods).keys()].map(one)}
    </fieldset>
    <p inert aria-hidden="true"><small>…</small></p>`;
}

/// The methods to choose from. Where there is no provider, nobody can pay, and the page says so.
export function Methods({ disabled }) {
  const told = invoice.value;
  if (!told) return html`<${MethodsToCome} />`;
  if (told.methods.length === 0) return html`<p class="state" role="status">${say("paying.nobody")}</p>`;
  return html`<fieldset class="nominals" disabled=${disabled}>
      <legend>${say("paying.how")}</legend>
      ${told.methods.map(
        (one) =>
          html`<label key=${one}
            ><input
              type="radio"
              name="method"
              checked=${method.value === one}
              onChange=${() => {
                method.value = one;
              }}
            /><b>${say(`method.${one}`)}</b></label
          >`,
      )}
    </fieldset>
    ${told.simulated && html`<p><small>${say("paying.simulated")}</small></p>`}`;
}

export const isPayable = () => method.value !== null;

/// Pays an invoice by the chosen method, once however often it is asked.
export function pay({ number }) {
  const body = { method: method.value };
  return ask("POST", `/invoices/${number}/pay`, { key: `pay-${number}-${method.value}`, body });
}

/// Keeps a thing of one's own up to date: `path` is where it is read, `name` what it is called when it is told. `shown`
/// is called with each state that is newer than the one before, and once more for the same one if it was looked for;
/// `failed` with why it could not be read. `settled` answers whether all has come, and `untold` whether something is
/// missing that nobody is told of.
export function keepUp({ name, id, path, shown, failed, settled, untold = () => false }) {
  let known = 0;
  const take = (version, state) => {
    if (version < known) return null;
    known = version;
    return shown(state);
  };
  const look = async () => {
    try {
      const { version, body } = await ask("GET", `${path}/${id}`, { versioned: true });
      await take(version, body);
    } catch (error) {
      failed(error);
    }
  };
  const wish = () => session() && { action: "subscribe", [`${name}_id`]: id, token: session().token };
  const told = (message) => message[name] && take(message.version, message[name]);
  const often = (isTold) => (settled() || (isTold && !untold()) ? seldom : 1000);
  watch({ wish, take: told, look, often });
  return look;
}

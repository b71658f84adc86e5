// Buys a power token in three steps: whose meter, which nominal and what energy it buys, and the payment, which has a
// page of its own. Below, what the buyer bought before: their meters and tokens.

import { ask } from "./api.js";
import { paged } from "./paged.js";
import { session, signIn } from "./session.js";
import { Failed, Steps, Waiting, foot, html, show, signal } from "./view.js";
import { energy, grouped, money, say } from "./words.js";

const kept_meters = 5;

const meter = signal(null);
const chosen = signal(null);
const looking = signal(false);
const buying = signal(false);
const refusal = signal(null);
const { list: mine, read: readMine } = paged("/power/purchases", 50);
// A purchase that is asked for again, after a lost answer or a double tap, is the same purchase.
let key = null;

async function look(number) {
  looking.value = true;
  refusal.value = null;
  try {
    meter.value = await ask("GET", `/power/meters/${encodeURIComponent(number)}`);
    history.replaceState(null, "", `/power?meter=${meter.value.number}`);
    choose(meter.value.nominals.find(({ product_id: id }) => id === chosen.value?.product_id) ?? null);
  } catch (error) {
    refusal.value = error;
  }
  looking.value = false;
}

function choose(nominal) {
  chosen.value = nominal;
  refusal.value = null;
  key = crypto.randomUUID();
}

function leave() {
  meter.value = null;
  choose(null);
  history.replaceState(null, "", "/power");
}

async function buy(again) {
  buying.value = true;
  refusal.value = null;
  const { product_id, product_version } = chosen.value;
  const { number: meter_number, rates_version } = meter.value;
  const body = { meter_number, product_id, product_version, rates_version, payment: "manual", ...again };
  try {
    const { id } = await ask("POST", "/power/purchases", { body, key });
    location.assign(`/purchase/${id}`);
    return;
  } catch (error) {
    buying.value = false;
    // An answer that decided is not asked for again: what is sent next is another purchase.
    if (error.decided) key = crypto.randomUUID();
    if (["product_changed", "product_withdrawn", "rates_changed"].includes(error.code)) await look(meter_number);
    refusal.value = error;
  }
}

function Refused() {
  const { code, message, problem } = refusal.value;
  return html`<div role="alert">
    <p class="bad">${message}</p>
    ${
      code === "purchase_under_way" &&
      html`<p><a href=${`/purchase/${problem.purchase_id}`}>${say("power.first")}</a></p>
        <button class="quiet" onClick=${() => buy({ again: true })}>${say("power.again")}</button>`
    }
  </div>`;
}

function Ask() {
  const send = (event) => {
    event.preventDefault();
    look(new FormData(event.target).get("number"));
  };
  const kept = [...new Set(mine.value.items.map((one) => one.meter_number))].slice(0, kept_meters);
  return html`<form class="fields" onSubmit=${send}>
      <label
        >${say("power.meter")}<input name="number" inputmode="numeric" autocomplete="off" required maxlength="20" />
        <small>${say("power.meter_hint")}</small></label
      >
      ${refusal.value && html`<${Refused} />`}
      <button class="go" disabled=${looking.value}>${say(looking.value ? "account.working" : "power.look")}</button>
    </form>
    ${
      kept.length > 0 &&
      html`<section>
        <h2>${say("power.kept")}</h2>
        <p class="chips">
          ${kept.map(
            (number) => html`<button class="choice" onClick=${() => look(number)}>${grouped(number)}</button>`,
          )}
        </p>
      </section>`
    }`;
}

function Whose() {
  const { number, name, tariff, power_va: power } = meter.value;
  return html`<section class="ticket">
    <header>
      <h2>${name}</h2>
      <small>${grouped(number)}</small>
    </header>
    <dl>
      <div>
        <dt>${say("power.connection")}</dt>
        <dd>${tariff} / ${power} VA</dd>
      </div>
    </dl>
  </section>`;
}

function Nominals() {
  const { nominals } = meter.value;
  if (nominals.length === 0) return html`<p class="state">${say("power.none")}</p>`;
  return html`<fieldset class="nominals">
    <legend>${say("power.nominal")}</legend>
    ${nominals.map(
      (one) =>
        html`<label key=${one.product_id}
          ><input
            type="radio"
            name="nominal"
            checked=${chosen.value?.product_id === one.product_id}
            onChange=${() => choose(one)}
          /><b>${money(one.nominal)}</b><span>${energy(one.kwh)}</span></label
        >`,
    )}
  </fieldset>`;
}

function Foot() {
  const nominal = chosen.value;
  const facts = nominal && { kwh: energy(nominal.kwh), sum: money(nominal.total) };
  return html`<div class="foot" ref=${foot}>
    ${refusal.value && html`<${Refused} />`}
    ${
      nominal &&
      html`<div class="sum">
        <small>${money(nominal.nominal)} + ${say("power.fee")} ${money(nominal.admin_fee)}</small><b>${facts.sum}</b>
      </div>`
    }
    <button class="go" disabled=${!nominal || buying.value} onClick=${() => buy()}>
      ${buying.value ? say("account.working") : nominal ? say("power.buy", facts) : say("power.choose")}
    </button>
    <button class="quiet" disabled=${buying.value} onClick=${leave}>${say("power.other")}</button>
  </div>`;
}

function Mine() {
  const { state, items, error, more } = mine.value;
  if (state === "waiting") return html`<${Waiting} />`;
  return html`<section class="mine">
    ${items.length > 0 && html`<h2>${say("power.mine")}</h2>`}
    <ul class="films">
      ${items.map(
        (one) =>
          html`<li key=${one.id}>
            <a class="row" href=${`/purchase/${one.id}`}>
              <span
                ><b>${money(one.nominal)}</b> · ${energy(one.kwh)}<br /><small
                  >${grouped(one.meter_number)}</small
                ></span
              >
              <span class="tag" data-status=${one.status}>${say(`status.${one.status}`)}</span></a
            >
          </li>`,
      )}
    </ul>
    ${state === "failed" && html`<${Failed} error=${error} again=${() => readMine()} />`}
    ${more && html`<button class="quiet" onClick=${() => readMine(more)}>${say("films.more")}</button>`}
  </section>`;
}

function Page() {
  const steps = [[say("power.step.meter")], [say("power.step.nominal")], [say("power.step.pay")]];
  const at = !meter.value ? 0 : !chosen.value ? 1 : 2;
  return html`<${Steps} steps=${steps} at=${at} across />
    ${meter.value ? html`<${Whose} /><${Nominals} /><${Foot} />` : html`<${Ask} /><${Mine} />`}`;
}

if (!session()) await signIn("account.needed");
show(html`<${Page} />`);
const number = new URLSearchParams(location.search).get("meter");
if (number) look(number);
readMine();

// A purchase of a power token, from payment to token. However often the page is opened, it shows what the API says.

import { Clock, Methods, isOver, isPayable, keepUp, pay, readMethods, runClock } from "./paying.js";
import { session, signIn } from "./session.js";
import { Failed, Steps, Waiting, foot, html, show, signal, tell, toTop } from "./view.js";
import { because, energy, grouped, money, say } from "./words.js";

const id = location.pathname.split("/")[2] ?? "";
const purchase = signal(null);
const failure = signal(null);
const refusal = signal(null);
// Why what is shown may be old.
const stale = signal(null);
const paying = signal(false);
const copied = signal(false);

const under_way = ["AWAITING_PAYMENT", "ISSUING", "REFUNDING"];

let look;

function failed(error) {
  if (!purchase.value || error.status === 404) failure.value = error;
  else stale.value = error;
}

async function shown(told) {
  const before = purchase.value?.status;
  purchase.value = told;
  failure.value = stale.value = null;
  const { status, invoice } = told;
  if (before && before !== status) tell(say(status === "ISSUED" ? "purchase.ready" : `status.${status}`));
  if (before && before !== status && status === "ISSUED") toTop();
  if (status !== "AWAITING_PAYMENT") paying.value = false;
  else if (invoice) await readMethods(invoice).catch((error) => (stale.value = error));
}

async function payNow() {
  paying.value = true;
  refusal.value = null;
  try {
    await pay(purchase.value.invoice);
  } catch (error) {
    paying.value = false;
    refusal.value = error;
  }
  await look();
}

async function copy() {
  const digits = document.querySelector(".token");
  try {
    await navigator.clipboard.writeText(digits.textContent);
    copied.value = true;
    tell(say("purchase.copied"));
  } catch {
    // A browser that does not let us copy lets people do it: the digits are selected.
    getSelection().selectAllChildren(digits);
  }
}

function Token({ token }) {
  return html`<p class="good">${say("purchase.ready")}</p>
    <p class="token">${grouped(token)}</p>
    <p>${say("purchase.enter")}</p>`;
}

function PurchaseSteps({ status }) {
  const paid = ["ISSUING", "ISSUED"].includes(status);
  const steps = [
    [say("purchase.step.made")],
    [say(paid ? "step.paid" : paying.value ? "step.paying" : "step.pay")],
    [say("purchase.step.token"), say("purchase.step.token_soon")],
  ];
  return html`<${Steps} steps=${steps} at=${{ AWAITING_PAYMENT: 1, ISSUING: 2, ISSUED: 3 }[status]} />`;
}

function Page() {
  if (failure.value)
    return html`<${Failed} error=${failure.value} again=${failure.value.status === 404 ? null : look} />`;
  const told = purchase.value;
  if (!told) return html`<${Waiting} />`;
  const { status, total, reference } = told;
  const payable = status === "AWAITING_PAYMENT";
  const ended = ["FAILED", "REFUNDING", "REFUNDED"].includes(status);
  return html` ${
      payable && html`<${Clock} title=${say("purchase.held")} since=${told.created_at} until=${told.expires_at} />`
    }
    ${status === "ISSUED" && html`<${Token} token=${told.token} />`}
    ${ended && html`<p class="state" role="status">${because(told)}${say(`purchase.ended.${status}`)}</p>`}
    <section class="ticket">
      <header>
        <h2>${money(told.nominal)} · ${energy(told.kwh)}</h2>
        <small>${say("purchase.meter")} ${grouped(told.meter_number)}</small>
      </header>
      <dl>
        <div>
          <dt>${say("booking.sum")}</dt>
          <dd>
            ${money(total)}<br /><small>${money(told.nominal)} + ${say("power.fee")} ${money(told.admin_fee)}</small>
          </dd>
        </div>
        <div>
          <dt>${say("purchase.reference")}</dt>
          <dd>${reference.slice(0, 4)}-${reference.slice(4)}</dd>
        </div>
      </dl>
    </section>
    ${payable && html`<${Methods} disabled=${paying.value} />`} ${!ended && html`<${PurchaseSteps} status=${status} />`}
    <div class="foot" ref=${foot}>
      ${stale.value && html`<p class="bad" role="status">${stale.value.message}</p>`}
      ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
      ${
        payable &&
        html`<button class="go" disabled=${paying.value || !isPayable() || isOver(told.expires_at)} onClick=${payNow}>
          ${paying.value ? say("step.paying") : say("paying.pay", { sum: money(total) })}
        </button>`
      }
      ${
        status === "ISSUED" &&
        html`<button class="go" onClick=${copy}>${say(copied.value ? "purchase.copied" : "purchase.copy")}</button>`
      }
      ${
        (ended || status === "ISSUED") &&
        html`<a class="quiet" href=${`/power?meter=${told.meter_number}`}>${say("purchase.more")}</a>`
      }
    </div>`;
}

/// An invoice that could not be made at once comes later.
function untold() {
  return purchase.value?.status === "AWAITING_PAYMENT" && !purchase.value.invoice;
}

function settled() {
  if (failure.value) return [404, 422].includes(failure.value.status);
  return purchase.value !== null && !under_way.includes(purchase.value.status);
}

if (!session()) await signIn("account.needed");
show(html`<${Page} />`);
runClock(() => (purchase.value?.status === "AWAITING_PAYMENT" ? purchase.value.expires_at : null));
look = keepUp({ name: "purchase", id, path: "/power/purchases", shown, failed, settled, untold });

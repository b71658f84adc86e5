// Signing in, and making an account. Afterwards it leads back to where the visitor came from.

import { Refusal, ask } from "./api.js";
import { begin, session } from "./session.js";
import { html, show, signal } from "./view.js";
import { language, say } from "./words.js";

const asked = new URLSearchParams(location.search);
// A whole address of our own, and no other: as a path, `/.//elsewhere` would lead away.
const wanted = asked.get("next") ?? "/";
const next = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : new URL("/", location.origin);
const why = ["account.expired", "account.first", "account.needed"].find((one) => one === asked.get("why"));
const mode = signal("login");
const refusal = signal(null);
const working = signal(false);

/// Signs in; where the network address is paused because of strangers, by a proof of work.
async function login(email, password, proof) {
  try {
    begin(await ask("POST", "/login", { body: { email, password, proof }, alone: true }));
  } catch (error) {
    const work = error.problem?.proof_of_work;
    if (!work || proof) throw error;
    await login(email, password, await prove(work));
  }
}

/// A text for which the SHA-256 of `<challenge>:<text>` begins with so many zero bits (docs/api.md).
async function prove({ challenge, zero_bits: bits }) {
  const encoder = new TextEncoder();
  for (let text = 0; ; text += 1) {
    const digest = new DataView(await crypto.subtle.digest("SHA-256", encoder.encode(`${challenge}:${text}`)));
    if (Math.clz32(digest.getUint32(0)) >= bits) return String(text);
  }
}

async function send(event) {
  event.preventDefault();
  const { email, password, name } = Object.fromEntries(new FormData(event.target));
  working.value = true;
  refusal.value = null;
  try {
    if (mode.value === "register") {
      await ask("POST", "/register", { body: { email, password, name, locale: language }, alone: true });
    }
    await login(email, password);
    location.assign(next.origin === location.origin ? next.href : "/");
  } catch (error) {
    refusal.value = error instanceof Refusal ? error : new Refusal(500);
    working.value = false;
  }
}

function Page() {
  const registering = mode.value === "register";
  const tab = (name) =>
    html`<button
      class="day"
      aria-pressed=${mode.value === name}
      onClick=${() => {
        mode.value = name;
        refusal.value = null;
      }}
    >
      ${say(`account.${name}`)}
    </button>`;
  return html` ${why && html`<p class="state" role="status">${say(why)}</p>`}
    <div class="days">${tab("login")}${tab("register")}</div>
    <form class="fields" onSubmit=${send}>
      ${
        registering &&
        html`<label>${say("account.name")}<input name="name" required maxlength="100" autocomplete="name" /></label>`
      }
      <label>${say("account.email")}<input name="email" type="email" required autocomplete="email" /></label>
      <label
        >${say("account.password")}<input
          name="password"
          type="password"
          required
          minlength="8"
          maxlength="128"
          autocomplete=${registering ? "new-password" : "current-password"}
        />
        ${registering && html`<small>${say("account.password_hint")}</small>`}</label
      >
      ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
      <button class="go" disabled=${working.value}>
        ${say(working.value ? "account.working" : `account.${mode.value}`)}
      </button>
      <a href="/reset-password">${say("account.forgot")}</a>
    </form>`;
}

const who = session();
show(
  who
    ? html`<p class="state">${say("account.hello", { name: who.name })}</p>
        <a class="go" href="/bookings">${say("bookings.title")}</a>`
    : html`<${Page} />`,
);

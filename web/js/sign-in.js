// Signing in, and making an account: on a page of its own, or within a page whose session ended.

import { Refusal, ask } from "./api.js";
import { begin } from "./session.js";
import { drawBar, html, render, signal } from "./view.js";
import { language, say } from "./words.js";

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

/// The form. `modes` are what it offers, of `login` and `register`; `done` is called once somebody is signed in.
export function signInForm({ modes, done }) {
  const mode = signal("login");
  const refusal = signal(null);
  const working = signal(false);

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
      done();
    } catch (error) {
      refusal.value = error instanceof Refusal ? error : new Refusal(500);
      working.value = false;
    }
  }

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

  return function Form() {
    const registering = mode.value === "register";
    return html`${modes.length > 1 && html`<div class="days">${modes.map(tab)}</div>`}
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
  };
}

let under_way = null;

/// Asks to sign in above the page, however many ask for it; returns once that is done.
export function signInHere() {
  under_way ??= new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", say("account.login"));
    const done = () => {
      under_way = null;
      dialog.close();
      dialog.remove();
      drawBar();
      resolve();
    };
    const Form = signInForm({ modes: ["login"], done });
    const content = html`<p role="status">${say("account.expired")}</p>
      <${Form} />
      <p><a href="/">${say("home")}</a></p>`;
    // The page cannot go on without a session. A browser closes a dialog although it is asked not to: it opens again.
    dialog.addEventListener("close", () => under_way && dialog.showModal());
    document.body.append(dialog);
    render(content, dialog);
    dialog.showModal();
  });
  return under_way;
}

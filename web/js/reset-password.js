// A new password: with the token of a mailed link it is set, without one a link is asked for.

import { ask } from "./api.js";
import { end } from "./session.js";
import { html, show, signal } from "./view.js";
import { say } from "./words.js";

const token = new URLSearchParams(location.search).get("token");
const done = signal(false);
const refusal = signal(null);

async function send(event) {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  refusal.value = null;
  try {
    if (token) {
      await ask("POST", "/password/reset/confirm", { body: { token, new: password }, alone: true });
      end();
    } else {
      await ask("POST", "/password/reset", { body: { email }, alone: true });
    }
    done.value = true;
  } catch (error) {
    refusal.value = error;
  }
}

function Page() {
  if (done.value) {
    return html`<p class="state good" role="status">${say(token ? "reset.done" : "reset.sent")}</p>
      ${token && html`<a class="go" href="/account">${say("account.login")}</a>`}`;
  }
  return html`<form class="fields" onSubmit=${send}>
    ${
      token
        ? html`<label
            >${say("reset.new")}<input
              name="password"
              type="password"
              required
              minlength="8"
              maxlength="128"
              autocomplete="new-password"
            />
            <small>${say("account.password_hint")}</small></label
          >`
        : html`<label>${say("account.email")}<input name="email" type="email" required autocomplete="email" /></label>`
    }
    ${refusal.value && html`<p class="bad" role="alert">${refusal.value.message}</p>`}
    <button class="go">${say(token ? "reset.set" : "reset.ask")}</button>
  </form>`;
}

show(html`<${Page} />`);

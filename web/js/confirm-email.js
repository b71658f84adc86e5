// The address that the mail to a new account names.

import { ask } from "./api.js";
import { Failed, Waiting, html, show } from "./view.js";
import { say } from "./words.js";

const token = new URLSearchParams(location.search).get("token");

async function confirm() {
  if (!token) return show(html`<p class="state">${say("confirm.missing")}</p>`);
  show(html`<${Waiting} />`);
  try {
    await ask("POST", "/email/confirm", { body: { token }, alone: true });
    show(
      html`<p class="state good" role="status">${say("confirm.done")}</p>
        <a class="go" href="/">${say("home")}</a>`,
    );
  } catch (error) {
    show(html`<${Failed} error=${error} again=${error.decided ? null : confirm} />`);
  }
}

confirm();

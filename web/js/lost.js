// There is no page at this address.

import { html, show } from "./view.js";
import { say } from "./words.js";

show(
  html`<p class="state">${say("lost.text")}</p>
    <a class="go" href="/">${say("home")}</a>`,
);

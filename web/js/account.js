// Signing in, and making an account. Afterwards it leads back to where the visitor came from.

import { session } from "./session.js";
import { signInForm } from "./sign-in.js";
import { html, show } from "./view.js";
import { say } from "./words.js";

const asked = new URLSearchParams(location.search);
// A whole address of our own, and no other: as a path, `/.//elsewhere` would lead away.
const wanted = asked.get("next") ?? "/";
const next = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : new URL("/", location.origin);
const why = ["account.expired", "account.first", "account.needed"].find((one) => one === asked.get("why"));
const Form = signInForm({
  modes: ["login", "register"],
  done: () => location.assign(next.origin === location.origin ? next.href : "/"),
});

const who = session();
show(
  who
    ? html`<p class="state">${say("account.hello", { name: who.name })}</p>
        <a class="go" href="/bookings">${say("bookings.title")}</a>`
    : html`${why && html`<p class="state" role="status">${say(why)}</p>`}<${Form} />`,
);

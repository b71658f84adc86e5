// What all pages have: how they are drawn, the bar, and the states of something that is read.

import htm from "../vendor/htm.js";
import { h, render } from "../vendor/preact.js";
import { end, session } from "./session.js";
import { others, say, speak } from "./words.js";
import { ask } from "./api.js";

export { render } from "../vendor/preact.js";
export { batch, computed, effect, signal } from "../vendor/signals.js";
export const html = htm.bind(h);

function Bar() {
  const who = session();
  const leave = async () => {
    await ask("POST", "/logout", { alone: true }).catch(() => {});
    end();
    location.assign("/");
  };
  return html`
    ${others.map(
      (tag) => html`<button class="plain" lang=${tag} onClick=${() => speak(tag)}>${tag.toUpperCase()}</button>`,
    )}
    ${
      who
        ? html`<a href="/bookings">${say("bookings.title")}</a>
            <a href="/waiting">${say("waiting.title")}</a>
            <button class="plain" onClick=${leave}>${say("account.logout")}</button>`
        : html`<a href="/account">${say("account.login")}</a>`
    }
  `;
}

export function drawBar() {
  render(html`<${Bar} />`, document.getElementById("bar"));
}
drawBar();

// A page that the back button brings back from memory shows what was, to who was: it is read anew.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

// What has the focus is never covered by the foot of a page, however tall that is.
const sizes = new ResizeObserver(([{ target }]) => {
  document.documentElement.style.setProperty("--foot", `${target.offsetHeight}px`);
});
export function foot(element) {
  if (element) sizes.observe(element);
}

/// Calls `look` every few seconds while the page is seen, and when it is seen again; never twice at the same time.
export function often(look) {
  let looking = false;
  const seen = async () => {
    if (looking || document.visibilityState !== "visible") return;
    looking = true;
    await look().catch(() => {});
    looking = false;
  };
  setInterval(seen, 5000);
  document.addEventListener("visibilitychange", seen);
}

export function show(content) {
  render(content, document.getElementById("content"));
}

/// Shows the beginning of the page, where something came in.
export function toTop() {
  requestAnimationFrame(() => scrollTo(0, 0));
}

/// What stands where something is being read.
export const Waiting = () => html`<p class="state waiting" role="status">${say("wait")}</p>`;

/// What stands where reading failed.
export const Failed = ({ error, again }) => html`
  <div class="state" role="alert">
    <p>${error.message}</p>
    ${
      again
        ? html`<button class="quiet" onClick=${again}>${say("again")}</button>`
        : html`<a href="/">${say("home")}</a>`
    }
  </div>
`;

/// Steps, of which those before place `at` are done. A step is a text and, while it is to come, a second one.
export function Steps({ steps, at, across }) {
  return html`<ol class=${across ? "steps across" : "steps"}>
    ${steps.map(
      ([step, more], place) =>
        html` <li class=${place < at ? "done" : place === at ? "now" : ""} aria-current=${place === at ? "step" : null}>
          <span class="dot" aria-hidden="true">${place < at ? "✓" : place + 1}</span>
          <span>${step}${more && place >= at && html`<br /><small>${more}</small>`}</span>
        </li>`,
    )}
  </ol>`;
}

/// A hue for a title: films without a picture get a gradient of their own.
export function hue(title) {
  let sum = 0;
  for (const letter of title) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

/// Speaks to who cannot see: rarely, and only of what is theirs.
export function tell(text) {
  document.getElementById("told").textContent = text;
}

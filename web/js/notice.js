// What stands above every page when it may be old: there is no connection, or there is a newer version of the page.

import { html, render, signal } from "./view.js";
import { say } from "./words.js";

const pause = 5 * 60_000;
const settled = 3000;

const offline = signal(!navigator.onLine);
const newer = signal(false);

function Notice() {
  if (newer.value)
    return html`<p role="status">
      ${say("version.newer")} <button class="plain" onClick=${() => location.reload()}>${say("version.reload")}</button>
    </p>`;
  return offline.value ? html`<p role="status">${say("offline.now")}</p>` : null;
}

/// The tags of the files that this page was made of.
async function tags() {
  const ours = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const files = ours.filter(({ origin, pathname }) => origin === location.origin && /\.(js|css|json)$/.test(pathname));
  const tag = async ({ pathname }) =>
    `${pathname} ${(await fetch(pathname, { method: "HEAD", cache: "no-store" })).headers.get("etag")}`;
  return (await Promise.all([...new Map(files.map((file) => [file.pathname, file])).values()].map(tag))).sort().join();
}

let known = null;
let looked = Date.now();

/// Files are asked for anew at each visit; a page that stays open for long asks whether they have changed since.
async function look() {
  if (document.visibilityState !== "visible") return;
  if (known && Date.now() - looked < pause) return;
  looked = Date.now();
  try {
    const found = await tags();
    known ??= found;
    newer.value = found !== known;
  } catch {
    // Without a connection there is no newer version to be had.
  }
}

const place = document.createElement("div");
place.className = "notice";
document.querySelector("main").before(place);
render(html`<${Notice} />`, place);
addEventListener("offline", () => {
  offline.value = true;
});
addEventListener("online", () => {
  offline.value = false;
});
setTimeout(look, settled);
setInterval(look, pause);
document.addEventListener("visibilitychange", look);

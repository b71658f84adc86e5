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

/// The tag of a file, which changes with it.
async function tag(pathname) {
  const { ok, headers } = await fetch(pathname, { method: "HEAD", cache: "no-store" });
  const found = headers.get("etag");
  if (!ok || !found) throw new Error(`${pathname} has no tag just now`);
  return `${pathname} ${found}`;
}

/// The tags of the files that this page was made of.
async function tags() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const ours = loaded.filter(({ origin, pathname }) => origin === location.origin && /\.(js|css|json)$/.test(pathname));
  const names = [...new Set(ours.map(({ pathname }) => pathname))].sort();
  return (await Promise.all(names.map(tag))).join();
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
    // What cannot be asked for now says nothing of versions.
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

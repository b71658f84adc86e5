// Who is signed in. A token lives an hour and opens nothing after that; there is no other secret in the browser.

const place = "session";
// Did a session end while this page was open, or before it was?
let lapsed = false;

export function session() {
  const kept = JSON.parse(localStorage.getItem(place) ?? "null");
  if (!kept || kept.until <= Date.now()) {
    if (kept) lapse();
    return null;
  }
  return kept;
}

/// Keeps what `POST /api/login` answered.
export function begin({ access_token: token, expires_in: seconds }) {
  const { name } = JSON.parse(decoded(token.split(".")[1]));
  localStorage.setItem(place, JSON.stringify({ token, name, until: Date.now() + seconds * 1000 }));
}

export function end() {
  localStorage.removeItem(place);
}

/// Ends a session that nobody ended: its token is old.
export function lapse() {
  lapsed = true;
  end();
}

/// Returns once somebody is signed in. Who was until now signs in within the page, and loses nothing of it; others are
/// led to the sign-in, and back to here after it. `why` is the name of a text.
export async function signIn(why) {
  // Without a connection the form cannot be had; the page of its own says so.
  const form = lapsed && (await import("./sign-in.js").catch(() => null));
  if (form) return form.signInHere();
  const here = location.pathname + location.search;
  location.assign(`/account?next=${encodeURIComponent(here)}&why=${why}`);
  // The page goes away: nothing after this is to run.
  return new Promise(() => {});
}

function decoded(base64url) {
  const bytes = Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

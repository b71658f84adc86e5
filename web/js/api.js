// Asks the API.

import { lapse, session, signIn } from "./session.js";
import { has, say } from "./words.js";

const patience = 15_000;

// What too many ask for at once is refused by the gateway, in its own words, and asked for again after these pauses.
const busy = [429, 500, 503];
const pauses = [400, 1_200, 3_600];

// What the API answers with 502 although the request has ended.
const ended = ["organiser_refused", "organiser_unavailable", "payment_unavailable"];

/// A refusal in words for people: `code` is the API's (RFC 9457), or `offline`, `slow`, `busy`, `missing` or `other`.
export class Refusal extends Error {
  constructor(status, problem = {}) {
    const code = problem.code ?? { 0: "offline", 404: "missing", 429: "busy", 503: "busy" }[status] ?? "other";
    super(say(has(`failed.${code}`) ? `failed.${code}` : status === 404 ? "failed.missing" : "failed.other", problem));
    Object.assign(this, { status, code, problem });
  }

  /// Did this answer decide? Then the same request with the same key is answered so again; otherwise the first one may
  /// still have its effect, and has to be asked again under its key.
  get decided() {
    if (ended.includes(this.code)) return true;
    if (this.code === "busy") return false;
    return this.status >= 400 && this.status < 500 && !this.problem.retryable;
  }
}

let difference = 0;

/// Now by the server's clock, which alone decides when a hold ends.
export function now() {
  return Date.now() + difference;
}

/// Asks, and answers the body; `null` where there is none. `key` makes a repeated write one write. `versioned` asks for
/// the thing's version beside the body. `tried` says how often the gateway refused it.
export async function ask(method, path, { body, key, alone, anonymous, versioned, tried = 0 } = {}) {
  const headers = { accept: "application/json" };
  const who = anonymous ? null : session();
  if (who) headers.authorization = `Bearer ${who.token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  let response;
  try {
    const signal = AbortSignal.timeout(patience);
    response = await fetch(`/api${path}`, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw new Refusal(0, { code: error.name === "TimeoutError" ? "slow" : "offline" });
  }
  const date = Date.parse(response.headers.get("date") ?? "");
  if (!response.headers.has("age") && date) difference = date + 500 - Date.now();
  const text = await response.text();
  const json = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : null;
  if (response.ok && versioned) return { version: Number(/\d+/.exec(response.headers.get("etag"))?.[0]), body: json };
  if (response.ok) return json;
  // A write may have had its effect, unless the gateway counted it as one too many.
  const repeatable = method === "GET" || key || response.status === 429;
  if (!json?.code && busy.includes(response.status) && repeatable && tried < pauses.length) {
    // Not all of a crowd at the same moment.
    const pause = pauses[tried] * (0.5 + Math.random());
    await new Promise((done) => setTimeout(done, pause));
    return ask(method, path, { body, key, alone, anonymous, versioned, tried: tried + 1 });
  }
  // The gateway's own refusal of a token: it is old, or its session was ended.
  if ([401, 403].includes(response.status) && !json?.code && !alone) {
    // Somebody may have signed in since this was asked.
    if (!session() || session().token === who?.token) {
      lapse();
      await signIn("account.expired");
    }
    return ask(method, path, { body, key, versioned });
  }
  throw new Refusal(response.status, json ?? {});
}

/// Reads what everybody may read. It says nothing of who asks, so that caches have one answer for all.
export function open(path) {
  return ask("GET", path, { alone: true, anonymous: true });
}

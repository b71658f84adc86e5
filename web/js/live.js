// How one thing stands, told as it changes over a WebSocket, and looked for where nothing is told: no network lets a
// message through for certain.

// How often a page looks although it is told: something told may be lost.
export const seldom = 10_000;
// A copy on the way to the API may be a second old: only after this time a page relies on what it is told.
const settles = 2500;
// How often a page says again what it watches: a silent connection is cut after ten minutes. One that is not told asks
// more often whether there is room by now.
const again = { push: 240_000, poll: 60_000 };
// How long a page waits before it connects anew: longer each time, and never all pages at once.
const patience = { first: 500, most: 30_000 };

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const seen = () => document.visibilityState === "visible";

/// Watches a thing until the page goes: `wish` answers what is subscribed to, `take` gets each state that is told and
/// answers whether that is reason to look, and `look` reads how it stands. `often` is given whether the page is told of
/// changes, and answers how long to wait until the next look.
export async function watch({ wish, take, look, often }) {
  let told = null;
  let every = null;
  let wake = () => {};
  const hear = (message) => {
    if (message.type === "subscribed") {
      told = message.mode === "push" ? (told ?? Date.now()) : null;
      every = message.every_ms ?? null;
      if (message.version) take(message);
      wake();
    } else if (message.type !== "refused" && message.type !== "unsubscribed" && take(message) === true) {
      wake();
    }
  };
  const silent = () => {
    const before = told;
    told = every = null;
    // What changed since is not told: look at once.
    if (before) wake();
  };
  connect(wish, hear, silent);
  document.addEventListener("visibilitychange", () => seen() && wake());
  for (let first = true; ; first = false) {
    if (first || seen()) await look();
    const relies = told !== null && Date.now() - told > settles;
    const time = Math.max(often(relies), every ?? 0);
    await Promise.race([pause(time), new Promise((resolve) => (wake = resolve))]);
  }
}

async function connect(wish, hear, silent) {
  for (let wait = patience.first; ; wait = Math.min(wait * 2, patience.most)) {
    while (!seen()) await pause(1000);
    if (await converse(wish, hear)) wait = patience.first;
    silent();
    await pause(wait * (0.5 + Math.random()));
  }
}

/// One connection, from its beginning to its end; answers whether anything was heard.
function converse(wish, hear) {
  return new Promise((resolve) => {
    let heard = null;
    let timer;
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/live`);
    const ask = () => {
      const message = wish();
      if (message && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
      timer = setTimeout(ask, again[heard?.mode] ?? again.poll);
    };
    socket.onopen = ask;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "subscribed") {
        heard = message;
        clearTimeout(timer);
        timer = setTimeout(ask, again[message.mode]);
      }
      hear(message);
    };
    // A page that is kept in memory for the back button has no connection.
    const leave = () => socket.close();
    addEventListener("pagehide", leave);
    socket.onclose = () => {
      removeEventListener("pagehide", leave);
      clearTimeout(timer);
      resolve(heard !== null);
    };
  });
}

// The words of the pages in the reader's language. `words/<language>.json` has them; a test compares the languages.

const known = ["id", "en"];
const asked = [localStorage.getItem("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];

export const language = asked.map((tag) => (tag === "in" ? "id" : tag)).find((tag) => known.includes(tag)) ?? "id";
export const others = known.filter((tag) => tag !== language);

export function speak(tag) {
  localStorage.setItem("language", tag);
  location.reload();
}

// How long one try to read the words may take, and how long it is until the next.
const patience = 8000;
const pauses = [0, 1000];

async function read() {
  for (const pause of pauses) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const answer = await fetch(`/words/${language}.json`, { signal: AbortSignal.timeout(patience) });
      if (answer.ok) return await answer.json();
    } catch {
      // It is tried once more.
    }
  }
  return null;
}

const words = await read();
document.documentElement.lang = language;
if (!words) {
  // No other words are there, so these stand here.
  const none = {
    id: "Tidak ada koneksi. Periksa Internet Anda, lalu muat ulang halaman ini.",
    en: "There is no connection. Check your Internet, then reload this page.",
  };
  const said = Object.assign(document.createElement("p"), { className: "state", textContent: none[language] });
  said.setAttribute("role", "alert");
  document.getElementById("content").replaceChildren(said);
  addEventListener("online", () => location.reload());
  throw new Error("the words of the page did not come");
}

const plural = new Intl.PluralRules(language);

/// The text of this name, with its values. Where a language says it otherwise of one, the text is `<name>.one`.
export function say(name, values = {}) {
  const one = plural.select(Number(values.n)) === "one" ? words[`${name}.one`] : undefined;
  return (one ?? words[name] ?? name).replace(/\{(\w+)\}/g, (_, value) => values[value] ?? "");
}

/// Why something ended, with a blank after it.
export function because({ status, reason }) {
  if (!reason) return "";
  const less = reason === "PAYMENT_FAILED" && ["REFUNDING", "REFUNDED"].includes(status);
  return `${say(`reason.${less ? "UNDERPAID" : reason}`)} `;
}

export function has(name) {
  return Object.hasOwn(words, name);
}

// What stands in the documents is Indonesian.
for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
const title = document.querySelector("h1")?.dataset.say;
if (title) document.title = `${say(title)} · Karcis`;

const locale = language === "id" ? "id-ID" : "en-ID";
// Where Indonesia's three zones are, browsers that speak English do not know their names.
const zones = { "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };

/// `Rp 50.000`. Amounts are in sen.
export function money({ amount, currency }) {
  const form = new Intl.NumberFormat("id-ID", { style: "currency", currency, maximumFractionDigits: 0 });
  return form.format(amount / 100).replaceAll(" ", " ");
}

/// `67,14 kWh`, from the `67.14` of the API.
export function energy(kwh) {
  const form = new Intl.NumberFormat(language === "id" ? "id-ID" : "en-GB", { minimumFractionDigits: 2 });
  return `${form.format(Number(kwh))} kWh`;
}

/// Digits in groups of four, as on a card.
export function grouped(number) {
  return number.replace(/\D/g, "").replace(/(.{4})(?=.)/g, "$1 ");
}

/// A time by the clocks where the event is: `Jum, 27 Nov 2026, 19.00 WIB`.
export function when(instant, zone) {
  const form = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  };
  const text = new Intl.DateTimeFormat(locale, { ...form, timeZone: zone, hourCycle: "h23" }).format(new Date(instant));
  return `${text} ${zoneName(instant, zone)}`;
}

export function hour(instant, zone) {
  const form = { hour: "2-digit", minute: "2-digit", timeZone: zone, hourCycle: "h23" };
  return new Intl.DateTimeFormat(locale, form).format(new Date(instant));
}

function zoneName(instant, zone) {
  if (zones[zone]) return zones[zone];
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" }).formatToParts(
    new Date(instant),
  );
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/// The day where the event is, as a key that sorts and as people read it.
export function day(instant, zone) {
  const date = new Date(instant);
  const key = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(date);
  const part = (form) => new Intl.DateTimeFormat(locale, { ...form, timeZone: zone }).format(date);
  return {
    key,
    weekday: part({ weekday: "short" }),
    number: part({ day: "numeric" }),
    month: part({ month: "short" }),
  };
}

/// `1:05`.
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/// A seat as it stands on the chair.
export function seatName({ section, row, number }) {
  return say(row ? "event.seat" : "event.seat_plain", { section, row, number });
}

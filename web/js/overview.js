// A small picture of a section: one path for all seats of a status, however many they are.

import { html } from "./view.js";

const kinds = { O: "free", G: "held" };
// A free seat is whole, a held one has a gap, and of a sold one little is left: colour alone would not do.
const marks = { free: "h.8", held: "h.3m.2 0h.3", sold: "m.3 0h.2" };
// What was drawn of each section, and of which letters.
const drawn = new Map();

/// The picture of a section whose seats stand as its `letters` say, and how many are free. `seats` are in the order of
/// the letters.
export function overview(section, seats, letters) {
  const known = drawn.get(section.name);
  if (known?.section === section && known.letters === letters) return known;
  const paths = { free: "", held: "", sold: "" };
  let [wide, free] = [1, 0];
  for (const { down, across, place } of seats) {
    if (letters[place] === "O") free += 1;
    const kind = kinds[letters[place]] ?? "sold";
    paths[kind] += `M${across} ${down}${marks[kind]}`;
    wide = Math.max(wide, across + 1);
  }
  const picture = html`<svg class="overview" aria-hidden="true" viewBox=${`0 -0.5 ${wide} ${section.rows.length}`}>
    ${Object.entries(paths).map(([state, d]) => d && html`<path d=${d} data-state=${state} />`)}
  </svg>`;
  const made = { section, letters, picture, free };
  drawn.set(section.name, made);
  return made;
}

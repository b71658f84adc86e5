// A small picture of a section: one path for all seats of a status, however many they are.

import { html } from "./view.js";

const kinds = { O: "free", G: "held" };
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
    paths[kinds[letters[place]] ?? "sold"] += `M${across} ${down}h.8`;
    wide = Math.max(wide, across + 1);
  }
  const picture = html`<svg class="overview" aria-hidden="true" viewBox=${`0 -0.5 ${wide} ${section.rows.length}`}>
    ${Object.entries(paths).map(([state, d]) => d && html`<path d=${d} data-state=${state} />`)}
  </svg>`;
  const made = { section, letters, picture, free };
  drawn.set(section.name, made);
  return made;
}

// Draws the QR code of a seat, as it is on the ticket.

import { correction, generate } from "../vendor/lean-qr.js";
import { html } from "./view.js";

// Modules of white around a code (ISO/IEC 18004).
const quiet = 4;

/// A code that a scanner reads from a screen. `title` says what it is for.
export function Code({ text, title }) {
  const code = generate(text, { minCorrectionLevel: correction.M });
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  const side = code.size + 2 * quiet;
  return html`<svg
    class="code"
    role="img"
    aria-label=${title}
    viewBox=${`${-quiet} ${-quiet} ${side} ${side}`}
    shape-rendering="crispEdges"
  >
    <rect x=${-quiet} y=${-quiet} width=${side} height=${side} fill="#fff" />
    <path d=${path} fill="#000" />
  </svg>`;
}

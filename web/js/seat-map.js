// The plan of one section: an SVG grid of seats that is walked with the arrow keys and picked by a tap, Enter or the
// space bar. It says what was picked (`pick`, with the seat in `detail`) and decides nothing.

const svg = "http://www.w3.org/2000/svg";
const pitch = 30,
  side = 24,
  margin = 26,
  // As wide as the names of rows, and so far before the first seat.
  band = 20,
  beside = margin - band - 3;
const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function element(name, attributes, ...children) {
  const made = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/// What stands on a seat in place of its number.
export const signs = { WHEELCHAIR: "♿\ufe0e", COMPANION: "☺\ufe0e", RESTRICTED_VIEW: "◐" };

// So many seats are drawn at once.
const at_once = 100;

// The corners of seats, by the place of their price among the section's.
const corners = [7, side / 2, 0, 3];

/// The shape of a price, by its place among the section's: from the fourth on they are alike.
export function shapeOf(place) {
  return Math.min(place, corners.length - 1);
}

// Each seat is a copy of this: a hall of a thousand seats is made in half the time.
const pattern = element(
  "g",
  { class: "seat", role: "gridcell", tabindex: "-1" },
  element("rect", { width: side, height: side }),
  element("text", { x: side / 2, y: 17, class: "tick", "text-anchor": "middle", "aria-hidden": "true" }),
);

class SeatMap extends HTMLElement {
  #rows = [];
  #cells = new Map();
  #zoom = 1;
  #fingers = new Map();
  #apart = 0;
  #reached = null;
  #names = null;
  #shown = null;

  connectedCallback() {
    this.addEventListener("click", (event) => this.#pick(event.target.closest(".seat")));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("scroll", () => this.#keepNames());
    this.addEventListener("pointerdown", (event) => this.#fingers.set(event.pointerId, event));
    this.addEventListener("pointermove", (event) => this.#pinch(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      this.addEventListener(end, (event) => {
        this.#fingers.delete(event.pointerId);
        this.#apart = 0;
      });
    }
  }

  /// Draws rows of seats: `[{row, seats: [{label, number, across, price, marks}]}]`. `name` says a seat in words; each
  /// of `prices` has a shape.
  draw(rows, name, title, prices) {
    this.#rows = rows;
    this.#cells = new Map();
    const wide = ({ seats }) => seats[seats.length - 1].across + 1;
    const columns = Math.max(1, ...rows.map(wide));
    const [width, height] = [columns * pitch + 2 * margin, rows.length * pitch + 8];
    const lines = rows.map(() => element("g", { role: "row" }));
    const fill = (down) => {
      const start = margin + ((columns - wide(rows[down])) * pitch) / 2;
      const cells = rows[down].seats.map((seat) => {
        const corner = corners[shapeOf(prices.indexOf(seat.price.amount))];
        return this.#seat(seat, start + seat.across * pitch, down * pitch + 4, name(seat), corner);
      });
      lines[down].append(...cells);
    };
    const names = rows.map(({ row }, down) =>
      element("text", { x: 10, y: down * pitch + 21, class: "row", "text-anchor": "middle" }, row ?? ""),
    );
    const behind = element("rect", { x: 0, y: 0, width: band, height, class: "band" });
    this.#names = element("g", { "aria-hidden": "true" }, behind, ...names);
    const grid = element(
      "svg",
      {
        role: "grid",
        "aria-label": title,
        "aria-multiselectable": true,
        "aria-keyshortcuts": "Plus -",
        viewBox: `0 0 ${width} ${height}`,
        class: "grid",
      },
      ...lines,
      this.#names,
    );
    this.replaceChildren(grid);
    this.#shown = null;
    this.#fill(grid, fill, 0);
    this.natural = width;
    const room = (this.clientWidth || 360) - 8;
    // Seats that a finger hits, rather than all of them.
    const whole = room / width;
    this.zoom(whole < 0.7 ? 1 : Math.min(1.5, whole));
    // The first seat that is seen whole stands beside the rows' names.
    const middle = (this.scrollWidth - this.clientWidth) / 2 / this.#zoom;
    this.scrollLeft = (Math.round(middle / pitch) * pitch + beside) * this.#zoom;
    this.#reach(this.#cells.values().next().value);
  }

  /// Fills rows from `down` on: as many as are seen at first, and the rest in the frames that follow, so that a big
  /// section is there at once.
  #fill(grid, fill, down) {
    if (!grid.isConnected) return;
    let next = down;
    for (let seats = 0; next < this.#rows.length && seats < at_once; next += 1) {
      fill(next);
      seats += this.#rows[next].seats.length;
    }
    if (this.#shown) this.update(...this.#shown);
    if (next < this.#rows.length) requestAnimationFrame(() => this.#fill(grid, fill, next));
  }

  #seat(seat, x, y, name, corner) {
    const { label, number, marks } = seat;
    const cell = pattern.cloneNode(true);
    cell.setAttribute("data-label", label);
    cell.setAttribute("transform", `translate(${x} ${y})`);
    cell.firstChild.setAttribute("rx", corner);
    cell.lastChild.textContent = signs[marks[0]] ?? number;
    Object.assign(cell, { name, seat, sign: cell.lastChild.textContent });
    this.#cells.set(label, cell);
    return cell;
  }

  /// Shows where the seats stand: a letter (`O`, `G`, `B`, `W`) by label, the picked ones, the visitor's own, and those
  /// that are sought.
  update(letters, picked, own, words, isSought) {
    this.#shown = [letters, picked, own, words, isSought];
    for (const [label, cell] of this.#cells) {
      cell.classList.toggle("aside", !isSought(cell.seat));
      const letter = letters.get(label);
      const others = { O: "free", G: "held" }[letter] ?? "sold";
      const state = picked.has(label) ? "yours" : own.has(label) && letter !== "O" ? "own" : others;
      if (cell.dataset.state === state) continue;
      cell.dataset.state = state;
      cell.lastChild.textContent = ["yours", "own"].includes(state) ? "✓" : cell.sign;
      cell.setAttribute("aria-label", `${cell.name}, ${words[state]}`);
      cell.setAttribute("aria-selected", state === "yours");
    }
  }

  /// Shows the plan so many times as big. The point of it that is at `x` and `y` of this element stays there; without
  /// them, the one in the middle.
  zoom(factor, x = this.clientWidth / 2, y = this.clientHeight / 2) {
    const before = this.#zoom;
    this.#zoom = Math.min(2.5, Math.max(0.45, factor));
    const grid = this.querySelector(".grid");
    if (!grid) return;
    const [left, top] = [this.scrollLeft, this.scrollTop];
    const grown = this.#zoom / before;
    grid.style.width = `${Math.round(this.natural * this.#zoom)}px`;
    this.scrollTo((left + x) * grown - x, (top + y) * grown - y);
    this.#keepNames();
  }

  /// The rows' names stay at the edge, wherever the plan is moved.
  #keepNames() {
    this.#names?.setAttribute("transform", `translate(${this.scrollLeft / this.#zoom} 0)`);
  }

  /// Moves the plan so that this seat is in its middle.
  reveal(label) {
    this.#cells.get(label)?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  closer() {
    this.zoom(this.#zoom * 1.3);
  }
  farther() {
    this.zoom(this.#zoom / 1.3);
  }

  #pinch(event) {
    if (!this.#fingers.has(event.pointerId)) return;
    this.#fingers.set(event.pointerId, event);
    if (this.#fingers.size !== 2) return;
    const [one, other] = this.#fingers.values();
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const { left, top } = this.getBoundingClientRect();
    const [x, y] = [(one.clientX + other.clientX) / 2 - left, (one.clientY + other.clientY) / 2 - top];
    if (this.#apart) this.zoom((this.#zoom * apart) / this.#apart, x, y);
    this.#apart = apart;
  }

  /// The one seat that the tab key reaches.
  #reach(cell) {
    this.#reached?.setAttribute("tabindex", "-1");
    this.#reached = cell;
    cell?.setAttribute("tabindex", "0");
  }

  #pick(cell) {
    if (!cell) return;
    this.#reach(cell);
    this.dispatchEvent(new CustomEvent("pick", { detail: cell.dataset.label }));
  }

  #key(event) {
    const cell = event.target.closest?.(".seat");
    if (event.key === "+" || event.key === "=") return this.closer();
    if (event.key === "-") return this.farther();
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.#pick(cell);
    }
    const [down, right] = this.#place(cell.dataset.label);
    // With Ctrl the first and the last seat of all (WAI-ARIA Authoring Practices, "Grid").
    const last = this.#rows.length - 1;
    const [top, bottom] = event.ctrlKey ? [0, last] : [down, down];
    const to =
      { Home: [top, 0], End: [bottom, this.#rows[bottom].seats.length - 1] }[event.key] ??
      (moves[event.key] && [down + moves[event.key][0], right + moves[event.key][1]]);
    if (!to) return;
    event.preventDefault();
    const seats = this.#rows[to[0]]?.seats;
    const next =
      seats?.[event.key === "ArrowUp" || event.key === "ArrowDown" ? Math.min(to[1], seats.length - 1) : to[1]];
    if (!next) return;
    const target = this.#cells.get(next.label);
    if (!target) return;
    this.#reach(target);
    target.focus();
  }

  #place(label) {
    const down = this.#rows.findIndex(({ seats }) => seats.some((seat) => seat.label === label));
    return [down, this.#rows[down].seats.findIndex((seat) => seat.label === label)];
  }
}

customElements.define("seat-map", SeatMap);

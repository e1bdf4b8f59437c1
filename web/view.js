/** Which part of the board is seen, and how large. No DOM. */

/** @typedef {{ x: number, y: number, zoom: number }} Seen where the board's corner is in the window, in CSS pixels */
/** @typedef {{ x: number, y: number }} Place */
/** @typedef {import("./strokes.js").Box} Box */

export const ZOOMS = { least: 0.25, most: 4 };
/** @type {Readonly<Seen>} */
export const AT_FIRST = { x: 0, y: 0, zoom: 1 };

/** @param {Seen} seen whether that is what is seen at first */
export function isFirst({ x, y, zoom }) {
  return x === AT_FIRST.x && y === AT_FIRST.y && zoom === AT_FIRST.zoom;
}

export class View {
  /** @type {Readonly<Seen>} */
  #seen = AT_FIRST;
  /** Hears that something else is seen. */
  onChange = () => {};

  get seen() {
    return this.#seen;
  }

  set seen(seen) {
    this.#seen = seen;
    this.onChange();
  }

  get isAtFirst() {
    return isFirst(this.#seen);
  }

  /** A place of the window on the board. @param {Place} place @returns {Place} */
  onBoard({ x, y }) {
    const seen = this.#seen;
    return { x: (x - seen.x) / seen.zoom, y: (y - seen.y) / seen.zoom };
  }

  /** A box of the board in the window. @param {Box} box @returns {Box} */
  inWindow({ left, top, right, bottom }) {
    const { x, y, zoom } = this.#seen;
    return { left: left * zoom + x, top: top * zoom + y, right: right * zoom + x, bottom: bottom * zoom + y };
  }

  /** @param {number} dx @param {number} dy in CSS pixels */
  pan(dx, dy) {
    const { x, y, zoom } = this.#seen;
    this.seen = { x: x + dx, y: y + dy, zoom };
  }

  /** Makes everything larger or smaller; what is at the place stays there. @param {Place} place @param {number} factor */
  zoom(place, factor) {
    const zoom = Math.max(ZOOMS.least, Math.min(this.#seen.zoom * factor, ZOOMS.most));
    const { x, y } = this.onBoard(place);
    this.seen = { x: place.x - x * zoom, y: place.y - y * zoom, zoom };
  }
}

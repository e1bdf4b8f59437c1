/** A small square to draw one example on. */

import { InkSurface } from "./canvas.js";
import { Pen } from "./pen.js";
import { Seen } from "./seen.js";
import { fitted } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** Length of a pad's side in its own units, whatever its size on the screen. */
const SIDE = 200;
const MARGIN = 26;
const PEN_WIDTH = 8;

export class Pad {
  /**
   * @param {HTMLElement} element holding a canvas and a button to start over
   * @param {{ accepts: () => boolean, onChange: () => void }} handlers
   */
  constructor(element, { accepts, onChange }) {
    this.element = element;
    this.onChange = onChange;
    const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
    this.seen = new Seen(/** @type {HTMLElement} */ (element.querySelector(".paper")));
    this.redo = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
    this.surface = new InkSurface(canvas, { penWidth: PEN_WIDTH, side: SIDE });
    this.pen = new Pen(this.surface, { accepts, onDown: () => this.#changed(), onStroke: () => this.#changed() });
    this.redo.addEventListener("click", () => {
      canvas.focus();
      this.clear();
    });
    this.#changed();
  }

  get strokes() {
    return this.surface.strokes;
  }

  /** Whether there is nothing on it, or the pen is still writing the first stroke. */
  get empty() {
    return this.surface.empty || (this.pen.down && this.strokes.length === 1);
  }

  clear() {
    this.surface.clear();
    this.#changed();
  }

  /** @param {readonly Stroke[]} strokes of any size */
  show(strokes) {
    this.surface.clear();
    this.surface.draw(...fitted(strokes, SIDE, MARGIN, PEN_WIDTH));
    this.#changed();
  }

  /** @param {boolean} marked whether a hint is about it */
  mark(marked) {
    this.element.dataset.marked = String(marked);
  }

  #changed() {
    this.seen.hide();
    this.element.dataset.empty = String(this.surface.empty);
    this.redo.disabled = this.surface.empty;
    this.onChange();
  }
}

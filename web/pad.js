/** A small square to draw one example on. */

import { InkSurface } from "./canvas.js";
import { KeyPen } from "./keypen.js";
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
   * @param {HTMLElement} element holding a canvas on a paper and a button to start over
   * @param {{ accepts: () => boolean, onChange: () => void, say: (message: string) => void }} handlers
   */
  constructor(element, { accepts, onChange, say }) {
    this.element = element;
    this.onChange = onChange;
    this.paper = /** @type {HTMLElement} */ (element.querySelector(".paper"));
    const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
    this.redo = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
    this.seen = new Seen(this.paper);
    this.surface = new InkSurface(canvas, { penWidth: PEN_WIDTH, side: SIDE });
    const changed = () => this.#changed();
    this.pen = new Pen(this.surface, { accepts, onDown: changed, onStroke: changed });
    this.keyPen = new KeyPen(this.surface, this.paper, { side: SIDE, accepts, onChange: changed, say });
    this.redo.addEventListener("click", () => {
      this.focus();
      this.clear();
    });
    this.#refresh();
  }

  get strokes() {
    return this.surface.strokes;
  }

  /** Whether a stroke is being written. */
  get writing() {
    return this.pen.down || this.keyPen.down;
  }

  /** Whether there is nothing on it, or the first stroke is still being written. */
  get empty() {
    return this.surface.empty || (this.writing && this.strokes.length === 1);
  }

  /** Where the keys draw. */
  focus() {
    this.paper.focus();
  }

  clear() {
    this.keyPen.reset();
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
    this.#refresh();
    this.onChange();
  }

  #refresh() {
    this.seen.hide();
    this.element.dataset.empty = String(this.surface.empty);
    this.redo.disabled = this.surface.empty;
  }
}

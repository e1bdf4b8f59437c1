/** From keys to strokes on a pad: arrows move a pen, Space puts it down and lifts it. */

import { strings } from "./strings.js";
import { Stroke } from "./strokes.js";

/** @typedef {import("./canvas.js").InkSurface} InkSurface */
/**
 * @typedef {object} Handlers
 * @property {() => boolean} accepts  whether anything may be drawn
 * @property {() => void} onChange  a stroke has begun, ended or gone
 * @property {(message: string) => void} say
 */

/** In units of a pad: short enough for a round thing, and a held key crosses the pad in two seconds. */
const STEP = 5;
const LONG_STEP = 20;
/** @type {Record<string, readonly [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Writes on a surface what is drawn with the keys while its paper has the focus. */
export class KeyPen {
  /** The arrows that are held. @type {Set<string>} */
  #held = new Set();
  /** The one that is being drawn. @type {Stroke | null} */
  #stroke = null;
  #x = 0;
  #y = 0;

  /**
   * @param {InkSurface} surface whose lengths are shares of a side
   * @param {HTMLElement} paper around it, which can have the focus and holds a mark for the pen
   * @param {Handlers & { side: number }} handlers with the length of the surface's side
   */
  constructor(surface, paper, { side, accepts, onChange, say }) {
    this.surface = surface;
    this.paper = paper;
    this.mark = /** @type {SVGElement} */ (paper.querySelector(".pen-mark"));
    this.side = side;
    this.accepts = accepts;
    this.onChange = onChange;
    this.say = say;
    paper.addEventListener("focus", () => {
      if (paper.matches(":focus-visible")) this.#show();
    });
    paper.addEventListener("blur", () => this.#leave());
    paper.addEventListener("pointerdown", () => this.#leave());
    paper.addEventListener("keydown", (event) => this.#keyDown(event));
    paper.addEventListener("keyup", ({ key }) => this.#held.delete(key));
    this.reset();
  }

  /** Whether it is down. */
  get down() {
    return this.#stroke !== null;
  }

  /** Back to the middle, lifted, as on a new paper. */
  reset() {
    this.#end();
    this.#moveTo(this.side / 2, this.side / 2);
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.accepts() || !this.#handles(event)) return;
    event.preventDefault();
    this.#show();
  }

  /**
   * Does what a key is for.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it is for anything
   */
  #handles({ key, shiftKey, repeat }) {
    if (key in ARROWS) {
      this.#held.add(key);
      this.#step(shiftKey ? LONG_STEP : STEP);
    } else if (key === " ") {
      if (!repeat) this.#toggle();
    } else if (key === "Escape" && this.down) {
      this.#lift();
    } else if (key === "Backspace") {
      this.#takeAway(this.surface.strokes.slice(-1));
    } else if (key === "Delete") {
      this.#takeAway(this.surface.strokes);
    } else {
      return false;
    }
    return true;
  }

  /** One step to where all arrows that are held point. @param {number} length */
  #step(length) {
    const arrows = [...this.#held].map((key) => ARROWS[key]);
    const [fromX, fromY] = [this.#x, this.#y];
    this.#moveTo(
      fromX + length * arrows.reduce((sum, [x]) => sum + x, 0),
      fromY + length * arrows.reduce((sum, [, y]) => sum + y, 0),
    );
    const [dx, dy] = [this.#x - fromX, this.#y - fromY];
    if (!this.#stroke || (dx === 0 && dy === 0)) return;
    // As dense as a hand's: what looks at a drawing goes by its points.
    const pieces = Math.ceil(Math.hypot(dx, dy) / STEP);
    for (let i = 1; i <= pieces; i++) {
      this.#stroke.add([fromX + (dx * i) / pieces, fromY + (dy * i) / pieces, 0.5]);
    }
    this.surface.draw(this.#stroke);
  }

  /**
   * Moves the pen, but no nearer to the paper's edge than a step, so that its ink is whole.
   * @param {number} x
   * @param {number} y
   */
  #moveTo(x, y) {
    [this.#x, this.#y] = [x, y].map((length) => Math.min(Math.max(length, STEP), this.side - STEP));
    this.mark.style.left = `${(100 * this.#x) / this.side}%`;
    this.mark.style.top = `${(100 * this.#y) / this.side}%`;
  }

  #toggle() {
    if (this.down) {
      this.#lift();
      return;
    }
    this.#stroke = new Stroke(this.surface.penWidth, false);
    this.#stroke.add([this.#x, this.#y, 0.5]);
    this.surface.draw(this.#stroke);
    this.onChange();
    this.say(strings.pad.down(this.#where));
  }

  #lift() {
    this.#end();
    this.onChange();
    this.say(strings.pad.up(this.#where, this.surface.strokes.length));
  }

  /** @param {Stroke[]} strokes */
  #takeAway(strokes) {
    this.#end();
    this.surface.erase(...strokes);
    this.onChange();
    this.say(strings.pad.left(this.surface.strokes.length));
  }

  #end() {
    if (!this.#stroke) return;
    this.#stroke.end();
    this.surface.draw(this.#stroke);
    this.#stroke = null;
  }

  #leave() {
    this.#held.clear();
    if (this.down) this.#lift();
    this.paper.dataset.pen = "none";
  }

  #show() {
    this.paper.dataset.pen = this.down ? "down" : "up";
  }

  /** Where the pen is, in words. */
  get #where() {
    const third = (/** @type {number} */ length) => Math.floor((3 * length) / this.side);
    return strings.pad.places[third(this.#y)][third(this.#x)];
  }
}

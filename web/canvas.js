/** Ink on a canvas: sharp on every screen, and only what changed is drawn again. */

import { inflate, intersection, overlaps, union } from "./strokes.js";
import { AT_FIRST } from "./view.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Box} Box */

/** Outlines are made for so long in one frame; where there are more, as on a full board that is opened, they come later. */
const OUTLINING_MS = 8;
const EVERYTHING = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

/** A canvas that shows strokes. Its ink has the canvas element's CSS `color`. */
export class InkSurface {
  /** @type {Set<Stroke>} */
  #strokes = new Set();
  /** @type {Box | null} */
  #dirty = null;
  #frame = 0;
  #pixelRatio = 1;
  /** @type {import("./view.js").Seen} */
  #seen = AT_FIRST;
  /** Hears that ink came, grew or went. */
  onChange = () => {};

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{ penWidth: number, side?: number }} options the pen, and the length that the canvas' width stands for;
   *   without `side` lengths are CSS pixels
   */
  constructor(canvas, { penWidth, side }) {
    this.canvas = canvas;
    this.penWidth = penWidth;
    this.side = side;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#resize()).observe(canvas);
    addEventListener("schemechange", () => this.#invalidate(EVERYTHING));
    this.#followPixelRatio();
    this.#resize();
  }

  get strokes() {
    return [...this.#strokes];
  }

  get empty() {
    return this.#strokes.size === 0;
  }

  /** CSS pixels in one unit of length. */
  get scale() {
    return this.side ? this.canvas.clientWidth / this.side : this.#seen.zoom;
  }

  /** What is seen of what was drawn. */
  get seen() {
    return this.#seen;
  }

  set seen(seen) {
    this.#seen = seen;
    this.#invalidate(EVERYTHING);
    this.onChange();
  }

  /**
   * Adds strokes, or shows the change of ones that grew.
   * @param {...Stroke} strokes
   */
  draw(...strokes) {
    for (const stroke of strokes) {
      this.#strokes.add(stroke);
      this.#invalidate(stroke.freshBox);
    }
    this.onChange();
  }

  /** @param {...Stroke} strokes */
  erase(...strokes) {
    for (const stroke of strokes) {
      if (this.#strokes.delete(stroke)) this.#invalidate(stroke.inkBox);
    }
    this.onChange();
  }

  /** Shows these strokes and no others. @param {readonly Stroke[]} strokes */
  show(strokes) {
    this.#strokes = new Set(strokes);
    this.#invalidate(EVERYTHING);
    this.onChange();
  }

  clear() {
    this.#strokes.clear();
    this.#invalidate(EVERYTHING);
    this.onChange();
  }

  /** A window dragged to another screen changes the density of pixels but no size. */
  #followPixelRatio() {
    const changed = () => (this.#followPixelRatio(), this.#resize());
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", changed, { once: true });
  }

  #resize() {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0 || height === 0) return;
    this.#pixelRatio = devicePixelRatio;
    canvas.width = Math.round(width * this.#pixelRatio);
    canvas.height = Math.round(height * this.#pixelRatio);
    this.#dirty = EVERYTHING;
    this.#paint();
  }

  /** @param {Box} box */
  #invalidate(box) {
    this.#dirty = this.#dirty ? union(this.#dirty, box) : box;
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#dirty) return;
    const { canvas, context } = this;
    const unit = this.scale * this.#pixelRatio;
    if (unit === 0) return;
    const [x, y] = [this.#seen.x * this.#pixelRatio, this.#seen.y * this.#pixelRatio];
    const whole = { left: -x / unit, top: -y / unit, right: (canvas.width - x) / unit, bottom: (canvas.height - y) / unit };
    const box = intersection(inflate(this.#dirty, 1 / unit), whole);
    this.#dirty = null;
    context.setTransform(unit, 0, 0, unit, x, y);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    context.clearRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.fillStyle = getComputedStyle(canvas).color;
    let deadline = 0;
    for (const stroke of this.#strokes) {
      if (!overlaps(stroke.inkBox, box)) continue;
      while (!stroke.isOutlined) {
        if (deadline > 0 && performance.now() > deadline) {
          this.#invalidate(stroke.inkBox);
          break;
        }
        deadline ||= performance.now() + OUTLINING_MS;
        stroke.outlineMore();
      }
      for (const piece of stroke.pieces) {
        if (overlaps(piece.box, box)) context.fill(piece.path);
      }
    }
    context.restore();
  }
}

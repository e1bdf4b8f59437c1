/** What moves the view: two fingers, a wheel, a trackpad; and one finger where a pen draws. */

/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./view.js").View} View */

/** A finger that has drawn so far, in CSS pixels, goes on drawing: another one that comes then is a palm. */
const DRAWN = 40;
const LINE = 16; // CSS pixels of a wheel that counts in lines
const WHEEL_ZOOM = 0.01;

export class Gestures {
  /** Fingers that move the view, or may yet. @type {Map<number, Place>} */
  #fingers = new Map();
  #moves = false;
  #penSeen = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {View} view
   * @param {object} pen
   * @param {() => boolean} pen.isDown
   * @param {() => number} pen.extent  how far what it draws reaches, in CSS pixels
   * @param {() => void} pen.cancel  takes away what is being drawn
   * @param {() => void} pen.onSeen  a pen is used for the first time: fingers draw no more
   */
  constructor(canvas, view, pen) {
    this.canvas = canvas;
    this.view = view;
    this.pen = pen;
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.#up(/** @type {PointerEvent} */ (event)));
    }
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Whether a pointer that comes down is not to draw. @param {PointerEvent} event */
  takes({ pointerType, pointerId, clientX: x, clientY: y }) {
    if (pointerType === "pen") this.#seePen();
    if (pointerType !== "touch") return false;
    const isFirst = this.#fingers.size === 0;
    if (!isFirst && this.pen.isDown() && this.pen.extent() > DRAWN) return true;
    if (this.#fingers.size === 2) return true;
    this.#fingers.set(pointerId, { x, y });
    if (isFirst && !this.#penSeen) return false;
    if (!isFirst) this.pen.cancel();
    this.canvas.setPointerCapture(pointerId);
    this.#moves = true;
    return true;
  }

  #seePen() {
    this.#fingers.clear();
    this.#moves = false;
    if (!this.#penSeen) this.pen.onSeen();
    this.#penSeen = true;
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, clientX, clientY }) {
    const before = this.#fingers.get(pointerId);
    if (!before || !this.#moves) return;
    const after = { x: clientX, y: clientY };
    this.#fingers.set(pointerId, after);
    const other = [...this.#fingers].find(([id]) => id !== pointerId)?.[1];
    if (!other) {
      this.view.pan(after.x - before.x, after.y - before.y);
      return;
    }
    const [from, to] = [middle(before, other), middle(after, other)];
    this.view.zoom(from, distance(after, other) / Math.max(distance(before, other), 1));
    this.view.pan(to.x - from.x, to.y - from.y);
  }

  /** @param {PointerEvent} event */
  #up({ pointerId }) {
    if (!this.#fingers.delete(pointerId)) return;
    if (this.#fingers.size === 0) this.#moves = false;
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    if (this.pen.isDown()) return;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (event.ctrlKey || event.metaKey) this.view.zoom({ x: event.clientX, y: event.clientY }, Math.exp(-dy * WHEEL_ZOOM));
    else if (event.shiftKey && dx === 0) this.view.pan(-dy, 0);
    else this.view.pan(-dx, -dy);
  }
}

/** @param {Place} a @param {Place} b */
function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** @param {Place} a @param {Place} b */
function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** From pointer events to strokes on a surface: mouse, finger and pen alike. */

import { Stroke } from "./strokes.js";

/** @typedef {import("./canvas.js").InkSurface} InkSurface */
/** @typedef {import("./strokes.js").Point} Point */

/** Writes on a surface whatever pointers draw on its canvas. */
export class Pen {
  /** @type {Map<number, { stroke: Stroke, rect: DOMRect, type: string }>} */
  #active = new Map();

  /**
   * @param {InkSurface} surface
   * @param {object} handlers
   * @param {(event: PointerEvent) => boolean} [handlers.accepts]  whether a new stroke may begin
   * @param {() => boolean} [handlers.usesPressure]  whether a pen's pressure counts
   * @param {() => void} [handlers.onDown]
   * @param {() => void} [handlers.onDraw]  a stroke has grown
   * @param {(stroke: Stroke, event: PointerEvent) => void} handlers.onStroke  gets each finished one
   */
  constructor(surface, {
    accepts = () => true, usesPressure = () => true, onDown = () => {}, onDraw = () => {}, onStroke,
  }) {
    this.surface = surface;
    this.accepts = accepts;
    this.usesPressure = usesPressure;
    this.onDown = onDown;
    this.onDraw = onDraw;
    this.onStroke = onStroke;
    const { canvas } = surface;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#up(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#up(event));
  }

  /** Whether a pointer is down. */
  get down() {
    return this.#active.size > 0;
  }

  /** The strokes that are being drawn. @returns {Stroke[]} */
  get strokes() {
    return [...this.#active.values()].map(({ stroke }) => stroke);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#isPalm(event) || !this.accepts(event)) return;
    const { canvas, penWidth } = this.surface;
    canvas.setPointerCapture(event.pointerId);
    const stroke = new Stroke(penWidth, event.pointerType === "pen" && this.usesPressure());
    this.#active.set(event.pointerId, { stroke, rect: canvas.getBoundingClientRect(), type: event.pointerType });
    this.#write([event], event.pointerId);
    this.onDown();
  }

  /**
   * A hand that rests on the screen while a pen writes.
   * @param {PointerEvent} event
   */
  #isPalm(event) {
    return event.pointerType === "touch" && [...this.#active.values()].some(({ type }) => type === "pen");
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#active.has(event.pointerId)) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    this.#write(coalesced.length > 0 ? coalesced : [event], event.pointerId);
    this.onDraw();
  }

  /**
   * @param {PointerEvent[]} events
   * @param {number} pointerId
   */
  #write(events, pointerId) {
    const active = this.#active.get(pointerId);
    if (!active) return;
    const { stroke, rect } = active;
    const { scale, seen } = this.surface;
    for (const event of events) {
      const x = (event.clientX - rect.left - seen.x) / scale;
      const y = (event.clientY - rect.top - seen.y) / scale;
      const last = stroke.points.at(-1);
      if (last?.[0] !== x || last?.[1] !== y) stroke.add([x, y, event.pressure]);
    }
    this.surface.draw(stroke);
  }

  /** Takes away what is being drawn. */
  cancel() {
    this.surface.erase(...this.strokes);
    this.#active.clear();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const active = this.#active.get(event.pointerId);
    if (!active) return;
    this.#active.delete(event.pointerId);
    active.stroke.end();
    this.surface.draw(active.stroke);
    this.onStroke(active.stroke, event);
  }
}

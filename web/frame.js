/** The frame around what is chosen, by which it is moved, resized and turned; and the tools beside it. */

import { boxAround, boxOfSquare, directionOf, middleOfBox, movedBy, normal, scaledBy, turned, turnedBy } from "./poses.js";

/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./poses.js").Pose} Pose */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./view.js").View} View */
/** @typedef {"moved" | "resized" | "turned"} How */
/** @typedef {(pose: Pose) => Pose} Change */
/** A box turned about its middle. @typedef {{ box: Box, turn: number }} Outline */
/** @typedef {{ how: How, from: Place, outline: Outline, began: boolean }} Drag */
/**
 * @typedef {object} Handlers
 * @property {() => void} onGrab  a drag begins
 * @property {(how: How, change: Change) => void} onDrag  what the drag has made so far of what lay there when it began
 * @property {(how: How) => void} onDrop
 * @property {(place: Place, adds: boolean) => void} onTap  on the frame, in the window
 * @property {(factor: number) => number} limit  how much larger it may become
 */

const GAP = 10;
/** Under the frame, past its handles. */
const GAP_BELOW = 22;
const MARGIN = 8;
/** A pointer that has come so far drags, in CSS pixels. */
const DRAGS = 3;
/** Degrees: what is so near to upright becomes upright; and the steps while Shift is held. */
const UPRIGHT = 3;
const STEP = 15;

export class Frame {
  /** @type {Drag | null} */
  #drag = null;
  /** @type {Outline | null} */
  #outline = null;
  /** @type {Placed | null} */
  #host = null;

  /**
   * @param {HTMLElement} element
   * @param {View} view
   * @param {Handlers} handlers
   */
  constructor(element, view, handlers) {
    this.element = element;
    this.view = view;
    this.handlers = handlers;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (element.querySelector(selector));
    this.tools = find("[role=toolbar]");
    this.frame = find(".selection-frame");
    this.handles = { resized: find(".selection-handle"), turned: find(".selection-turner") };
    element.remove();
    element.hidden = false;
    this.frame.addEventListener("pointerdown", (event) => this.#down(event));
    this.frame.addEventListener("pointermove", (event) => this.#move(event));
    this.frame.addEventListener("pointerup", (event) => this.#up(event));
    this.frame.addEventListener("lostpointercapture", (event) => this.#up(event));
    // The focus stays on the sticker: after a finger's tap comes a press of a mouse that there is not, and some browsers'
    // buttons do not take the focus.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    addEventListener("resize", () => this.settle());
  }

  hide() {
    this.#drag = null;
    this.#outline = null;
    this.#host = null;
    this.element.remove();
  }

  /**
   * @param {Placed} host after which the keyboard comes to the tools
   * @param {Outline} outline
   */
  show(host, outline) {
    this.#host = host;
    // While it is turned it is not measured anew: its corner would slip away from the hand.
    if (this.#drag?.how !== "turned") this.#outline = outline;
    if (this.element.parentElement !== host.element) host.element.append(this.element);
    this.settle();
  }

  /** The frame comes to where it belongs, and the tools over it, or under it where there is no room. */
  settle() {
    if (!this.#outline || !this.#host) return;
    const { box, turn } = this.#outline;
    const origin = this.view.inWindow(boxOfSquare(this.#host.square));
    const { left, top, right, bottom } = this.view.inWindow(box);
    const values = { left: left - origin.left, top: top - origin.top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(values)) this.frame.style.setProperty(`--${name}`, `${value}px`);
    this.frame.style.setProperty("--turn", String(turn));
    this.#settleTools(boxAround({ left, top, right, bottom }, turn), origin);
  }

  /** @param {Box} box in the window @param {Box} origin */
  #settleTools({ left, top, right, bottom }, origin) {
    const { offsetWidth: width, offsetHeight: height } = this.tools;
    const { clientWidth, clientHeight } = document.documentElement;
    const over = top - GAP - height;
    const y = over >= MARGIN ? over : Math.min(bottom + GAP_BELOW, clientHeight - height - MARGIN);
    const x = Math.max(MARGIN, Math.min((left + right - width) / 2, clientWidth - width - MARGIN));
    this.tools.style.setProperty("--left", `${x - origin.left}px`);
    this.tools.style.setProperty("--top", `${y - origin.top}px`);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#drag || !this.#outline) return;
    this.frame.setPointerCapture(event.pointerId);
    const { resized, turned } = this.handles;
    const how = event.target === resized ? "resized" : event.target === turned ? "turned" : "moved";
    this.#drag = { how, from: { x: event.clientX, y: event.clientY }, outline: this.#outline, began: false };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    if (!drag.began) {
      if (Math.hypot(event.clientX - drag.from.x, event.clientY - drag.from.y) < DRAGS) return;
      drag.began = true;
      this.handlers.onGrab();
    }
    this.handlers.onDrag(drag.how, this.#changeOf(drag, event));
  }

  /** @param {PointerEvent} event */
  #up({ clientX: x, clientY: y, shiftKey, type }) {
    const drag = this.#drag;
    this.#drag = null;
    if (drag?.began) this.handlers.onDrop(drag.how);
    else if (drag?.how === "moved" && type === "pointerup") this.handlers.onTap({ x, y }, shiftKey);
  }

  /** @param {Drag} drag @param {PointerEvent} event @returns {Change} */
  #changeOf({ how, from, outline: { box, turn } }, { clientX: x, clientY: y, shiftKey }) {
    const { zoom } = this.view.seen;
    const [dx, dy] = [(x - from.x) / zoom, (y - from.y) / zoom];
    if (how === "moved") return (pose) => movedBy(pose, dx, dy);
    const middle = middleOfBox(box);
    if (how === "resized") {
      const longer = Math.max(box.right - box.left, box.bottom - box.top);
      const way = turned({ x: dx, y: dy }, -turn, { x: 0, y: 0 });
      const factor = this.handlers.limit((longer + Math.max(way.x, way.y)) / longer);
      const corner = turned({ x: box.left, y: box.top }, turn, middle);
      return (pose) => scaledBy(pose, factor, corner);
    }
    const before = directionOf(this.view.onBoard(from), middle);
    const degrees = settled(turn + directionOf(this.view.onBoard({ x, y }), middle) - before, shiftKey) - turn;
    this.#outline = { box, turn: turn + degrees };
    return (pose) => turnedBy(pose, degrees, middle);
  }
}

/** @param {number} turn @param {boolean} inSteps */
function settled(turn, inSteps) {
  if (inSteps) return Math.round(turn / STEP) * STEP;
  const upright = Math.round(turn / 90) * 90;
  return Math.abs(normal(turn - upright)) < UPRIGHT ? upright : turn;
}

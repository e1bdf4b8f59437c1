/** The sticker that has the focus: a frame around it, by which it is moved and resized, and what can be done with it. */

import { nameOf } from "./look.js";
import { strings } from "./strings.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {import("./view.js").View} View */
/** @typedef {{ x: number, y: number, square: Square, resizes: boolean }} Drag */
/**
 * @typedef {object} Handlers
 * @property {(run: object | null) => void} onChange  the sticker lies elsewhere; steps of one run belong together
 * @property {(placed: Placed, square: Square) => void} onDuplicate  where the copy is to lie
 * @property {(placed: Placed) => void} onRemove
 * @property {(message: string) => void} announce
 * @property {() => void} onLeave  nothing is chosen any more, and nothing has the focus
 */

/** In CSS pixels. */
const STEP = 10;
const BIG_STEP = 50;
const SIDES = { least: 32, most: 2000 };
const GROWTH = 1.1;
const GAP = 10;
const MARGIN = 8;
/** How far a copy lies from what it was made from, in CSS pixels. */
const ASIDE = 24;
/** Where it is now is told when the keys rest, in milliseconds. */
const REST_MS = 400;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Selection {
  /** @type {Placed | null} */
  #placed = null;
  /** @type {Drag | null} */
  #drag = null;
  /** The keys that were pressed one right after the other. @type {object | null} */
  #run = null;
  #timer = 0;

  /**
   * @param {HTMLElement} element
   * @param {Board} board
   * @param {View} view
   * @param {Handlers} handlers
   */
  constructor(element, board, view, handlers) {
    this.element = element;
    this.board = board;
    this.view = view;
    this.handlers = handlers;
    this.tools = /** @type {HTMLElement} */ (element.querySelector("[role=toolbar]"));
    this.handle = /** @type {HTMLElement} */ (element.querySelector(".selection-handle"));
    element.remove();
    element.hidden = false;
    board.onFocus = (placed) => this.#show(placed);
    board.list.addEventListener("focusout", (event) => this.#focusLeft(event));
    board.list.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", () => this.#up());
    element.addEventListener("lostpointercapture", () => this.#up());
    // The focus stays on the sticker: after a finger's tap comes a press of a mouse that there is not, and some browsers'
    // buttons do not take the focus.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("[data-action]"))) {
      button.addEventListener("click", () => this.#act(button.dataset.action ?? ""));
    }
    addEventListener("resize", () => this.#settleTools());
  }

  get active() {
    return this.#placed !== null;
  }

  /** @param {Placed} placed */
  choose(placed) {
    placed.button.focus({ preventScroll: true });
  }

  /** @param {Placed} placed */
  #show(placed) {
    if (this.#placed === placed) return;
    this.#hide();
    this.#placed = placed;
    placed.element.toggleAttribute("data-selected", true);
    placed.element.append(this.element);
    this.#reveal(placed);
    this.#settleTools();
  }

  /** What is reached by keyboard is brought into sight. @param {Placed} placed */
  #reveal({ square }) {
    const { left, top, side } = this.view.inWindow(square);
    const { clientWidth, clientHeight } = document.documentElement;
    const [x, y] = [left + side / 2, top + side / 2];
    const isSeen = x >= 0 && x <= clientWidth && y >= 0 && y <= clientHeight;
    if (!isSeen) this.view.pan(clientWidth / 2 - x, clientHeight / 2 - y);
  }

  /** The board has changed: what is gone from it is not chosen any more. */
  follow() {
    const placed = this.#placed;
    if (!placed) return;
    if (this.board.has(placed)) this.#settleTools();
    else {
      this.#hide();
      this.handlers.onLeave();
    }
  }

  #hide() {
    this.#placed?.element.removeAttribute("data-selected");
    this.#placed = null;
    this.#drag = null;
    this.element.remove();
  }

  /** @param {FocusEvent} event */
  #focusLeft({ relatedTarget }) {
    const next = /** @type {Element | null} */ (relatedTarget);
    // A dialog about it gives the focus back; so does another window.
    if (this.#placed?.element.contains(next) || next?.closest("dialog") || !document.hasFocus()) return;
    this.#hide();
  }

  /** @param {string} action */
  #act(action) {
    const placed = this.#placed;
    if (!placed) return;
    if (action === "correct") this.board.onChoose(placed);
    else if (action === "duplicate") this.#duplicate(placed);
    else this.#remove(placed);
  }

  /** Its copy lies a little aside. @param {Placed} placed */
  #duplicate(placed) {
    const { left, top, side } = placed.square;
    const aside = ASIDE / this.view.seen.zoom;
    this.handlers.onDuplicate(placed, this.#inSight({ left: left + aside, top: top + aside, side }));
  }

  /** The focus goes on to the next one. @param {Placed} placed */
  #remove(placed) {
    const { state } = this.board;
    const at = state.findIndex((was) => was.placed === placed);
    const next = state[at + 1] ?? state[at - 1];
    if (next) this.choose(next.placed);
    else this.handlers.onLeave();
    this.handlers.onRemove(placed);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    const placed = this.#placed;
    if (!placed || altKey) return;
    if (ctrlKey || metaKey) {
      if (key.toLowerCase() !== "d") return;
      this.#duplicate(placed);
      event.preventDefault();
      return;
    }
    const { left, top, side } = placed.square;
    if (key in WAYS) {
      const [across, down] = WAYS[key];
      const step = (event.shiftKey ? BIG_STEP : STEP) / this.view.seen.zoom;
      this.#change(placed, this.#inSight({ left: left + across * step, top: top + down * step, side }), "moved");
    } else if (key === "+" || key === "=" || key === "-") {
      const grown = sized(key === "-" ? side / GROWTH : side * GROWTH);
      this.#change(placed, { left: left + (side - grown) / 2, top: top + (side - grown) / 2, side: grown }, "resized");
    } else if (key === "Delete" || key === "Backspace") this.#remove(placed);
    else if (key === "Escape") this.handlers.onLeave();
    else return;
    event.preventDefault();
  }

  /**
   * @param {Placed} placed
   * @param {Square} square
   * @param {"moved" | "resized"} how
   */
  #change(placed, square, how) {
    this.board.move(placed, square);
    this.#settleTools();
    this.#run ??= {};
    this.handlers.onChange(this.#run);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#run = null;
      this.handlers.announce(this.#told(placed, how));
    }, REST_MS);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    if (!this.#placed || event.button !== 0 || this.#drag || target.closest("[role=toolbar]")) return;
    this.element.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y } = event;
    this.#drag = { x, y, square: this.#placed.square, resizes: target === this.handle };
  }

  /** @param {PointerEvent} event */
  #move({ clientX, clientY }) {
    if (!this.#drag || !this.#placed) return;
    const { x, y, square: { left, top, side }, resizes } = this.#drag;
    const { zoom } = this.view.seen;
    const [dx, dy] = [(clientX - x) / zoom, (clientY - y) / zoom];
    const square = resizes ? { left, top, side: sized(side + Math.max(dx, dy)) } : { left: left + dx, top: top + dy, side };
    this.board.move(this.#placed, resizes ? square : this.#inSight(square));
    this.#settleTools();
  }

  #up() {
    const [drag, placed] = [this.#drag, this.#placed];
    this.#drag = null;
    if (!drag || !placed || placed.square === drag.square) return;
    this.handlers.onChange(null);
    this.handlers.announce(this.#told(placed, drag.resizes ? "resized" : "moved"));
  }

  /** Over the sticker, or under it where there is no room. */
  #settleTools() {
    if (!this.#placed) return;
    const { left, top, side } = this.view.inWindow(this.#placed.square);
    const { offsetWidth: width, offsetHeight: height } = this.tools;
    const { clientWidth, clientHeight } = document.documentElement;
    const over = top - GAP - height;
    const y = over >= MARGIN ? over : Math.min(top + side + GAP, clientHeight - height - MARGIN);
    const x = Math.max(MARGIN, Math.min(left + side / 2 - width / 2, clientWidth - width - MARGIN));
    this.tools.style.setProperty("--left", `${x - left}px`);
    this.tools.style.setProperty("--top", `${y - top}px`);
  }

  /** Its middle stays in the window. @param {Square} square @returns {Square} */
  #inSight({ left, top, side }) {
    const { clientWidth, clientHeight } = document.documentElement;
    const start = this.view.onBoard({ x: 0, y: 0 });
    const end = this.view.onBoard({ x: clientWidth, y: clientHeight });
    const within = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
      Math.max(least - side / 2, Math.min(value, most - side / 2));
    return { left: within(left, start.x, end.x), top: within(top, start.y, end.y), side };
  }

  /** @param {Placed} placed @param {"moved" | "resized"} how */
  #told(placed, how) {
    if (how === "resized") return strings.board.resized(nameOf(placed), Math.round(placed.square.side));
    const { left, top, side } = this.view.inWindow(placed.square);
    const { clientWidth, clientHeight } = document.documentElement;
    const percent = (/** @type {number} */ start, /** @type {number} */ length) => Math.round((100 * (start + side / 2)) / length);
    return strings.board.moved(nameOf(placed), percent(left, clientWidth), percent(top, clientHeight));
  }
}

/** @param {number} side */
function sized(side) {
  return Math.max(SIDES.least, Math.min(side, SIDES.most));
}

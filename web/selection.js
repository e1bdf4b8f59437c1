/** The stickers that are chosen: mostly the one that has the focus, or several; and what can be done with them. */

import { Frame } from "./frame.js";
import { nameOf } from "./look.js";
import { boxOf, boxOfSquare, middleOfBox, movedBy, scaledBy, turnedBy } from "./poses.js";
import { strings } from "./strings.js";
import { union } from "./strokes.js";
import { isLetter } from "./typed.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./frame.js").Change} Change */
/** @typedef {import("./frame.js").How} How */
/** @typedef {import("./poses.js").Pose} Pose */
/** @typedef {import("./strokes.js").Box} Box */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./view.js").View} View */
/** @typedef {{ placed: Placed, square: Pose }} Copy */
/**
 * @typedef {object} Handlers
 * @property {(run: object | null) => void} onChange  stickers lie elsewhere; steps of one run belong together
 * @property {(copies: readonly Copy[]) => void} onDuplicate  what is copied, and where the copies are to lie
 * @property {(placed: readonly Placed[]) => void} onRemove
 * @property {(message: string) => void} announce
 * @property {() => void} onLeave  nothing is chosen any more, and nothing has the focus
 */

/** In CSS pixels. */
const STEP = 10;
const BIG_STEP = 50;
const SIDES = { least: 32, most: 2000 };
const GROWTH = 1.1;
/** In degrees. */
const TURN = 15;
/** How far a copy lies from what it was made from, in CSS pixels. */
const ASIDE = 24;
/** How they lie now is told when the keys rest, in milliseconds. */
const REST_MS = 400;
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Selection {
  /** The one that has the focus. @type {Placed | null} */
  #placed = null;
  /** @type {Set<Placed>} */
  #chosen = new Set();
  /** Whether whatever is pressed is added to what is chosen, or taken out. */
  #gathers = false;
  /** Those that show whether they are chosen; some may be gone from the board. @type {Set<Placed>} */
  #marked = new Set();
  /** Where they lay when a drag began. @type {Map<Placed, Pose>} */
  #grabbed = new Map();
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
    this.board = board;
    this.view = view;
    this.handlers = handlers;
    this.frame = new Frame(element, view, {
      onGrab: () => (this.#grabbed = this.#poses),
      onDrag: (how, change) => this.#apply(this.#grabbed, how, change),
      onDrop: (how) => this.#dropped(how),
      onTap: (place, adds) => this.#tap(place, adds),
      limit: (factor) => limited(factor, [...this.#grabbed.values()]),
    });
    const find = (/** @type {string} */ action) =>
      /** @type {HTMLElement} */ (element.querySelector(`[data-action=${action}]`));
    this.buttons = { correct: find("correct"), several: find("several"), duplicate: find("duplicate"), remove: find("remove") };
    this.buttons.correct.addEventListener("click", () => this.#placed && board.onChoose(this.#placed));
    this.buttons.several.addEventListener("click", () => this.#gather(!this.#gathers));
    this.buttons.duplicate.addEventListener("click", () => this.#duplicate());
    this.buttons.remove.addEventListener("click", () => this.#remove());
    board.onFocus = (placed) => this.#show(placed);
    board.onPress = (placed, { shiftKey }) =>
      this.#gathers || shiftKey ? this.choose(placed, true) : board.onChoose(placed);
    board.list.addEventListener("focusout", (event) => this.#focusLeft(event));
    board.list.addEventListener("keydown", (event) => this.#key(event));
  }

  get active() {
    return this.#placed !== null;
  }

  /** Whether a press on the board with or without Shift adds to what is chosen. @param {boolean} shift */
  adds(shift) {
    return this.active && (this.#gathers || shift);
  }

  /** @param {Placed} placed @param {boolean} [adds] to what is chosen, or takes it out */
  choose(placed, adds = false) {
    if (!adds && !this.#gathers) {
      placed.button.focus({ preventScroll: true });
      return;
    }
    const leaves = this.#chosen.has(placed) && this.#chosen.size > 1;
    this.#gathers = true;
    if (leaves) this.#chosen.delete(placed);
    else this.#chosen.add(placed);
    placed.button.focus({ preventScroll: true });
    this.#mark();
    this.handlers.announce(strings.board.gathered(nameOf(placed), !leaves, this.#chosen.size));
  }

  /** @param {readonly Placed[]} placed of which the last one has the focus then */
  chooseAll(placed) {
    const last = placed.at(-1);
    if (!last) return;
    this.#end();
    this.#gathers = placed.length > 1;
    this.#chosen = new Set(placed);
    last.button.focus({ preventScroll: true });
    this.#show(last); // it may have had the focus before
  }

  /** Nothing is chosen any more. */
  leave() {
    if (this.active) this.handlers.onLeave();
  }

  /** The board has changed: what is gone from it is not chosen any more. */
  follow() {
    const placed = this.#placed;
    if (!placed) return;
    if (!this.board.has(placed)) {
      this.#end();
      this.handlers.onLeave();
      return;
    }
    for (const each of this.#chosen) {
      if (!this.board.has(each)) this.#chosen.delete(each);
    }
    if (this.#chosen.size === 0) this.#chosen.add(placed);
    this.#mark();
  }

  /** @param {Placed} placed */
  #show(placed) {
    if (this.#placed === placed) return;
    this.#placed = placed;
    if (!this.#gathers) this.#chosen = new Set([placed]);
    this.#mark();
    this.#reveal(placed);
  }

  /** Shows what is chosen. */
  #mark() {
    const isOne = this.#chosen.size === 1;
    const all = this.board.state.map(({ placed }) => placed);
    const before = this.#marked;
    this.#marked = new Set(this.#gathers ? all : this.#chosen);
    for (const placed of new Set([...before, ...this.#marked])) {
      const isChosen = this.#chosen.has(placed);
      if (isChosen) placed.element.dataset.selected = isOne ? "one" : "several";
      else delete placed.element.dataset.selected;
      if (this.#gathers && this.#marked.has(placed)) placed.button.setAttribute("aria-pressed", String(isChosen));
      else placed.button.removeAttribute("aria-pressed");
    }
    this.buttons.correct.hidden = !isOne;
    this.buttons.several.hidden = all.length < 2;
    this.buttons.several.setAttribute("aria-pressed", String(this.#gathers));
    const [first] = this.#chosen;
    if (!this.#placed || !first) return;
    const outline = isOne ? { box: boxOfSquare(first.square), turn: first.square.turn } : { box: this.#box, turn: 0 };
    this.frame.show(this.#placed, outline);
  }

  #end() {
    this.#placed = null;
    this.#gathers = false;
    this.#chosen.clear();
    this.#mark();
    this.frame.hide();
  }

  /** Those of the board that are chosen, and how they lie. @returns {Map<Placed, Pose>} */
  get #poses() {
    return new Map([...this.#chosen].map((placed) => [placed, placed.square]));
  }

  get #box() {
    return boxOfAll([...this.#chosen].map(({ square }) => square));
  }

  get #name() {
    const [first] = this.#chosen;
    return this.#chosen.size === 1 ? nameOf(first) : strings.board.stickers(this.#chosen.size);
  }

  /** What is reached by keyboard is brought into sight. @param {Placed} placed */
  #reveal({ square }) {
    const { x, y } = middleOfBox(this.view.inWindow(boxOf(square)));
    const { clientWidth, clientHeight } = document.documentElement;
    const isSeen = x >= 0 && x <= clientWidth && y >= 0 && y <= clientHeight;
    if (!isSeen) this.view.pan(clientWidth / 2 - x, clientHeight / 2 - y);
  }

  /** @param {FocusEvent} event */
  #focusLeft({ relatedTarget }) {
    const next = /** @type {Element | null} */ (relatedTarget);
    const within = this.#gathers ? this.board.list : this.#placed?.element;
    // A dialog about it gives the focus back; so does another window.
    if (within?.contains(next) || next?.closest("dialog") || !document.hasFocus()) return;
    this.#end();
  }

  /** @param {boolean} gathers */
  #gather(gathers) {
    const placed = this.#placed;
    if (!placed) return;
    this.#gathers = gathers;
    if (!gathers) this.#chosen = new Set([placed]);
    this.#mark();
    placed.button.focus({ preventScroll: true });
    this.handlers.announce(gathers ? strings.board.gathers : strings.board.gathered(nameOf(placed), true, 1));
  }

  /** On the frame, which lies over what is chosen. @param {Place} place @param {boolean} adds */
  #tap(place, adds) {
    if (!this.adds(adds)) return;
    const tapped = this.board.at(this.view.onBoard(place));
    if (tapped) this.choose(tapped, true);
  }

  /** The copies lie a little aside. */
  #duplicate() {
    const aside = ASIDE / this.view.seen.zoom;
    const by = this.#inSight(this.#box, aside, aside);
    const copies = [...this.#poses].map(([placed, pose]) => ({ placed, square: movedBy(pose, by.dx, by.dy) }));
    if (copies.length > 0) this.handlers.onDuplicate(copies);
  }

  /** The focus goes on to the next one. */
  #remove() {
    const { state } = this.board;
    const gone = [...this.#chosen];
    const stays = (/** @type {{ placed: Placed }} */ { placed }) => !gone.includes(placed);
    const at = state.findIndex(({ placed }) => placed === this.#placed);
    const next = state.slice(at).find(stays) ?? state.slice(0, at).findLast(stays);
    this.#gathers = false;
    if (next) this.choose(next.placed);
    else this.handlers.onLeave();
    this.handlers.onRemove(gone);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, shiftKey, altKey } = event;
    if (!this.#placed || altKey) return;
    const middle = middleOfBox(this.#box);
    if (event.ctrlKey || event.metaKey) {
      if (!isLetter(event, "d")) return;
      this.#duplicate();
    } else if (key in WAYS) {
      const [across, down] = WAYS[key];
      const step = (shiftKey ? BIG_STEP : STEP) / this.view.seen.zoom;
      this.#change("moved", (pose) => movedBy(pose, across * step, down * step));
    } else if (key === "+" || key === "=" || key === "-") {
      const factor = limited(key === "-" ? 1 / GROWTH : GROWTH, [...this.#poses.values()]);
      this.#change("resized", (pose) => scaledBy(pose, factor, middle));
    } else if (isLetter(event, "r")) {
      this.#change("turned", (pose) => turnedBy(pose, shiftKey ? -TURN : TURN, middle));
    } else if (key === "Delete" || key === "Backspace") this.#remove();
    else if (key === "Escape" && this.#gathers) this.#gather(false);
    else if (key === "Escape") this.handlers.onLeave();
    else return;
    event.preventDefault();
  }

  /** By a key. @param {How} how @param {Change} change */
  #change(how, change) {
    this.#apply(this.#poses, how, change);
    this.#run ??= {};
    this.handlers.onChange(this.#run);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#run = null;
      if (this.active) this.handlers.announce(this.#told(how));
    }, REST_MS);
  }

  /** @param {How} how */
  #dropped(how) {
    const hasChanged = [...this.#grabbed].some(([placed, pose]) => placed.square !== pose);
    this.#mark();
    if (!hasChanged) return;
    this.handlers.onChange(null);
    this.handlers.announce(this.#told(how));
  }

  /** @param {Map<Placed, Pose>} from how they lay @param {How} how @param {Change} change */
  #apply(from, how, change) {
    const poses = new Map([...from].map(([placed, pose]) => [placed, change(pose)]));
    const by = how === "moved" ? this.#inSight(boxOfAll([...poses.values()]), 0, 0) : { dx: 0, dy: 0 };
    for (const [placed, pose] of poses) this.board.move(placed, movedBy(pose, by.dx, by.dy));
    this.#mark();
  }

  /**
   * How a box is to be moved so that its middle stays in the window.
   * @param {Box} box
   * @param {number} dx that it is to be moved by, or by less
   * @param {number} dy
   */
  #inSight(box, dx, dy) {
    const { x, y } = middleOfBox(box);
    const { clientWidth, clientHeight } = document.documentElement;
    const start = this.view.onBoard({ x: 0, y: 0 });
    const end = this.view.onBoard({ x: clientWidth, y: clientHeight });
    return {
      dx: Math.max(start.x, Math.min(x + dx, end.x)) - x,
      dy: Math.max(start.y, Math.min(y + dy, end.y)) - y,
    };
  }

  /** @param {How} how */
  #told(how) {
    const [first] = this.#chosen;
    const isOne = this.#chosen.size === 1;
    if (how === "turned") return strings.board.turned(this.#name, isOne ? first.square.turn : null);
    const box = this.#box;
    if (how === "resized") return strings.board.resized(this.#name, isOne ? first.square.side : box.right - box.left);
    const { x, y } = middleOfBox(this.view.inWindow(box));
    const { clientWidth, clientHeight } = document.documentElement;
    return strings.board.moved(this.#name, Math.round((100 * x) / clientWidth), Math.round((100 * y) / clientHeight));
  }
}

/** @param {readonly Pose[]} poses at least one @returns {Box} that all of them are within */
function boxOfAll(poses) {
  return poses.map(boxOf).reduce(union);
}

/**
 * No sticker may become too small or too large by it.
 * @param {number} factor
 * @param {readonly Pose[]} poses
 */
function limited(factor, poses) {
  const sides = poses.map(({ side }) => side);
  if (factor < 1) return Math.max(factor, Math.min(1, SIDES.least / Math.min(...sides)));
  return Math.min(factor, Math.max(1, SIDES.most / Math.max(...sides)));
}

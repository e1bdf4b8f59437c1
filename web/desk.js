/** What a person draws on: the board with its ink and stickers, the pen, the recogniser and its guesses; and the way back. */

import { Board, LEAST_SIDE } from "./board.js";
import { InkSurface } from "./canvas.js";
import { Gestures } from "./gestures.js";
import { LiveGuess } from "./guess.js";
import { Pen } from "./pen.js";
import { nameOf } from "./look.js";
import { laidInto } from "./poses.js";
import { Recognizer } from "./recognizer.js";
import { Selection } from "./selection.js";
import { strings } from "./strings.js";
import { boundsOf, extentOf, isTap } from "./strokes.js";
import { isLetter, isTyped } from "./typed.js";
import { Undo } from "./undo.js";
import { AT_FIRST, View } from "./view.js";

/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./preferences.js").Preferences} Preferences */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/**
 * @typedef {object} DeskHandlers
 * @property {() => boolean} accepts  whether a stroke may begin
 * @property {() => Inkmoji | null} guesser  the client, unless it has more important things to do
 * @property {() => readonly Sticker[]} known  the stickers as they look now
 * @property {() => void} onDown
 * @property {(message: string, tone?: "quiet") => void} announce  what happened; quietly, where it is seen anyway
 * @property {() => void} onChanged  something came to the board, left it, or changed on it
 */
/** @typedef {DeskHandlers & Omit<import("./recognizer.js").Handlers, "pause" | "least" | "zoom">} Handlers */
/** @typedef {{ stickers: readonly import("./board.js").Was[], strokes: readonly Stroke[] }} State */

const PEN_WIDTH = 8;
/** No copies are made beyond so many stickers: a few keys would soon make more than a page can show, or keep. */
const MOST_COPIED = 1000;

export class Desk {
  /** Whether the pen went down where it takes a sticker's frame away. */
  #dismisses = false;
  /** Strokes that were undone before they were looked at. @type {WeakSet<Stroke>} */
  #unfinished = new WeakSet();

  /**
   * @param {HTMLElement} app
   * @param {Preferences} preferences
   * @param {Handlers} handlers
   */
  constructor(app, preferences, handlers) {
    this.elements = elementsOf(app);
    const { canvas, list, bubble, selection } = this.elements;
    this.handlers = handlers;
    this.board = new Board(list);
    this.surface = new InkSurface(canvas, { penWidth: PEN_WIDTH });
    this.pen = new Pen(this.surface, {
      accepts: (event) => handlers.accepts() && !this.gestures.takes(event),
      usesPressure: () => preferences.values.pressure,
      onDraw: () => this.guess.changed(),
      onDown: () => {
        this.#dismisses = this.selection.active;
        handlers.onDown();
      },
      onStroke: (stroke, { shiftKey }) => this.#penUp(stroke, shiftKey),
    });
    this.recognizer = new Recognizer({
      ...handlers,
      isOccupied: () => this.pen.down || handlers.isOccupied(),
      pause: () => (preferences.values.onEnter ? null : 1000 * preferences.values.pause),
      least: () => preferences.values.sureness,
      zoom: () => this.view.seen.zoom,
      onChange: () => {
        if (this.recognizer.pending.length === 0 && !this.pen.down) this.guess.hide();
        handlers.onChange();
      },
    });
    this.guess = new LiveGuess(bubble, {
      client: handlers.guesser,
      drawing: () => [...this.recognizer.pending, ...this.pen.strokes],
      wanted: () => preferences.values.guesses,
      seen: () => this.view.seen,
    });
    preferences.listen(() => (this.guess.hide(), this.recognizer.rest()));
    this.view = new View();
    this.view.onChange = () => this.#look();
    this.gestures = new Gestures(canvas, this.view, {
      isDown: () => this.pen.down,
      extent: () => extentOf(boundsOf(this.pen.strokes)) * this.view.seen.zoom,
      cancel: () => (this.pen.cancel(), this.guess.hide(), this.recognizer.rest()),
      onSeen: () => handlers.announce(strings.board.penSeen),
    });
    this.selection = new Selection(selection, this.board, this.view, {
      onChange: (run) => this.record(run),
      onRemove: (placed) => this.remove(...placed),
      onDuplicate: (copies) => this.#duplicate(copies),
      announce: (message) => this.#say(message),
      onLeave: () => canvas.focus({ preventScroll: true }),
    });
    /** @type {Undo<State>} */
    this.undo = new Undo(this.#state);
    this.#listen();
  }

  #listen() {
    const { canvas, undo, redo, view } = this.elements;
    // The stickers keep the focus while more of them are chosen.
    canvas.addEventListener("mousedown", (event) => this.selection.adds(event.shiftKey) && event.preventDefault());
    view.addEventListener("click", () => {
      this.view.seen = AT_FIRST;
      canvas.focus({ preventScroll: true });
    });
    undo.addEventListener("click", () => this.#go(-1));
    redo.addEventListener("click", () => this.#go(1));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.handlers.isOccupied() || isTyped(event)) return;
    const { key, target } = event;
    if (key === "Enter" && (target === this.elements.canvas || target === document.body)) this.recognizer.finish();
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (isLetter(event, "z") || isLetter(event, "y")) this.#go(isLetter(event, "y") || event.shiftKey ? 1 : -1);
    else if (isLetter(event, "a")) this.selection.chooseAll(this.board.state.map(({ placed }) => placed));
    else return;
    event.preventDefault();
  }

  get empty() {
    return this.surface.empty && this.board.empty;
  }

  /** Shows another part of the board, or another size. */
  #look() {
    const { app, view } = this.elements;
    const { x, y, zoom } = this.view.seen;
    const values = { "--x": `${x}px`, "--y": `${y}px`, "--zoom": String(zoom) };
    for (const [name, value] of Object.entries(values)) app.style.setProperty(name, value);
    this.surface.seen = this.view.seen;
    this.selection.follow();
    this.guess.hide();
    view.hidden = this.view.isAtFirst;
    view.textContent = strings.board.zoom(zoom);
    view.setAttribute("aria-label", strings.board.back(zoom));
  }

  /** @returns {State} */
  get #state() {
    return { stickers: this.board.state, strokes: this.surface.strokes.filter(({ ended }) => ended) };
  }

  /** Something has changed, and can be undone. @param {object | null} run steps of one run are undone together */
  record(run = null) {
    const state = this.#state;
    if (isSame(state, this.undo.present)) return;
    this.undo.record(state, run);
    this.#changed();
  }

  /** Everything is gone, and there is no way back. */
  erase() {
    this.clear();
    this.view.seen = AT_FIRST;
    this.begin();
  }

  /** There is no way back beyond this: what was undone, too, is forgotten. */
  begin() {
    this.undo = new Undo(this.#state);
    this.#changed();
  }

  /** Nothing is left of what became the stickers: one of the drawings may have been forgotten for good. */
  dropDrawings() {
    this.board.dropDrawings();
    this.begin();
  }

  #changed() {
    const { undo, redo, canvas } = this.elements;
    const held = document.activeElement;
    undo.disabled = !this.undo.canUndo;
    redo.disabled = !this.undo.canRedo;
    // A button that is of no use any more loses the focus.
    if (held === undo && undo.disabled) redo.focus();
    if (held === redo && redo.disabled) undo.focus();
    undo.hidden = redo.hidden = undo.disabled && redo.disabled;
    this.selection.follow();
    canvas.setAttribute("aria-description", strings.board.ink(this.surface.strokes.length));
    this.handlers.onChanged();
  }

  /** @param {-1 | 1} way back or forth */
  #go(way) {
    if (this.pen.down) return;
    const unfinished = this.recognizer.unanswered.flat();
    const state = this.undo.go(this.#state, way);
    if (!state) {
      this.#say(way < 0 ? strings.board.nothingToUndo : strings.board.nothingToRedo);
      return;
    }
    const { stickers, strokes } = state;
    const before = new Set(this.surface.strokes);
    const after = new Set(strokes);
    for (const stroke of unfinished) {
      if (!after.has(stroke)) this.#unfinished.add(stroke);
    }
    this.recognizer.forget(new Set([...before].filter((stroke) => !after.has(stroke))));
    this.guess.hide();
    this.surface.show(strokes);
    this.board.show(stickers);
    this.board.follow(this.handlers.known());
    for (const stroke of strokes) {
      if (!before.has(stroke) && this.#unfinished.delete(stroke)) this.recognizer.add(stroke);
    }
    this.#changed();
    this.#say(strings.board.gone(way, stickers.length, strokes.length));
  }

  /**
   * @param {Stroke[]} strokes
   * @param {Look & { label: string | null }} sticker
   * @param {Sureness} [sureness]
   */
  turnInto(strokes, sticker, sureness) {
    this.surface.erase(...strokes);
    this.board.place(sticker, strokes, this.view.seen.zoom, sureness);
    this.record();
  }

  /** @param {Look & { label: string | null }} sticker @param {Square} square in the window */
  put(sticker, { left, top, side }) {
    const { x, y } = this.view.onBoard({ x: left, y: top });
    this.board.put(sticker, { left: x, top: y, side: side / this.view.seen.zoom, turn: 0 });
    this.record();
  }

  clear() {
    this.recognizer.clear();
    this.surface.clear();
    this.board.clear();
    this.record();
  }

  /** @param {Stroke} stroke @param {boolean} adds a sticker that is tapped to what is chosen */
  #penUp(stroke, adds) {
    const isTapped = this.recognizer.pending.length === 0 && isTap(stroke, this.view.seen.zoom);
    const [x, y] = stroke.points[0];
    const tapped = isTapped ? this.board.at({ x, y }) : undefined;
    const isNothing = isTapped && this.#dismisses;
    if (!tapped) this.selection.leave();
    const rubbedOut = tapped || isNothing ? [] : this.board.scribbledOutBy(stroke);
    if (!tapped && !isNothing && rubbedOut.length === 0) {
      this.recognizer.add(stroke);
      this.record();
      return;
    }
    this.surface.erase(stroke);
    this.guess.hide();
    this.recognizer.rest();
    if (tapped) this.selection.choose(tapped, adds);
    if (rubbedOut.length > 0) this.remove(...rubbedOut);
  }

  /** @param {string} message for those who cannot see it */
  #say(message) {
    this.handlers.announce(message, "quiet");
  }

  /** @param {...Placed} placed */
  remove(...placed) {
    void this.board.remove(...placed);
    this.#say(strings.removed(placed.map(nameOf).join(" ")));
    this.record();
  }

  /** @param {readonly import("./selection.js").Copy[]} copies that are chosen then */
  #duplicate(copies) {
    if (this.board.stickers.length + copies.length > MOST_COPIED) {
      this.handlers.announce(strings.board.full(MOST_COPIED));
      return;
    }
    const made = copies.map(({ placed, square }) => this.board.put(placed, square, placed.drawing));
    this.record();
    this.selection.chooseAll(made);
    this.#say(strings.board.duplicated(made.map(nameOf)));
  }

  /** @param {Placed} placed is another sticker from now on @param {Look & { label: string | null }} sticker */
  become(placed, sticker) {
    this.board.become(placed, sticker);
    this.record();
  }

  /** A sticker is the drawing again that it was. @param {Placed} placed */
  turnBack(placed) {
    void this.board.remove(placed);
    this.surface.draw(...laidInto(placed.drawing, placed.square, Math.min(LEAST_SIDE, placed.square.side)));
    this.#say(strings.madeInk(nameOf(placed)));
    this.record();
  }
}

/** @param {HTMLElement} app */
function elementsOf(app) {
  const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (app.querySelector(`#${id}`));
  return {
    app,
    view: /** @type {HTMLButtonElement} */ (find("view")),
    canvas: /** @type {HTMLCanvasElement} */ (find("board")),
    list: /** @type {HTMLUListElement} */ (find("stickers")),
    bubble: find("guess"),
    selection: find("selection"),
    undo: /** @type {HTMLButtonElement} */ (find("undo")),
    redo: /** @type {HTMLButtonElement} */ (find("redo")),
  };
}

/** @param {State} a @param {State} b */
function isSame(a, b) {
  const fields = /** @type {const} */ (["placed", "label", "text", "image", "square"]);
  return a.strokes.length === b.strokes.length && a.stickers.length === b.stickers.length &&
    a.strokes.every((stroke, at) => stroke === b.strokes[at]) &&
    a.stickers.every((was, at) => fields.every((field) => was[field] === b.stickers[at][field]));
}

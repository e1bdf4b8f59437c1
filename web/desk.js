/** What a person draws on: the board with its ink and stickers, the pen, the recogniser and its guesses. */

import { Board } from "./board.js";
import { InkSurface } from "./canvas.js";
import { LiveGuess } from "./guess.js";
import { Pen } from "./pen.js";
import { Recognizer } from "./recognizer.js";
import { isTap } from "./strokes.js";

/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./client.js").Inkmoji} Inkmoji */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./preferences.js").Preferences} Preferences */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/**
 * @typedef {object} DeskHandlers
 * @property {() => boolean} accepts  whether a stroke may begin
 * @property {() => Inkmoji | null} guesser  the client, unless it has more important things to do
 * @property {() => void} onDown
 * @property {(placed: Placed) => void} onTapped
 * @property {(placed: Placed[]) => void} onRubbedOut
 */
/** @typedef {DeskHandlers & Omit<import("./recognizer.js").Handlers, "pause" | "least">} Handlers */

const PEN_WIDTH = 8;

export class Desk {
  /** What the click that is to come is for. @type {Placed | null} */
  #tapped = null;

  /**
   * @param {{ canvas: HTMLCanvasElement, list: HTMLUListElement, bubble: HTMLElement }} elements
   * @param {Preferences} preferences
   * @param {Handlers} handlers
   */
  constructor({ canvas, list, bubble }, preferences, handlers) {
    this.handlers = handlers;
    this.board = new Board(list);
    this.surface = new InkSurface(canvas, { penWidth: PEN_WIDTH });
    this.pen = new Pen(this.surface, {
      accepts: handlers.accepts,
      usesPressure: () => preferences.values.pressure,
      onDraw: () => this.guess.changed(),
      onDown: handlers.onDown,
      onStroke: (stroke) => this.#penUp(stroke),
    });
    this.recognizer = new Recognizer({
      ...handlers,
      isOccupied: () => this.pen.down || handlers.isOccupied(),
      pause: () => (preferences.values.onEnter ? null : 1000 * preferences.values.pause),
      least: () => preferences.values.sureness,
      onChange: () => {
        if (this.recognizer.pending.length === 0 && !this.pen.down) this.guess.hide();
        handlers.onChange();
      },
    });
    this.guess = new LiveGuess(bubble, {
      client: handlers.guesser,
      drawing: () => [...this.recognizer.pending, ...this.pen.strokes],
      wanted: () => preferences.values.guesses,
    });
    preferences.listen(() => (this.guess.hide(), this.recognizer.rest()));
    // Before the click is over, what opens here would be clicked too: by a finger, on whatever lies under it then.
    canvas.addEventListener("click", () => {
      const placed = this.#tapped;
      this.#tapped = null;
      if (placed) handlers.onTapped(placed);
    });
    document.addEventListener("keydown", ({ key, target }) => {
      if (key === "Enter" && (target === canvas || target === document.body)) this.recognizer.finish();
    });
  }

  get empty() {
    return this.surface.empty && this.board.empty;
  }

  /**
   * @param {Stroke[]} strokes
   * @param {Look & { label: string | null }} sticker
   * @param {Sureness} [sureness]
   */
  turnInto(strokes, sticker, sureness) {
    this.surface.erase(...strokes);
    this.board.place(sticker, strokes, sureness);
  }

  clear() {
    this.recognizer.clear();
    this.surface.clear();
    this.board.clear();
  }

  /** @param {Stroke} stroke */
  #penUp(stroke) {
    const tapped = this.recognizer.pending.length === 0 && isTap(stroke) ? this.board.at(stroke.points[0]) : undefined;
    const rubbedOut = tapped ? [] : this.board.scribbledOutBy(stroke);
    if (!tapped && rubbedOut.length === 0) {
      this.recognizer.add(stroke);
      return;
    }
    this.surface.erase(stroke);
    this.guess.hide();
    if (tapped) {
      this.#tapped = tapped;
      return;
    }
    void this.board.remove(...rubbedOut);
    this.recognizer.rest();
    this.handlers.onRubbedOut(rubbedOut);
  }
}

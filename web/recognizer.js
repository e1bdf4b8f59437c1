/**
 * From strokes to drawings to answers, in the order they were drawn.
 *
 * Strokes gather in one pending drawing, which is submitted when no pointer was down for a while, or when the person says
 * that it is finished. Drawings wait
 * in a queue until Python is up. A drawing that is not recognised waits until the pen rests, and is then handed to
 * `onUnknown`; if the person went on drawing it instead, it becomes part of the pending drawing again. Strokes leave
 * this module only through the handlers, so none is lost.
 */

import { boundsOf, extentOf, inflate, overlaps, toDrawing } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./inkmoji.js").Candidate} Candidate */
/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {{ strokes: Stroke[], candidates: Candidate[] }} Unknown a drawing, and what comes nearest to it */

/** Where drawings are finished by Enter, what waits for the pen to rest goes on after this. */
const IDLE_MS = 500;
/** A drawing smaller than this, in CSS pixels, is a slip of the pen: it stays as ink. */
const LEAST_EXTENT = 10;
/** New strokes nearer to an unrecognised drawing than this share of its size go on with it. */
const NEARBY = 0.15;

/**
 * @typedef {object} Handlers
 * @property {(strokes: Stroke[], label: string, confidence: number) => void} onRecognised
 * @property {(strokes: Stroke[], candidates: Candidate[]) => Promise<void>} onUnknown asks the person; settles when
 *   that is over. The candidates are as old as the answer: what they were may be forgotten by then
 * @property {(strokes: Stroke[], error: unknown) => void} onError
 * @property {() => boolean} isOccupied whether a pointer is down or a dialog is open
 * @property {() => number | null} pause after the last stroke, in milliseconds; null: drawings are finished by `finish`
 * @property {() => number} zoom  CSS pixels in one unit of length
 * @property {() => number} least confidence of what counts as recognised
 * @property {() => void} onChange something was submitted, answered or given up
 */

export class Recognizer {
  /** @type {Stroke[]} */
  #pending = [];
  /** @type {Stroke[][]} */
  #queue = [];
  /** @type {Unknown[]} */
  #unknown = [];
  /** @type {Inkmoji | null} */
  #client = null;
  #timer = 0;
  #busy = false;
  #asking = false;
  #abort = new AbortController();

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  /** Drawings submitted and not yet answered. */
  get waiting() {
    return this.#queue.length;
  }

  /** The drawings that have no answer yet, the unfinished one last. */
  get unanswered() {
    return this.#pending.length > 0 ? [...this.#queue, [...this.#pending]] : [...this.#queue];
  }

  /** The strokes of the unfinished drawing. @returns {readonly Stroke[]} */
  get pending() {
    return this.#pending;
  }

  /** Whether a drawing is being looked at. */
  get busy() {
    return this.#busy;
  }

  /** @param {Inkmoji} client that is up */
  connect(client) {
    this.#client = client;
    void this.#run();
  }

  /** Python is gone: drawings wait again, these before the others. @param {...Stroke[]} drawings */
  disconnect(...drawings) {
    this.#client = null;
    this.#queue.unshift(...drawings);
  }

  /** A drawing that got no answer waits again, before the others. @param {Stroke[]} strokes */
  again(strokes) {
    this.#queue.unshift(strokes);
    void this.#run();
  }

  /** Whatever kept the recogniser waiting is over: after the pause it goes on. */
  rest() {
    clearTimeout(this.#timer);
    const pause = this.handlers.pause();
    this.#timer = setTimeout(() => this.#idle(pause !== null), pause ?? IDLE_MS);
  }

  /** The drawing is finished: it is looked at without waiting any longer. */
  finish() {
    clearTimeout(this.#timer);
    this.#idle(true);
  }

  /** @param {Stroke} stroke */
  add(stroke) {
    this.#pending.push(stroke);
    this.rest();
  }

  /** @param {...Stroke[]} drawings that are finished */
  submit(...drawings) {
    this.#queue.push(...drawings.filter((drawing) => extentOf(boundsOf(drawing)) * this.handlers.zoom() >= LEAST_EXTENT));
    this.handlers.onChange();
    void this.#run();
  }

  /** Forgets every drawing that has no answer yet. */
  clear() {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#pending = [];
    this.#queue = [];
    this.#unknown = [];
    this.handlers.onChange();
  }

  /**
   * Lets go of strokes that are gone. What is left of a drawing is an unfinished one again.
   * @param {ReadonlySet<Stroke>} gone
   */
  forget(gone) {
    const has = (/** @type {readonly Stroke[]} */ drawing) => drawing.some((stroke) => gone.has(stroke));
    const broken = [...this.#queue, ...this.#unknown.map(({ strokes }) => strokes), this.#pending].filter(has);
    if (broken.length === 0) return;
    this.#queue = this.#queue.filter((drawing) => !has(drawing));
    this.#unknown = this.#unknown.filter(({ strokes }) => !has(strokes));
    this.#pending = [...new Set([...broken.flat(), ...this.#pending])].filter((stroke) => !gone.has(stroke));
    this.rest();
    this.handlers.onChange();
  }

  /** Looks again at the drawings that nobody was asked about yet: there is more to recognise them by now. */
  retryUnknown() {
    this.#queue.unshift(...this.#unknown.splice(0).map(({ strokes }) => strokes));
    void this.#run();
  }

  /**
   * While a pointer is down nothing happens: lifting it begins the wait anew.
   * @param {boolean} finished whether the pending drawing is
   */
  #idle(finished) {
    if (this.handlers.isOccupied()) return;
    const drawing = finished ? this.#pending.splice(0) : [];
    if (drawing.length > 0) {
      const continued = this.#unknown.filter(({ strokes }) => isNear(strokes, drawing));
      this.#unknown = this.#unknown.filter((unknown) => !continued.includes(unknown));
      const whole = [...continued.flatMap(({ strokes }) => strokes), ...drawing];
      this.submit(whole);
    } else {
      void this.#run();
    }
  }

  async #run() {
    if (!this.#client || this.#busy || this.#asking) return;
    this.#busy = true;
    while (this.#client && this.#queue.length > 0) {
      this.handlers.onChange();
      await this.#submit(this.#client);
    }
    this.#busy = false;
    this.handlers.onChange();
    await this.#ask();
  }

  /**
   * Looks at the head of the queue.
   * @param {Inkmoji} client
   */
  async #submit(client) {
    const { signal } = this.#abort;
    const strokes = this.#queue[0];
    const answer = await client.predict(toDrawing(strokes), { signal }).catch((error) => ({ error }));
    // It need not be the head any more: `retryUnknown` puts drawings before it, `forget` takes them away.
    const at = this.#queue.indexOf(strokes);
    if (signal.aborted || at < 0) return;
    this.#queue.splice(at, 1);
    if ("error" in answer) this.handlers.onError(strokes, answer.error);
    else if (answer.label === null || answer.confidence < this.handlers.least()) this.#unknown.push({ strokes, candidates: answer.candidates });
    else this.handlers.onRecognised(strokes, answer.label, answer.confidence);
  }

  /** Asks about one unrecognised drawing, if the pen rests and nothing else is going on. */
  async #ask() {
    if (this.#asking || this.handlers.isOccupied() || this.#pending.length > 0) return;
    const unknown = this.#unknown.shift();
    if (!unknown) return;
    this.#asking = true;
    await this.handlers.onUnknown(unknown.strokes, unknown.candidates);
    this.#asking = false;
    this.rest();
  }
}

/**
 * @param {Stroke[]} drawing
 * @param {Stroke[]} strokes
 */
function isNear(drawing, strokes) {
  const box = boundsOf(drawing);
  return overlaps(inflate(box, NEARBY * extentOf(box)), boundsOf(strokes));
}

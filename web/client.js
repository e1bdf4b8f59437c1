/**
 * Inkmoji as a module: a model of drawings that learns stickers from examples, in this browser.
 *
 *     const inkmoji = await Inkmoji.start();
 *     await inkmoji.update([{ label: "sun", drawing }], { faces: [{ label: "sun", text: "☀️" }] });
 *     const { label, confidence } = await inkmoji.predict(another);
 *
 * It has no user interface and touches no document. Python and the saved models live in a worker of its own; if that
 * dies, the calls that run are rejected with "worker-died", and one new worker is started by itself.
 *
 * Every change of the model resolves once it is saved and in use; when it rejects, nothing has changed. It throws an
 * `InkmojiError`, for instance "storage-full" or "update-conflict", or a `DOMException` "AbortError" for its signal.
 */

import { transfer } from "./vendor/comlink/comlink.mjs";
import { Connection, sameOrigin } from "./connection.js";
import { InkmojiError } from "./errors.js";
import { inform, Listeners } from "./listeners.js";
import { asPyFace, pack, unpack } from "./pack.js";

export { InkmojiError };

/**
 * @typedef {import("./protocol.d.ts").Candidate} Candidate
 * @typedef {import("./protocol.d.ts").Change} Change
 * @typedef {import("./protocol.d.ts").CoreMLExport} CoreMLExport
 * @typedef {import("./protocol.d.ts").CoreMLModel} CoreMLModel
 * @typedef {import("./protocol.d.ts").Drawing} Drawing
 * @typedef {import("./protocol.d.ts").Example} Example
 * @typedef {import("./protocol.d.ts").Face} Face
 * @typedef {import("./protocol.d.ts").Generation} Generation
 * @typedef {import("./protocol.d.ts").Notice} Notice
 * @typedef {import("./protocol.d.ts").Origin} Origin
 * @typedef {import("./protocol.d.ts").Part} Part
 * @typedef {import("./protocol.d.ts").Position} Position
 * @typedef {import("./protocol.d.ts").Prediction} Prediction
 * @typedef {import("./protocol.d.ts").Preview} Preview
 * @typedef {import("./protocol.d.ts").Review} Review
 * @typedef {import("./protocol.d.ts").Separation} Separation
 * @typedef {import("./protocol.d.ts").Shown} Shown
 * @typedef {import("./protocol.d.ts").Status} Status
 * @typedef {import("./protocol.d.ts").Sticker} Sticker
 * @typedef {import("./protocol.d.ts").Storage} Storage
 * @typedef {import("./protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("./protocol.d.ts").State} State
 * @typedef {import("./listeners.js").Heard} Heard
 * @typedef {import("./connection.js").Remote} Remote
 */

/**
 * @typedef {object} StartOptions
 * @property {string | URL} [base]  the folder that holds `worker/`, `pyodide/` …, by default this module's own
 * @property {string} [name]  which Inkmoji of this address; each learns for itself
 * @property {string | URL} [model]  the base model, by default `models/base.inkmoji` in `base`
 * @property {string | URL} [starter]  its starter pack, by default `models/starter.inkmoji` in `base`
 * @property {(status: Status) => void} [onStatus]  hears how far the start is
 */

/**
 * @typedef {object} Cancellable
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {Cancellable & {onProgress?: (progress: UpdateProgress) => void}} Course
 */

/** @typedef {Course & {faces?: readonly Face[]}} UpdateOptions  and how labels look from then on */

export class Inkmoji {
  /** The stickers of the live model. @type {readonly Sticker[]} */
  stickers = [];
  /** Where the live model's network comes from. @type {Origin} */
  origin = "base";
  /** @type {Storage} */
  storage = { persistent: false, message: null, generation: 0, bytes: 0 };
  /** What `undo` would take back. @type {Change | null} */
  undoable = null;
  /** What `redo` would bring again. @type {Change | null} */
  redoable = null;
  /** Resolves when predictions are possible; rejects, and closes all, if they never will be. @type {Promise<void>} */
  ready;

  #connection;
  #listeners = new Listeners();

  /**
   * Begin to start Inkmoji: `kept`, `keep` and `history` answer before Python is up, all other calls wait for it.
   *
   * @param {StartOptions} [options]
   * @throws {InkmojiError} "worker-origin": something lies on another origin
   */
  constructor({
    base, name = "inkmoji", model = "models/base.inkmoji", starter = "models/starter.inkmoji", onStatus = () => {},
  } = {}) {
    const folder = sameOrigin(new URL(".", new URL(base ?? import.meta.url, location.href)));
    const [address, pack] = [model, starter].map((file) => sameOrigin(new URL(file, folder)).href);
    const options = { name, model: address, starter: pack };
    this.#connection = new Connection(new URL("worker/main.js", folder), options, {
      onEvent: (event) => {
        if (event.type === "status") inform(onStatus, event.status);
        else if (event.type === "notice") this.#listeners.notify(event.notice);
        else if (event.type === "forgotten") this.#listeners.tell("forgotten");
        else this.#change(event.state, event.type);
      },
      onRestarting: (message) => this.#listeners.notify({ level: "warning", message }),
      onRestart: (state) => this.#change(state),
      onEnd: (message) => this.#listeners.notify({ level: "error", message }),
    });
    this.ready = this.#connection.started.then((state) => this.#become(state));
    this.ready.catch(() => this.close());
  }

  /**
   * Start Inkmoji; predictions are possible as soon as the promise resolves.
   *
   * @param {StartOptions} [options]
   * @returns {Promise<Inkmoji>}
   * @throws {InkmojiError} "worker-…": something could not be loaded, or lies on another origin
   */
  static async start(options) {
    const inkmoji = new Inkmoji(options);
    await inkmoji.ready;
    return inkmoji;
  }

  /**
   * Say which sticker a drawing shows.
   *
   * @param {Drawing} drawing
   * @param {Cancellable} [options]
   * @returns {Promise<Prediction>}
   * @throws {InkmojiError} for instance "drawing-empty"
   */
  async predict(drawing, options) {
    const { packed, buffers } = pack(drawing);
    return this.#connection.call((remote, call) => remote.predict(call, transfer(packed, buffers)), options);
  }

  /**
   * Look at drawings before they are taught: what the model sees of them, whether they go together, and whether another
   * sticker has them already. Nothing changes.
   *
   * @param {readonly Drawing[]} drawings
   * @param {Cancellable & {label?: string | null}} [options]  what they are to be taught as; null: a new sticker
   * @returns {Promise<Review>}
   * @throws {InkmojiError} for instance "drawing-empty"
   */
  async review(drawings, { label = null, ...options } = {}) {
    const given = drawings.map(pack);
    const sent = transfer(given.map(({ packed }) => packed), given.flatMap(({ buffers }) => buffers));
    return this.#connection.call((remote, call) => remote.review(call, sent, label), options);
  }

  /**
   * Learn from examples.
   *
   * @param {readonly Example[]} examples
   * @param {UpdateOptions} [options]
   */
  async update(examples, { faces = [], ...course } = {}) {
    const drawings = examples.map(({ drawing }) => pack(drawing));
    const given = examples.map(({ label }, index) => ({ label, drawing: drawings[index].packed }));
    const sent = transfer(given, drawings.flatMap(({ buffers }) => buffers));
    const dated = faces.map(asPyFace);
    await this.#make((remote, call) => remote.update(call, sent, dated), course);
  }

  /**
   * Take the ready-made stickers of the starter pack, or leave them; what was taught stays and goes first.
   *
   * @param {boolean} on
   * @param {Cancellable} [options]
   * @throws {InkmojiError} for instance "worker-model": the pack could not be loaded
   */
  useStarter(on, options) {
    return this.#make((remote, call) => remote.useStarter(call, on), options);
  }

  /**
   * Give a sticker another face.
   *
   * @param {Face} face  of a label that is known
   * @param {Cancellable} [options]
   */
  setFace(face, options) {
    return this.#make((remote, call) => remote.setFace(call, asPyFace(face)), options);
  }

  /**
   * Remove a sticker, or an example: with a sticker's last one, the sticker. `undo` brings it back.
   *
   * @param {Part} part
   * @param {Cancellable} [options]
   */
  remove(part, options) {
    return this.#make((remote, call) => remote.remove(call, part), options);
  }

  /**
   * Remove a part for good, with every saved generation that holds it; or all generations but the live one. Nothing
   * brings it back.
   *
   * @param {Part | "history"} part
   */
  forget(part) {
    return this.#make((remote) => remote.forget(part));
  }

  /** Go back to the generation that the live one was made from. @throws {InkmojiError} "update-nothing" */
  undo() {
    return this.#make((remote) => remote.undo());
  }

  /** Go to the generation that was undone last. @throws {InkmojiError} "update-nothing" */
  redo() {
    return this.#make((remote) => remote.redo());
  }

  /**
   * Make a copy of a saved generation the newest one.
   *
   * @param {number} generation
   * @param {Cancellable} [options]
   * @throws {InkmojiError} "storage-damaged", "archive-…"
   */
  restore(generation, options) {
    return this.#make((remote, call) => remote.restore(call, generation), options);
  }

  /** The saved generations, newest first. @returns {Promise<Generation[]>} */
  history() {
    return this.#connection.call((remote) => remote.history());
  }

  /**
   * What a sticker was taught from, in order.
   *
   * @param {string} label
   * @returns {Promise<Shown[]>}
   */
  async examples(label) {
    const shown = await this.#connection.call((remote) => remote.examples(label));
    return shown.map(({ id, drawing }) => ({ id, drawing: unpack(drawing) }));
  }

  /**
   * Say how well a sticker that was taught is told apart from the others; nothing changes.
   *
   * @param {string} label
   * @returns {Promise<Separation>}
   * @throws {InkmojiError} "head-value": it has no examples
   */
  separation(label) {
    return this.#connection.call((remote) => remote.separation(label));
  }

  /** The stickers that were taught, on the plane that shows most of how they differ. @returns {Promise<Position[]>} */
  projection() {
    return this.#connection.call((remote) => remote.projection());
  }

  /**
   * Say what a file of `exportModel` would bring; nothing changes.
   *
   * @param {Uint8Array} archive
   * @returns {Promise<Preview>}
   * @throws {InkmojiError} "archive-…": it is no sound model of drawings
   */
  inspect(archive) {
    const copy = archive.slice();
    return this.#connection.call((remote) => remote.inspect(transfer(copy, [copy.buffer])));
  }

  /**
   * Learn the drawings of a file: united with what is known, or in its place. Stickers with the same label or the
   * same text and image unite and keep the face that they have here; equal drawings are kept once.
   *
   * @param {Uint8Array} archive
   * @param {Course & {replace?: boolean}} [options]
   * @throws {InkmojiError} "archive-…"; "update-nothing": there is nothing in it to learn
   */
  importModel(archive, { replace = false, ...course } = {}) {
    const copy = archive.slice();
    return this.#make((remote, call) => remote.importModel(call, transfer(copy, [copy.buffer]), replace), course);
  }

  /**
   * The live model as a file, or a saved generation as it lies there, damaged or not.
   *
   * @param {{generation?: number | null}} [options]
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  exportModel({ generation = null } = {}) {
    return this.#connection.call((remote) => remote.exportModel(generation));
  }

  /**
   * Say what a model of Core ML is; nothing changes. What is needed to read it is fetched at the first time.
   *
   * @param {Uint8Array} source  a `.mlmodel` file
   * @returns {Promise<CoreMLModel>}
   * @throws {InkmojiError} "coreml-…": it is no sound model, or has what is not supported; "worker-part": what is needed
   *   could not be fetched
   */
  inspectCoreML(source) {
    const copy = source.slice();
    return this.#connection.call((remote) => remote.inspectCoreML(transfer(copy, [copy.buffer])));
  }

  /**
   * Take a model of Core ML in place of the live one, with the labels that it knows. What was taught before is not taken
   * along; `undo` brings it back.
   *
   * @param {Uint8Array} source  a `.mlmodel` file
   * @param {Cancellable} [options]
   * @throws {InkmojiError} as `inspectCoreML`, and "coreml-unsuitable"
   */
  importCoreML(source, options) {
    const copy = source.slice();
    return this.#make((remote, call) => remote.importCoreML(call, transfer(copy, [copy.buffer])), options);
  }

  /**
   * The live model as a file for Core ML, updatable on Apple's devices.
   *
   * @returns {Promise<CoreMLExport>}
   * @throws {InkmojiError} "worker-part" as `inspectCoreML`
   */
  exportCoreML() {
    return this.#connection.call((remote) => remote.exportCoreML());
  }

  /**
   * Keep something of the page's own beside the models: one value, in place of the one before; undefined for none.
   *
   * @param {unknown} value  that can be cloned
   */
  keep(value) {
    return this.#connection.call((remote) => remote.keep(value));
  }

  /** What `keep` was given last, also before a reload. @returns {Promise<unknown>} */
  kept() {
    return this.#connection.call((remote) => remote.kept());
  }

  /** Go back to the base model; all that was learned and kept is erased. */
  reset() {
    return this.#make((remote) => remote.reset());
  }

  /**
   * Listen. "change": the live model, or what can be undone, is another, by a call of yours or by another tab.
   * "forgotten": another tab has forgotten something for good. "reset": another tab has erased everything. "notice":
   * something that the person should know; notices from before the first listener reach it.
   *
   * @template {keyof Heard} Type
   * @param {Type} type
   * @param {Heard[Type]} listener
   * @returns {() => void} stops listening
   */
  on(type, listener) {
    return this.#listeners.add(type, listener);
  }

  /** End the worker; calls that run are rejected. */
  close() {
    this.#connection.close(new InkmojiError("worker-closed", "Inkmoji was closed."));
  }

  /**
   * @param {(remote: Remote, call: number) => Promise<State>} send
   * @param {Course} [course]
   */
  async #make(send, course) {
    this.#change(await this.#connection.call(send, course));
  }

  /** @param {State} state */
  #become({ stickers, origin, storage, undo, redo }) {
    Object.assign(this, { stickers, origin, storage, undoable: undo, redoable: redo });
  }

  /** @param {State} state @param {"change" | "reset"} type */
  #change(state, type = "change") {
    this.#become(state);
    this.#listeners.tell("change");
    if (type === "reset") this.#listeners.tell("reset");
  }
}

/**
 * Inkmoji as a module: a model of drawings that learns stickers from examples, in this browser. `inkmoji.d.ts`, beside
 * it, says of every name here what it takes, gives and throws; nothing else is public.
 *
 *     const ink = await Inkmoji.start();
 *     await ink.update([{ label: "sun", drawing }], { faces: [{ label: "sun", text: "☀️" }] });
 *     const { label, confidence } = await ink.predict(another);
 *
 * It has no user interface and touches no document. Python and the saved models live in a worker of its own.
 */

import { transfer } from "./vendor/comlink/comlink.mjs";
import { Connection, sameOrigin } from "./connection.js";
import { InkmojiError } from "./errors.js";
import { inform, Listeners } from "./listeners.js";
import { asPyFace, pack, unpack } from "./pack.js";

export { InkmojiError };

/** @typedef {import("./inkmoji.d.ts").Inkmoji} Public */
/** @typedef {import("./inkmoji.d.ts").StartOptions} StartOptions */
/** @typedef {import("./inkmoji.d.ts").Course} Course */
/** @typedef {import("./protocol.d.ts").State} State */
/** @typedef {import("./connection.js").Remote} Remote */

const STARTING = { persistent: false, message: null, generation: 0, bytes: 0 };

/** @implements {Public} */
export class Inkmoji {
  /** @type {State} */
  #state = { stickers: [], origin: "base", storage: STARTING, undo: null, redo: null };
  #listeners = new Listeners();
  #connection;
  #ready;

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
    this.#ready = this.#connection.started.then((state) => void (this.#state = state));
    this.#ready.catch(() => this.close());
  }

  /** Start Inkmoji and wait until predictions are possible. @type {typeof import("./inkmoji.d.ts").Inkmoji.start} */
  static async start(options) {
    const inkmoji = new Inkmoji(options);
    await inkmoji.ready;
    return inkmoji;
  }

  /** Resolves when predictions are possible. @returns {Public["ready"]} */
  get ready() {
    return this.#ready;
  }

  /** The stickers of the live model. @returns {Public["stickers"]} */
  get stickers() {
    return this.#state.stickers;
  }

  /** Where the live model's network comes from. @returns {Public["origin"]} */
  get origin() {
    return this.#state.origin;
  }

  /** Where the live model is saved. @returns {Public["storage"]} */
  get storage() {
    return this.#state.storage;
  }

  /** What `undo` would take back. @returns {Public["undoable"]} */
  get undoable() {
    return this.#state.undo;
  }

  /** What `redo` would bring again. @returns {Public["redoable"]} */
  get redoable() {
    return this.#state.redo;
  }

  /** Say which sticker a drawing shows. @type {Public["predict"]} */
  async predict(drawing, options) {
    const { packed, buffers } = pack(drawing);
    return this.#connection.call((remote, call) => remote.predict(call, transfer(packed, buffers)), options);
  }

  /** Look at drawings before they are taught. @type {Public["review"]} */
  async review(drawings, { label = null, ...options } = {}) {
    const given = drawings.map(pack);
    const sent = transfer(given.map(({ packed }) => packed), given.flatMap(({ buffers }) => buffers));
    return this.#connection.call((remote, call) => remote.review(call, sent, label), options);
  }

  /** Learn from examples. @type {Public["update"]} */
  async update(examples, { faces = [], parameters = {}, ...course } = {}) {
    const drawings = examples.map(({ drawing }) => pack(drawing));
    const given = examples.map(({ label }, index) => ({ label, drawing: drawings[index].packed }));
    const sent = transfer(given, drawings.flatMap(({ buffers }) => buffers));
    const dated = faces.map(asPyFace);
    await this.#make((remote, call) => remote.update(call, sent, dated, parameters), course);
  }

  /** Take the ready-made stickers of the starter pack, or leave them. @type {Public["useStarter"]} */
  async useStarter(on, options) {
    await this.#make((remote, call) => remote.useStarter(call, on), options);
  }

  /** Give a known sticker another face. @type {Public["setFace"]} */
  async setFace(face, options) {
    const dated = asPyFace(face);
    await this.#make((remote, call) => remote.setFace(call, dated), options);
  }

  /** Remove a sticker or an example; `undo` brings it back. @type {Public["remove"]} */
  async remove(part, options) {
    await this.#make((remote, call) => remote.remove(call, part), options);
  }

  /** Remove a part for good, or all generations but the live one. @type {Public["forget"]} */
  async forget(part) {
    await this.#make((remote) => remote.forget(part));
  }

  /** Go back to the generation that the live one was made from. @type {Public["undo"]} */
  async undo() {
    await this.#make((remote) => remote.undo());
  }

  /** Go to the generation that was undone last. @type {Public["redo"]} */
  async redo() {
    await this.#make((remote) => remote.redo());
  }

  /** Make a copy of a saved generation the newest one. @type {Public["restore"]} */
  async restore(generation, options) {
    await this.#make((remote, call) => remote.restore(call, generation), options);
  }

  /** The saved generations, newest first. @type {Public["history"]} */
  async history() {
    return this.#connection.call((remote) => remote.history());
  }

  /** What a sticker was taught from, in order. @type {Public["examples"]} */
  async examples(label) {
    const shown = await this.#connection.call((remote) => remote.examples(label));
    return shown.map(({ id, drawing }) => ({ id, drawing: unpack(drawing) }));
  }

  /** Say how well a sticker is told apart from the others. @type {Public["separation"]} */
  async separation(label) {
    return this.#connection.call((remote) => remote.separation(label));
  }

  /** The stickers that were taught, on a plane. @type {Public["projection"]} */
  async projection() {
    return this.#connection.call((remote) => remote.projection());
  }

  /** Say what a file would bring. @type {Public["inspect"]} */
  async inspect(archive) {
    const copy = archive.slice();
    return this.#connection.call((remote) => remote.inspect(transfer(copy, [copy.buffer])));
  }

  /** Learn the drawings of a file. @type {Public["importModel"]} */
  async importModel(archive, { replace = false, ...course } = {}) {
    const copy = archive.slice();
    await this.#make((remote, call) => remote.importModel(call, transfer(copy, [copy.buffer]), replace), course);
  }

  /** The live model, or a saved generation, as a file. @type {Public["exportModel"]} */
  async exportModel({ generation = null } = {}) {
    return this.#connection.call((remote) => remote.exportModel(generation));
  }

  /** Say what a model of Core ML is. @type {Public["inspectCoreML"]} */
  async inspectCoreML(source) {
    const copy = source.slice();
    return this.#connection.call((remote) => remote.inspectCoreML(transfer(copy, [copy.buffer])));
  }

  /** Take a model of Core ML in place of the live one. @type {Public["importCoreML"]} */
  async importCoreML(source, options) {
    const copy = source.slice();
    await this.#make((remote, call) => remote.importCoreML(call, transfer(copy, [copy.buffer])), options);
  }

  /** The live model as a file for Core ML. @type {Public["exportCoreML"]} */
  async exportCoreML() {
    return this.#connection.call((remote) => remote.exportCoreML());
  }

  /** Keep a value of the page's own beside the models. @type {Public["keep"]} */
  async keep(value) {
    await this.#connection.call((remote) => remote.keep(value));
  }

  /** What `keep` was given last. @type {Public["kept"]} */
  async kept() {
    return this.#connection.call((remote) => remote.kept());
  }

  /** Go back to the base model; all that was learned and kept is erased. @type {Public["reset"]} */
  async reset() {
    await this.#make((remote) => remote.reset());
  }

  /** Listen; what is returned stops that. @type {Public["on"]} */
  on(type, listener) {
    return this.#listeners.add(type, listener);
  }

  /** End the worker; calls that run, and all later ones, are rejected. @type {Public["close"]} */
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

  /** @param {State} state @param {"change" | "reset"} type */
  #change(state, type = "change") {
    this.#state = state;
    this.#listeners.tell("change");
    if (type === "reset") this.#listeners.tell("reset");
  }
}

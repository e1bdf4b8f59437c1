/**
 * Inkmoji as a module: a model of drawings that learns stickers from examples, in this browser.
 *
 *     const inkmoji = await Inkmoji.start();
 *     await inkmoji.update([{ label: "sun", drawing }], { faces: [{ label: "sun", text: "☀️" }] });
 *     const { label, confidence } = await inkmoji.predict(another);
 *
 * It has no user interface and touches no document. Python and the saved models live in a worker of its own.
 */

import { proxy, transfer, wrap } from "./vendor/comlink/comlink.mjs";
import { CANCELLED, InkmojiError, messageOf } from "./errors.js";
import { pack } from "./pack.js";

export { InkmojiError };

/**
 * @typedef {import("./protocol.d.ts").Candidate} Candidate
 * @typedef {import("./protocol.d.ts").Drawing} Drawing
 * @typedef {import("./protocol.d.ts").Example} Example
 * @typedef {import("./protocol.d.ts").Face} Face
 * @typedef {import("./protocol.d.ts").Notice} Notice
 * @typedef {import("./protocol.d.ts").Prediction} Prediction
 * @typedef {import("./protocol.d.ts").Status} Status
 * @typedef {import("./protocol.d.ts").Sticker} Sticker
 * @typedef {import("./protocol.d.ts").Storage} Storage
 * @typedef {import("./protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("./protocol.d.ts").PyDrawing} PyDrawing
 * @typedef {import("./protocol.d.ts").State} State
 * @typedef {import("./protocol.d.ts").WorkerCalls} WorkerCalls
 * @typedef {import("./protocol.d.ts").WorkerEvent} WorkerEvent
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
 * @typedef {object} UpdateOptions
 * @property {readonly Face[]} [faces]  how labels that are new look
 * @property {AbortSignal} [signal]
 * @property {(progress: UpdateProgress) => void} [onProgress]
 */

/** @typedef {{change: () => void, notice: (notice: Notice) => void}} Listeners */

export class Inkmoji {
  /** The stickers of the live model. @type {readonly Sticker[]} */
  stickers = [];
  /** @type {Storage} */
  storage = { persistent: false, message: null, generation: 0 };

  #worker;
  #remote;
  #onStatus;
  #calls = 0;
  /** Why no call is possible any more. @type {InkmojiError | null} */
  #ended = null;
  /** How to fail the calls that run. @type {Set<(reason: Error) => void>} */
  #running = new Set();
  /** @type {Map<number, (progress: UpdateProgress) => void>} */
  #progress = new Map();
  /** @type {Set<Listeners["change"]>} */
  #onChange = new Set();
  /** @type {Set<Listeners["notice"]>} */
  #onNotice = new Set();
  /** @type {Notice[]} */
  #unheard = [];

  /**
   * For `start`, which also waits until Python is there.
   *
   * @param {URL} base
   * @param {(status: Status) => void} onStatus
   */
  constructor(base, onStatus) {
    this.#onStatus = onStatus;
    this.#worker = new Worker(new URL("worker/main.js", base), { type: "module" });
    this.#worker.onerror = (event) => {
      this.#fail(`Inkmoji's worker has failed: ${event.message || "it could not be loaded"}. Reload the page.`);
    };
    this.#worker.onmessageerror = () => this.#fail("Inkmoji's worker sent something unreadable. Reload the page.");
    this.#remote = wrap(/** @type {import("./vendor/comlink/comlink.mjs").Endpoint} */ (this.#worker));
  }

  /**
   * Start Inkmoji; predictions are possible as soon as the promise resolves.
   *
   * @param {StartOptions} [options]
   * @returns {Promise<Inkmoji>}
   * @throws {InkmojiError} "worker-…": something could not be loaded, or lies on another origin
   */
  static async start({
    base, name = "inkmoji", model = "models/base.inkmoji", starter = "models/starter.inkmoji", onStatus = () => {},
  } = {}) {
    const folder = sameOrigin(new URL(".", new URL(base ?? import.meta.url, location.href)));
    const [address, pack] = [model, starter].map((file) => sameOrigin(new URL(file, folder)).href);
    const inkmoji = new Inkmoji(folder, onStatus);
    try {
      const listener = proxy((/** @type {WorkerEvent} */ event) => inkmoji.#hear(event));
      const options = { name, model: address, starter: pack };
      inkmoji.#become(await inkmoji.#call(() => inkmoji.#remote.start(options, listener)));
      return inkmoji;
    } catch (error) {
      inkmoji.close();
      throw error;
    }
  }

  /**
   * Say which sticker a drawing shows.
   *
   * @param {Drawing} drawing
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Prediction>}
   * @throws {InkmojiError} for instance "drawing-empty"
   * @throws {DOMException} "AbortError"
   */
  async predict(drawing, { signal } = {}) {
    const { packed, buffers } = pack(drawing);
    return this.#call((call) => this.#remote.predict(call, transfer(packed, buffers)), signal);
  }

  /**
   * Learn from examples. Resolves once the new model is saved and in use; when it rejects, nothing has changed.
   *
   * @param {readonly Example[]} examples
   * @param {UpdateOptions} [options]
   * @returns {Promise<void>}
   * @throws {InkmojiError} for instance "storage-full"
   * @throws {DOMException} "AbortError"
   */
  async update(examples, { faces = [], signal, onProgress } = {}) {
    const drawings = examples.map(({ drawing }) => pack(drawing));
    const given = examples.map(({ label }, index) => ({ label, drawing: drawings[index].packed }));
    const sent = transfer(given, drawings.flatMap(({ buffers }) => buffers));
    const created = Date.now();
    const dated = faces.map(({ label, text, name = "" }) => ({ label, text, name, created }));
    const state = await this.#call((call) => {
      this.#progress.set(call, onProgress ?? (() => {}));
      return this.#remote.update(call, sent, dated);
    }, signal);
    this.#change(state);
  }

  /**
   * Take the ready-made stickers of the starter pack, or leave them; what was taught stays and goes first.
   * Resolves once the new model is saved and in use; when it rejects, nothing has changed.
   *
   * @param {boolean} on
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<void>}
   * @throws {InkmojiError} for instance "worker-model": the pack could not be loaded
   * @throws {DOMException} "AbortError"
   */
  async useStarter(on, { signal } = {}) {
    this.#change(await this.#call((call) => this.#remote.useStarter(call, on), signal));
  }

  /** Go back to the base model; all that was learned is removed. */
  async reset() {
    this.#change(await this.#call(() => this.#remote.reset()));
  }

  /**
   * Listen. "change": the live model is another one, by a call of yours or by another tab. "notice": something
   * that the person should know; notices from before the first listener reach it.
   *
   * @template {keyof Listeners} Type
   * @param {Type} type
   * @param {Listeners[Type]} listener
   * @returns {() => void} stops listening
   */
  on(type, listener) {
    const listeners = /** @type {Set<Listeners[Type]>} */ (type === "change" ? this.#onChange : this.#onNotice);
    listeners.add(listener);
    queueMicrotask(() => this.#deliver());
    return () => void listeners.delete(listener);
  }

  /** End the worker; calls that run are rejected. */
  close() {
    this.#end(new InkmojiError("worker-closed", "Inkmoji was closed."));
  }

  /**
   * @template Result
   * @param {(call: number) => Promise<Result>} send
   * @param {AbortSignal} [signal]
   * @returns {Promise<Result>}
   */
  #call(send, signal) {
    if (this.#ended ?? signal?.aborted) {
      return Promise.reject(this.#ended ?? cancelled());
    }
    const call = (this.#calls += 1);
    const cancel = () => void this.#remote.cancel(call);
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#running.delete(reject);
        this.#progress.delete(call);
        signal?.removeEventListener("abort", cancel);
      };
      this.#running.add(reject);
      signal?.addEventListener("abort", cancel);
      send(call).finally(settle).then(resolve, (error) => reject(asError(error)));
    });
  }

  /** @param {WorkerEvent} event */
  #hear(event) {
    if (event.type === "status") {
      inform(this.#onStatus, event.status);
    } else if (event.type === "progress") {
      inform(this.#progress.get(event.call) ?? (() => {}), event.progress);
    } else if (event.type === "change") {
      this.#change(event.state);
    } else {
      this.#notify(event.notice);
    }
  }

  /** @param {State} state */
  #become({ stickers, storage }) {
    this.stickers = stickers;
    this.storage = storage;
  }

  /** @param {State} state */
  #change(state) {
    this.#become(state);
    this.#onChange.forEach((listener) => inform(listener, undefined));
  }

  /** @param {Notice} notice */
  #notify(notice) {
    this.#unheard.push(notice);
    this.#deliver();
  }

  #deliver() {
    if (this.#onNotice.size > 0) {
      for (const notice of this.#unheard.splice(0)) {
        this.#onNotice.forEach((listener) => inform(listener, notice));
      }
    }
  }

  /** @param {string} message */
  #fail(message) {
    this.#end(new InkmojiError("worker-failed", message));
    this.#notify({ level: "error", message });
  }

  /** @param {InkmojiError} reason */
  #end(reason) {
    this.#ended ??= reason;
    this.#worker.terminate();
    this.#running.forEach((reject) => reject(reason));
    this.#running.clear();
  }
}

/** @param {URL} address */
function sameOrigin(address) {
  if (address.origin !== location.origin) {
    throw new InkmojiError(
      "worker-origin",
      `Expected an address on ${location.origin}, got ${address.href}: Inkmoji starts from the page's own origin ` +
        "and makes no request to another. Copy its files to your site.",
    );
  }
  return address;
}

function cancelled() {
  return new DOMException("The call was cancelled; nothing has changed.", "AbortError");
}

/** @param {{code?: string, message?: string} | unknown} error  as the worker sent it */
function asError(error) {
  const { code = "worker-failed", message = messageOf(error) } = /** @type {Partial<InkmojiError>} */ (error ?? {});
  return code === CANCELLED ? cancelled() : new InkmojiError(code, message);
}

/**
 * Call a listener; if it throws, that is its own error and not one of the call that it hears of.
 *
 * @template Value
 * @param {(value: Value) => void} listener
 * @param {Value} value
 */
function inform(listener, value) {
  try {
    listener(value);
  } catch (error) {
    reportError(error);
  }
}

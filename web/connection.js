/** The worker of one Inkmoji: started, watched, and started again, once, if it dies. */

import { proxy, wrap } from "./vendor/comlink/comlink.mjs";
import { CANCELLED, InkmojiError, messageOf } from "./errors.js";

/**
 * @typedef {import("./protocol.d.ts").State} State
 * @typedef {import("./protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("./protocol.d.ts").WorkerCalls} WorkerCalls
 * @typedef {import("./protocol.d.ts").WorkerEvent} WorkerEvent
 * @typedef {import("./protocol.d.ts").WorkerOptions} WorkerOptions
 * @typedef {import("./vendor/comlink/comlink.mjs").Remote<WorkerCalls>} Remote
 */

/**
 * @typedef {object} Handlers
 * @property {(event: Exclude<WorkerEvent, {type: "progress"}>) => void} onEvent
 * @property {(state: State) => void} onRestart  a new worker is up, with this state
 * @property {(message: string) => void} onRestarting  the worker has died and another one starts
 * @property {(message: string) => void} onEnd  no call is possible any more
 */

export class Connection {
  /** The start of the worker. @type {Promise<State>} */
  started;

  #address;
  #options;
  #handlers;
  #calls = 0;
  /** Whether a death would be the first one of a worker that was up: then another worker is started. */
  #restarts = false;
  /** Why no call is possible any more. @type {InkmojiError | null} */
  #ended = null;
  /** How to fail the calls that run. @type {Set<(reason: Error) => void>} */
  #running = new Set();
  /** @type {Map<number, (progress: UpdateProgress) => void>} */
  #progress = new Map();
  /** Ends with the worker. */
  #watch = new AbortController();
  /** @type {Worker} */
  #worker;
  /** @type {Remote} */
  #remote;

  /**
   * @param {URL} address of the worker
   * @param {Omit<WorkerOptions, "lifetime">} options
   * @param {Handlers} handlers
   */
  constructor(address, options, handlers) {
    this.#address = address;
    this.#options = options;
    this.#handlers = handlers;
    this.#worker = this.#create();
    this.#remote = wrapped(this.#worker);
    this.started = this.#start();
    this.started.then(() => (this.#restarts = true), () => {});
  }

  /**
   * Ask the worker; a worker that has just been started answers once it is up.
   *
   * @template Result
   * @param {(remote: Remote, call: number) => Promise<Result>} send
   * @param {{signal?: AbortSignal, onProgress?: (progress: UpdateProgress) => void}} [options]
   * @returns {Promise<Result>}
   */
  call(send, { signal, onProgress } = {}) {
    if (this.#ended ?? signal?.aborted) {
      return Promise.reject(this.#ended ?? cancelled());
    }
    const remote = this.#remote;
    const call = (this.#calls += 1);
    const cancel = () => void remote.cancel(call);
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#running.delete(reject);
        this.#progress.delete(call);
        signal?.removeEventListener("abort", cancel);
      };
      this.#running.add(reject);
      if (onProgress) {
        this.#progress.set(call, onProgress);
      }
      signal?.addEventListener("abort", cancel);
      send(remote, call).finally(settle).then(resolve, (error) => reject(asError(error)));
    });
  }

  /** @param {InkmojiError} reason  of the calls that run and of all later ones */
  close(reason) {
    this.#ended ??= reason;
    this.#stop(reason);
  }

  #create() {
    const worker = new Worker(this.#address, { type: "module" });
    worker.onerror = (event) => this.#died(worker, event.message || "it could not be loaded");
    worker.onmessageerror = () => this.#died(worker, "it sent something unreadable");
    return worker;
  }

  #start() {
    const lifetime = `inkmoji-worker:${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
    const worker = this.#worker;
    let watched = false;
    const listener = proxy((/** @type {WorkerEvent} */ event) => {
      if (!watched) {
        watched = true;
        this.#awaitDeath(worker, lifetime);
      }
      this.#hear(event);
    });
    return this.call((remote) => remote.start({ ...this.#options, lifetime }, listener));
  }

  /**
   * The browser gives the worker's lock to the next one only when the worker is gone.
   *
   * @param {Worker} worker
   * @param {string} lifetime
   */
  #awaitDeath(worker, lifetime) {
    const { signal } = this.#watch;
    navigator.locks?.request(lifetime, { signal }, () => this.#died(worker, "it was ended, perhaps for want of memory")).catch(() => {});
  }

  /** @param {WorkerEvent} event */
  #hear(event) {
    if (event.type !== "progress") {
      this.#handlers.onEvent(event);
      return;
    }
    try {
      this.#progress.get(event.call)?.(event.progress);
    } catch (error) {
      reportError(error); // the listener's own, and no failure of the call that it hears of
    }
  }

  /** @param {Worker} worker @param {string} how */
  #died(worker, how) {
    if (worker !== this.#worker || this.#ended) {
      return;
    }
    if (!this.#restarts) {
      const message = `Inkmoji's worker has failed: ${how}. Reload the page.`;
      this.close(new InkmojiError("worker-failed", message));
      this.#handlers.onEnd(message);
      return;
    }
    this.#restarts = false;
    const message = `Inkmoji's worker has failed: ${how}. It is started again, and what was saved is safe: try again.`;
    this.#stop(new InkmojiError("worker-died", message));
    this.#restart(message);
  }

  /** @param {string} message */
  #restart(message) {
    this.#watch = new AbortController();
    this.#worker = this.#create();
    this.#remote = wrapped(this.#worker);
    this.#handlers.onRestarting(message);
    this.started = this.#start();
    this.started.then(
      (state) => this.#handlers.onRestart(state),
      (error) => {
        if (!this.#ended) {
          this.close(error);
          this.#handlers.onEnd(messageOf(error));
        }
      },
    );
  }

  /** @param {InkmojiError} reason */
  #stop(reason) {
    this.#watch.abort();
    this.#worker.terminate();
    this.#running.forEach((reject) => reject(reason));
    this.#running.clear();
    this.#progress.clear();
  }
}

/** @param {Worker} worker @returns {Remote} */
function wrapped(worker) {
  return wrap(/** @type {import("./vendor/comlink/comlink.mjs").Endpoint} */ (worker));
}

function cancelled() {
  return new DOMException("The call was cancelled; nothing has changed.", "AbortError");
}

/** @param {{code?: string, message?: string} | unknown} error  as the worker sent it */
function asError(error) {
  const { code, message = messageOf(error) } = /** @type {{code?: unknown, message?: string}} */ (error ?? {});
  // What cannot be sent at all fails here, as a DOMException, whose code is a number.
  return code === CANCELLED ? cancelled() : new InkmojiError(typeof code === "string" ? code : "worker-failed", message);
}

/** @param {URL} address on the page's own origin, or the InkmojiError "worker-origin" is thrown */
export function sameOrigin(address) {
  if (address.origin !== location.origin) {
    throw new InkmojiError(
      "worker-origin",
      `Expected an address on ${location.origin}, got ${address.href}: Inkmoji starts from the page's own origin ` +
        "and makes no request to another. Copy its files to your site.",
    );
  }
  return address;
}

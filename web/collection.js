/** The stickers that are known, and every change of them: each waits for Python, and shows while it is under way. */

import { InkmojiError } from "./errors.js";
import { isOfWorker } from "./failures.js";
import { nameOf, sameLook } from "./look.js";
import { isReadyMade } from "./settings.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./protocol.d.ts").Part} Part */
/** @typedef {import("./review.js").Review} Review */
/** @typedef {import("./teach.js").Lesson} Lesson */
/**
 * @typedef {object} Handlers
 * @property {() => void} revive  somebody waits for Python: a start that has failed is to be tried again
 * @property {() => void} onChanging  a change of the stickers has begun or ended
 * @property {() => void} onForgotten  something was forgotten for good
 * @property {(error: unknown) => void} onLost  Python failed for good during a change
 */

export class Collection {
  /** @type {PromiseWithResolvers<Inkmoji>} */
  #up = Promise.withResolvers();
  /** @type {Inkmoji | null} */
  #client = null;
  #changes = 0;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
  }

  /** The client, if it is up. */
  get client() {
    return this.#client;
  }

  /** Those known now; null until Python is up. @returns {readonly Sticker[] | null} */
  get stickers() {
    return this.#client?.stickers ?? null;
  }

  /** Whether the model in use is one that was imported: it has its own labels, and the starter stickers are not for it. */
  get isImported() {
    return this.#client?.origin === "coreml";
  }

  /** Whether a change is under way here, rather than in another tab. */
  get changing() {
    return this.#changes > 0;
  }

  /** @param {Inkmoji} client that is up */
  connect(client) {
    this.#client = client;
    this.#up.resolve(client);
  }

  /** Python is gone, or did not come up: whoever waits for it hears why. @param {unknown} reason */
  disconnect(reason) {
    this.#client?.close();
    this.#client = null;
    // That nobody waits is no error.
    this.#up.promise.catch(() => {});
    this.#up.reject(reason);
    this.#up = Promise.withResolvers();
  }

  /**
   * The client, once it is up.
   * @param {AbortSignal} signal
   */
  connected(signal) {
    this.handlers.revive();
    return unlessAborted(this.#up.promise, signal);
  }

  /**
   * Changes the stickers; settles when that is saved, or has changed nothing.
   * @param {AbortSignal} signal heeded until the change begins
   * @param {(client: Inkmoji) => Promise<void>} change
   */
  async change(signal, change) {
    const client = await this.connected(signal);
    this.#count(1);
    try {
      await change(client);
    } catch (error) {
      if (isOfWorker(error)) this.handlers.onLost(error);
      throw error;
    } finally {
      this.#count(-1);
    }
  }

  /**
   * What can be said of drawings before they are learned; nothing while Python is not up. A ready-made sticker claims
   * none: what is taught goes before it.
   * @param {Lesson["drawings"]} drawings
   * @param {string | null} label of the sticker that they are of; null: a new one
   * @param {AbortSignal} signal
   * @returns {Promise<Review | null>}
   */
  async review(drawings, label, signal) {
    const client = this.#client;
    if (!client) return null;
    const { claims, ...found } = await client.review(drawings, { label, signal });
    const taught = client.stickers.filter((sticker) => !isReadyMade(sticker));
    return { ...found, claims: claims.map((claim) => taught.find((sticker) => sticker.label === claim?.label) ?? null) };
  }

  /** @param {Lesson} lesson of a sticker by its label, else of the one with that look, else of a new one */
  learn({ look, of, drawings, signal, onProgress }) {
    return this.change(signal, (client) => {
      const { stickers } = client;
      const known = stickers.find(({ label }) => label === of) ?? stickers.find((each) => sameLook(each, look));
      const label = known?.label ?? crypto.randomUUID();
      const examples = drawings.map((drawing) => ({ label, drawing }));
      return client.update(examples, { faces: known ? [] : [{ label, ...look }], signal, onProgress });
    });
  }

  /**
   * @param {Sticker} sticker
   * @param {Look} look that no other sticker may have: nobody could tell the two apart
   * @param {AbortSignal} signal
   */
  changeFace({ label }, look, signal) {
    return this.change(signal, async (client) => {
      if (client.stickers.some((other) => sameLook(other, look) && other.label !== label)) {
        throw new InkmojiError("face-taken", strings.teach.taken(nameOf(look)));
      }
      await client.setFace({ label, ...look }, { signal });
    });
  }

  /**
   * @param {AbortSignal} signal
   * @param {Part | "history"} what is erased for good
   */
  async forget(signal, what) {
    await this.change(signal, (client) => client.forget(what));
    this.handlers.onForgotten();
  }

  /** @param {number} by */
  #count(by) {
    this.#changes += by;
    this.handlers.onChanging();
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (aborted)]);
}

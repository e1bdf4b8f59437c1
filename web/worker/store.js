/**
 * The saved models of one Inkmoji, in IndexedDB; this module is the only one that knows where.
 *
 * Every change of the model is a generation with a number of its own. A pointer, and nothing else, says which one is
 * live: a new generation is staged, read back and checked, and only then does one transaction move the pointer to it.
 * Inkmojis with another path or name have a database, a lock and a channel of their own.
 */

import { InkmojiError } from "../errors.js";
import { sha256 } from "./checksum.js";
import { Database } from "./database.js";
import {
  erase, eraseStaged, point, pointerIn, prune, recordsIn, requirePointer, untell,
} from "./generations.js";

/**
 * @typedef {import("../protocol.d.ts").Change} Change
 * @typedef {import("../protocol.d.ts").Generation} Generation
 * @typedef {import("./database.js").Record} Record
 * @typedef {import("./generations.js").Pointer} Pointer
 * @typedef {"moved" | "forgotten" | "reset"} Announced  what another tab has done
 */

/**
 * @typedef {object} Making  how a generation comes to be
 * @property {number} from  what the pointer must say: the archive was made from that
 * @property {number | null} parent  the generation to go back to; 0 is the base model
 * @property {Change} change
 * @property {readonly number[]} [erased]  generations that go for good with the same stroke
 * @property {string} [untold]  a label that no history may name any more
 */

const PAGE = "page";

export class Store {
  #scope;
  #channel;
  #database;

  /** @param {string} scope @param {() => void} onSuperseded */
  constructor(scope, onSuperseded) {
    this.#scope = scope;
    this.#channel = new BroadcastChannel(scope);
    this.#database = new Database(scope, onSuperseded);
  }

  /**
   * Open the store and clear away what an interrupted save left behind.
   *
   * @param {string} path  of the address that the page lives under
   * @param {string} name  which Inkmoji of this path
   * @param {() => void} [onSuperseded]  a newer page has taken over the storage
   * @throws {InkmojiError} "storage-…": this browser, or this address, offers no storage
   */
  static async open(path, name, onSuperseded = () => {}) {
    requireSecureContext();
    // Escaped, a name holds no colon, so that no path with a name equals another path with another name.
    const store = new Store(`inkmoji:${path}:${encodeURIComponent(name)}`, onSuperseded);
    await store.pointer();
    await store.#sweep();
    return store;
  }

  /** Which generation is live: 0 for the base model, `LOST` where that cannot be told. @returns {Promise<Pointer>} */
  pointer() {
    return this.#database.transact("readonly", pointerIn);
  }

  /**
   * The numbers of the generations that have been live, but for `number`: those before it, newest first, then the others.
   *
   * @param {number} number
   */
  async besides(number) {
    const numbers = (await this.#records()).map((record) => record.number).filter((other) => other !== number);
    const before = numbers.filter((other) => other < number).reverse();
    return [...before, ...numbers.filter((other) => other > number).reverse()];
  }

  /** Every generation that has been live, newest first. @returns {Promise<Generation[]>} */
  async history() {
    const [{ active }, records] = await Promise.all([this.pointer(), this.#records()]);
    const generations = records.reverse().map(async ({ number, change, created, bytes }) => {
      const damaged = await this.read(number).then(() => false, () => true);
      return { number, change, created, bytes, live: number === active, damaged };
    });
    return Promise.all(generations);
  }

  /**
   * What undoing and redoing would take back and bring again.
   *
   * @returns {Promise<{undo: {to: number, change: Change} | null, redo: {to: number, change: Change} | null}>}
   */
  async steps() {
    const [{ active, redo }, records] = await Promise.all([this.pointer(), this.#records()]);
    const find = (/** @type {number | undefined} */ number) => records.find((record) => record.number === number);
    const [live, next] = [find(active), find(redo.at(-1))];
    const back = live && live.parent !== null && (live.parent === 0 || find(live.parent)) ? live : null;
    return {
      undo: back && { to: Number(back.parent), change: back.change },
      redo: next ? { to: next.number, change: next.change } : null,
    };
  }

  /**
   * Return the archive of a generation that has been live.
   *
   * @param {number} number
   * @throws {InkmojiError} "storage-damaged": it is not there, or is not what was saved
   */
  async read(number) {
    const { record, archive } = await this.#get(number);
    if (record?.state !== "active") {
      throw new InkmojiError("storage-damaged", `Generation ${number} is missing.`);
    }
    return checked(archive, record.checksum);
  }

  /**
   * Return the archive of a generation as it lies there, damaged or not.
   *
   * @param {number} number
   * @throws {InkmojiError} "storage-damaged": nothing is left of it
   */
  async salvage(number) {
    const { archive } = await this.#get(number);
    if (!(archive instanceof Uint8Array)) {
      throw new InkmojiError("storage-damaged", `Generation ${number} is missing: there is nothing to export.`);
    }
    return archive;
  }

  /**
   * Save an archive as the new live generation; return its number. When this fails nothing has changed.
   *
   * @param {Uint8Array<ArrayBuffer>} archive
   * @param {Making} making
   * @param {AbortSignal} [signal]  heeded until the pointer moves
   * @throws {InkmojiError} "update-conflict": another tab saved first; "storage-…": it could not be saved;
   *   the reason of `signal`
   */
  async commit(archive, making, signal) {
    requireOwnBuffer(archive);
    const checksum = await sha256(archive);
    return navigator.locks.request(this.#scope, { signal }, async () => {
      const number = await this.#stage(archive, checksum, making);
      try {
        await checked((await this.#get(number)).archive, checksum);
        signal?.throwIfAborted();
        await this.#swap(number, making);
      } catch (error) {
        await this.#unstage(number);
        throw error;
      }
      return number;
    });
  }

  /**
   * Make another generation, or the base model, the live one: undo, or redo.
   *
   * @param {number} from  what the pointer must say
   * @param {number} to
   * @param {"undo" | "redo"} direction
   * @throws {InkmojiError} "update-conflict", "storage-…"
   */
  async move(from, to, direction) {
    await this.#exclusively(async (transaction) => {
      const { redo } = await requirePointer(transaction, from);
      const generations = transaction.objectStore("generations");
      if (to !== 0 && (await generations.get(to))?.state !== "active") {
        throw new InkmojiError("storage-damaged", `Generation ${to} is missing.`);
      }
      await point(transaction, to, direction === "undo" ? [...redo, from] : redo.slice(0, -1));
    });
  }

  /**
   * Erase every generation but the live one, for good.
   *
   * @param {number} from  what the pointer must say
   * @throws {InkmojiError} "update-conflict", "storage-…"
   */
  async forgetHistory(from) {
    await this.#exclusively(async (transaction) => {
      await requirePointer(transaction, from);
      const records = await recordsIn(transaction);
      await erase(transaction, records.map(({ number }) => number).filter((number) => number !== from));
      const live = records.find(({ number }) => number === from);
      if (live) {
        const change = { type: /** @type {const} */ ("forgotten"), stickers: [], examples: 0 };
        await transaction.objectStore("generations").put({ ...live, parent: null, change });
      }
      await point(transaction, from, []);
    });
  }

  /** What the page keeps, undefined if it keeps nothing. */
  kept() {
    return this.#database.transact("readonly", (transaction) => transaction.objectStore("kept").get(PAGE));
  }

  /** @param {unknown} value  that can be cloned; undefined keeps nothing */
  async keep(value) {
    await this.#database.transact("readwrite", async (transaction) => {
      const kept = transaction.objectStore("kept");
      await (value === undefined ? kept.delete(PAGE) : kept.put(value, PAGE));
    });
  }

  /** Go back to the base model and erase all generations, and what the page keeps. */
  async reset() {
    await this.#exclusively(async (transaction) => {
      for (const name of transaction.objectStoreNames) {
        await transaction.objectStore(name).clear();
      }
    });
  }

  /**
   * Tell the other tabs that the pointer has moved, or that something was forgotten for good, or everything erased.
   *
   * @param {Announced} what
   */
  announce(what) {
    this.#channel.postMessage(what);
  }

  /** @param {(what: Announced) => void} listener  called when another tab has done that */
  onAnnounce(listener) {
    this.#channel.onmessage = ({ data }) => listener(data);
  }

  /** @param {Uint8Array<ArrayBuffer>} archive @param {string} checksum @param {Making} making */
  #stage(archive, checksum, { parent, change }) {
    const record = { state: /** @type {const} */ ("staged"), checksum, bytes: archive.byteLength, created: Date.now() };
    return this.#database.transact("readwrite", async (transaction) => {
      const number = await transaction.objectStore("generations").put({ ...record, parent, change });
      await transaction.objectStore("archives").put(archive, number);
      return number;
    });
  }

  /** @param {number} number @param {Making} making */
  #swap(number, { from, erased = [], untold }) {
    return this.#database.transact("readwrite", async (transaction) => {
      await requirePointer(transaction, from);
      const generations = transaction.objectStore("generations");
      const staged = /** @type {Record} */ (await generations.get(number));
      await generations.put({ ...staged, state: "active" });
      await point(transaction, number, []);
      await erase(transaction, erased);
      if (untold !== undefined) {
        await untell(transaction, untold);
      }
      await prune(transaction, number);
    });
  }

  /** @param {number} number */
  async #unstage(number) {
    try {
      await this.#database.transact("readwrite", (transaction) => erase(transaction, [number]));
    } catch {
      // Why the save failed is what the person must hear; the next start sweeps what remains.
    }
  }

  /** Remove staged generations, unless a tab is saving just now: one of them is then its own. */
  async #sweep() {
    try {
      await navigator.locks.request(this.#scope, { ifAvailable: true }, async (lock) => {
        if (lock) {
          await this.#database.transact("readwrite", eraseStaged);
        }
      });
    } catch {
      // Leftovers do no harm, and what was saved before can still be read.
    }
  }

  #records() {
    return this.#database.transact("readonly", recordsIn);
  }

  /** @param {number} number */
  #get(number) {
    return this.#database.transact("readonly", async (transaction) => {
      const record = await transaction.objectStore("generations").get(number);
      const archive = await transaction.objectStore("archives").get(number);
      return { record, archive };
    });
  }

  /** @param {(transaction: import("./database.js").Transaction<"readwrite">) => Promise<void>} work */
  #exclusively(work) {
    return navigator.locks.request(this.#scope, () => this.#database.transact("readwrite", work));
  }
}

/** @param {Uint8Array<ArrayBuffer> | undefined} archive @param {string} checksum */
async function checked(archive, checksum) {
  if (!(archive instanceof Uint8Array) || (await sha256(archive)) !== checksum) {
    throw new InkmojiError("storage-damaged", "What was read back from the browser's storage is not what was saved.");
  }
  return archive;
}

/**
 * A view is stored with all of the memory behind it, Python's whole heap for instance.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function requireOwnBuffer(bytes) {
  const behind = bytes.buffer.byteLength;
  if (behind !== bytes.byteLength) {
    const problem = `expected bytes with a buffer of their own, got ${bytes.byteLength} of a buffer of ${behind}`;
    throw new InkmojiError("storage-view", `${problem}; copy them with slice()`);
  }
}

function requireSecureContext() {
  if (!isSecureContext) {
    throw new InkmojiError(
      "storage-insecure",
      `Expected a secure address, got ${location.origin}: browsers save nothing safely there. ` +
        "Open Inkmoji over https or on localhost.",
    );
  }
}

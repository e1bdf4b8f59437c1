/**
 * The saved models of one Inkmoji, in IndexedDB; this module is the only one that touches it.
 *
 * Every update is a generation with a number of its own. A pointer, and nothing else, says which one is live:
 * a new generation is staged, read back and checked, and only then does one transaction move the pointer to it.
 * Inkmojis with another path or name have a database, a lock and a channel of their own.
 */

import { openDB } from "../vendor/idb/index.js";
import { InkmojiError, messageOf } from "../errors.js";

/**
 * @typedef {object} Generation
 * @property {number} number
 * @property {"staged" | "active"} state  staged: written but not yet checked, never live
 * @property {Uint8Array<ArrayBuffer>} archive
 * @property {string} checksum  SHA-256 of the archive, hexadecimal
 * @property {number} created  milliseconds since 1970
 */

/**
 * @typedef {object} Schema
 * @property {{key: number, value: Omit<Generation, "number"> & {number?: number}}} generations
 * @property {{key: string, value: number}} pointers
 */

/** @typedef {import("../vendor/idb/index.js").IDBPDatabase<Schema>} Database */

/**
 * @template {IDBTransactionMode} Mode
 * @typedef {import("../vendor/idb/index.js").IDBPTransaction<Schema, ("generations" | "pointers")[], Mode>} Transaction
 */

const ACTIVE = "active";
const OLDER_GENERATIONS_KEPT = 10;

export class Store {
  #scope;
  #channel;
  /** @type {Promise<Database> | null} */
  #database = null;

  /** @param {string} scope */
  constructor(scope) {
    this.#scope = scope;
    this.#channel = new BroadcastChannel(scope);
  }

  /**
   * Open the store and clear away what an interrupted save left behind.
   *
   * @param {string} path  of the address that the page lives under
   * @param {string} name  which Inkmoji of this path
   * @throws {InkmojiError} "storage-…": this browser, or this address, offers no storage
   */
  static async open(path, name) {
    requireSecureContext();
    // Escaped, a name holds no colon, so that no path with a name equals another path with another name.
    const store = new Store(`inkmoji:${path}:${encodeURIComponent(name)}`);
    await store.active();
    await store.#sweep();
    return store;
  }

  /** The number of the live generation; 0 is the base model. */
  active() {
    return this.#transact("readonly", activeIn);
  }

  /**
   * The numbers of the generations before `number`, newest first.
   *
   * @param {number} number
   */
  async before(number) {
    const numbers = await this.#transact("readonly", (transaction) => numbersBefore(transaction, number));
    return numbers.reverse();
  }

  /**
   * Return a generation that has been live.
   *
   * @param {number} number
   * @throws {InkmojiError} "storage-damaged": it is not there, or is not what was saved
   */
  async read(number) {
    const generation = await this.#get(number);
    if (generation?.state !== "active") {
      throw new InkmojiError("storage-damaged", `Generation ${number} is missing.`);
    }
    await requireChecksum(generation, generation.checksum);
    return generation;
  }

  /**
   * Save an archive as the new live generation; return its number. When this fails nothing has changed.
   *
   * @param {Uint8Array<ArrayBuffer>} archive
   * @param {number} expected  the live generation that the archive was made from
   * @param {AbortSignal} signal  heeded until the pointer moves
   * @throws {InkmojiError} "update-conflict": another tab saved first; "storage-…": it could not be saved;
   *   the reason of `signal`
   */
  async commit(archive, expected, signal) {
    requireOwnBuffer(archive);
    const checksum = await sha256(archive);
    return navigator.locks.request(this.#scope, { signal }, async () => {
      const number = await this.#stage(archive, checksum);
      try {
        await requireChecksum(await this.#get(number), checksum);
        signal.throwIfAborted();
        await this.#swap(number, expected);
      } catch (error) {
        await this.#unstage(number);
        throw error;
      }
      return number;
    });
  }

  /** Go back to the base model and remove all generations. */
  async reset() {
    await navigator.locks.request(this.#scope, () =>
      this.#transact("readwrite", async (transaction) => {
        await transaction.objectStore("pointers").delete(ACTIVE);
        await transaction.objectStore("generations").clear();
      }),
    );
  }

  /** Tell the other tabs that the pointer has moved. */
  announce() {
    this.#channel.postMessage(null);
  }

  /** @param {() => void} listener  called when another tab has moved the pointer */
  onAnnounce(listener) {
    this.#channel.onmessage = () => listener();
  }

  /** @param {Uint8Array<ArrayBuffer>} archive @param {string} checksum */
  #stage(archive, checksum) {
    return this.#transact("readwrite", (transaction) =>
      transaction.objectStore("generations").put({ state: "staged", archive, checksum, created: Date.now() }),
    );
  }

  /** @param {number} number @param {number} expected */
  #swap(number, expected) {
    return this.#transact("readwrite", async (transaction) => {
      const found = await activeIn(transaction);
      if (found !== expected) {
        throw new InkmojiError(
          "update-conflict",
          `Another tab saved generation ${found} while generation ${expected} was being updated. Please try again.`,
        );
      }
      const generations = transaction.objectStore("generations");
      const staged = /** @type {Generation} */ (await generations.get(number));
      await generations.put({ ...staged, state: "active" });
      await transaction.objectStore("pointers").put(number, ACTIVE);
      const older = await numbersBefore(transaction, number);
      await Promise.all(older.slice(0, -OLDER_GENERATIONS_KEPT).map((old) => generations.delete(old)));
    });
  }

  /** @param {number} number */
  async #unstage(number) {
    try {
      await this.#transact("readwrite", (transaction) => transaction.objectStore("generations").delete(number));
    } catch {
      // Why the save failed is what the person must hear; the next start sweeps what remains.
    }
  }

  /** Remove staged generations, unless a tab is saving just now: one of them is then its own. */
  async #sweep() {
    try {
      await navigator.locks.request(this.#scope, { ifAvailable: true }, async (lock) => {
        if (lock) {
          await this.#transact("readwrite", deleteStaged);
        }
      });
    } catch {
      // Leftovers do no harm, and what was saved before can still be read.
    }
  }

  /** @param {number} number @returns {Promise<Generation | undefined>} */
  #get(number) {
    return this.#transact("readonly", async (transaction) => {
      const generation = await transaction.objectStore("generations").get(number);
      return generation && { ...generation, number };
    });
  }

  /**
   * Run `work` in one transaction and return its result once that is complete on disk. `work` may await nothing
   * but its own requests: the transaction would close meanwhile. If it throws, the transaction is undone.
   *
   * @template {IDBTransactionMode} Mode
   * @template Result
   * @param {Mode} mode
   * @param {(transaction: Transaction<Mode>) => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async #transact(mode, work) {
    try {
      const database = await this.#open();
      const transaction = database.transaction(["generations", "pointers"], mode, { durability: "strict" });
      const complete = transaction.done;
      // Awaited below; until then its failure counts as seen.
      complete.catch(() => {});
      const result = await undoneOnError(transaction, work);
      await complete;
      return result;
    } catch (error) {
      throw storageError(error);
    }
  }

  #open() {
    // The browser may end a connection, for instance when the person clears the site's data: open it anew then.
    const forget = () => {
      this.#database = null;
    };
    this.#database ??= openDB(this.#scope, 1, {
      upgrade(database) {
        database.createObjectStore("generations", { keyPath: "number", autoIncrement: true });
        database.createObjectStore("pointers");
      },
      terminated: forget,
    });
    this.#database.catch(forget);
    return this.#database;
  }
}

/**
 * @template {IDBTransactionMode} Mode
 * @template Result
 * @param {Transaction<Mode>} transaction
 * @param {(transaction: Transaction<Mode>) => Promise<Result>} work
 */
async function undoneOnError(transaction, work) {
  try {
    return await work(transaction);
  } catch (error) {
    const reason = transaction.error ?? error;
    try {
      transaction.abort();
    } catch {
      // The browser has already undone it.
    }
    throw reason;
  }
}

/** @param {Transaction<IDBTransactionMode>} transaction */
async function activeIn(transaction) {
  return (await transaction.objectStore("pointers").get(ACTIVE)) ?? 0;
}

/** @param {Transaction<IDBTransactionMode>} transaction @param {number} number */
function numbersBefore(transaction, number) {
  return transaction.objectStore("generations").getAllKeys(IDBKeyRange.upperBound(number, true));
}

/** @param {Transaction<"readwrite">} transaction */
async function deleteStaged(transaction) {
  const generations = transaction.objectStore("generations");
  for (let cursor = await generations.openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.state === "staged") {
      await cursor.delete();
    }
  }
}

/** @param {Generation | undefined} generation @param {string} checksum */
async function requireChecksum(generation, checksum) {
  if (!generation || (await sha256(generation.archive)) !== checksum) {
    throw new InkmojiError("storage-damaged", "What was read back from the browser's storage is not what was saved.");
  }
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

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
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

/** @param {unknown} error */
function storageError(error) {
  if (error instanceof InkmojiError) {
    return error;
  }
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return new InkmojiError("storage-full", "The browser's storage is full. Free some space, then try again.");
  }
  return new InkmojiError("storage-failed", `The browser's storage failed: ${messageOf(error)}`);
}

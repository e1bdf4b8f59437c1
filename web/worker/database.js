/**
 * The database of one Inkmoji: its schema, its upgrades, and a connection that comes back when the browser ends it.
 *
 * Version 1 had the archives in "generations". Since version 2 these hold what a history shows, "archives" the bytes,
 * and "kept" what the page keeps for itself.
 */

import { openDB } from "../vendor/idb/index.js";
import { InkmojiError, messageOf } from "../errors.js";

/**
 * @typedef {object} Record  a generation, but for its archive
 * @property {number} number
 * @property {"staged" | "active"} state  staged: written but not yet checked, never live
 * @property {string} checksum  SHA-256 of the archive, hexadecimal
 * @property {number} created  milliseconds since 1970
 * @property {number} bytes  size of the archive
 * @property {number | null} parent  the generation that it was made from; 0: the base model; null: none to go back to
 * @property {import("../protocol.d.ts").Change} change
 */

/**
 * @typedef {object} Schema
 * @property {{key: number, value: Omit<Record, "number"> & {number?: number}}} generations
 * @property {{key: number, value: Uint8Array<ArrayBuffer>}} archives
 * @property {{key: string, value: unknown}} pointers
 * @property {{key: string, value: unknown}} kept
 */

/** @typedef {"generations" | "archives" | "pointers" | "kept"} Name */
/** @typedef {import("../vendor/idb/index.js").IDBPDatabase<Schema>} Connection */

/**
 * @template {IDBTransactionMode} Mode
 * @typedef {import("../vendor/idb/index.js").IDBPTransaction<Schema, Name[], Mode>} Transaction
 */

const VERSION = 2;
const STORES = /** @type {Name[]} */ (["generations", "archives", "pointers", "kept"]);

export class Database {
  #name;
  #onSuperseded;
  /** @type {Promise<Connection> | null} */
  #connection = null;

  /**
   * @param {string} name
   * @param {() => void} onSuperseded  a newer page, in another tab, changes the schema: nothing can be saved here from now on
   */
  constructor(name, onSuperseded) {
    this.#name = name;
    this.#onSuperseded = onSuperseded;
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
   * @throws {InkmojiError} "storage-…"
   */
  async transact(mode, work) {
    try {
      const transaction = await this.#begin(mode);
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

  /**
   * A connection that is dead without having said so is opened anew, once.
   *
   * @template {IDBTransactionMode} Mode
   * @param {Mode} mode
   * @returns {Promise<Transaction<Mode>>}
   */
  async #begin(mode) {
    const begin = async () => (await this.#open()).transaction(STORES, mode, { durability: "strict" });
    try {
      return await begin();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "InvalidStateError")) {
        throw error;
      }
      this.#connection = null;
      return begin();
    }
  }

  #open() {
    const connection = (this.#connection ??= this.#connect());
    connection.catch(() => this.#forget(connection));
    return connection;
  }

  /** @param {Promise<Connection>} connection */
  #forget(connection) {
    if (this.#connection === connection) {
      this.#connection = null;
    }
  }

  /** @returns {Promise<Connection>} */
  #connect() {
    return new Promise((resolve, reject) => {
      let given = false;
      const opening = openDB(this.#name, VERSION, {
        upgrade,
        blocked: () => {
          given = true;
          reject(new InkmojiError("storage-blocked", BLOCKED));
        },
        blocking: (_current, _wanted, event) => {
          /** @type {IDBDatabase} */ (event.target).close();
          this.#connection = null;
          this.#onSuperseded();
        },
        // For instance because the person clears the site's data: it is opened anew when it is needed.
        terminated: () => {
          this.#connection = null;
        },
      });
      opening.then((database) => (given ? database.close() : resolve(/** @type {Connection} */ (database))), reject);
    });
  }
}

const BLOCKED =
  "Another tab has an older Inkmoji open, which must be closed before anything can be saved here. " +
  "Close the other tabs of this page, then reload it.";

/** @type {NonNullable<import("../vendor/idb/index.js").OpenDBCallbacks<Schema>["upgrade"]>} */
function upgrade(database, from, _to, transaction) {
  // Whoever opens hears of its failure.
  transaction.done.catch(() => {});
  if (from < 1) {
    database.createObjectStore("generations", { keyPath: "number", autoIncrement: true });
    database.createObjectStore("pointers");
  }
  if (from < 2) {
    database.createObjectStore("archives");
    database.createObjectStore("kept");
    // Nobody awaits an upgrade: one that fails must be undone as a whole, or it would be complete halfway.
    undoneOnError(transaction, moveArchives).catch(() => {});
  }
}

/** From version 1 to 2. @param {Transaction<"versionchange">} transaction */
async function moveArchives(transaction) {
  const generations = transaction.objectStore("generations");
  /** @type {number | null} */
  let parent = null;
  for (let cursor = await generations.openCursor(); cursor; cursor = await cursor.continue()) {
    const { archive, ...record } = /** @type {Record & {archive?: Uint8Array<ArrayBuffer>}} */ (cursor.value);
    if (archive instanceof Uint8Array) {
      await transaction.objectStore("archives").put(archive, record.number);
    }
    const change = { type: /** @type {const} */ ("unknown"), stickers: [], examples: 0 };
    // The first of all was made from the base model.
    const from = record.number === 1 ? 0 : parent;
    await cursor.update({ ...record, bytes: archive?.byteLength ?? 0, parent: from, change });
    parent = record.state === "active" ? record.number : parent;
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

/** @param {unknown} error */
function storageError(error) {
  if (error instanceof InkmojiError) {
    return error;
  }
  const name = error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") {
    return new InkmojiError("storage-full", "The browser's storage is full. Free some space, then try again.");
  }
  if (name === "VersionError") {
    const message = "A newer Inkmoji has been used in this browser, and this page is too old for what it saved. Reload it.";
    return new InkmojiError("storage-newer", message);
  }
  return new InkmojiError("storage-failed", `The browser's storage failed: ${messageOf(error)}`);
}

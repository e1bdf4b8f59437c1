/** The last word of a page that is hidden or closed: its worker, which keeps the board otherwise, may not come to it any more. */

import { openDB } from "./vendor/idb/index.js";

/** The worker's database, and where in it the client keeps what it is given. */
const DATABASE = `inkmoji:${new URL(".", location.href).pathname}:inkmoji`;
const STORE = "kept";
const KEY = "page";

export class LastWord {
  /** @type {import("./vendor/idb/index.js").IDBPDatabase | null} */
  #database = null;

  /** Prepares for it, once the worker has made the database. */
  async open() {
    const close = () => {
      this.#database?.close();
      this.#database = null;
    };
    try {
      this.#database = await openDB(DATABASE, undefined, {
        upgrade(_database, _from, _to, transaction) {
          // There is none, and it is not for the page to make one.
          transaction.done.catch(() => {});
          transaction.abort();
        },
        blocking: close,
        terminated: close,
      });
    } catch {
      // Without storage there is nothing that could be kept.
    }
  }

  /** @param {unknown} value  that is kept in place of the one before; undefined for none */
  say(value) {
    try {
      const transaction = this.#database?.transaction(STORE, "readwrite");
      if (!transaction) return;
      transaction.done.catch(() => {});
      const store = transaction.objectStore(STORE);
      (value === undefined ? store.delete(KEY) : store.put(value, KEY)).catch(() => {});
      // From here on it is done without the page.
      transaction.commit();
    } catch {
      // The browser has ended the connection; the worker is told, too.
    }
  }
}

/** What is done with generations and with the pointer inside one transaction of the store. */

import { InkmojiError } from "../errors.js";

/** @typedef {import("./database.js").Record} Record */
/** @typedef {{ active: number, redo: number[] }} Pointer  the live generation, and those that were undone, last first */

/**
 * @template {IDBTransactionMode} Mode
 * @typedef {import("./database.js").Transaction<Mode>} Transaction
 */

const ACTIVE = "active";
const REDO = "redo";
const MOST_GENERATIONS = 30;
const MOST_BYTES = 64 << 20;

/** Where the pointer is damaged, or gone although there are generations. */
export const LOST = -1;

/** @param {Transaction<IDBTransactionMode>} transaction @returns {Promise<Pointer>} */
export async function pointerIn(transaction) {
  const pointers = transaction.objectStore("pointers");
  // One request after the other, here and below: if one throws, no other is left whose failure nobody sees.
  const active = await pointers.get(ACTIVE);
  const redo = await pointers.get(REDO);
  const undone = Array.isArray(redo) ? redo.filter(Number.isInteger) : [];
  if (Number.isInteger(active) && Number(active) >= 0) {
    return { active: Number(active), redo: undone };
  }
  const untouched = active === undefined && (await recordsIn(transaction)).length === 0;
  return { active: untouched ? 0 : LOST, redo: [] };
}

/** Those that have been live, by number. @param {Transaction<IDBTransactionMode>} transaction */
export async function recordsIn(transaction) {
  const all = /** @type {Record[]} */ (await transaction.objectStore("generations").getAll());
  return all.filter(({ state }) => state === "active");
}

/** @param {Transaction<"readwrite">} transaction @param {number} active @param {number[]} redo */
export async function point(transaction, active, redo) {
  const pointers = transaction.objectStore("pointers");
  await pointers.put(active, ACTIVE);
  await pointers.put(redo, REDO);
}

/** @param {Transaction<"readwrite">} transaction @param {number} expected */
export async function requirePointer(transaction, expected) {
  const pointer = await pointerIn(transaction);
  if (pointer.active !== expected) {
    throw new InkmojiError(
      "update-conflict",
      `Another tab saved generation ${pointer.active} while generation ${expected} was being changed. Please try again.`,
    );
  }
  return pointer;
}

/** @param {Transaction<"readwrite">} transaction @param {readonly number[]} numbers */
export async function erase(transaction, numbers) {
  for (const number of numbers) {
    await transaction.objectStore("generations").delete(number);
    await transaction.objectStore("archives").delete(number);
  }
}

/** @param {Transaction<"readwrite">} transaction */
export async function eraseStaged(transaction) {
  const all = /** @type {Record[]} */ (await transaction.objectStore("generations").getAll());
  await erase(transaction, all.filter(({ state }) => state === "staged").map(({ number }) => number));
}

/** Take a label out of what the history says. @param {Transaction<"readwrite">} transaction @param {string} label */
export async function untell(transaction, label) {
  for (const record of await recordsIn(transaction)) {
    if (record.change.stickers.some((sticker) => sticker.label === label)) {
      const stickers = record.change.stickers.filter((sticker) => sticker.label !== label);
      await transaction.objectStore("generations").put({ ...record, change: { ...record.change, stickers } });
    }
  }
}

/** Erase the oldest beyond what is kept, but never the live one. @param {Transaction<"readwrite">} transaction @param {number} live */
export async function prune(transaction, live) {
  const newestFirst = (await recordsIn(transaction)).reverse();
  let bytes = 0;
  const tooOld = newestFirst.filter((record, index) => {
    bytes += record.bytes;
    return record.number !== live && (index >= MOST_GENERATIONS || bytes > MOST_BYTES);
  });
  await erase(transaction, tooOld.map(({ number }) => number));
}

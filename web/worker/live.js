/** The live model: the one that predicts, and its saved twin in the store. The two change together or not at all. */

import { messageOf } from "../errors.js";
import { Store } from "./store.js";

/**
 * @typedef {import("../protocol.d.ts").Session} Session
 * @typedef {import("../protocol.d.ts").State} State
 * @typedef {import("../protocol.d.ts").Notice} Notice
 */

export class LiveModel {
  #session;
  #base;
  #store;
  #notify;
  /** @type {State} */
  #state;
  /** What the store's pointer said when the live model was loaded; older than that is a fallback. */
  #pointer = 0;

  /**
   * @param {Session} session
   * @param {() => Promise<Uint8Array>} base  fetches the base model's archive
   * @param {Store | unknown} store  or the error why there is none: the model then lives in memory only
   * @param {(notice: Notice) => void} notify
   */
  constructor(session, base, store, notify) {
    this.#session = session;
    this.#base = base;
    this.#store = store instanceof Store ? store : null;
    this.#notify = notify;
    const message = this.#store ? null : `What you teach is lost with this page. ${messageOf(store)}`;
    this.#state = { stickers: [], storage: { persistent: message === null, message, generation: 0 } };
    if (message) {
      notify({ level: "warning", message });
    }
  }

  get state() {
    return this.#state;
  }

  /** Load the model that the store's pointer names: else the newest sound one before it, else the base model. */
  async load() {
    const pointer = (await this.#store?.active()) ?? 0;
    if (!this.#store || pointer === 0 || !(await this.#loadGeneration(this.#store, pointer))) {
      this.#become(this.#session.load(await this.#base()), 0);
    }
    this.#pointer = pointer;
  }

  /** Load the model again if another tab has saved one; tell whether it has. */
  async refresh() {
    const moved = this.#store !== null && (await this.#store.active()) !== this.#pointer;
    if (moved) {
      await this.load();
    }
    return moved;
  }

  /**
   * Save the session's candidate, then make it the live model. When this fails the model in use stays.
   *
   * @param {AbortSignal} signal  heeded until the candidate is saved
   * @throws {InkmojiError} "update-conflict", "storage-…"; the reason of `signal`
   */
  async adopt(signal) {
    if (this.#store) {
      this.#pointer = await this.#store.commit(this.#session.candidate(), this.#pointer, signal);
    }
    this.#become(this.#session.adopt(), this.#pointer);
    this.#store?.announce();
  }

  /** Go back to the base model, here and in the store. */
  async reset() {
    const base = await this.#base();
    await this.#store?.reset();
    this.#pointer = 0;
    this.#become(this.#session.load(base), 0);
    this.#store?.announce();
  }

  /**
   * @param {Store} store
   * @param {number} pointer
   * @returns {Promise<boolean>} whether there was a sound one
   */
  async #loadGeneration(store, pointer) {
    const damage = await this.#tryGeneration(store, pointer);
    if (!damage) {
      return true;
    }
    const lost = `The stickers saved last cannot be used: ${damage}`;
    for (const number of await store.before(pointer)) {
      if (!(await this.#tryGeneration(store, number))) {
        this.#notify({ level: "warning", message: `${lost} An earlier state is in use. Nothing was deleted.` });
        return true;
      }
    }
    this.#notify({ level: "error", message: `${lost} The untaught model is in use. Nothing was deleted.` });
    return false;
  }

  /**
   * @param {Store} store
   * @param {number} number
   * @returns {Promise<string | null>} what is wrong with it
   */
  async #tryGeneration(store, number) {
    try {
      const generation = await store.read(number);
      this.#become(this.#session.load(generation.archive), number);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** @param {import("../protocol.d.ts").Summary} summary @param {number} generation */
  #become({ stickers }, generation) {
    this.#state = { stickers, storage: { ...this.#state.storage, generation } };
  }
}

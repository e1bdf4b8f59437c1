/** The dialog "My stickers": what was taught and with which drawings, what can be done to it, and what has been done. */

import { explain } from "./failures.js";
import { EXTENSION, saveFile } from "./files.js";
import { ForgetDialog } from "./forget.js";
import { describe, History } from "./history.js";
import { nameOf } from "./look.js";
import { StickerMap } from "./map.js";
import { Shelf } from "./shelf.js";
import { strings } from "./strings.js";
import { Tabs } from "./tabs.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./collection.js").Collection} Collection */
/** @typedef {import("./protocol.d.ts").Generation} Generation */
/** @typedef {import("./protocol.d.ts").Part} Part */
/** @typedef {import("./protocol.d.ts").Sticker} Sticker */
/** @typedef {{ part: Part, text: string }} Forgettable what was deleted, and what is said before it is forgotten */
/**
 * What is said about a change that has been made.
 * @typedef {object} Outcome
 * @property {string} message
 * @property {"undo" | "redo"} [back] how to take it back
 * @property {Forgettable} [forgettable]
 */
/**
 * @typedef {object} Handlers
 * @property {() => Promise<{ text: string } | null>} teach  asks for a new sticker; settles with its look, if it was learned
 * @property {(sticker: Sticker) => Promise<number>} addExamples  asks for drawings; settles with how many were learned
 * @property {(sticker: Sticker) => Promise<{ text: string } | null>} changeFace  settles with the new look, if it was changed
 * @property {(message: string, tone?: "error") => void} announce  what happened once the dialog was closed
 * @property {() => void} onClose
 */

export class LibraryDialog {
  #busy = false;
  /** Ends with the dialog. */
  #abort = new AbortController();
  /** Ends when the stickers are others. */
  #loading = new AbortController();
  /** @type {Outcome} */
  #outcome = { message: "" };

  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLDialogElement} forget the dialog that asks before something is forgotten for good
   * @param {Collection} collection
   * @param {Handlers} handlers
   */
  constructor(dialog, forget, collection, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.collection = collection;
    this.handlers = handlers;
    this.forget = new ForgetDialog(forget);
    this.status = find("[role=status]");
    this.error = find("[role=alert]");
    this.backButton = find("[data-action=back]");
    this.forgetButton = find("[data-action=forget]");
    this.teachButton = find("[data-action=teach]");
    this.shelf = new Shelf(find("#library-stickers"), collection, { ...this.#rowHandlers, onShown: () => this.#lock() });
    this.map = new StickerMap(find("#library-map"), (label) => this.#go(label));
    this.historyPanel = find("#library-history");
    this.history = new History(this.historyPanel, {
      onRestore: (generation, change) => void this.#restore(generation, change),
      onExport: (generation) => void this.#export(generation),
      onForget: () => void this.#forgetHistory(),
    });
    this.tabs = new Tabs(find("[role=tablist]"), () => (void this.#loadMap(), void this.#loadHistory()));
    this.#listen(find("[data-action=close]"));
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    this.#abort = new AbortController();
    this.#say(this.#busy ? { message: this.status.textContent ?? "" } : { message: "" });
    this.shelf.clear();
    this.dialog.showModal();
    this.tabs.choose(this.tabs.tabs[0]);
    if (this.collection.stickers) this.refresh();
    else void this.#wait(this.#abort.signal);
  }

  /** Shows what there is: the stickers have changed. */
  refresh() {
    if (!this.isOpen) return;
    this.shelf.show();
    this.#keepFocus();
    void this.#loadRows();
    void this.#loadMap();
    void this.#loadHistory();
  }

  /** The stickers were changed in another tab: what was said here need not be true any more. */
  changedElsewhere() {
    if (this.isOpen && !this.#busy) this.#say({ message: strings.updatedElsewhere });
  }

  get #rowHandlers() {
    return {
      onDelete: (/** @type {Sticker} */ sticker) => void this.#delete(sticker),
      onDeleteExample: (/** @type {Sticker} */ sticker, /** @type {string} */ id) => void this.#deleteExample(sticker, id),
      onAdd: (/** @type {Sticker} */ sticker) => void this.#addExamples(sticker),
      onChange: (/** @type {Sticker} */ sticker) => void this.#changeFace(sticker),
    };
  }

  /** @param {HTMLElement} close */
  #listen(close) {
    close.addEventListener("click", () => this.dialog.close());
    this.teachButton.addEventListener("click", () => void this.#teach());
    this.backButton.addEventListener("click", () => void this.#back());
    this.forgetButton.addEventListener("click", () => void this.#forgetDeleted());
    this.dialog.addEventListener("close", () => {
      this.#abort.abort();
      this.#loading.abort();
      this.handlers.onClose();
    });
  }

  /** @param {AbortSignal} signal */
  async #wait(signal) {
    this.refresh();
    this.#say({ message: strings.library.waiting });
    const failure = await this.collection.connected(signal).then(() => null, (reason) => ({ reason }));
    if (signal.aborted) return;
    this.#say({ message: "" }, failure ? strings.library.unavailable(explain(failure.reason)) : "");
    this.refresh();
  }

  async #loadRows() {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    await this.shelf.load((read) => this.#read(signal, read));
    if (!signal.aborted) this.map.join((label) => this.shelf.separationOf(label));
  }

  async #loadMap() {
    const { signal } = this.#loading;
    const positions = this.isOpen && this.map.visible ? await this.#read(signal, (client) => client.projection()) : null;
    if (positions) this.map.show(positions, this.collection.stickers ?? [], (label) => this.shelf.separationOf(label));
  }

  /** Shows a sticker in the list. @param {string} label */
  #go(label) {
    this.tabs.choose(this.tabs.tabs[0]);
    this.shelf.go(label);
  }

  async #loadHistory() {
    if (this.historyPanel.hidden || !this.isOpen) return;
    const generations = await this.#read(this.#loading.signal, (client) => client.history());
    if (!generations) return;
    this.history.show(generations);
    this.#lock();
  }

  /**
   * @template Result
   * @param {AbortSignal} signal
   * @param {(client: Inkmoji) => Promise<Result>} read
   * @returns {Promise<Result | null>} nothing, if it could not be read or is not wanted any more
   */
  async #read(signal, read) {
    const { client } = this.collection;
    if (!client || signal.aborted) return null;
    try {
      const result = await read(client);
      return signal.aborted ? null : result;
    } catch (error) {
      if (!signal.aborted) this.error.textContent = strings.library.unreadable(explain(error));
      return null;
    }
  }

  /** @param {Sticker} sticker */
  #delete(sticker) {
    const [{ label }, name] = [sticker, nameOf(sticker)];
    return this.#change((client) => client.remove({ label }), strings.library.deleting, () =>
      deleted(strings.library.deleted(name), { label }, strings.forget.sticker(name)));
  }

  /**
   * @param {Sticker} sticker
   * @param {string} example
   */
  #deleteExample(sticker, example) {
    const [{ label }, name] = [sticker, nameOf(sticker)];
    return this.#change((client) => client.remove({ example }), strings.library.deleting, () =>
      // With its last example, a sticker that was taught from nothing goes too.
      this.collection.stickers?.some((each) => each.label === label)
        ? deleted(strings.library.deletedExample(name), { example }, strings.forget.example(name))
        : deleted(strings.library.deleted(name), { label }, strings.forget.sticker(name)));
  }

  /**
   * @param {Generation} generation
   * @param {string} change that led to it
   */
  #restore({ number }, change) {
    return this.#change((client) => client.restore(number), strings.history.restoring, () => ({
      message: strings.history.restored(change), back: "undo",
    }));
  }

  /** @param {Generation} generation that is damaged: its bytes may still be of use */
  async #export({ number }) {
    const saved = await this.#read(this.#abort.signal, async (client) =>
      saveFile(`inkmoji-damaged-${number}${EXTENSION}`, await client.exportModel({ generation: number })));
    if (saved) this.#say({ message: strings.export.damaged(saved) });
  }

  /** Takes back what was done last here, or does it again. */
  #back() {
    const { client } = this.collection;
    const { back } = this.#outcome;
    const change = back === "undo" ? client?.undoable : client?.redoable;
    if (!client || !back || !change) return undefined;
    const said = describe(change);
    return back === "undo"
      ? this.#change(() => client.undo(), strings.library.undoing, () => ({ message: strings.history.undone(said), back: "redo" }))
      : this.#change(() => client.redo(), strings.library.redoing, () => ({ message: strings.history.redone(said), back: "undo" }));
  }

  #forgetDeleted() {
    const { forgettable } = this.#outcome;
    return forgettable && this.#askToForget(forgettable.text, forgettable.part);
  }

  #forgetHistory() {
    return this.#askToForget(strings.forget.history, "history");
  }

  /**
   * @param {string} text
   * @param {Part | "history"} what
   */
  async #askToForget(text, what) {
    if (this.#busy) return;
    this.#setBusy(true);
    const { signal } = this.#abort;
    const forgotten = await this.forget.open(text, () => this.collection.forget(signal, what));
    this.#setBusy(false);
    if (forgotten) this.#say({ message: strings.forget.forgotten });
    this.#keepFocus();
  }

  async #teach() {
    const look = await this.handlers.teach();
    if (look) this.#say({ message: strings.learned(nameOf(look)), back: "undo" });
    this.#keepFocus();
  }

  /** @param {Sticker} sticker */
  async #addExamples(sticker) {
    if (this.#busy) return;
    const count = await this.handlers.addExamples(sticker);
    if (count > 0) this.#say({ message: strings.library.learnedMore(nameOf(sticker), count), back: "undo" });
    if (!this.dialog.contains(document.activeElement)) this.shelf.find(sticker.label)?.addButton.focus();
  }

  /** @param {Sticker} sticker */
  async #changeFace(sticker) {
    if (this.#busy) return;
    const look = await this.handlers.changeFace(sticker);
    if (look) this.#say({ message: strings.library.became(nameOf(sticker), nameOf(look)), back: "undo" });
  }

  /**
   * Changes the stickers, the buttons locked meanwhile.
   * @param {(client: Inkmoji) => Promise<void>} change
   * @param {string} doing what is said meanwhile
   * @param {() => Outcome} outcome once it is done
   */
  async #change(change, doing, outcome) {
    if (this.#busy) return;
    const { signal } = this.#abort;
    this.#setBusy(true);
    this.status.textContent = doing;
    this.error.textContent = "";
    try {
      await this.collection.change(signal, change);
      this.#ended(outcome());
    } catch (error) {
      if (error === signal.reason) this.#ended({ message: "" });
      else this.#ended({ message: "" }, strings.library.failed(explain(error)));
    }
  }

  /**
   * @param {Outcome} outcome
   * @param {string} [error]
   */
  #ended(outcome, error = "") {
    this.#setBusy(false);
    this.#say(outcome, error);
    this.#keepFocus();
    if (this.isOpen) return;
    if (error) this.handlers.announce(error, "error");
    else if (outcome.message) this.handlers.announce(outcome.message);
  }

  /**
   * @param {Outcome} outcome
   * @param {string} [error]
   */
  #say(outcome, error = "") {
    this.#outcome = outcome;
    this.status.textContent = outcome.message;
    this.error.textContent = error;
    this.backButton.hidden = !outcome.back;
    this.backButton.textContent = strings.library[outcome.back ?? "undo"];
    this.forgetButton.hidden = !outcome.forgettable;
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    this.#lock();
  }

  /** Disabled for good, a button would lose the focus. */
  #lock() {
    for (const button of this.dialog.querySelectorAll(".library-panel button, .library-outcome button")) {
      button.setAttribute("aria-disabled", String(this.#busy));
    }
  }

  /** What had the focus may be gone. */
  #keepFocus() {
    if (!this.isOpen || this.dialog.contains(document.activeElement)) return;
    this.tabs.tabs.find((tab) => tab.tabIndex === 0)?.focus();
  }
}

/**
 * @param {string} message
 * @param {Part} part that was deleted
 * @param {string} text that is said before it is forgotten
 * @returns {Outcome}
 */
function deleted(message, part, text) {
  return { message, back: "undo", forgettable: { part, text } };
}

/** The stickers in "My stickers": those that were taught and those that came ready-made, searched and in order. */

import { Finder } from "./finder.js";
import { isReadyMade } from "./settings.js";
import { StickerList } from "./stickers.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./collection.js").Collection} Collection */
/** @typedef {import("./protocol.d.ts").Separation} Separation */
/** @typedef {import("./stickers.js").Handlers & { onShown: () => void }} Handlers */
/** @typedef {<Result>(read: (client: Inkmoji) => Promise<Result>) => Promise<Result | null>} Read nothing: not wanted any more */

export class Shelf {
  /** How well each is told apart, as far as that is known, by their labels. @type {Map<string, Separation>} */
  #separations = new Map();

  /**
   * @param {HTMLElement} panel
   * @param {Collection} collection
   * @param {Handlers} handlers
   */
  constructor(panel, collection, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (panel.querySelector(selector));
    this.collection = collection;
    this.handlers = handlers;
    this.empty = find(".library-empty");
    this.ready = find(".ready-made");
    this.readyTitle = find("#ready-title");
    this.readyAbout = find("#ready-title + p");
    this.taught = new StickerList(find(".taught"), handlers);
    this.starters = new StickerList(find(".ready-made ul"), handlers);
    this.finder = new Finder(find(".library-tools"), find(".library-found"), () => this.show());
  }

  /** Shows all stickers again. */
  clear() {
    this.finder.clear();
  }

  /** Shows the stickers in the order that was chosen, those that are searched for. */
  show() {
    const stickers = this.collection.stickers ?? [];
    const taught = stickers.filter((sticker) => !isReadyMade(sticker));
    const ready = stickers.filter(isReadyMade);
    this.finder.offer(stickers.length);
    this.taught.show(this.finder.sorted(taught, ({ label }) => this.#separations.get(label)));
    this.starters.show(ready);
    const [found, foundReady] = [this.taught, this.starters].map((list) =>
      list.filter((sticker) => this.finder.matches(sticker)));
    this.finder.tell(found + foundReady, stickers.length);
    this.empty.hidden = taught.length > 0 || !this.collection.client;
    this.ready.hidden = foundReady === 0;
    const { isImported } = this.collection;
    this.ready.dataset.kind = isImported ? "imported" : "starters";
    this.readyTitle.textContent = isImported ? strings.library.came(ready.length) : strings.library.ready(ready.length);
    this.readyAbout.textContent = isImported ? strings.library.cameWith : strings.library.readyMade;
    this.handlers.onShown();
  }

  /**
   * Loads what the rows show, one after the other, so that whatever the person does meanwhile waits for one of them at
   * most.
   * @param {Read} read
   */
  async load(read) {
    const { rows } = this.taught;
    for (const row of rows) {
      const shown = await read((client) => client.examples(row.sticker.label));
      if (!shown) return;
      row.showExamples(shown);
      this.handlers.onShown();
    }
    /** @type {Map<string, Separation>} */
    const separations = new Map();
    for (const row of rows) {
      const { label } = row.sticker;
      const separation = await read((client) => client.separation(label));
      if (!separation) return;
      separations.set(label, separation);
      row.showSeparation(separation, this.collection.stickers?.find((each) => each.label === separation.nearest) ?? null);
    }
    this.#separations = separations;
    this.show();
  }

  /** @param {string} label */
  separationOf(label) {
    return this.#separations.get(label);
  }

  /** @param {string} label */
  find(label) {
    return this.taught.find(label);
  }

  /** Brings a sticker into sight, and the focus to it. @param {string} label */
  go(label) {
    this.clear();
    const row = this.find(label)?.element;
    row?.scrollIntoView({ block: "center" });
    row?.focus();
  }
}

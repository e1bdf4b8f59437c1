/** Composes all that stays when the page is closed, and how it leaves: files, the storage, the kept board, the reset. */

import { Backup } from "./backup.js";
import { ExportDialog } from "./exporting.js";
import { ImportDialog } from "./importing.js";
import { Keeper } from "./keeper.js";
import { closePickers, erasePickers } from "./picker.js";
import { Persistence, StoragePanel } from "./storage.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./desk.js").Desk} Desk */
/**
 * @typedef {object} Handlers
 * @property {(signal: AbortSignal) => Promise<Inkmoji>} connect  the client, once Python is up
 * @property {(signal: AbortSignal, work: (client: Inkmoji) => Promise<void>) => Promise<void>} change  runs a change of
 *   the stickers once Python is up
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string, tone?: "error") => void} announce
 * @property {(file: File, place: { x: number, y: number }) => boolean} takePicture  that was dropped
 * @property {() => void} onRestored  the board is as it was
 * @property {() => void} onErased  another tab has erased everything
 */

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

export class Safekeeping {
  /** The client that is up. @type {Inkmoji | null} */
  #client = null;
  #told = false;

  /**
   * @param {{ desk: Desk } & ConstructorParameters<typeof Keeper>[0]} parts
   * @param {Handlers} handlers
   */
  constructor(parts, handlers) {
    const { recognizer } = parts;
    this.parts = parts;
    this.handlers = handlers;
    this.persistence = new Persistence();
    this.keeper = new Keeper(parts, (error) => this.#boardNotKept(error));
    this.backup = new Backup(find("#backup"), this, handlers);
    this.panel = new StoragePanel(find("#storage"), this.persistence, {
      client: () => this.#client,
      onExport: () => void this.backup.export(),
      onAsked: () => void this.backup.remind(this.#client),
    });
    this.export = new ExportDialog(/** @type {HTMLDialogElement} */ (find("#export")), {
      ...handlers,
      saveStickers: () => void this.backup.export(),
      onClose: () => recognizer.rest(),
    });
    this.import = new ImportDialog(/** @type {HTMLDialogElement} */ (find("#import")), {
      ...handlers,
      onImported: () => (recognizer.retryUnknown(), void this.persistence.ask()),
      onClose: () => recognizer.rest(),
    });
  }

  /** Brings the board back; Python need not be up. @param {Inkmoji} client */
  async restore(client) {
    await this.keeper.connect(client);
    this.handlers.onRestored();
  }

  /** @param {Inkmoji} client that is up */
  connect(client) {
    this.#client = client;
    client.on("change", () => this.#changed());
    client.on("forgotten", () => this.keeper.quietly(() => this.letGo()));
    client.on("reset", () => void this.#erasedElsewhere());
    this.#changed();
  }

  /** What was forgotten for good is not to be had here any more either. */
  letGo() {
    this.parts.recent.keepOnly(this.#client?.stickers ?? []);
    this.parts.desk.dropDrawings();
  }

  /** A sticker was taught: from the first on the browser is asked to keep them. */
  async learned() {
    await this.persistence.ask();
    await this.backup.remind(this.#client);
  }

  /** @param {string} action of the menu */
  act(action) {
    if (action === "export") this.export.open();
    else if (action === "import") this.import.choose();
    else if (action === "settings") void this.panel.refresh();
  }

  /**
   * Erases everything that is kept, in every tab.
   * @param {() => Promise<void>} reset erases the models and what the page keeps
   */
  async erase(reset) {
    await this.keeper.whileErasing(reset);
    this.#clear();
    // The other tabs have heard of it and let go of theirs; only then it can be deleted.
    await erasePickers();
  }

  async #erasedElsewhere() {
    this.keeper.erased();
    this.#clear();
    closeDialogs();
    this.handlers.onErased();
    await closePickers();
  }

  /** There is nothing more to show, and nothing of that to save. */
  #clear() {
    this.backup.erased();
    this.keeper.quietly(() => this.parts.desk.erase());
  }

  #changed() {
    this.parts.board.follow(this.#client?.stickers ?? []);
    void this.backup.remind(this.#client);
    void this.panel.refresh();
  }

  /** @param {unknown} error */
  #boardNotKept(error) {
    if (!this.#told) this.handlers.announce(strings.boardNotKept(this.handlers.explain(error)), "error");
    this.#told = true;
  }
}

/** As if the person had cancelled them: what stood in them is gone. */
function closeDialogs() {
  for (const dialog of /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"))) {
    if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
  }
}

/** The dialog that makes a picture of the board, to save, copy or share. */

import { closeFromBeside } from "./beside.js";
import { pictureOf, sizeOf, vectorOf } from "./boardpicture.js";
import { PICTURE, saveFile, VECTOR } from "./files.js";
import { isoDay } from "./formats.js";
import { strings } from "./strings.js";

/** @typedef {import("./boardpicture.js").Content} Content */
/**
 * @typedef {object} Handlers
 * @property {() => Content} content  of the board
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string) => void} announce
 * @property {() => void} onClose
 */

/** Of an SVG that is copied. */
const COPIED_SCALE = 2;
/** On paper that nobody knows the colour of. */
const INK_ON_ANYTHING = "#23273b";

export class PictureDialog {
  /** @type {Blob | null} */
  #picture = null;
  /** The same in pixels. @type {Blob | null} */
  #pixels = null;
  #address = "";
  /** Counts what was asked for: only the last is shown. */
  #asked = 0;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Handlers} handlers
   */
  constructor(dialog, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.handlers = handlers;
    this.form = /** @type {HTMLFormElement} */ (find("form"));
    this.image = /** @type {HTMLImageElement} */ (find("img"));
    this.size = find(".picture-size");
    this.error = find("[role=alert]");
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...dialog.querySelectorAll("[data-needs=picture]")]);
    find("[data-action=copy]").hidden = !("ClipboardItem" in window);
    find("[data-action=share]").hidden = !canShare();
    this.form.addEventListener("change", () => void this.#make());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#use((picture) => this.#save(picture));
    });
    find("[data-action=copy]").addEventListener("click", () => void this.#use(() => this.#copy()));
    find("[data-action=share]").addEventListener("click", () => void this.#use((picture) => this.#share(picture)));
    find("[data-action=cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#closed());
    addEventListener("schemechange", () => dialog.open && void this.#make());
    closeFromBeside(dialog);
  }

  open() {
    const { stickers, strokes } = this.handlers.content();
    if (stickers.length === 0 && strokes.length === 0) {
      this.handlers.announce(strings.picturing.empty);
      return;
    }
    this.dialog.showModal();
    void this.#make();
  }

  /** Makes the picture as it is wanted now, and shows it. */
  async #make() {
    const asked = ++this.#asked;
    const content = this.handlers.content();
    const { scale, ground } = Object.fromEntries(new FormData(this.form));
    const style = getComputedStyle(document.documentElement);
    const colors = ground === "paper"
      ? { ink: style.getPropertyValue("--ink"), paper: style.getPropertyValue("--paper") }
      : { ink: INK_ON_ANYTHING, paper: null };
    this.#ready(false);
    this.error.textContent = "";
    const isVector = scale === "any";
    const { width, height } = sizeOf(content, isVector ? 1 : Number(scale));
    this.size.textContent = isVector ? strings.picturing.anySize : strings.picturing.size(width, height);
    this.image.parentElement?.setAttribute("data-ground", String(ground));
    try {
      const pixels = await pictureOf(content, { scale: isVector ? COPIED_SCALE : Number(scale), ...colors });
      if (asked !== this.#asked || !this.dialog.open) return;
      this.#pixels = pixels;
      this.#show(isVector ? vectorOf(content, colors) : pixels);
      this.#ready(true);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
  }

  /** @param {Blob | null} picture */
  #show(picture) {
    URL.revokeObjectURL(this.#address);
    this.#picture = picture;
    this.#address = picture ? URL.createObjectURL(picture) : "";
    if (picture) this.image.src = this.#address;
    else this.image.removeAttribute("src");
  }

  /** @param {boolean} ready */
  #ready(ready) {
    for (const button of this.buttons) button.disabled = !ready;
  }

  /** @param {unknown} error */
  #fail(error) {
    this.error.textContent = strings.picturing.failed(this.handlers.explain(error));
  }

  /** @param {(picture: Blob) => Promise<string | null>} use  settles with what is to be said, or null: it was cancelled */
  async #use(use) {
    if (!this.#picture) return;
    this.error.textContent = "";
    try {
      const done = await use(this.#picture);
      if (done === null) return;
      this.dialog.close();
      this.handlers.announce(done);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Blob} picture */
  async #save(picture) {
    const saved = await saveFile(nameOf(picture), new Uint8Array(await picture.arrayBuffer()), kindOf(picture));
    return saved && strings.picturing.saved(saved);
  }

  /** What is copied are pixels: few take an SVG that is pasted. */
  async #copy() {
    await navigator.clipboard.write([new ClipboardItem({ [PICTURE.type]: /** @type {Blob} */ (this.#pixels) })]);
    return strings.picturing.copied;
  }

  /** @param {Blob} picture */
  async #share(picture) {
    try {
      await navigator.share({ files: [asFile(picture)] });
      return strings.picturing.shared;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      throw error;
    }
  }

  #closed() {
    this.#asked++;
    this.#show(null);
    this.handlers.onClose();
  }
}

/** @param {Blob} picture */
const kindOf = ({ type }) => (type === VECTOR.type ? VECTOR : PICTURE);

/** @param {Blob} picture */
function nameOf(picture) {
  return `inkmoji-board-${isoDay(new Date())}${kindOf(picture).extension}`;
}

/** @param {Blob} picture */
function asFile(picture) {
  return new File([picture], nameOf(picture), { type: picture.type });
}

/** Whether there is a share sheet that takes pictures. */
function canShare() {
  return navigator.canShare?.({ files: [asFile(new Blob([], { type: PICTURE.type }))] }) ?? false;
}

/** Where a sticker gets its look: an emoji from the list, a text that is typed, a picture, or what was chosen lately. */

import { createFace, normalisedFace } from "./face.js";
import { isWord, nameOf } from "./look.js";
import { readPicture } from "./picture.js";
import { createPicker } from "./picker.js";
import { strings } from "./strings.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./recent.js").Recent} Recent */
/**
 * @typedef {object} Handlers
 * @property {() => void} onChange
 * @property {(error: unknown) => void} onError  a file is no picture; null: nothing is wrong any more
 */

const PICTURE_SIDE = 44;
const RECENT_SIDE = 28;
/** Characters of a picture's name; it is only said, so that it may be longer than a face. */
const MOST_NAME = 30;

export class FaceField {
  /** @type {Uint8Array | null} */
  #image = null;
  /** @type {HTMLElement | null} */
  #picker = null;
  /** Whose file is being read; another one, or another sticker, has come in between where it is not this. */
  #reading = 0;

  /**
   * @param {HTMLElement} group
   * @param {Recent} recent
   * @param {Handlers} handlers
   */
  constructor(group, recent, { onChange, onError }) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (group.querySelector(selector));
    this.group = group;
    this.recent = recent;
    this.onChange = onChange;
    this.onError = onError;
    this.label = find("label");
    this.input = /** @type {HTMLInputElement} */ (find("input[type=text]"));
    this.file = /** @type {HTMLInputElement} */ (find("input[type=file]"));
    this.choose = /** @type {HTMLButtonElement} */ (find("[data-action=picture]"));
    this.chosen = find(".face-picture");
    this.shown = find(".face-shown");
    this.remove = /** @type {HTMLButtonElement} */ (find("[data-action=remove-picture]"));
    this.recently = find(".recent");
    this.slot = find(".picker");
    this.#listen();
  }

  /** @returns {Look} with neither text nor image where nothing was chosen yet */
  get look() {
    return { text: this.#normalised, image: this.#image };
  }

  set look({ text, image }) {
    this.#reading += 1;
    this.#image = image;
    this.input.value = text;
    this.label.textContent = image ? strings.teach.pictureName : strings.teach.face;
    this.choose.hidden = image !== null;
    this.chosen.hidden = image === null;
    this.shown.replaceChildren(...(image ? [createFace({ text, image }, PICTURE_SIDE)] : []));
    this.onChange();
  }

  /** Shows what was chosen lately, and the list of emoji as soon as it is there. @param {Look} look to begin with */
  async show(look) {
    this.look = look;
    const { looks } = this.recent;
    this.recently.hidden = looks.length === 0;
    this.recently.querySelector(".recent-list")?.replaceChildren(...looks.map((each) => this.#createRecent(each)));
    if (this.#picker?.isConnected || this.group.hidden) return;
    this.slot.textContent = strings.teach.pickerLoading;
    try {
      this.#picker = await createPicker((emoji) => (this.look = { text: emoji, image: null }));
      this.slot.replaceChildren(this.#picker);
    } catch {
      this.slot.textContent = strings.teach.pickerFailed;
    }
  }

  /** What a fieldset does not lock. @param {boolean} locked */
  set locked(locked) {
    this.slot.inert = locked;
  }

  get #normalised() {
    return normalisedFace(this.input.value, this.#image ? MOST_NAME : undefined);
  }

  #listen() {
    this.input.addEventListener("input", (event) => {
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.#limit();
      this.onChange();
    });
    this.choose.addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => {
      const [file] = this.file.files ?? [];
      if (file) void this.#take(file);
      this.file.value = "";
    });
    this.remove.addEventListener("click", () => {
      this.look = { text: this.input.value, image: null };
      this.#limit();
      this.choose.focus();
    });
    document.addEventListener("paste", (event) => this.#pasted(event));
  }

  /** Keeps what is typed within the length of a face, but leaves a space that a word may follow. */
  #limit() {
    const limited = this.#normalised;
    if (limited.length < this.input.value.trim().length) this.input.value = limited;
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    const open = this.group.closest("dialog")?.open && !this.group.hidden && !this.choose.matches(":disabled");
    // Words from an office program come with a picture of themselves.
    if (!file || !open || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    void this.#take(file);
  }

  /** @param {File} file */
  async #take(file) {
    const reading = ++this.#reading;
    const image = await readPicture(file).catch((error) => ({ error }));
    if (reading !== this.#reading) return;
    if ("error" in image) {
      this.onError(image.error);
      return;
    }
    const focused = document.activeElement === this.choose;
    this.look = { text: this.#normalised, image };
    this.onError(null);
    if (focused) this.remove.focus();
  }

  /** @param {Look} look */
  #createRecent(look) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "recent-face";
    button.classList.toggle("word", isWord(look));
    button.setAttribute("aria-label", nameOf(look));
    button.append(isWord(look) ? look.text : createFace(look, RECENT_SIDE));
    button.addEventListener("click", () => (this.look = look));
    return button;
  }
}

/** The stickers in "My stickers": a list item each, with the drawings that taught it and what can be done to it. */

import { describeSeparation, levelOf, qualityOf } from "./apart.js";
import { arrange } from "./arrange.js";
import { createFace, illustrate } from "./face.js";
import { ago } from "./formats.js";
import { isWord, nameOf, sameLook } from "./look.js";
import { strings } from "./strings.js";
import { Thumbnails } from "./thumbnail.js";

/** @typedef {import("./protocol.d.ts").Separation} Separation */
/** @typedef {import("./protocol.d.ts").Shown} Shown */
/** @typedef {import("./protocol.d.ts").Sticker} Sticker */
/**
 * @typedef {object} Handlers
 * @property {(sticker: Sticker) => void} onDelete
 * @property {(sticker: Sticker, example: string) => void} onDeleteExample
 * @property {(sticker: Sticker) => void} onAdd
 * @property {(sticker: Sticker) => void} onChange
 */

const SVG = "http://www.w3.org/2000/svg";
const FACE_SIDE = 44;
const thumbnails = new Thumbnails();

export class StickerList {
  /** By their labels. @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} list
   * @param {Handlers} handlers
   */
  constructor(list, handlers) {
    this.list = list;
    this.handlers = handlers;
  }

  /** The rows in the order they are shown. */
  get rows() {
    return [...this.#rows.values()];
  }

  /**
   * Shows these stickers and no others. The focus stays where it is, or goes to a neighbour of what is gone.
   * @param {readonly Sticker[]} stickers
   */
  show(stickers) {
    const former = this.rows;
    this.#rows = new Map(stickers.map((sticker) => [sticker.label, this.#rowOf(sticker)]));
    const kept = new Set(this.#rows.values());
    const at = former.findIndex(({ element }) => element.contains(document.activeElement));
    const next = at < 0 || kept.has(former[at]) ? null : nearest(former, at, (row) => kept.has(row));
    for (const row of former) {
      if (!kept.has(row)) row.remove();
    }
    arrange(this.list, this.rows.map(({ element }) => element));
    next?.deleteButton.focus();
  }

  /** Hides those that do not suit. @param {(sticker: Sticker) => boolean} suits @returns how many do */
  filter(suits) {
    const { rows } = this;
    for (const row of rows) row.element.hidden = !suits(row.sticker);
    return rows.filter(({ element }) => !element.hidden).length;
  }

  /** @param {string} label */
  find(label) {
    return this.#rows.get(label) ?? null;
  }

  /** @param {Sticker} sticker */
  #rowOf(sticker) {
    const row = this.#rows.get(sticker.label) ?? new Row(sticker, this.handlers);
    row.show(sticker);
    return row;
  }
}

class Row {
  /** What shows the examples, by their ids. @type {Map<string, Tile>} */
  #tiles = new Map();
  /** What is shown. @type {import("./look.js").Look} */
  #look = { text: "", image: null };

  /**
   * @param {Sticker} sticker
   * @param {Handlers} handlers
   */
  constructor(sticker, handlers) {
    this.sticker = sticker;
    this.handlers = handlers;
    this.element = createPart("li", "sticker-row");
    this.element.tabIndex = -1;
    this.face = createPart("div", "sticker-face");
    this.count = createPart("p", "sticker-count");
    this.taught = createPart("p", "sticker-taught");
    this.apart = createPart("p", "apart");
    this.apart.hidden = true;
    this.bar = createPart("span", "apart-bar");
    this.words = createPart("span", "apart-words");
    this.apart.append(this.bar, this.words);
    this.examples = createPart("div", "examples");
    this.examples.setAttribute("role", "group");
    this.addButton = createButton("add", strings.library.addExamples, () => handlers.onAdd(this.sticker));
    this.changeButton = createButton("edit", strings.library.changeEmoji, () => handlers.onChange(this.sticker));
    this.deleteButton = createButton("delete", strings.library.deleteSticker, () => handlers.onDelete(this.sticker));
    const about = createPart("div", "sticker-about");
    about.append(this.count, this.taught);
    const actions = createPart("div", "sticker-actions");
    actions.append(this.addButton, this.changeButton, this.deleteButton);
    this.element.append(this.face, about, actions, this.apart, this.examples);
  }

  /** @param {Sticker} sticker as it is now */
  show(sticker) {
    const { created, examples } = sticker;
    this.sticker = sticker;
    if (!sameLook(sticker, this.#look)) this.#setLook(sticker);
    this.element.setAttribute("aria-label", strings.library.sticker(nameOf(sticker), examples));
    this.count.textContent = strings.library.examples(examples);
    this.taught.textContent = strings.library.taught(ago(created) ?? strings.history.justNow);
    // Empty tiles keep the room until the drawings are there.
    this.examples.style.setProperty("--examples", String(examples));
    this.examples.hidden = examples === 0;
  }

  /**
   * @param {Separation} separation
   * @param {Sticker | null} neighbour the nearest sticker
   */
  showSeparation(separation, neighbour) {
    this.apart.hidden = false;
    this.apart.dataset.level = levelOf(separation);
    const quality = qualityOf(separation);
    this.bar.hidden = quality === null;
    this.bar.style.setProperty("--quality", String(quality));
    illustrate(this.words, neighbour ? [neighbour] : [], ([face]) => describeSeparation(separation, face ?? ""));
  }

  /** @param {readonly Shown[]} shown the examples as they are now */
  showExamples(shown) {
    const former = [...this.#tiles.values()];
    this.#tiles = new Map(shown.map((example) => [example.id, this.#tiles.get(example.id) ?? this.#createTile(example)]));
    const kept = new Set(this.#tiles.values());
    const at = former.findIndex(({ element }) => element.contains(document.activeElement));
    const next = at < 0 || kept.has(former[at]) ? null : nearest(former, at, (tile) => kept.has(tile));
    for (const tile of former) {
      if (!kept.has(tile)) tile.remove();
    }
    arrange(this.examples, [...kept].map(({ element }) => element));
    [...kept].forEach((tile, index) => tile.setName(strings.library.example(index + 1, nameOf(this.#look))));
    next?.button.focus();
  }

  remove() {
    for (const tile of this.#tiles.values()) tile.remove();
    this.element.remove();
  }

  /** @param {import("./look.js").Look} look */
  #setLook(look) {
    const name = nameOf(look);
    this.#look = look;
    this.face.classList.toggle("word", isWord(look));
    this.face.replaceChildren(isWord(look) ? look.text : createFace(look, FACE_SIDE));
    this.examples.setAttribute("aria-label", strings.library.examplesOf(name));
    for (const button of [this.addButton, this.changeButton, this.deleteButton]) {
      button.setAttribute("aria-description", name);
    }
  }

  /** @param {Shown} example */
  #createTile({ id, drawing }) {
    return new Tile(drawing, () => this.handlers.onDeleteExample(this.sticker, id));
  }
}

class Tile {
  /**
   * @param {import("./protocol.d.ts").Drawing} drawing
   * @param {() => void} onDelete
   */
  constructor(drawing, onDelete) {
    this.canvas = thumbnails.create(drawing);
    this.button = createButton("close", strings.library.deleteExample, onDelete);
    this.element = createPart("div", "example");
    this.element.append(this.canvas, this.button);
  }

  /** @param {string} name */
  setName(name) {
    this.canvas.setAttribute("aria-label", name);
    this.button.setAttribute("aria-description", name);
  }

  remove() {
    thumbnails.release(this.canvas);
    this.element.remove();
  }
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} at
 * @param {(item: Item) => boolean} suits
 * @returns the next one that suits, else the one before
 */
function nearest(items, at, suits) {
  return items.slice(at).find(suits) ?? items.slice(0, at).findLast(suits);
}

/**
 * @param {string} tag
 * @param {string} className
 */
function createPart(tag, className) {
  const part = document.createElement(tag);
  part.className = className;
  return part;
}

/**
 * @param {string} icon
 * @param {string} name
 * @param {() => void} onClick
 */
function createButton(icon, name, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button small ${icon}`;
  button.title = name;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${icon}`);
  svg.append(use);
  const label = createPart("span", "label");
  label.textContent = name;
  button.append(svg, label);
  button.addEventListener("click", onClick);
  return button;
}

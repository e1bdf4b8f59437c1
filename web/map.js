/** The map of the stickers: alike ones lie close together, and a line joins those that are easily mixed up. */

import { describeSeparation, isMixedUp } from "./apart.js";
import { createFace } from "./face.js";
import { isWord, nameOf } from "./look.js";
import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").Position} Position */
/** @typedef {import("./protocol.d.ts").Separation} Separation */
/** @typedef {import("./protocol.d.ts").Sticker} Sticker */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {(label: string) => Separation | undefined} Judge */
/** @typedef {{ label: string, look: Look, x: number, y: number, disc: { x: number, y: number, radius: number } }} Place in the map's own units */
/** @typedef {Place & { item: HTMLElement, button: HTMLButtonElement }} Point */

const SVG = "http://www.w3.org/2000/svg";
/** The map in its own units: side, and what is left free at each edge for the faces. */
const SIDE = 100;
const MARGIN = 13;
/** How close two faces may come: they hardly touch. */
const LEAST = 9;
const MOST_ROUNDS = 60;
const FACE_SIDE = 32;
const FEWEST = 2;

export class StickerMap {
  /** By their labels. @type {Map<string, Point>} */
  #points = new Map();

  /**
   * @param {HTMLElement} panel
   * @param {(label: string) => void} onChoose
   */
  constructor(panel, onChoose) {
    this.panel = panel;
    this.about = /** @type {HTMLElement} */ (panel.querySelector(".map-about"));
    this.legend = /** @type {HTMLElement} */ (panel.querySelector(".map-legend"));
    this.map = /** @type {HTMLElement} */ (panel.querySelector(".map"));
    this.drawing = /** @type {SVGElement} */ (panel.querySelector(".map svg"));
    this.list = /** @type {HTMLElement} */ (panel.querySelector(".map ul"));
    this.onChoose = onChoose;
  }

  get visible() {
    return !this.panel.hidden;
  }

  /**
   * @param {readonly Position[]} positions
   * @param {readonly Sticker[]} stickers
   * @param {Judge} judge as for `join`
   */
  show(positions, stickers, judge) {
    const former = this.#points;
    const places = placesOf(positions, stickers);
    const enough = places.length >= FEWEST;
    this.about.textContent = enough ? strings.map.about : strings.map.empty;
    this.map.hidden = !enough;
    this.#points = new Map(enough ? places.map((place) => [place.label, this.#put(place, former)]) : []);
    this.list.replaceChildren(...[...this.#points.values()].map(({ item }) => item));
    this.join(judge);
  }

  /** @param {Judge} judge what is known by now of how well each is told apart */
  join(judge) {
    const points = [...this.#points.values()];
    /** By the labels of both, so that there is one for two that are taken for each other. @type {Map<string, Element>} */
    const lines = new Map();
    for (const point of points) {
      const separation = judge(point.label);
      if (!separation) continue;
      const other = this.#points.get(separation.nearest ?? "");
      point.button.setAttribute("aria-description", describeSeparation(separation, other ? nameOf(other.look) : ""));
      if (other && isMixedUp(separation)) lines.set([point.label, other.label].sort().join("\n"), createLine(point, other));
    }
    this.legend.textContent = lines.size > 0 ? strings.map.legend : "";
    this.drawing.replaceChildren(...points.map(createDisc), ...lines.values());
  }

  /**
   * @param {Place} place
   * @param {ReadonlyMap<string, Point>} former
   * @returns {Point}
   */
  #put(place, former) {
    const { look } = place;
    const { item, button } = former.get(place.label) ?? this.#create(place.label);
    item.style.setProperty("--left", `${place.x}%`);
    item.style.setProperty("--top", `${place.y}%`);
    button.classList.toggle("word", isWord(look));
    button.replaceChildren(isWord(look) ? look.text : createFace(look, FACE_SIDE));
    button.setAttribute("aria-label", nameOf(look));
    return { ...place, item, button };
  }

  /** @param {string} label */
  #create(label) {
    const [item, button] = [document.createElement("li"), document.createElement("button")];
    button.type = "button";
    button.className = "map-point";
    button.addEventListener("click", () => this.onChoose(label));
    item.append(button);
    return { item, button };
  }
}

/**
 * The stickers in the middle of the map, as large as they have room.
 * @param {readonly Position[]} positions
 * @param {readonly Sticker[]} stickers
 * @returns {Place[]}
 */
function placesOf(positions, stickers) {
  const [across, down] = [rangeOf(positions.map(({ x }) => x)), rangeOf(positions.map(({ y }) => y))];
  const scale = (SIDE - 2 * MARGIN) / (Math.max(across.size, down.size) || 1);
  const places = positions.flatMap((position) => {
    const sticker = stickers.find(({ label }) => label === position.label);
    if (!sticker) return [];
    const x = SIDE / 2 + (position.x - across.middle) * scale;
    const y = SIDE / 2 - (position.y - down.middle) * scale;
    return [{ label: sticker.label, look: sticker, x, y, disc: { x, y, radius: position.spread * scale } }];
  });
  spreadOut(places);
  return places;
}

/**
 * Moves faces that would cover one another apart, a little at a time; the circles stay where the drawings are.
 * @param {Place[]} places
 */
function spreadOut(places) {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let moved = false;
    places.forEach((one, at) => {
      for (const other of places.slice(at + 1)) {
        const [dx, dy] = [other.x - one.x, other.y - one.y];
        const distance = Math.hypot(dx, dy);
        if (distance >= LEAST) continue;
        moved = true;
        // Those in the very same place go off to the left and the right.
        const [x, y] = distance > 0 ? [dx / distance, dy / distance] : [1, 0];
        const step = (LEAST - distance) / 2 + 0.01;
        [one.x, one.y] = [within(one.x - x * step), within(one.y - y * step)];
        [other.x, other.y] = [within(other.x + x * step), within(other.y + y * step)];
      }
    });
    if (!moved) break;
  }
}

/** @param {number} value that a face may have, not to leave the map */
const within = (value) => Math.min(Math.max(value, MARGIN / 2), SIDE - MARGIN / 2);

/** @param {readonly number[]} values */
function rangeOf(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { middle: (least + most) / 2, size: most - least };
}

/** How far the drawings of a sticker reach. @param {Point} point */
function createDisc({ disc }) {
  return createShape("circle", { class: "map-disc", cx: disc.x, cy: disc.y, r: disc.radius });
}

/** @param {Point} one @param {Point} other */
function createLine(one, other) {
  return createShape("line", { class: "map-line", x1: one.x, y1: one.y, x2: other.x, y2: other.y });
}

/** @param {string} kind @param {Record<string, string | number>} attributes */
function createShape(kind, attributes) {
  const shape = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
  return shape;
}

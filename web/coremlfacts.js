/** What a Core ML model is, in a list of terms; all that comes of its file is text, and nothing but text. */

import { MODEL } from "./files.js";
import { inBytes, shortened } from "./formats.js";
import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").CoreMLFeature} CoreMLFeature */
/** @typedef {import("./protocol.d.ts").CoreMLModel} CoreMLModel */

const MAGIC = new TextEncoder().encode("INKMOJI");
const TEXTS = /** @type {const} */ (["description", "author", "license", "version"]);

/** Whether a file is one of Core ML's, rather than one of ours under whatever name. @param {string} name @param {Uint8Array} bytes */
export function isCoreML(name, bytes) {
  const isOurs = MAGIC.every((byte, index) => bytes[index + 1] === byte);
  return !isOurs && name.toLowerCase().endsWith(MODEL.extension);
}

/** @param {HTMLElement} list @param {CoreMLModel} model */
export function showFacts(list, model) {
  const { reads, answers, canLearn, labels, size } = strings.import;
  /** @type {[string, string][]} */
  const facts = [
    [reads, model.inputs.map(inWords).join(", ")],
    [answers, model.outputs.map(inWords).join(", ")],
    [canLearn, strings.import.learns(model.updatable, model.head === "neighbors")],
    ...(model.head === "regressor" ? [] : [/** @type {[string, string]} */ ([labels, strings.import.knows(model.labels)])]),
    [size, inBytes(model.bytes)],
  ];
  for (const key of TEXTS) {
    const text = model.metadata[key]?.trim();
    if (text) facts.push([strings.import[key], shortened(text)]);
  }
  list.replaceChildren(...facts.flatMap(([term, text]) => [element("dt", term), element("dd", text)]));
}

/** @param {CoreMLFeature} feature */
function inWords({ name, type, shape }) {
  const own = shortened(name);
  if (type === "image") return strings.import.image(own, shape);
  return type === "multi-array" ? strings.import.array(own, shape) : strings.import.label(own, type === "string");
}

/** @param {"dt" | "dd"} kind @param {string} text */
function element(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

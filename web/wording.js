/** What the page's English sentences are put together from. */

const MOST_FACES = 12;
export const SECONDS = new Intl.NumberFormat("en", {
  style: "unit", unit: "second", unitDisplay: "long", minimumFractionDigits: 1,
});

/** @param {number} count @param {string} thing */
export const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** @param {readonly string[]} faces */
export const listed = (faces) => {
  const more = faces.length - MOST_FACES;
  return `${faces.slice(0, MOST_FACES).join(" ")}${more > 0 ? ` and ${more} more` : ""}`;
};

const MOST_LETTERS = 300;

/** What a file may make a message say is long. @param {string} message */
export const shortened = (message) => (message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS)}…` : message);

export const PICTURE = "your picture";

/** A sentence that may begin with a picture instead of a text. @param {string} words */
export const opened = (words) => (words.startsWith(PICTURE) ? `Y${words.slice(1)}` : words);

/** @param {readonly number[]} places of examples, from 1 */
export const examplesAt = (places) =>
  places.length === 1 ? `Example ${places[0]}` : `Examples ${places.slice(0, -1).join(", ")} and ${places.at(-1)}`;

/** Why a file is refused, by the code of the error. @type {Record<string, string>} */
export const refusals = {
  "archive-magic": "This is no Inkmoji file.",
  "archive-truncated": "This file is incomplete.",
  "archive-checksum": "This file is damaged: it is not what was saved.",
  "archive-version": "This file was made by an Inkmoji that this one does not know.",
  "archive-too-large": "This file is too large.",
  "file-large": "This file is too large.",
};

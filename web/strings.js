/** Every sentence that the page says by itself; what never changes stands in `index.html`. */

const MOST_FACES = 12;

/** @param {number} count @param {string} thing */
const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

export const strings = {
  stages: {
    runtime: "Starting Python",
    packages: "Loading libraries",
    model: "Loading stickers",
    renewal: "Learning your stickers anew",
    ready: "Ready",
  },
  /** @param {string} stage @param {number} percent @param {number} waiting drawings */
  starting: (stage, percent, waiting) =>
    `${stage} · ${percent} %${waiting ? ` · ${waiting} waiting` : ""}`,
  ready: "Ready",
  looking: "Looking at your drawing",
  learning: "Learning",
  sureness: { sure: "sure", fairly: "fairly sure", guess: "a guess" },
  /** @param {string} text @param {string} sureness */
  recognised: (text, sureness) => `Recognised ${text}, ${sureness}`,
  /** @param {string} text */
  learned: (text) => `Learned ${text}`,
  /** @param {string} text */
  learnedAlready: (text) => `${text} was learned and saved before you cancelled`,
  /** @param {string} text */
  removed: (text) => `Removed ${text}`,
  cleared: "Board cleared",
  resetDone: "Everything you taught is gone. Inkmoji starts afresh.",
  updatedElsewhere: "Your stickers changed in another tab",
  /** @param {readonly string[]} faces */
  known: (faces) => {
    const more = faces.length - MOST_FACES;
    const shown = faces.slice(0, MOST_FACES).join(" ");
    return faces.length > 0 ? `Knows ${shown}${more > 0 ? ` and ${more} more` : ""}` : "";
  },
  /** @param {string} message */
  predictFailed: (message) => `This drawing could not be looked at and stays as ink. ${message}`,
  /** @param {string} message */
  resetFailed: (message) => `Nothing was reset. ${message}`,
  /** @param {string} message */
  updateFailed: (message) => `Nothing was learned, and what Inkmoji knew is unchanged. ${message}`,
  unknownError: "An unexpected error came up. Please try again.",
  settings: {
    /** @param {number} count of those that are on; 0: how many there are is not known */
    offer: (count) =>
      `Recognise ${count > 0 ? counted(count, "common doodle") : "common doodles"} before you have taught any`,
    waiting: "Waiting for Python…",
    /** @param {boolean} on */
    switching: (on) => (on ? "Adding starter stickers…" : "Removing starter stickers…"),
    /** @param {number} count of those that are on now */
    switched: (count) => (count > 0 ? `${counted(count, "starter sticker")} on` : "Starter stickers off"),
    /** @param {string} message */
    failed: (message) => `Nothing was changed. ${message}`,
    /** @param {string} message */
    unavailable: (message) => `Starter stickers cannot be changed yet. ${message}`,
    otherModel:
      "The starter stickers are made for another base model than the one your stickers were taught on. " +
      "Reset gives you the present one, but forgets what you taught.",
  },
  teach: {
    needsFace: "Choose an emoji or type a text",
    /** @param {number} count */
    needsDrawings: (count) => (count === 1 ? "1 drawing to go" : `${count} drawings to go`),
    complete: "All set",
    /** @param {number} percent */
    learning: (percent) => `Learning · ${percent} %`,
    saving: "Saving",
    pickerLoading: "Loading emoji…",
    pickerFailed: "The emoji list could not be loaded. Type an emoji or a text above.",
  },
};

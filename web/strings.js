/** Every sentence that the page says by itself; what never changes stands in `index.html`. */

const MOST_FACES = 12;

/** @param {number} count @param {string} thing */
const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

const MOST_LETTERS = 300;

/** What a file may make a message say is long. @param {string} message */
const shortened = (message) => (message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS)}…` : message);

/** Why a file is refused, by the code of the error. @type {Record<string, string>} */
const refusals = {
  "archive-magic": "This is no Inkmoji file.",
  "archive-truncated": "This file is incomplete.",
  "archive-checksum": "This file is damaged: it is not what was saved.",
  "archive-version": "This file was made by an Inkmoji that this one does not know.",
  "archive-too-large": "This file is too large.",
  "file-large": "This file is too large.",
};

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
  resetDone: "Everything is gone. Inkmoji starts afresh.",
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
  /** @param {string} message */
  boardNotKept: (message) => `The board could not be saved and is lost with this page. ${message}`,
  resetElsewhere: "Everything was reset in another tab",
  import: {
    reading: "Looking at the file…",
    /** @param {string} code of the error */
    refused: (code) => {
      const otherwise = code.startsWith("archive-") ? "This file is not as Inkmoji writes them." : "";
      return `${refusals[code] ?? otherwise} Nothing was changed.`.trim();
    },
    /** @param {string} message */
    found: (message) => `What was found: ${shortened(message)}`,
    /** @param {number} count */
    examples: (count) => counted(count, "example"),
    /** @param {number} taught @param {number} examples @param {string} size */
    facts: (taught, examples, size) => `${counted(taught, "sticker")} · ${counted(examples, "example")} · ${size}`,
    /** @param {number} starter @param {string} newest day on which a sticker was taught last, if it is known */
    more: (starter, newest) =>
      [starter > 0 ? counted(starter, "starter sticker") : "", newest ? `newest of ${newest}` : ""]
        .filter(Boolean).join(" · ").replace(/^n/u, "N"),
    /** @param {number} percent */
    learning: (percent) => `Importing · ${percent} %`,
    /** @param {string} message */
    failed: (message) => `Nothing was imported, and your stickers are unchanged. ${message}`,
    /** @param {number} taught @param {boolean} replace @param {boolean} late cancelled after it was saved */
    done: (taught, replace, late) => {
      const what = `${counted(taught, "sticker")} ${replace ? "in place of yours" : "imported"}`;
      return `${what}${late ? ", saved before you cancelled" : ""}. “Undo learning” takes it back.`;
    },
  },
  export: {
    /** @param {number} taught @param {{ name: string, downloaded: boolean }} saved */
    done: (taught, { name, downloaded }) =>
      `${counted(taught, "sticker")} ${downloaded ? "downloaded" : "saved"} as ${name}`,
    /** @param {string} message */
    failed: (message) => `Nothing was exported. ${message}`,
  },
  backup: {
    reminder: "Your stickers are in this browser only",
    nothingKept: "Your stickers are lost with this page",
  },
  storage: {
    granted: "The browser has promised to keep your stickers until you remove them.",
    open: "The browser may remove your stickers when it runs out of space. An exported file is safe.",
    refused: "The browser makes no promise now. Ask again once you have used Inkmoji more, or export a file.",
    /** @param {string} message */
    none: (message) => `Nothing is kept. ${message}`,
    unknown: "Not known",
    /** @param {string} used @param {string} quota */
    used: (used, quota) => `${used} of ${quota}`,
    /** @param {number} taught @param {string} size */
    model: (taught, size) => `${counted(taught, "sticker")}, ${size}`,
  },
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

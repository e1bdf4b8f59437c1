/**
 * The English page: whatever it says, and nothing else says anything. A language is a file like this one in this folder:
 * the build finds it, and the settings offer it. {version} and {starters} are filled in by the build.
 */

import { firstFew, inPixels, inSeconds, listed, number, percent, plural, shortened } from "../formats.js";

/** Its name in itself, which way it runs, and what emoji-picker-element-data and emoji-picker-element call it. */
export const about = {
  name: "English",
  direction: "ltr",
  emoji: { data: "en/emojibase", words: "en" },
};

const PICTURE = "your picture";

/** @param {number} count @param {string} thing */
const counted = (count, thing) => plural(count, { one: thing, other: `${thing}s` });

/** @param {readonly string[]} faces */
const few = (faces) => {
  const { first, more } = firstFew(faces);
  return more > 0 ? `${first} and ${number(more)} more` : first;
};

/** A sentence that may begin with a picture instead of a text. @param {string} words */
const opened = (words) => (words.startsWith(PICTURE) ? `Y${words.slice(1)}` : words);

/** @param {readonly number[]} places of examples, from 1 */
const examplesAt = (places) => `Example${places.length > 1 ? "s" : ""} ${listed(places.map((place) => number(place)))}`;

/** Why a file is refused, by the code of the error. @type {Record<string, string>} */
const refusals = {
  "archive-magic": "This is no Inkmoji file.",
  "archive-truncated": "This file is incomplete.",
  "archive-checksum": "This file is damaged: it is not what was saved.",
  "archive-version": "This file was made by an Inkmoji that this one does not know.",
  "archive-too-large": "This file is too large.",
  "file-large": "This file is too large.",
  "coreml-bytes": "This is no Core ML model.",
  "coreml-invalid": "Core ML refuses this model too.",
  "coreml-unsupported": "This model has parts that Inkmoji does not know.",
};

/** What a Core ML model is like that cannot be taught drawings here. */
const unsuitable = {
  image: "This model reads no picture.",
  label: "This model does not answer with a text.",
  network: "This model learns by training its network. To be taught here it must keep examples, with nearest neighbours.",
  frozen: "This model cannot learn: it is not marked as updatable.",
};

/** What Core ML's format cannot hold. */
const lost = {
  discriminant:
    "How sure Inkmoji is, and that it does not know a drawing: there the nearest sticker is always the answer. " +
    "Most answers are the same.",
  cosine: null, // changes no answer
  votes: "How sure the model is.",
  threshold: "That the model does not know a drawing: there the nearest sticker is always the answer.",
  drawings: "Your drawings, and pictures on stickers. Keep an Inkmoji file as your backup.",
};

/** What the page says by itself. */
export const strings = {
  /** What a picture without a name is called. */
  picture: PICTURE,
  stages: {
    runtime: "Starting Python",
    packages: "Loading libraries",
    model: "Loading stickers",
    renewal: "Learning your stickers anew",
    ready: "Ready",
  },
  /** @param {string} stage @param {number} done in percent @param {number} waiting drawings */
  starting: (stage, done, waiting) =>
    `${stage} · ${percent(done)}${waiting ? ` · ${number(waiting)} waiting` : ""}`,
  ready: "Ready",
  looking: "Looking at your drawing",
  learning: "Learning",
  sureness: { sure: "sure", fairly: "fairly sure", guess: "a guess" },
  /** @param {string} text @param {string} sureness */
  recognised: (text, sureness) => `Recognised ${text}, ${sureness}`,
  /** @param {string} text */
  learned: (text) => `Learned ${text}`,
  /** @param {string} text */
  learnedAlready: (text) => opened(`${text} was learned and saved before you cancelled`),
  /** @param {string} text */
  removed: (text) => `Removed ${text}`,
  board: {
    /** @param {-1 | 1} way @param {number} stickers @param {number} strokes that are there now */
    gone: (way, stickers, strokes) =>
      `${way < 0 ? "Undone" : "Redone"}: ${counted(stickers, "sticker")}, ${counted(strokes, "stroke")}`,
    nothingToUndo: "Nothing to undo",
    nothingToRedo: "Nothing to redo",
    /** @param {number} strokes */
    ink: (strokes) => (strokes > 0 ? `${counted(strokes, "stroke")} of ink` : "No ink"),
    /** @param {string} text @param {number} across @param {number} down in percent of the board */
    moved: (text, across, down) => opened(`${text}: ${percent(across)} from the left, ${percent(down)} from the top`),
    /** @param {string} text @param {number} side in pixels */
    resized: (text, side) => opened(`${text}: ${inPixels(side)} pixels wide`),
    /** @param {string} text @param {number | null} degrees that it is turned by now, clockwise; null: of several */
    turned: (text, degrees) => opened(degrees === null ? `${text} turned` : `${text}: turned by ${number(degrees)} degrees`),
    /** @param {readonly string[]} texts */
    duplicated: (texts) => opened(`${few(texts)} duplicated`),
    /** @param {number} most */
    full: (most) => `No copies were made: the board holds at most ${number(most)} stickers. Remove some of them first.`,
    /** @param {number} count */
    stickers: (count) => counted(count, "sticker"),
    gathers: "Press more stickers to choose them too",
    /** @param {string} text @param {boolean} isChosen @param {number} count that are chosen now */
    gathered: (text, isChosen, count) => opened(`${text} ${isChosen ? "chosen" : "not chosen any more"}, ${number(count)} in all`),
    /** @param {number} zoom */
    zoom: (zoom) => percent(100 * zoom),
    /** @param {number} zoom */
    back: (zoom) => `${percent(100 * zoom)}: back to where the board began`,
    penSeen: "A pen is in use: fingers move the board now",
    keys: "Arrow keys move it, plus and minus resize it, R turns it, Delete removes it",
  },
  /** @param {string} text */
  madeInk: (text) => `${text} is ink again`,
  cleared: "Board cleared",
  resetDone: "Everything is gone. Inkmoji starts afresh.",
  updatedElsewhere: "Your stickers changed in another tab",
  /** @param {readonly string[]} faces */
  known: (faces) => (faces.length > 0 ? `Knows ${few(faces)}` : ""),
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
      [newest ? `Last taught on ${newest}` : "", starter > 0 ? counted(starter, "starter sticker") : ""]
        .filter(Boolean).join(" · "),
    /** @param {string} name @param {readonly number[]} shape width, height and channels */
    image: (name, [width, height, channels]) =>
      `a picture, “${name}”, of ${inPixels(width)} × ${inPixels(height)} pixels, ${channels > 1 ? "in colour" : "grey"}`,
    /** @param {string} name @param {readonly number[]} shape */
    array: (name, shape) => `numbers, “${name}”: ${shape.map((side) => number(side)).join(" × ")}`,
    /** @param {string} name @param {boolean} isText */
    label: (name, isText) => `a label, “${name}”: ${isText ? "a text" : "a whole number"}`,
    /** @param {boolean} updatable @param {boolean} neighbors */
    learns: (updatable, neighbors) =>
      updatable ? `yes, ${neighbors ? "by keeping examples" : "by training its network"}` : "no",
    /** @param {readonly string[]} labels */
    knows: (labels) => (labels.length > 0 ? `${number(labels.length)}: ${shortened(labels.join(", "))}` : "nothing yet"),
    reads: "Reads",
    answers: "Answers",
    canLearn: "Learns",
    labels: "Knows",
    size: "Size",
    author: "Author",
    license: "Licence",
    version: "Version",
    description: "About",
    /** @param {keyof typeof unsuitable} reason */
    unsuitable: (reason) => `${unsuitable[reason]} Nothing was changed.`,
    /** @param {number} taught stickers here */
    place: (taught) =>
      `It takes the place of the model here${taught > 0 ? `, which knows ${counted(taught, "sticker")} of yours` : ""}. ` +
      "“Undo learning” brings that back.",
    import: "Import",
    use: "Use this model",
    /** @param {boolean} late cancelled after it was saved */
    used: (late) => `The model is in use${late ? ", saved before you cancelled" : ""}. “Undo learning” takes it back.`,
    /** @param {number} done in percent */
    learning: (done) => `Importing · ${percent(done)}`,
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
    /** @param {{ name: string, downloaded: boolean }} saved */
    damaged: ({ name, downloaded }) => `The damaged state was ${downloaded ? "downloaded" : "saved"} as ${name}`,
    /** @param {string} message */
    failed: (message) => `Nothing was exported. ${message}`,
    preparing: "Preparing the file…",
    /** @param {string} size */
    prepared: (size) => `The file will have ${size}.`,
    /** @param {{ name: string, downloaded: boolean }} saved */
    model: ({ name, downloaded }) => `The model was ${downloaded ? "downloaded" : "saved"} as ${name}`,
    /** @param {string} code @param {string} sentence of Python's */
    lost: (code, sentence) => (code in lost ? lost[/** @type {keyof typeof lost} */ (code)] : sentence),
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
    /** @param {number} seconds */
    seconds: inSeconds,
    waiting: "Waiting for Python…",
    /** @param {boolean} on @returns {string} */
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
    imported: "They belong to Inkmoji's own model. The one in use was imported.",
  },
  /** What was done to the stickers, by the kind of change. */
  changes: {
    /** @param {string[]} faces @param {number} drawings */
    learned: (faces, drawings) => opened(`${few(faces)} learned from ${counted(drawings, "drawing")}`),
    /** @param {string[]} faces the former one first, where it is known */
    "face-changed": (faces) => 
      faces.length > 1 ? opened(`${faces[0]} became ${faces[1]}`) : `Emoji changed to ${faces[0]}`,
    /** @param {string[]} faces */
    "sticker-removed": (faces) => opened(`${few(faces)} deleted`),
    /** @param {string[]} faces @param {number} examples */
    "example-removed": (faces, examples) =>
      `${examples > 1 ? counted(examples, "example") : "One example"} of ${few(faces)} deleted`,
    "starter-added": () => "Starter stickers added",
    "starter-removed": () => "Starter stickers removed",
    /** @param {string[]} faces @param {number} examples */
    merged: (faces, examples) =>
      `Merged a file: ${counted(faces.length, "sticker")}, ${counted(examples, "example")}`,
    "model-imported": () => "Model imported from Core ML, in place of the one before",
    /** @param {string[]} faces @param {number} examples */
    replaced: (faces, examples) =>
      `Replaced by a file: ${counted(faces.length, "sticker")}, ${counted(examples, "example")}`,
    renewed: () => "All drawings learned anew on a newer base model",
    restored: () => "Restored an earlier state",
    forgotten: () => "Something was forgotten for good",
    unknown: () => "Saved by an earlier version of Inkmoji",
  },
  history: {
    /** @param {string} change */
    undone: (change) => `Undone: ${change}`,
    /** @param {string} change */
    redone: (change) => `Redone: ${change}`,
    /** @param {string} message */
    undoFailed: (message) => `Nothing was undone. ${message}`,
    /** @param {string} message */
    redoFailed: (message) => `Nothing was redone. ${message}`,
    live: "In use",
    justNow: "just now",
    restore: "Restore",
    export: "Export",
    /** @param {string} change */
    damaged: (change) => `Damaged: ${change}`,
    /** @param {number} count @param {string} size */
    kept: (count, size) =>
      `${counted(count, "saved state")}, ${size}. Restoring one is a change like any other: it can be undone.`,
    none: "Nothing has been saved yet. Every change of your stickers will be listed here.",
    restoring: "Restoring…",
    /** @param {string} change */
    restored: (change) => `Restored the state after: ${change}`,
  },
  correct: {
    /** @param {string} text */
    open: (text) => `${text}: not this?`,
    /** @param {string} face */
    title: (face) => `Not ${face}?`,
    which: "Choose what it is. Inkmoji learns the drawing with it.",
    none: "There is no other sticker that it could be.",
    unknown: "The drawing that it was is not known any more.",
    /** @param {string} before @param {string} text */
    done: (before, text) => `${before} became ${text}, and was learned. “Undo learning” takes it back.`,
  },
  /** What kinds of files are called where one is saved. */
  files: { stickers: "Inkmoji stickers", model: "Core ML model", picture: "PNG picture", vector: "SVG picture" },
  picturing: {
    empty: "There is nothing on the board yet",
    /** @param {number} width @param {number} height */
    size: (width, height) => `${inPixels(width)} × ${inPixels(height)} pixels`,
    /** @param {{ name: string, downloaded: boolean }} saved */
    saved: ({ name, downloaded }) => `The board was ${downloaded ? "downloaded" : "saved"} as ${name}`,
    anySize: "SVG: sharp at any size",
    copied: "The board was copied as a picture",
    shared: "The board was shared as a picture",
    /** @param {string} message */
    failed: (message) => `There is no picture. ${message}`,
  },
  pasted: {
    unknown: "Inkmoji does not know what this picture shows. Teach it with three drawings first.",
  },
  /** How well a sticker is told apart from the others. */
  apart: {
    unknown: () => "One more drawing shows how well it is told apart",
    alone: () => "Nothing to mix it up with yet",
    /** @param {string} neighbour */
    well: (neighbour) => `Told apart well, also from ${neighbour}`,
    /** @param {string} neighbour */
    some: (neighbour) => `Now and then mixed up with ${neighbour}`,
    /** @param {string} neighbour */
    badly: (neighbour) => `Easily mixed up with ${neighbour}`,
    scattered: "Its drawings differ a lot: more of them would help",
  },
  map: {
    about: "What Inkmoji finds alike lies close together. A circle shows how much the drawings of a sticker differ.",
    empty: "Teach two stickers, and this map shows how far apart they are.",
    legend: "A line joins stickers that are easily mixed up. More drawings of them help.",
  },
  library: {
    /** @param {number} shown @param {number} count @param {string} query */
    found: (shown, count, query) =>
      shown > 0 ? `${number(shown)} of ${counted(count, "sticker")}` : `No sticker is called “${query}”`,
    waiting: "Waiting for Python…",
    /** @param {string} message */
    unavailable: (message) => `Your stickers cannot be shown yet. ${message}`,
    /** @param {string} message */
    unreadable: (message) => `Some of this could not be shown. ${message}`,
    /** @param {string} message */
    failed: (message) => `Nothing was changed. ${message}`,
    /** @param {string} text @param {number} count of its examples */
    sticker: (text, count) => opened(`${text}, ${count > 0 ? counted(count, "example") : "ready-made"}`),
    /** @param {number} count */
    examples: (count) => counted(count, "example"),
    /** @param {string} date */
    taught: (date) => `Taught ${date}`,
    /** @param {string} text */
    examplesOf: (text) => `Examples of ${text}`,
    /** @param {number} place @param {string} text */
    example: (place, text) => `Example ${number(place)} of ${text}`,
    deleteSticker: "Delete sticker",
    deleteExample: "Delete example",
    addExamples: "Add examples",
    changeEmoji: "Change emoji",
    /** @param {number} count */
    ready: (count) => `Starter stickers (${number(count)})`,
    /** @param {number} count */
    came: (count) => `From the model (${number(count)})`,
    readyMade: "Ready-made, and second to what you teach. “Settings” switches all of them on or off.",
    cameWith: "The imported model knew these before you taught it anything.",
    deleting: "Deleting…",
    /** @param {string} text */
    deleted: (text) => `Deleted ${text}. Undo learning brings it back.`,
    /** @param {string} text */
    deletedExample: (text) => `Deleted one example of ${text}. Undo learning brings it back.`,
    undo: "Undo",
    redo: "Redo",
    undoing: "Undoing…",
    redoing: "Redoing…",
    /** @param {string} text @param {number} count */
    learnedMore: (text, count) => `Learned ${text} from ${counted(count, "more drawing")}`,
    /** @param {string} before @param {string} text */
    became: (before, text) => opened(`${before} became ${text}`),
  },
  forget: {
    forgotten: "Forgotten for good",
    /** @param {string} text */
    sticker: (text) =>
      opened(`${text} and all its drawings are erased from this device, with every earlier state that holds them. `) +
      "Nothing that you did before can be undone then. The stickers you have now stay. This cannot be undone.",
    /** @param {string} text */
    example: (text) =>
      `This example of ${text} is erased from this device, with every earlier state that holds it. ` +
      "Nothing that you did before can be undone then. The stickers you have now stay. This cannot be undone.",
    history:
      "Every earlier state is erased from this device, with all that you deleted. Undo learning and Redo learning then " +
      "have nothing to go to. The stickers you have now stay. This cannot be undone.",
    /** @param {string} message */
    failed: (message) => `Nothing was forgotten. ${message}`,
  },
  update: {
    ready: "A new version is ready",
    blocked: "To update, close the other Inkmoji tabs",
  },
  review: {
    /** @param {readonly number[]} places @param {string} text */
    claimed: (places, text) => `${examplesAt(places)} ${places.length > 1 ? "look" : "looks"} like your ${text}.`,
    /** @param {readonly number[]} places one of several, or two that are all there are */
    odd: (places) =>
      `${examplesAt(places)} ${places.length > 1 ? "look" : "looks"} quite different` +
      `${places.length > 1 ? ". Are they" : " from the others. Is it"} the same thing?`,
    /** @param {readonly number[]} places */
    alike: (places) => `${examplesAt(places)} are nearly the same. A little variety helps.`,
    /** @param {string} text */
    join: (text) => `Add to ${text}`,
  },
  pad: {
    places: [["top left", "top", "top right"], ["left", "middle", "right"], ["bottom left", "bottom", "bottom right"]],
    /** @param {string} place */
    down: (place) => `Pen down, ${place}`,
    /** @param {string} place @param {number} strokes */
    up: (place, strokes) => `Pen up, ${place}. ${counted(strokes, "stroke")}`,
    /** @param {number} strokes */
    left: (strokes) => `${strokes > 0 ? counted(strokes, "stroke") : "No strokes"} left`,
  },
  teach: {
    titles: { new: "New sticker", more: "Add examples", face: "Change emoji" },
    abouts: {
      new: () => "",
      /** @param {string} text @param {number} examples */
      more: (text, examples) =>
        opened(`${text} was taught with ${examples > 0 ? counted(examples, "drawing") : "no drawing of yours"}. `) +
        "Each one more helps to recognise it.",
      /** @param {string} text */
      face: (text) => `Choose what ${text} is from now on. Its drawings stay.`,
    },
    drawings: { new: "Draw it three times, each a little different", more: "Draw it once, twice or three times", face: "" },
    face: "Emoji or text",
    pictureName: "Name of the picture, if it has one",
    /** @param {string} most @param {string} size */
    pictureLarge: (most, size) =>
      `Expected a picture of at most ${most}, got a file of ${size}. Choose a smaller one.`,
    pictureUnreadable:
      "This file is no picture that the browser can show. Choose a PNG, JPEG, WebP or GIF, or save it as one first.",
    pictureEmpty: "This picture is see-through everywhere. Choose one with something to see.",
    needsFace: "Choose an emoji or a picture, or type a text",
    /** @param {number} count */
    needsDrawings: (count) => `${counted(count, "drawing")} to go`,
    needsAny: "Draw at least one",
    needsChange: "Choose another emoji, text or picture",
    /** @param {string} text */
    taken: (text) =>
      opened(`${text} is the emoji of another sticker. `) +
      "Choose a different one here, or delete or change that sticker first.",
    /** @param {string} message */
    changeFailed: (message) => `The emoji was not changed. ${message}`,
    complete: "All set",
    /** @param {number} done in percent */
    learning: (done) => `Learning · ${percent(done)}`,
    saving: "Saving",
    pickerLoading: "Loading emoji…",
    pickerFailed: "The emoji list could not be loaded. Type an emoji or a text above.",
  },
};

/** What never changes in the page. */
export const page = {
  common: {
    cancel: "Cancel",
    close: "Close",
    export: "Export",
    import: "Import",
    undo: "Undo",
    redo: "Redo",
    reset: "Reset",
    newSticker: "New sticker",
    myStickers: "My stickers",
    keepAsInk: "Keep as ink",
    shortcuts: "Keyboard shortcuts",
    settings: "Settings",
    saveAsPicture: "Save as picture",
    forget: "Forget for good",
    remove: "Remove",
  },
  teach: {
    recent: "Recently used",
    candidates: "Is it one of these?",
    face: "Emoji or text",
    removePicture: "Remove picture",
    choosePicture: "Picture…",
    picture: "Picture",
    skip: "Skip to the drawings",
    drawings: "Draw it three times, each a little different",
    seen: "In the corners: what Inkmoji sees",
    learning: "Learning",
    done: "Done",
  },
  library: {
    stickers: "Stickers",
    history: "History",
    map: "Map",
    search: "Search stickers",
    searchShort: "Search",
    order: "Order of stickers",
    newest: "Newest first",
    oldest: "Oldest first",
    most: "Most drawings",
    mixed: "Mixed up first",
    taught: "Stickers you taught",
    none: "No stickers of your own yet",
    how: "Choose an emoji, draw it three times, and your drawings become it from then on.",
    teach: "Teach a sticker",
    mapName: "Map of your stickers",
    forgetHistory: "Forget history for good",
  },
  menu: {
    name: "Menu",
    undoLearning: "Undo learning",
    redoLearning: "Redo learning",
    clear: "Clear board",
  },
  board: {
    stickers: "Stickers on the board",
    name: "Drawing board",
    sticker: "Sticker",
    notThis: "Not this?",
    several: "Choose several",
    duplicate: "Duplicate",
  },
  welcome: {
    title: "Draw something",
    about: "Teach Inkmoji a drawing three times. From then on it turns into your emoji.",
    offer: "Start with {starters} common doodles",
  },
  backup: {
    name: "Backup",
    dismiss: "Dismiss",
  },
  start: {
    first: "Starting Python",
    failed: "Inkmoji could not start",
    goOn: "You can go on drawing. Your drawings are looked at once it is up.",
    retry: "Try again",
  },
  update: {
    name: "Update",
    later: "Later",
  },
  correct: {
    others: "Other stickers",
    teach: "Teach a new sticker",
  },
  picture: {
    board: "The board",
    ground: "Background",
    none: "Transparent",
    paper: "Paper",
    size: "Size",
    vector: "SVG",
    share: "Share",
    copy: "Copy",
    save: "Save",
  },
  shortcuts: {
    board: "Board",
    look: "Look at the drawing now",
    paste: "Paste a picture of a drawing",
    sticker: "A sticker on the board",
    goTo: "Go to it",
    move: "Move it; with Shift farther",
    resize: "Make it larger or smaller",
    turn: "Turn it; with Shift the other way",
    correct: "Not this? Choose what it is",
    duplicate: "Duplicate it",
    several: "Choose several, one by one",
    all: "Choose all stickers",
    remove: "Remove it",
    pad: "Drawing an example",
    pen: "Lower or lift the pen",
    movePen: "Move the pen; two at once go diagonally",
    back: "Take back the last stroke",
  },
  keys: {
    control: "Ctrl",
    shift: "Shift",
    enter: "Enter",
    tab: "Tab",
    delete: "Delete",
    space: "Space",
    backspace: "Backspace",
    arrows: "Arrows",
  },
  pad: {
    move: "move",
    faster: "faster",
    draw: "draw",
    undo: "undo",
    keys: "Space puts the pen down and lifts it. Arrow keys move it, two at once diagonally, with Shift in longer steps. Backspace takes the last stroke away, Delete all of them.",
    name1: "Drawing pad 1",
    example1: "Example 1",
    again1: "Redo example 1",
    name2: "Drawing pad 2",
    example2: "Example 2",
    again2: "Redo example 2",
    name3: "Drawing pad 3",
    example3: "Example 3",
    again3: "Redo example 3",
    again: "Redo",
  },
  import: {
    file: "File",
    stickers: "Stickers in the file",
    how: "What happens with your stickers",
    merge: "Merge",
    mergeAbout: "Yours stay, and keep their emoji. Equal stickers unite, equal drawings count once.",
    replace: "Replace",
    replaceAbout: "Yours go, and the file's come in their place. “Undo learning” brings them back.",
    importing: "Importing",
    other: "Choose another file",
  },
  export: {
    how: "Kind of file",
    stickers: "Inkmoji file",
    stickersAbout: "All of it, with your drawings: to keep, or for Inkmoji on another device.",
    apple: "For iPhone and iPad (.mlmodel)",
    appleAbout: "A model for apps that use Core ML. It learns there too.",
    lost: "What that format cannot hold:",
  },
  reset: {
    about: "This erases all that Inkmoji keeps in this browser, for every open tab, and cannot be undone:",
    stickers: "the stickers you taught, and every drawing of them",
    history: "the history, with all that could be undone",
    board: "the board, with its stickers and ink",
    starters: "starter stickers, which are switched off",
    recent: "the emoji, texts and pictures that you chose lately, and the tone of skin",
    files: "Files that you have exported stay.",
    do: "Reset everything",
  },
  settings: {
    starters: "Starter stickers",
    drawing: "Drawing",
    pause: "Pause before recognising",
    onEnter: "Wait for Enter",
    onEnterAbout: "A drawing is looked at when you press Enter, and not before",
    sureness: "Becomes a sticker",
    guess: "also as a guess",
    fairly: "if fairly sure",
    sure: "only if sure",
    guesses: "Guess while you draw",
    pressure: "Pen pressure",
    pressureAbout: "A pen pressed harder draws a broader line",
    helpKey: "Key for help",
    helpKeyAbout: "“?” shows the keyboard shortcuts",
    language: "Language",
    theme: "Theme",
    system: "as the system",
    light: "light",
    dark: "dark",
    storage: "Storage",
    model: "Your model",
    used: "Space in use",
    persist: "Ask to keep them",
    about: "About",
    private: "Everything stays on this device.",
    sources: "The base model and the starter stickers were made from the Quick, Draw! dataset by Google, CC BY 4.0, and Omniglot by Brenden Lake, MIT.",
    licence: "MIT licence",
    parts: "Third-party parts",
    newTab: "(opens in a new tab)",
    version: "Inkmoji {version}",
  },
};

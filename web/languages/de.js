/** The German page. */

import { firstFew, inPixels, inSeconds, listed, number, percent, plural, shortened } from "../formats.js";

/** @typedef {typeof import("./en.js")} Language */

/** @type {Language["about"]} */
export const about = {
  name: "Deutsch",
  direction: "ltr",
  emoji: { data: "de/cldr", words: "de" },
};

const PICTURE = "dein Bild";

/** @param {number} count */
const stickers = (count) => plural(count, { one: "Sticker", other: "Sticker" });
/** @param {number} count */
const drawings = (count) => plural(count, { one: "Zeichnung", other: "Zeichnungen" });
/** @param {number} count */
const examples = (count) => plural(count, { one: "Beispiel", other: "Beispiele" });
/** @param {number} count */
const strokes = (count) => plural(count, { one: "Strich", other: "Striche" });

/** @param {readonly string[]} faces */
const few = (faces) => {
  const { first, more } = firstFew(faces);
  return more > 0 ? `${first} und ${number(more)} weitere` : first;
};

/** A sentence that may begin with a picture instead of a text. @param {string} words */
const opened = (words) => (words.startsWith(PICTURE) ? `D${words.slice(1)}` : words);

/** @param {readonly number[]} places of examples, from 1 */
const examplesAt = (places) => `Beispiel${places.length > 1 ? "e" : ""} ${listed(places.map((place) => number(place)))}`;

/** Why a file is refused, by the code of the error. @type {Record<string, string>} */
const refusals = {
  "archive-magic": "Das ist keine Inkmoji-Datei.",
  "archive-truncated": "Diese Datei ist unvollständig.",
  "archive-checksum": "Diese Datei ist beschädigt: Sie ist nicht mehr das, was gespeichert wurde.",
  "archive-version": "Diese Datei stammt von einem Inkmoji, das dieses nicht kennt.",
  "archive-too-large": "Diese Datei ist zu groß.",
  "file-large": "Diese Datei ist zu groß.",
  "coreml-bytes": "Das ist kein Modell von Core ML.",
  "coreml-invalid": "Auch Core ML lehnt dieses Modell ab.",
  "coreml-unsupported": "Dieses Modell hat Teile, die Inkmoji nicht kennt.",
};

const unsuitable = {
  image: "Dieses Modell liest kein Bild.",
  label: "Dieses Modell antwortet nicht mit einem Text.",
  network:
    "Dieses Modell lernt, indem sein Netz trainiert wird. Um hier zu lernen, muss es Beispiele behalten: mit nächsten Nachbarn.",
  frozen: "Dieses Modell kann nicht lernen: Es ist nicht als aktualisierbar markiert.",
};

const lost = {
  discriminant:
    "Wie sicher Inkmoji ist, und dass es eine Zeichnung nicht kennt: Dort ist immer der nächste Sticker die Antwort. " +
    "Die meisten Antworten sind gleich.",
  cosine: null, // changes no answer
  votes: "Wie sicher das Modell ist.",
  threshold: "Dass das Modell eine Zeichnung nicht kennt: Dort ist immer der nächste Sticker die Antwort.",
  drawings: "Deine Zeichnungen und Bilder auf Stickern. Behalte eine Inkmoji-Datei als Sicherung.",
};

/** @type {Language["strings"]} */
export const strings = {
  picture: PICTURE,
  stages: {
    runtime: "Python startet",
    packages: "Bibliotheken werden geladen",
    model: "Sticker werden geladen",
    renewal: "Deine Sticker werden neu gelernt",
    ready: "Bereit",
  },
  starting: (stage, done, waiting) => `${stage} · ${percent(done)}${waiting ? ` · ${number(waiting)} in Warteschlange` : ""}`,
  ready: "Bereit",
  looking: "Sieht sich deine Zeichnung an",
  learning: "Lernt",
  sureness: { sure: "sicher", fairly: "ziemlich sicher", guess: "geraten" },
  recognised: (text, sureness) => `${text} erkannt, ${sureness}`,
  learned: (text) => `${text} gelernt`,
  learnedAlready: (text) => opened(`${text} war gelernt und gespeichert, bevor du abgebrochen hast`),
  removed: (text) => `${text} entfernt`,
  board: {
    gone: (way, count, lines) => `${way < 0 ? "Rückgängig gemacht" : "Wiederholt"}: ${stickers(count)}, ${strokes(lines)}`,
    nothingToUndo: "Nichts rückgängig zu machen",
    nothingToRedo: "Nichts zu wiederholen",
    ink: (count) => (count > 0 ? `${strokes(count)} Tinte` : "Keine Tinte"),
    moved: (text, across, down) => opened(`${text}: ${percent(across)} von links, ${percent(down)} von oben`),
    resized: (text, side) => opened(`${text}: ${inPixels(side)} Pixel breit`),
    turned: (text, degrees) => opened(degrees === null ? `${text} gedreht` : `${text}: um ${number(degrees)} Grad gedreht`),
    duplicated: (texts) => opened(`${few(texts)} verdoppelt`),
    full: (most) =>
      `Es wurde nichts verdoppelt: Die Tafel fasst höchstens ${number(most)} Sticker. Entferne zuerst einige davon.`,
    stickers,
    gathers: "Drücke weitere Sticker, um auch sie auszuwählen",
    gathered: (text, isChosen, count) =>
      opened(`${text} ${isChosen ? "ausgewählt" : "nicht mehr ausgewählt"}, insgesamt ${number(count)}`),
    zoom: (zoom) => percent(100 * zoom),
    back: (zoom) => `${percent(100 * zoom)}: zurück zum Anfang der Tafel`,
    penSeen: "Ein Stift ist in Gebrauch: Finger bewegen jetzt die Tafel",
    keys: "Pfeiltasten bewegen ihn, Plus und Minus ändern die Größe, R dreht ihn, Entf entfernt ihn",
  },
  madeInk: (text) => `${text} ist wieder Tinte`,
  cleared: "Tafel geleert",
  resetDone: "Alles ist gelöscht. Inkmoji fängt von vorn an.",
  updatedElsewhere: "Deine Sticker wurden in einem anderen Tab geändert",
  known: (faces) => (faces.length > 0 ? `Kennt ${few(faces)}` : ""),
  predictFailed: (message) => `Diese Zeichnung konnte nicht angesehen werden und bleibt als Tinte. ${message}`,
  resetFailed: (message) => `Nichts wurde zurückgesetzt. ${message}`,
  updateFailed: (message) => `Nichts wurde gelernt, und was Inkmoji wusste, ist unverändert. ${message}`,
  unknownError: "Ein unerwarteter Fehler ist aufgetreten. Bitte versuche es noch einmal.",
  boardNotKept: (message) => `Die Tafel konnte nicht gespeichert werden und geht mit dieser Seite verloren. ${message}`,
  resetElsewhere: "In einem anderen Tab wurde alles zurückgesetzt",
  import: {
    reading: "Die Datei wird angesehen…",
    refused: (code) => {
      const otherwise = code.startsWith("archive-") ? "Diese Datei ist nicht so, wie Inkmoji sie schreibt." : "";
      return `${refusals[code] ?? otherwise} Nichts wurde geändert.`.trim();
    },
    found: (message) => `Gefunden wurde: ${shortened(message)}`,
    examples: (count) => examples(count),
    facts: (taught, count, size) => `${stickers(taught)} · ${examples(count)} · ${size}`,
    more: (starter, newest) =>
      [newest ? `Zuletzt gelernt am ${newest}` : "", starter > 0 ? `${number(starter)} Starter-Sticker` : ""]
        .filter(Boolean).join(" · "),
    image: (name, [width, height, channels]) =>
      `ein Bild, „${name}“, von ${inPixels(width)} × ${inPixels(height)} Pixeln, ${channels > 1 ? "farbig" : "grau"}`,
    array: (name, shape) => `Zahlen, „${name}“: ${shape.map((side) => number(side)).join(" × ")}`,
    label: (name, isText) => `eine Bezeichnung, „${name}“: ${isText ? "ein Text" : "eine ganze Zahl"}`,
    learns: (updatable, neighbors) =>
      updatable ? `ja, ${neighbors ? "indem es Beispiele behält" : "indem sein Netz trainiert wird"}` : "nein",
    knows: (labels) => (labels.length > 0 ? `${number(labels.length)}: ${shortened(labels.join(", "))}` : "noch nichts"),
    reads: "Liest",
    answers: "Antwortet",
    canLearn: "Lernt",
    labels: "Kennt",
    size: "Größe",
    author: "Von",
    license: "Lizenz",
    version: "Version",
    description: "Über",
    unsuitable: (reason) => `${unsuitable[reason]} Nichts wurde geändert.`,
    place: (taught) =>
      `Es tritt an die Stelle des Modells hier${taught > 0 ? `, das ${stickers(taught)} von dir kennt` : ""}. ` +
      "„Lernen rückgängig“ holt das zurück.",
    import: "Importieren",
    use: "Dieses Modell nehmen",
    used: (late) =>
      `Das Modell ist in Gebrauch${late ? ", gespeichert, bevor du abgebrochen hast" : ""}. „Lernen rückgängig“ nimmt es zurück.`,
    learning: (done) => `Wird importiert · ${percent(done)}`,
    failed: (message) => `Nichts wurde importiert, und deine Sticker sind unverändert. ${message}`,
    done: (taught, replace, late) => {
      const what = `${stickers(taught)} ${replace ? "anstelle deiner" : "importiert"}`;
      return `${what}${late ? ", gespeichert, bevor du abgebrochen hast" : ""}. „Lernen rückgängig“ nimmt es zurück.`;
    },
  },
  export: {
    done: (taught, { name, downloaded }) =>
      `${stickers(taught)} als ${name} ${downloaded ? "heruntergeladen" : "gespeichert"}`,
    damaged: ({ name, downloaded }) =>
      `Der beschädigte Stand wurde als ${name} ${downloaded ? "heruntergeladen" : "gespeichert"}`,
    failed: (message) => `Nichts wurde exportiert. ${message}`,
    preparing: "Die Datei wird vorbereitet…",
    prepared: (size) => `Die Datei wird ${size} haben.`,
    model: ({ name, downloaded }) => `Das Modell wurde als ${name} ${downloaded ? "heruntergeladen" : "gespeichert"}`,
    lost: (code, sentence) => (code in lost ? lost[/** @type {keyof typeof lost} */ (code)] : sentence),
  },
  backup: {
    reminder: "Deine Sticker sind nur in diesem Browser",
    nothingKept: "Deine Sticker gehen mit dieser Seite verloren",
  },
  storage: {
    granted: "Der Browser hat versprochen, deine Sticker zu behalten, bis du sie entfernst.",
    open: "Der Browser kann deine Sticker entfernen, wenn ihm der Platz ausgeht. Eine exportierte Datei ist sicher.",
    refused:
      "Der Browser verspricht jetzt nichts. Frage noch einmal, wenn du Inkmoji öfter benutzt hast, oder exportiere " +
      "eine Datei.",
    none: (message) => `Nichts wird behalten. ${message}`,
    unknown: "Nicht bekannt",
    used: (used, quota) => `${used} von ${quota}`,
    model: (taught, size) => `${stickers(taught)}, ${size}`,
  },
  settings: {
    offer: (count) =>
      `${count > 0 ? plural(count, { one: "häufige Kritzelei", other: "häufige Kritzeleien" }) : "Häufige Kritzeleien"} ` +
      "erkennen, bevor du welche gezeigt hast",
    seconds: inSeconds,
    waiting: "Wartet auf Python…",
    switching: (on) => (on ? "Starter-Sticker werden hinzugefügt…" : "Starter-Sticker werden entfernt…"),
    switched: (count) => (count > 0 ? `${number(count)} Starter-Sticker sind an` : "Starter-Sticker sind aus"),
    failed: (message) => `Nichts wurde geändert. ${message}`,
    unavailable: (message) => `Starter-Sticker können noch nicht geändert werden. ${message}`,
    otherModel:
      "Die Starter-Sticker sind für ein anderes Grundmodell gemacht als das, auf dem deine Sticker gelernt wurden. " +
      "„Zurücksetzen“ gibt dir das jetzige, vergisst aber, was du gezeigt hast.",
    imported: "Sie gehören zu Inkmojis eigenem Modell. Das jetzige wurde importiert.",
  },
  changes: {
    learned: (faces, count) => opened(`${few(faces)} aus ${drawings(count)} gelernt`),
    "face-changed": (faces) =>
      faces.length > 1 ? opened(`${faces[0]} wurde zu ${faces[1]}`) : `Emoji geändert zu ${faces[0]}`,
    "sticker-removed": (faces) => opened(`${few(faces)} gelöscht`),
    "example-removed": (faces, count) => `${count > 1 ? examples(count) : "Ein Beispiel"} von ${few(faces)} gelöscht`,
    "starter-added": () => "Starter-Sticker hinzugefügt",
    "starter-removed": () => "Starter-Sticker entfernt",
    merged: (faces, count) => `Mit einer Datei vereint: ${stickers(faces.length)}, ${examples(count)}`,
    "model-imported": () => "Modell aus Core ML importiert, anstelle des vorigen",
    replaced: (faces, count) => `Durch eine Datei ersetzt: ${stickers(faces.length)}, ${examples(count)}`,
    renewed: () => "Alle Zeichnungen auf einem neueren Grundmodell neu gelernt",
    restored: () => "Einen früheren Stand wiederhergestellt",
    forgotten: () => "Etwas wurde für immer vergessen",
    unknown: () => "Von einer früheren Version von Inkmoji gespeichert",
  },
  history: {
    undone: (change) => `Rückgängig gemacht: ${change}`,
    redone: (change) => `Wiederholt: ${change}`,
    undoFailed: (message) => `Nichts wurde rückgängig gemacht. ${message}`,
    redoFailed: (message) => `Nichts wurde wiederholt. ${message}`,
    live: "In Gebrauch",
    justNow: "gerade eben",
    restore: "Wiederherstellen",
    export: "Exportieren",
    damaged: (change) => `Beschädigt: ${change}`,
    kept: (count, size) =>
      `${plural(count, { one: "gespeicherter Stand", other: "gespeicherte Stände" })}, ${size}. ` +
      "Einen wiederherzustellen ist eine Änderung wie jede andere: Sie lässt sich rückgängig machen.",
    none: "Noch wurde nichts gespeichert. Jede Änderung deiner Sticker wird hier stehen.",
    restoring: "Wird wiederhergestellt…",
    restored: (change) => `Wiederhergestellt ist der Stand nach: ${change}`,
  },
  correct: {
    open: (text) => `${text}: nicht richtig?`,
    title: (face) => `Nicht ${face}?`,
    which: "Wähle, was es ist. Inkmoji lernt die Zeichnung dazu.",
    none: "Es gibt keinen anderen Sticker, der es sein könnte.",
    unknown: "Welche Zeichnung es war, ist nicht mehr bekannt.",
    done: (before, text) => `${before} wurde zu ${text} und ist gelernt. „Lernen rückgängig“ nimmt es zurück.`,
  },
  files: { stickers: "Inkmoji-Sticker", model: "Core-ML-Modell", picture: "PNG-Bild", vector: "SVG-Bild" },
  picturing: {
    empty: "Auf der Tafel ist noch nichts",
    size: (width, height) => `${inPixels(width)} × ${inPixels(height)} Pixel`,
    saved: ({ name, downloaded }) => `Die Tafel wurde als ${name} ${downloaded ? "heruntergeladen" : "gespeichert"}`,
    anySize: "SVG: scharf in jeder Größe",
    copied: "Die Tafel wurde als Bild kopiert",
    shared: "Die Tafel wurde als Bild geteilt",
    failed: (message) => `Es gibt kein Bild. ${message}`,
  },
  pasted: {
    unknown: "Inkmoji weiß nicht, was dieses Bild zeigt. Zeige es ihm zuerst mit drei Zeichnungen.",
  },
  apart: {
    unknown: () => "Noch eine Zeichnung zeigt, wie gut er sich unterscheiden lässt",
    alone: () => "Noch nichts, womit er zu verwechseln wäre",
    well: (neighbour) => `Gut zu unterscheiden, auch von ${neighbour}`,
    some: (neighbour) => `Ab und zu verwechselt mit ${neighbour}`,
    badly: (neighbour) => `Leicht zu verwechseln mit ${neighbour}`,
    scattered: "Seine Zeichnungen sind sehr verschieden: Mehr davon würden helfen",
  },
  map: {
    about: "Was Inkmoji ähnlich findet, liegt nah beieinander. Ein Kreis zeigt, wie verschieden die Zeichnungen eines Stickers sind.",
    empty: "Lehre zwei Sticker, und diese Karte zeigt, wie weit sie auseinander liegen.",
    legend: "Eine Linie verbindet Sticker, die leicht zu verwechseln sind. Mehr Zeichnungen davon helfen.",
  },
  library: {
    found: (shown, count, query) => (shown > 0 ? `${number(shown)} von ${stickers(count)}` : `Kein Sticker heißt „${query}“`),
    waiting: "Wartet auf Python…",
    unavailable: (message) => `Deine Sticker können noch nicht gezeigt werden. ${message}`,
    unreadable: (message) => `Etwas davon konnte nicht gezeigt werden. ${message}`,
    failed: (message) => `Nichts wurde geändert. ${message}`,
    sticker: (text, count) => opened(`${text}, ${count > 0 ? examples(count) : "fertig mitgeliefert"}`),
    examples: (count) => examples(count),
    taught: (date) => `Gelernt ${date}`,
    examplesOf: (text) => `Beispiele von ${text}`,
    example: (place, text) => `Beispiel ${number(place)} von ${text}`,
    deleteSticker: "Sticker löschen",
    deleteExample: "Beispiel löschen",
    addExamples: "Beispiele hinzufügen",
    changeEmoji: "Emoji ändern",
    ready: (count) => `Starter-Sticker (${number(count)})`,
    came: (count) => `Aus dem Modell (${number(count)})`,
    readyMade: "Fertig mitgeliefert; was du zeigst, geht vor. „Einstellungen“ schaltet sie alle an oder aus.",
    cameWith: "Das importierte Modell kannte diese schon, bevor du ihm etwas gezeigt hast.",
    deleting: "Wird gelöscht…",
    deleted: (text) => `${text} gelöscht. „Lernen rückgängig“ holt es zurück.`,
    deletedExample: (text) => `Ein Beispiel von ${text} gelöscht. „Lernen rückgängig“ holt es zurück.`,
    undo: "Rückgängig",
    redo: "Wiederholen",
    undoing: "Wird rückgängig gemacht…",
    redoing: "Wird wiederholt…",
    learnedMore: (text, count) =>
      `${text} aus ${plural(count, { one: "weiteren Zeichnung", other: "weiteren Zeichnungen" })} gelernt`,
    became: (before, text) => opened(`${before} wurde zu ${text}`),
  },
  forget: {
    forgotten: "Für immer vergessen",
    sticker: (text) =>
      opened(`${text} und alle seine Zeichnungen werden von diesem Gerät gelöscht, `) +
      "mit jedem früheren Stand, der sie enthält. Nichts, was du vorher getan hast, lässt sich dann rückgängig " +
      "machen. Die Sticker, die du jetzt hast, bleiben. Das lässt sich nicht rückgängig machen.",
    example: (text) =>
      `Dieses Beispiel von ${text} wird von diesem Gerät gelöscht, mit jedem früheren Stand, der es enthält. ` +
      "Nichts, was du vorher getan hast, lässt sich dann rückgängig machen. Die Sticker, die du jetzt hast, " +
      "bleiben. Das lässt sich nicht rückgängig machen.",
    history:
      "Jeder frühere Stand wird von diesem Gerät gelöscht, mit allem, was du gelöscht hast. „Lernen rückgängig“ und " +
      "„Lernen wiederholen“ haben dann kein Ziel mehr. Die Sticker, die du jetzt hast, bleiben. Das lässt sich nicht " +
      "rückgängig machen.",
    failed: (message) => `Nichts wurde vergessen. ${message}`,
  },
  update: {
    ready: "Eine neue Version ist bereit",
    blocked: "Schließe zum Aktualisieren die anderen Tabs von Inkmoji",
  },
  review: {
    claimed: (places, text) => `${examplesAt(places)} ${places.length > 1 ? "sehen" : "sieht"} aus wie ${text}.`,
    odd: (places) =>
      `${examplesAt(places)} ${places.length > 1 ? "sehen" : "sieht"} ganz anders aus` +
      `${places.length > 1 ? ". Sind sie" : " als die übrigen. Ist es"} dasselbe?`,
    alike: (places) => `${examplesAt(places)} sind fast gleich. Etwas Abwechslung hilft.`,
    join: (text) => `Zu ${text} hinzufügen`,
  },
  pad: {
    places: [["oben links", "oben", "oben rechts"], ["links", "Mitte", "rechts"], ["unten links", "unten", "unten rechts"]],
    down: (place) => `Stift unten, ${place}`,
    up: (place, count) => `Stift oben, ${place}. ${strokes(count)}`,
    left: (count) => `Noch ${count > 0 ? strokes(count) : "kein Strich"}`,
  },
  teach: {
    titles: { new: "Neuer Sticker", more: "Beispiele hinzufügen", face: "Emoji ändern" },
    abouts: {
      new: () => "",
      more: (text, count) =>
        opened(`${text} wurde mit ${count > 0 ? drawings(count) : "keiner Zeichnung von dir"} gelernt. `) +
        "Jede weitere hilft beim Erkennen.",
      face: (text) => `Wähle, was ${text} von jetzt an ist. Die Zeichnungen bleiben.`,
    },
    drawings: {
      new: "Zeichne es dreimal, jedes Mal ein wenig anders", more: "Zeichne es einmal, zweimal oder dreimal", face: "",
    },
    face: "Emoji oder Text",
    pictureName: "Name des Bildes, wenn es einen hat",
    pictureLarge: (most, size) =>
      `Erwartet wird ein Bild von höchstens ${most}, die Datei hat ${size}. Wähle eine kleinere.`,
    pictureUnreadable:
      "Diese Datei ist kein Bild, das der Browser zeigen kann. Wähle PNG, JPEG, WebP oder GIF, oder speichere sie vorher so.",
    pictureEmpty: "Dieses Bild ist überall durchsichtig. Wähle eines, auf dem etwas zu sehen ist.",
    needsFace: "Wähle ein Emoji oder ein Bild, oder tippe einen Text",
    needsDrawings: (count) => `Noch ${drawings(count)}`,
    needsAny: "Zeichne mindestens eine",
    needsChange: "Wähle ein anderes Emoji, Bild oder einen anderen Text",
    taken: (text) =>
      opened(`${text} ist das Emoji eines anderen Stickers. `) +
      "Wähle hier ein anderes, oder lösche oder ändere zuerst jenen Sticker.",
    changeFailed: (message) => `Das Emoji wurde nicht geändert. ${message}`,
    complete: "Alles da",
    learning: (done) => `Lernt · ${percent(done)}`,
    saving: "Speichert",
    pickerLoading: "Emoji werden geladen…",
    pickerFailed: "Die Liste der Emoji konnte nicht geladen werden. Tippe oben ein Emoji oder einen Text.",
  },
};

/** @type {Language["page"]} */
export const page = {
  common: {
    cancel: "Abbrechen",
    close: "Schließen",
    export: "Exportieren",
    import: "Importieren",
    undo: "Rückgängig",
    redo: "Wiederholen",
    reset: "Zurücksetzen",
    newSticker: "Neuer Sticker",
    myStickers: "Meine Sticker",
    keepAsInk: "Als Tinte behalten",
    shortcuts: "Tastenkürzel",
    settings: "Einstellungen",
    saveAsPicture: "Als Bild speichern",
    forget: "Für immer vergessen",
    remove: "Entfernen",
  },
  teach: {
    recent: "Zuletzt benutzt",
    candidates: "Ist es eins von diesen?",
    face: "Emoji oder Text",
    removePicture: "Bild entfernen",
    choosePicture: "Bild…",
    picture: "Bild",
    skip: "Weiter zu den Zeichnungen",
    drawings: "Zeichne es dreimal, jedes Mal ein wenig anders",
    seen: "In den Ecken: was Inkmoji sieht",
    learning: "Lernt",
    done: "Fertig",
  },
  library: {
    stickers: "Sticker",
    history: "Verlauf",
    map: "Karte",
    search: "Sticker suchen",
    searchShort: "Suchen",
    order: "Reihenfolge der Sticker",
    newest: "Neueste zuerst",
    oldest: "Älteste zuerst",
    most: "Meiste Zeichnungen",
    mixed: "Verwechselte zuerst",
    taught: "Sticker, die du gezeigt hast",
    none: "Noch keine eigenen Sticker",
    how: "Wähle ein Emoji, zeichne es dreimal, und von da an werden deine Zeichnungen dazu.",
    teach: "Einen Sticker lehren",
    mapName: "Karte deiner Sticker",
    forgetHistory: "Verlauf für immer vergessen",
  },
  menu: {
    name: "Menü",
    undoLearning: "Lernen rückgängig",
    redoLearning: "Lernen wiederholen",
    clear: "Tafel leeren",
  },
  board: {
    stickers: "Sticker auf der Tafel",
    name: "Zeichentafel",
    sticker: "Sticker",
    notThis: "Nicht richtig?",
    several: "Mehrere auswählen",
    duplicate: "Verdoppeln",
  },
  welcome: {
    title: "Zeichne etwas",
    about: "Zeige Inkmoji eine Zeichnung dreimal. Von da an wird sie zu deinem Emoji.",
    offer: "Mit {starters} häufigen Kritzeleien anfangen",
  },
  backup: {
    name: "Sicherung",
    dismiss: "Ausblenden",
  },
  start: {
    first: "Python startet",
    failed: "Inkmoji konnte nicht starten",
    goOn: "Du kannst weiterzeichnen. Deine Zeichnungen werden angesehen, sobald es läuft.",
    retry: "Noch einmal versuchen",
  },
  update: {
    name: "Aktualisieren",
    later: "Später",
  },
  correct: {
    others: "Andere Sticker",
    teach: "Einen neuen Sticker lehren",
  },
  picture: {
    board: "Die Tafel",
    ground: "Hintergrund",
    none: "Durchsichtig",
    paper: "Papier",
    size: "Größe",
    vector: "SVG",
    share: "Teilen",
    copy: "Kopieren",
    save: "Speichern",
  },
  shortcuts: {
    board: "Tafel",
    look: "Die Zeichnung jetzt ansehen",
    paste: "Das Bild einer Zeichnung einfügen",
    sticker: "Ein Sticker auf der Tafel",
    goTo: "Zu ihm gehen",
    move: "Ihn bewegen; mit Umschalt weiter",
    resize: "Ihn größer oder kleiner machen",
    turn: "Ihn drehen; mit Umschalt andersherum",
    correct: "Nicht richtig? Wählen, was es ist",
    duplicate: "Ihn verdoppeln",
    several: "Mehrere auswählen, einen nach dem anderen",
    all: "Alle Sticker auswählen",
    remove: "Ihn entfernen",
    pad: "Ein Beispiel zeichnen",
    pen: "Den Stift senken oder heben",
    movePen: "Den Stift bewegen; zwei zugleich gehen schräg",
    back: "Den letzten Strich zurücknehmen",
  },
  keys: {
    control: "Strg",
    shift: "Umschalt",
    enter: "Eingabe",
    tab: "Tab",
    delete: "Entf",
    space: "Leertaste",
    backspace: "Rücktaste",
    arrows: "Pfeile",
  },
  pad: {
    move: "bewegen",
    faster: "schneller",
    draw: "zeichnen",
    undo: "zurück",
    keys:
      "Die Leertaste setzt den Stift auf und hebt ihn. Pfeiltasten bewegen ihn, zwei zugleich schräg, mit Umschalt in " +
      "größeren Schritten. Die Rücktaste nimmt den letzten Strich weg, Entf alle.",
    name1: "Zeichenfeld 1",
    example1: "Beispiel 1",
    again1: "Beispiel 1 noch einmal",
    name2: "Zeichenfeld 2",
    example2: "Beispiel 2",
    again2: "Beispiel 2 noch einmal",
    name3: "Zeichenfeld 3",
    example3: "Beispiel 3",
    again3: "Beispiel 3 noch einmal",
    again: "Noch mal",
  },
  import: {
    file: "Datei",
    stickers: "Sticker in der Datei",
    how: "Was mit deinen Stickern geschieht",
    merge: "Vereinen",
    mergeAbout: "Deine bleiben und behalten ihr Emoji. Gleiche Sticker werden eins, gleiche Zeichnungen zählen einmal.",
    replace: "Ersetzen",
    replaceAbout: "Deine gehen, und die der Datei kommen an ihre Stelle. „Lernen rückgängig“ holt sie zurück.",
    importing: "Wird importiert",
    other: "Andere Datei wählen",
  },
  export: {
    how: "Art der Datei",
    stickers: "Inkmoji-Datei",
    stickersAbout: "Alles, mit deinen Zeichnungen: zum Behalten oder für Inkmoji auf einem anderen Gerät.",
    apple: "Für iPhone und iPad (.mlmodel)",
    appleAbout: "Ein Modell für Apps, die Core ML benutzen. Es lernt auch dort.",
    lost: "Was dieses Format nicht fassen kann:",
  },
  reset: {
    about: "Das löscht alles, was Inkmoji in diesem Browser behält, für jeden offenen Tab, und lässt sich nicht rückgängig machen:",
    stickers: "die Sticker, die du gezeigt hast, und jede Zeichnung davon",
    history: "den Verlauf mit allem, was sich rückgängig machen ließ",
    board: "die Tafel mit ihren Stickern und ihrer Tinte",
    starters: "die Starter-Sticker: Sie werden ausgeschaltet",
    recent: "die Emoji, Texte und Bilder, die du zuletzt gewählt hast, und den Hautton",
    files: "Dateien, die du exportiert hast, bleiben.",
    do: "Alles zurücksetzen",
  },
  settings: {
    starters: "Starter-Sticker",
    drawing: "Zeichnen",
    pause: "Pause vor dem Erkennen",
    onEnter: "Auf die Eingabetaste warten",
    onEnterAbout: "Eine Zeichnung wird erst angesehen, wenn du die Eingabetaste drückst",
    sureness: "Wird zum Sticker",
    guess: "auch geraten",
    fairly: "wenn ziemlich sicher",
    sure: "nur wenn sicher",
    guesses: "Beim Zeichnen raten",
    pressure: "Stiftdruck",
    pressureAbout: "Ein Stift, der fester drückt, zeichnet eine breitere Linie",
    helpKey: "Taste für Hilfe",
    helpKeyAbout: "„?“ zeigt die Tastenkürzel",
    language: "Sprache",
    theme: "Farben",
    system: "wie das System",
    light: "hell",
    dark: "dunkel",
    storage: "Speicher",
    model: "Dein Modell",
    used: "Belegter Platz",
    persist: "Um Behalten bitten",
    about: "Über Inkmoji",
    private: "Alles bleibt auf diesem Gerät.",
    sources:
      "Das Grundmodell und die Starter-Sticker wurden aus dem Datensatz Quick, Draw! von Google, CC BY 4.0, und " +
      "Omniglot von Brenden Lake, MIT, gemacht.",
    licence: "MIT-Lizenz",
    parts: "Teile anderer",
    newTab: "(öffnet sich in einem neuen Tab)",
    version: "Inkmoji {version}",
  },
};

/** Composes the page: ink, stickers, dialogs and the client that recognises and learns. */

import { Announcer } from "./announce.js";
import { offered } from "./candidates.js";
import { Inkmoji } from "./inkmoji.js";
import { bindChoices } from "./choices.js";
import { Collection } from "./collection.js";
import { Corrections } from "./corrections.js";
import { Desk } from "./desk.js";
import { prepareEmoji } from "./emoji.js";
import { explain, isOfRestart, isOfWorker } from "./failures.js";
import { LibraryDialog } from "./library.js";
import { nameOf, sameLook } from "./look.js";
import { Menu } from "./menu.js";
import { Offline } from "./offline.js";
import { Pictures } from "./pictures.js";
import { Preferences } from "./preferences.js";
import { Recent } from "./recent.js";
import { ResetDialog } from "./reset.js";
import { Safekeeping } from "./safekeeping.js";
import { SettingsDialog } from "./settings.js";
import { ShortcutsDialog } from "./shortcuts.js";
import { Status } from "./status.js";
import { Steps } from "./steps.js";
import { strings } from "./strings.js";
import { surenessOf } from "./sureness.js";
import { TeachDialog } from "./teach.js";
import { Welcome } from "./welcome.js";

/** @typedef {import("./inkmoji.js").Candidate} Candidate */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/** @typedef {import("./teach.js").Lesson} Lesson */

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

class App {
  /** @type {{ stage: keyof typeof strings.stages, share: number }} */
  #stage = { stage: "runtime", share: 0 };
  /** What most parts need. */
  #common = {
    explain,
    /** @param {string} message @param {"quiet" | "error"} [tone] */
    announce: (message, tone) => this.announcer.say(message, tone),
    connect: (/** @type {AbortSignal} */ signal) => this.collection.connected(signal),
    isImported: () => this.collection.isImported,
    onClose: () => this.recognizer.rest(),
  };

  constructor() {
    this.preferences = new Preferences();
    this.status = new Status(find("#pill"));
    this.announcer = new Announcer(find("#status"));
    this.recent = new Recent();
    this.desk = this.#createDesk();
    this.board = this.desk.board;
    this.surface = this.desk.surface;
    this.recognizer = this.desk.recognizer;
    this.collection = new Collection({
      revive: () => this.#revive(),
      onChanging: () => this.#showState(),
      onForgotten: () => this.safekeeping.letGo(),
      onLost: (error) => this.#lose(error),
    });
    this.teach = new TeachDialog(/** @type {HTMLDialogElement} */ (find("#teach")), this.recent, {
      learn: (lesson) => this.#learn(lesson),
      changeFace: (sticker, look, signal) => this.#changeFace(sticker, look, signal),
      review: (drawings, of, signal) => this.collection.review(drawings, of, signal),
      explain,
    });
    this.reset = new ResetDialog(/** @type {HTMLDialogElement} */ (find("#reset")), (signal) => this.#reset(signal), explain);
    this.settings = this.#createSettings();
    this.welcome = this.#createWelcome();
    this.library = this.#createLibrary();
    this.corrections = this.#createCorrections();
    this.steps = new Steps(find("#menu"), this.collection, (message, tone) => this.announcer.say(message, tone));
    this.safekeeping = new Safekeeping(this, {
      ...this.#common,
      change: (signal, work) => this.collection.change(signal, work),
      takePicture: (file, place) => this.pictures.drop(file, place),
      onRestored: () => this.desk.begin(),
      onErased: () => (this.preferences.erase(), this.announcer.say(strings.resetElsewhere)),
    });
    this.menu = new Menu(
      /** @type {HTMLButtonElement} */ (find("#menu-button")), find("#menu"),
      { onAction: (action) => this.#act(action), onClose: () => this.recognizer.rest() });
    this.pictures = new Pictures(/** @type {HTMLDialogElement} */ (find("#picture")), this.desk, {
      ...this.#common,
      least: () => this.preferences.values.sureness,
      isOccupied: () => this.#isOccupied,
    });
    this.shortcuts = new ShortcutsDialog(/** @type {HTMLDialogElement} */ (find("#shortcuts")), {
      hasKey: () => this.preferences.values.helpKey,
      ...this.#common,
      isOccupied: () => this.#isOccupied,
    });
    bindChoices(find(".preferences"), this.preferences);
    find("#retry").addEventListener("click", () => void this.start());
  }

  async start() {
    find("#failure").hidden = true;
    this.#stage = { stage: "runtime", share: 0 };
    this.status.state = "starting";
    this.#showState();
    try {
      const client = new Inkmoji({
        onStatus: ({ stage, loaded, total }) =>
          (this.#stage = { stage, share: total > 0 ? loaded / total : 0 }, this.#showState()),
      });
      void this.safekeeping.restore(client);
      void this.welcome.offer.startWith(client.history());
      await client.ready;
      this.#connect(client);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Inkmoji} client */
  #connect(client) {
    client.on("notice", ({ level, message }) => this.announcer.say(message, level === "error" ? "error" : "info"));
    client.on("change", () => this.#stickersChanged());
    this.collection.connect(client);
    this.recognizer.connect(client);
    this.safekeeping.connect(client);
    this.settings.refresh();
    this.library.refresh();
    this.teach.stickersChanged();
    this.#showState();
    this.welcome.refresh();
    if (!client.storage.message) this.announcer.say(strings.ready, "quiet");
  }

  /** @param {unknown} error */
  #fail(error) {
    this.collection.disconnect(error);
    this.status.state = "failed";
    find("#failure-message").textContent = explain(error);
    find("#failure").hidden = false;
  }

  /** A start that has failed is tried again. */
  #revive() {
    if (document.documentElement.dataset.state === "failed") void this.start();
  }

  get #isOccupied() {
    return this.menu.isOpen || document.querySelector("dialog[open]") !== null;
  }

  #createDesk() {
    return new Desk(find("#app"), this.preferences, {
      ...this.#common,
      accepts: () => !this.menu.isOpen,
      isOccupied: () => this.#isOccupied,
      guesser: () => (this.collection.changing ? null : this.collection.client),
      known: () => this.collection.stickers ?? [],
      onDown: () => this.welcome.refresh(),
      onChanged: () => this.welcome.refresh(),
      onRecognised: (strokes, label, confidence) => this.#place(strokes, label, surenessOf(confidence)),
      onUnknown: async (...drawing) => void (await this.#ask(...drawing)),
      onError: (strokes, error) => this.#predictFailed(strokes, error),
      onChange: () => (this.#showState(), this.safekeeping.keeper.answered()),
    });
  }

  #createSettings() {
    return new SettingsDialog(/** @type {HTMLDialogElement} */ (find("#settings")), {
      stickers: () => this.collection.stickers,
      ...this.#common,
      useStarter: (on, signal) => this.#useStarter(on, signal),
    });
  }

  #createCorrections() {
    return new Corrections(/** @type {HTMLDialogElement} */ (find("#correct")), this, {
      teach: (strokes) => this.#teachNew(strokes, [], false),
      ...this.#common,
      onLearned: () => void this.safekeeping.learned(),
    });
  }

  #createWelcome() {
    return new Welcome(find("#welcome"), () => this.desk.empty, {
      stickers: () => this.collection.stickers,
      ...this.#common,
      useStarter: (signal) => this.#useStarter(true, signal),
      onTaken: () => this.surface.canvas.focus(),
    });
  }

  #createLibrary() {
    const [dialog, forget] = ["#library", "#forget"].map((name) => /** @type {HTMLDialogElement} */ (find(name)));
    return new LibraryDialog(dialog, forget, this.collection, {
      teach: () => this.#ask(null),
      addExamples: (sticker) => this.teach.openForMore(sticker),
      ...this.#common,
      changeFace: (sticker) => this.teach.openForFace(sticker),
    });
  }

  /**
   * @param {Stroke[]} strokes
   * @param {unknown} error
   */
  #predictFailed(strokes, error) {
    if (isOfRestart(error)) this.recognizer.again(strokes);
    else if (isOfWorker(error)) this.#lose(error, strokes);
    else this.announcer.say(strings.predictFailed(explain(error)), "error");
  }

  /**
   * Python is gone; "Try again" starts it anew.
   * @param {unknown} error
   * @param {...Stroke[]} drawings that it has not answered
   */
  #lose(error, ...drawings) {
    this.recognizer.disconnect(...drawings);
    this.#fail(error);
  }

  #showState() {
    this.steps.refresh();
    if (document.documentElement.dataset.state === "failed") return;
    if (!this.collection.client || this.#stage.stage !== "ready") {
      this.status.starting(this.#stage.stage, this.#stage.share, this.recognizer.waiting);
    } else if (this.collection.changing) this.status.working(strings.learning);
    else if (this.recognizer.busy) this.status.working(strings.looking);
    else this.status.ready();
  }

  #stickersChanged() {
    this.settings.refresh();
    this.library.refresh();
    this.teach.stickersChanged();
    this.steps.refresh();
    this.corrections.follow();
    this.welcome.refresh();
    // What was not recognised may be known now.
    this.recognizer.retryUnknown();
    if (this.collection.changing) return;
    this.library.changedElsewhere();
    this.announcer.say(strings.updatedElsewhere);
  }

  /**
   * @param {Stroke[]} strokes
   * @param {string} label
   * @param {Sureness} sureness
   */
  #place(strokes, label, sureness) {
    const known = this.collection.stickers?.find((sticker) => sticker.label === label);
    const look = known ?? { text: label, image: null };
    this.desk.turnInto(strokes, { ...look, label }, sureness);
    this.announcer.say(strings.recognised(nameOf(look), strings.sureness[sureness]), "quiet");
  }

  /**
   * @param {Stroke[] | null} strokes of a drawing that was not recognised; they stay as ink unless it is taught
   * @param {readonly Candidate[]} candidates for it
   */
  async #ask(strokes, candidates = []) {
    const sticker = await this.#teachNew(strokes, candidates, strokes !== null);
    if (sticker && strokes) this.desk.turnInto(strokes, sticker);
    if (!strokes) this.recognizer.rest();
    return sticker;
  }

  /**
   * @param {readonly Stroke[] | null} strokes
   * @param {readonly Candidate[]} candidates
   * @param {boolean} isInk
   * @returns the sticker that was learned, if one was
   */
  async #teachNew(strokes, candidates, isInk) {
    const learned = await this.teach.open(strokes, offered(candidates, this.collection.stickers ?? []), isInk);
    if (learned === null) return null;
    this.announcer.say(strings.learned(nameOf(learned)));
    const label = this.collection.stickers?.find((sticker) => sameLook(sticker, learned))?.label ?? null;
    return { ...learned, label };
  }

  /** @param {Lesson} lesson */
  async #learn(lesson) {
    await this.collection.learn(lesson);
    if (lesson.signal.aborted) this.announcer.say(strings.learnedAlready(nameOf(lesson.look)));
    void this.safekeeping.learned();
  }

  /**
   * @param {Sticker} sticker
   * @param {Look} look
   * @param {AbortSignal} signal
   */
  async #changeFace(sticker, look, signal) {
    await this.collection.changeFace(sticker, look, signal);
    if (signal.aborted) this.announcer.say(strings.library.became(nameOf(sticker), nameOf(look)));
  }

  /** @param {string} action of the menu */
  #act(action) {
    if (action === "new") void this.#ask(null);
    else if (action === "library") this.library.open();
    else if (action === "undo" || action === "redo") void this.steps.go(action);
    else if (action === "settings") this.settings.open();
    else if (action === "shortcuts") this.shortcuts.open();
    else if (action === "picture") this.pictures.save();
    else if (action === "clear") this.#clear();
    else if (action === "reset") void this.#askReset();
    this.safekeeping.act(action);
  }

  #clear() {
    this.desk.clear();
    this.safekeeping.keeper.save();
    this.announcer.say(strings.cleared, "quiet");
  }

  async #askReset() {
    if (await this.reset.open()) this.announcer.say(strings.resetDone);
    this.recognizer.rest();
  }

  /** @param {AbortSignal} signal */
  async #reset(signal) {
    await this.collection.change(signal, (client) => this.safekeeping.erase(() => client.reset()));
    this.preferences.erase();
    if (signal.aborted) this.announcer.say(strings.resetDone);
  }

  /**
   * @param {boolean} on
   * @param {AbortSignal} signal
   */
  async #useStarter(on, signal) {
    await this.collection.change(signal, (client) => client.useStarter(on));
  }
}

if (document.documentElement.dataset.support !== "missing") {
  const offline = new Offline(find("#update"));
  // Faces are measured when they are made, and painted on canvases.
  await prepareEmoji();
  const app = new App();
  setTimeout(() => void app.start().then(() => offline.start())); // once what was made so far is painted
}

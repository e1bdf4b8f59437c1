/** Composes the page: ink, stickers, dialogs and the client that recognises and learns. */

import { Announcer } from "./announce.js";
import { Board } from "./board.js";
import { offered } from "./candidates.js";
import { InkSurface } from "./canvas.js";
import { Inkmoji } from "./client.js";
import { Collection } from "./collection.js";
import { explain, isOfRestart, isOfWorker } from "./failures.js";
import { LibraryDialog } from "./library.js";
import { Menu } from "./menu.js";
import { Offline } from "./offline.js";
import { StarterOffer } from "./offer.js";
import { Pen } from "./pen.js";
import { Recognizer } from "./recognizer.js";
import { ResetDialog } from "./reset.js";
import { Safekeeping } from "./safekeeping.js";
import { isReadyMade, SettingsDialog } from "./settings.js";
import { Status } from "./status.js";
import { Steps } from "./steps.js";
import { strings } from "./strings.js";
import { surenessOf } from "./sureness.js";
import { TeachDialog } from "./teach.js";

/** @typedef {import("./client.js").Candidate} Candidate */
/** @typedef {import("./client.js").Sticker} Sticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/** @typedef {import("./teach.js").Lesson} Lesson */

const PEN_WIDTH = 8;

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

class App {
  /** @type {{ stage: keyof typeof strings.stages, share: number }} */
  #stage = { stage: "runtime", share: 0 };

  constructor() {
    const canvas = /** @type {HTMLCanvasElement} */ (find("#board"));
    this.status = new Status(find("#pill"));
    this.announcer = new Announcer(find("#status"));
    this.board = new Board(/** @type {HTMLUListElement} */ (find("#stickers")));
    this.surface = new InkSurface(canvas, { penWidth: PEN_WIDTH });
    this.pen = new Pen(this.surface, {
      accepts: () => !this.menu.isOpen,
      onDown: () => this.#showWelcome(),
      onStroke: (stroke) => this.#penUp(stroke),
    });
    this.recognizer = this.#createRecognizer();
    this.collection = new Collection({
      revive: () => this.#revive(),
      onChanging: () => this.#showState(),
      onLost: (error) => this.#lose(error),
    });
    this.teach = new TeachDialog(/** @type {HTMLDialogElement} */ (find("#teach")), {
      learn: (lesson) => this.#learn(lesson),
      changeFace: (sticker, text, signal) => this.#changeFace(sticker, text, signal),
      review: (drawings, of, signal) => this.collection.review(drawings, of, signal),
      explain,
    });
    this.reset = new ResetDialog(/** @type {HTMLDialogElement} */ (find("#reset")), (signal) => this.#reset(signal), explain);
    this.settings = this.#createSettings();
    this.offer = this.#createOffer();
    this.library = this.#createLibrary();
    this.steps = new Steps(find("#menu"), this.collection, (message, tone) => this.announcer.say(message, tone));
    this.safekeeping = new Safekeeping(this, {
      connect: (signal) => this.collection.connected(signal),
      change: (signal, work) => this.collection.change(signal, work),
      explain,
      announce: (message, tone) => this.announcer.say(message, tone),
      onRestored: () => this.#showWelcome(),
      onErased: () => (this.#clear(), this.announcer.say(strings.resetElsewhere)),
    });
    this.menu = new Menu(
      /** @type {HTMLButtonElement} */ (find("#menu-button")), find("#menu"),
      { onAction: (action) => this.#act(action), onClose: () => this.recognizer.rest() });
    find("#retry").addEventListener("click", () => void this.start());
  }

  async start() {
    find("#failure").hidden = true;
    this.#stage = { stage: "runtime", share: 0 };
    this.status.state = "starting";
    this.#showState();
    try {
      const client = new Inkmoji({
        onStatus: ({ stage, loaded, total }) => {
          this.#stage = { stage, share: total > 0 ? loaded / total : 0 };
          this.#showState();
        },
      });
      void this.safekeeping.restore(client);
      void this.offer.startWith(client.history());
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
    this.#showWelcome();
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

  #createRecognizer() {
    return new Recognizer({
      onRecognised: (strokes, label, confidence) => this.#place(strokes, label, surenessOf(confidence)),
      onUnknown: async (strokes, candidates) => void (await this.#ask(strokes, candidates)),
      onError: (strokes, error) => this.#predictFailed(strokes, error),
      isOccupied: () => this.pen.down || this.menu.isOpen || document.querySelector("dialog[open]") !== null,
      onChange: () => (this.#showState(), this.safekeeping.keeper.answered()),
    });
  }

  #createSettings() {
    return new SettingsDialog(/** @type {HTMLDialogElement} */ (find("#settings")), {
      stickers: () => this.collection.stickers,
      connect: (signal) => this.collection.connected(signal),
      useStarter: (on, signal) => this.#useStarter(on, signal),
      explain,
      announce: (message, tone) => this.announcer.say(message, tone),
      onClose: () => this.recognizer.rest(),
    });
  }

  #createOffer() {
    return new StarterOffer(/** @type {HTMLButtonElement} */ (find("#offer")), {
      stickers: () => this.collection.stickers,
      useStarter: (signal) => this.#useStarter(true, signal),
      explain,
      announce: (message, tone) => this.announcer.say(message, tone),
      onTaken: () => this.surface.canvas.focus(),
    });
  }

  #createLibrary() {
    const [dialog, forget] = ["#library", "#forget"].map((name) => /** @type {HTMLDialogElement} */ (find(name)));
    return new LibraryDialog(dialog, forget, this.collection, {
      teach: () => this.#ask(null),
      addExamples: (sticker) => this.teach.openForMore(sticker),
      changeFace: (sticker) => this.teach.openForFace(sticker),
      announce: (message, tone) => this.announcer.say(message, tone),
      onClose: () => this.recognizer.rest(),
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
    this.#showWelcome();
    // What was not recognised may be known now.
    this.recognizer.retryUnknown();
    if (this.collection.changing) return;
    this.library.changedElsewhere();
    this.announcer.say(strings.updatedElsewhere);
  }

  #showWelcome() {
    find("#welcome").dataset.hidden = String(!this.surface.empty || !this.board.empty);
    this.offer.refresh();
    // What was taught goes first: ready-made stickers alone would fill the line.
    const known = (this.collection.stickers ?? []).toSorted((a, b) => Number(isReadyMade(a)) - Number(isReadyMade(b)));
    find("#known").textContent = strings.known(known.map(({ text }) => text));
  }

  /** @param {Stroke} stroke */
  #penUp(stroke) {
    const rubbedOut = this.board.scribbledOutBy(stroke);
    if (rubbedOut.length === 0) {
      this.recognizer.add(stroke);
      return;
    }
    this.surface.erase(stroke);
    void this.board.remove(...rubbedOut);
    this.announcer.say(strings.removed(rubbedOut.map(({ text }) => text).join(" ")), "quiet");
    this.recognizer.rest();
    this.#showWelcome();
  }

  /**
   * @param {Stroke[]} strokes
   * @param {string} label
   * @param {Sureness} sureness
   */
  #place(strokes, label, sureness) {
    const text = this.collection.stickers?.find((sticker) => sticker.label === label)?.text ?? label;
    this.#turnInto(strokes, { label, text }, sureness);
    this.announcer.say(strings.recognised(text, strings.sureness[sureness]), "quiet");
  }

  /**
   * @param {Stroke[]} strokes
   * @param {{ label: string | null, text: string }} sticker
   * @param {Sureness} [sureness]
   */
  #turnInto(strokes, sticker, sureness) {
    this.surface.erase(...strokes);
    this.board.place(sticker, strokes, sureness);
  }

  /**
   * @param {Stroke[] | null} strokes of a drawing that was not recognised; they stay as ink unless it is taught
   * @param {readonly Candidate[]} candidates for it
   */
  async #ask(strokes, candidates = []) {
    const learned = await this.teach.open(strokes, offered(candidates, this.collection.stickers ?? []));
    if (learned !== null) {
      const label = this.collection.stickers?.find(({ text }) => text === learned)?.label ?? null;
      if (strokes) this.#turnInto(strokes, { label, text: learned });
      this.announcer.say(strings.learned(learned));
    }
    if (!strokes) this.recognizer.rest();
    return learned;
  }

  /** @param {Lesson} lesson */
  async #learn(lesson) {
    await this.collection.learn(lesson);
    if (lesson.signal.aborted) this.announcer.say(strings.learnedAlready(lesson.text));
    void this.safekeeping.learned();
  }

  /**
   * @param {Sticker} sticker
   * @param {string} text
   * @param {AbortSignal} signal
   */
  async #changeFace(sticker, text, signal) {
    await this.collection.changeFace(sticker, text, signal);
    if (signal.aborted) this.announcer.say(strings.library.became(sticker.text, text));
  }

  /** @param {string} action of the menu */
  #act(action) {
    if (action === "new") void this.#ask(null);
    else if (action === "library") this.library.open();
    else if (action === "undo" || action === "redo") void this.steps.go(action);
    else if (action === "settings") this.settings.open();
    else if (action === "clear") (this.#clear(), this.safekeeping.keeper.save());
    else if (action === "reset") void this.#askReset();
    this.safekeeping.act(action);
  }

  #clear() {
    this.recognizer.clear();
    this.surface.clear();
    this.board.clear();
    this.announcer.say(strings.cleared, "quiet");
    this.#showWelcome();
  }

  async #askReset() {
    if (await this.reset.open()) this.announcer.say(strings.resetDone);
    this.recognizer.rest();
  }

  /** @param {AbortSignal} signal */
  async #reset(signal) {
    await this.collection.change(signal, (client) => this.safekeeping.erase(() => client.reset()));
    this.#clear();
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
  void new App().start().then(() => offline.start());
}

/** Composes the page: ink, stickers, dialogs and the client that recognises and learns. */

import { Announcer } from "./announce.js";
import { Board } from "./board.js";
import { offered } from "./candidates.js";
import { InkSurface } from "./canvas.js";
import { Inkmoji, InkmojiError } from "./client.js";
import { Menu } from "./menu.js";
import { Pen } from "./pen.js";
import { Recognizer } from "./recognizer.js";
import { ResetDialog } from "./reset.js";
import { Safekeeping } from "./safekeeping.js";
import { isReadyMade, SettingsDialog } from "./settings.js";
import { Status } from "./status.js";
import { strings } from "./strings.js";
import { surenessOf } from "./sureness.js";
import { TeachDialog } from "./teach.js";

/** @typedef {import("./client.js").Candidate} Candidate */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/** @typedef {import("./teach.js").Lesson} Lesson */

const PEN_WIDTH = 8;
/** What leaves Python of use. */
const HARMLESS = ["worker-model", "worker-died"];

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));

class App {
  /** @type {PromiseWithResolvers<Inkmoji>} */
  #client = Promise.withResolvers();
  /** @type {Inkmoji | null} */
  #live = null;
  /** @type {{ stage: keyof typeof strings.stages, share: number }} */
  #stage = { stage: "runtime", share: 0 };
  /** Whether a change of the stickers is under way here, rather than in another tab. */
  #changing = false;

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
    this.teach = new TeachDialog(
      /** @type {HTMLDialogElement} */ (find("#teach")), (lesson) => this.#learn(lesson), explain);
    this.reset = new ResetDialog(/** @type {HTMLDialogElement} */ (find("#reset")), (signal) => this.#reset(signal), explain);
    this.settings = this.#createSettings();
    this.safekeeping = new Safekeeping(this, {
      connect: (signal) => this.#connected(signal),
      change: async (signal, work) => {
        const client = await this.#connected(signal);
        await this.#change(() => work(client));
      },
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
      await client.ready;
      this.#connect(client);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {Inkmoji} client */
  #connect(client) {
    this.#live = client;
    client.on("notice", ({ level, message }) => this.announcer.say(message, level === "error" ? "error" : "info"));
    client.on("change", () => this.#stickersChanged());
    this.#client.resolve(client);
    this.recognizer.connect(client);
    this.safekeeping.connect(client);
    this.settings.refresh();
    this.#showState();
    this.#showWelcome();
    if (!client.storage.message) this.announcer.say(strings.ready, "quiet");
  }

  /** @param {unknown} error */
  #fail(error) {
    // Whoever waits for Inkmoji must hear of it; that nobody waits is no error.
    this.#client.promise.catch(() => {});
    this.#client.reject(error);
    this.#client = Promise.withResolvers();
    this.status.state = "failed";
    find("#failure-message").textContent = explain(error);
    find("#failure").hidden = false;
  }

  /**
   * The client, once it is up; a start that has failed is tried again.
   * @param {AbortSignal} signal
   */
  #connected(signal) {
    if (document.documentElement.dataset.state === "failed") void this.start();
    return unlessAborted(this.#client.promise, signal);
  }

  #createRecognizer() {
    return new Recognizer({
      onRecognised: (strokes, label, confidence) => this.#place(strokes, label, surenessOf(confidence)),
      onUnknown: (strokes, candidates) => this.#ask(strokes, candidates),
      onError: (strokes, error) => this.#predictFailed(strokes, error),
      isOccupied: () => this.pen.down || this.menu.isOpen || document.querySelector("dialog[open]") !== null,
      onChange: () => (this.#showState(), this.safekeeping.keeper.answered()),
    });
  }

  #createSettings() {
    return new SettingsDialog(/** @type {HTMLDialogElement} */ (find("#settings")), {
      stickers: () => this.#live?.stickers ?? null,
      connect: (signal) => this.#connected(signal),
      useStarter: (on, signal) => this.#useStarter(on, signal),
      explain,
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
    this.#live?.close();
    this.#live = null;
    this.recognizer.disconnect(...drawings);
    this.#fail(error);
  }

  #showState() {
    if (document.documentElement.dataset.state === "failed") return;
    if (!this.#live || this.#stage.stage !== "ready") this.status.starting(this.#stage.stage, this.#stage.share, this.recognizer.waiting);
    else if (this.#changing) this.status.working(strings.learning);
    else if (this.recognizer.busy) this.status.working(strings.looking);
    else this.status.ready();
  }

  #stickersChanged() {
    this.settings.refresh();
    this.#showWelcome();
    if (!this.#changing) this.announcer.say(strings.updatedElsewhere);
  }

  #showWelcome() {
    find("#welcome").dataset.hidden = String(!this.surface.empty || !this.board.empty);
    // What was taught goes first: ready-made stickers alone would fill the line.
    const known = (this.#live?.stickers ?? []).toSorted((a, b) => Number(isReadyMade(a)) - Number(isReadyMade(b)));
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
    const text = this.#live?.stickers.find((sticker) => sticker.label === label)?.text ?? label;
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
    const learned = await this.teach.open(strokes, offered(candidates, this.#live?.stickers ?? []));
    if (learned !== null) {
      const label = this.#live?.stickers.find(({ text }) => text === learned)?.label ?? null;
      if (strokes) this.#turnInto(strokes, { label, text: learned });
      this.announcer.say(strings.learned(learned));
      this.recognizer.retryUnknown();
    }
    if (!strokes) this.recognizer.rest();
  }

  /** @param {Lesson} lesson */
  async #learn({ text, of, drawings, signal, onProgress }) {
    const client = await this.#connected(signal);
    const { stickers } = client;
    const known = stickers.find((sticker) => sticker.label === of) ?? stickers.find((sticker) => sticker.text === text);
    const label = known?.label ?? crypto.randomUUID();
    const examples = drawings.map((drawing) => ({ label, drawing }));
    const faces = known ? [] : [{ label, text }];
    await this.#change(() => client.update(examples, { faces, signal, onProgress }));
    if (signal.aborted) this.announcer.say(strings.learnedAlready(text));
    void this.safekeeping.learned();
  }

  /** @param {() => Promise<void>} change of the stickers */
  async #change(change) {
    this.#changing = true;
    this.#showState();
    try {
      await change();
    } catch (error) {
      if (isOfWorker(error)) this.#lose(error);
      throw error;
    } finally {
      this.#changing = false;
      this.#showState();
    }
  }

  /** @param {string} action of the menu */
  #act(action) {
    if (action === "new") void this.#ask(null);
    else if (action === "settings") this.settings.open();
    else if (action === "clear") this.#clear();
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
    const client = await this.#connected(signal);
    await this.#change(() => this.safekeeping.erase(() => client.reset()));
    this.#clear();
    if (signal.aborted) this.announcer.say(strings.resetDone);
  }

  /**
   * @param {boolean} on
   * @param {AbortSignal} signal
   */
  async #useStarter(on, signal) {
    const client = await this.#connected(signal);
    await this.#change(() => client.useStarter(on));
    this.recognizer.retryUnknown();
  }
}

/** @param {unknown} error after which Python is of no use any more; a model that could not be fetched does it no harm */
function isOfWorker(error) {
  return error instanceof InkmojiError && error.code.startsWith("worker-") && !HARMLESS.includes(error.code);
}

/** @param {unknown} error after which Python starts again by itself */
function isOfRestart(error) {
  return error instanceof InkmojiError && error.code === "worker-died";
}

/**
 * An error in words for the person.
 * @param {unknown} error
 */
function explain(error) {
  if (error instanceof InkmojiError) return error.message;
  reportError(error);
  return strings.unknownError;
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(promise, signal) {
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, /** @type {Promise<never>} */ (aborted)]);
}

if (document.documentElement.dataset.support !== "missing") void new App().start();

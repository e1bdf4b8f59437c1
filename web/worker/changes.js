/** Every change of the live model: Python makes a candidate, it is saved, and only then it lives. */

import { InkmojiError } from "../errors.js";
import { pump } from "./pump.js";

/**
 * @typedef {import("../protocol.d.ts").Change} Change
 * @typedef {import("../protocol.d.ts").Part} Part
 * @typedef {import("../protocol.d.ts").PyExample} PyExample
 * @typedef {import("../protocol.d.ts").PyFace} PyFace
 * @typedef {import("../protocol.d.ts").Session} Session
 * @typedef {import("../protocol.d.ts").UpdateParameters} UpdateParameters
 * @typedef {import("../protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("./live.js").LiveModel} LiveModel
 * @typedef {Parameters<LiveModel["adopt"]>[0]} Making
 */

/**
 * @typedef {object} Course  of a change
 * @property {AbortSignal} [signal]
 * @property {(progress: UpdateProgress) => void} [report]
 */

const ATTEMPTS = 5;

export class Changes {
  #session;
  #live;
  #follow;

  /**
   * @param {Session} session
   * @param {LiveModel} live
   * @param {() => Promise<void>} follow  takes over what another tab has saved
   */
  constructor(session, live, follow) {
    this.#session = session;
    this.#live = live;
    this.#follow = follow;
  }

  /**
   * @param {PyExample[]} examples
   * @param {PyFace[]} faces
   * @param {UpdateParameters} parameters
   * @param {Course} course
   */
  learn(examples, faces, parameters, course) {
    return this.#make(course, async () => {
      this.#session.begin_update(examples, faces, parameters);
      await this.#pump(course);
      const labels = [...new Set(examples.map(({ label }) => label))];
      return { change: this.#change("learned", labels, examples.length, faces) };
    });
  }

  /** @param {PyFace} face @param {Course} course */
  setFace(face, course) {
    return this.#make(course, () => {
      this.#session.offer_face(face);
      return { change: this.#change("face-changed", [face.label], 0, [face]) };
    });
  }

  /** @param {Uint8Array | null} pack @param {Course} course */
  useStarter(pack, course) {
    return this.#make(course, () => {
      this.#session.offer_starter(pack);
      return { change: this.#change(pack ? "starter-added" : "starter-removed") };
    });
  }

  /** @param {Part} part @param {Course} course */
  remove(part, course) {
    return this.#make(course, () => {
      const labels = this.#labelsOf(part);
      this.#session.offer_without(part);
      return { change: this.#change("label" in part ? "sticker-removed" : "example-removed", labels) };
    });
  }

  /** @param {number} number @param {Course} course */
  restore(number, course) {
    return this.#make(course, async () => {
      this.#session.offer(await this.#live.read(number));
      return { change: this.#change("restored") };
    });
  }

  /** @param {Uint8Array} archive @param {boolean} replace @param {Course} course */
  importModel(archive, replace, course) {
    return this.#make(course, async () => {
      const { stickers, examples } = this.#session.inspect(archive);
      this.#session.begin_import(archive, replace);
      await this.#pump(course);
      const named = stickers.map(({ label, text }) => ({ label, text }));
      return { change: { type: replace ? "replaced" : "merged", stickers: named, examples } };
    });
  }

  /** @param {Uint8Array} source @param {Course} course */
  importCoreML(source, course) {
    return this.#make(course, () => {
      this.#session.offer_coreml(source);
      return { change: this.#change("model-imported") };
    });
  }

  /**
   * Learn all drawings anew on another base model, unless another tab has just done so.
   *
   * @param {Uint8Array} base
   * @param {Uint8Array | null} pack
   * @param {Course} course
   */
  renew(base, pack, course) {
    return this.#make(course, async () => {
      if (this.#session.is_based_on(base)) {
        return null;
      }
      this.#session.begin_renewal(this.#session.archive(), base, pack);
      await this.#pump(course);
      return { change: this.#change("renewed") };
    });
  }

  /**
   * Remove a part for good: from the live model, and with every saved generation that holds it, or may hold it because
   * it is damaged. There is no way back, so the new generation has none.
   *
   * @param {Part} part
   */
  forget(part) {
    return this.#make({}, async () => {
      const archive = this.#session.archive();
      const [label] = this.#labelsOf(part);
      if (this.#session.holds(archive, part)) {
        this.#session.offer_without(part);
      } else {
        this.#session.offer(archive);
      }
      // With its last example a sticker goes too.
      const gone = "label" in part || (label !== undefined && this.#session.examples(label).length === 1);
      const untold = gone ? label : undefined;
      return { change: this.#change("forgotten"), parent: null, erased: await this.#holding(part), untold };
    });
  }

  /** Erase every generation but the live one, which is saved anew first where it stands in for a damaged one. */
  async forgetHistory() {
    if (this.#live.isNamed) {
      await this.#live.forgetHistory();
      return;
    }
    await this.#make({}, async () => {
      this.#session.offer(this.#session.archive());
      const erased = (await this.#live.store.history()).map(({ number }) => number);
      return { change: this.#change("forgotten"), parent: null, erased };
    });
  }

  /**
   * The generations that must go with a part.
   *
   * @param {Part} part
   */
  async #holding(part) {
    const numbers = [];
    for (const { number } of await this.#live.store.history()) {
      try {
        if (!this.#session.holds(await this.#live.store.read(number), part)) {
          continue;
        }
      } catch (error) {
        if (!(error instanceof InkmojiError)) {
          throw error;
        }
      }
      numbers.push(number);
    }
    return numbers;
  }

  /**
   * Make a candidate, save it, and only then let it live. Where another tab was faster, make it again from its model.
   *
   * @param {Course} course
   * @param {() => Promise<Making | null> | Making} begin  leads to a candidate; null: nothing is left to do
   */
  async #make({ report = () => {}, signal }, begin) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const making = await begin();
        if (making === null) {
          return this.#live.state;
        }
        report({ event: "saving", done: 0, total: 1 });
        await this.#live.adopt(making, signal);
        return this.#live.state;
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof InkmojiError && error.code === "update-conflict")) {
          throw error;
        }
      } finally {
        this.#session.discard();
      }
      await this.#follow();
    }
  }

  /** @param {Course} course */
  #pump({ report = () => {}, signal }) {
    return pump(this.#session, report, signal);
  }

  /**
   * @param {Change["type"]} type
   * @param {readonly string[]} labels
   * @param {number} examples
   * @param {readonly PyFace[]} faces  of labels that are not known by another text yet
   * @returns {Change}
   */
  #change(type, labels = [], examples = 0, faces = []) {
    const known = [...faces, ...this.#live.state.stickers];
    const stickers = labels.map((label) => ({ label, text: known.find((face) => face.label === label)?.text ?? label }));
    return { type, stickers, examples };
  }

  /** The label that a part belongs to, if it is known. @param {Part} part @returns {string[]} */
  #labelsOf(part) {
    if ("label" in part) {
      return [part.label];
    }
    const holds = (/** @type {string} */ label) => this.#session.examples(label).some(({ id }) => id === part.example);
    return this.#live.state.stickers.map(({ label }) => label).filter(holds);
  }
}

/** Python in this worker. Nothing outside of this module ever holds a PyProxy or a view of Python's memory. */

import { InkmojiError, messageOf } from "../errors.js";
import { boot } from "./boot.js";
import { prepareCoreML } from "./coreml.js";

/**
 * @typedef {import("../protocol.d.ts").Candidate} Candidate
 * @typedef {import("../protocol.d.ts").PyFace} PyFace
 * @typedef {import("../protocol.d.ts").Session} Session
 * @typedef {import("../protocol.d.ts").Sticker} Sticker
 * @typedef {import("../pyodide/ffi.js").PyProxy} PyProxy
 * @typedef {import("../pyodide/ffi.js").PyCallable} PyCallable
 * @typedef {import("./boot.js").Pyodide} Pyodide
 */

/**
 * Start Python and return its session, which holds no model yet. Before the session reads or writes a Core ML file for
 * the first time, `prepareCoreML` must have settled.
 *
 * @param {(stage: "runtime" | "packages") => void} onStage
 * @returns {Promise<Session & {prepareCoreML: () => Promise<void>}>}
 * @throws {InkmojiError} "worker-python": Pyodide or a package could not be loaded; a method of the session throws
 *   it for an error of Python that is none of Inkmoji's
 */
export async function startSession(onStage) {
  try {
    return await loadSession(onStage);
  } catch (error) {
    // Pyodide's file system throws what is no Error and has no message.
    const reason = error instanceof Error ? error.message : "a file in pyodide/ is missing or damaged.";
    throw new InkmojiError("worker-python", `Python could not be started: ${reason} Reload the page.`);
  }
}

/** @param {(stage: "runtime" | "packages") => void} onStage @returns {ReturnType<typeof startSession>} */
async function loadSession(onStage) {
  const pyodide = await boot(onStage);
  const module = pyodide.pyimport("inkmoji.session");
  const session = /** @type {PyProxy} */ (module.Session());
  const dispatch = /** @type {PyCallable} */ (module.call);
  /** @param {string} method @param {unknown[]} values */
  const invoke = (method, ...values) => call(pyodide, dispatch, [session, method], values);
  return {
    load: (archive) => withImages(invoke("load", archive)),
    predict(drawing) {
      const prediction = invoke("predict", drawing);
      return { ...prediction, label: prediction.label ?? null };
    },
    review(drawings, label) {
      const review = invoke("review", drawings, label ?? undefined);
      // Python's None is undefined here.
      return { ...review, claims: review.claims.map((/** @type {Candidate | undefined} */ claim) => claim ?? null) };
    },
    begin_update: (examples, faces, parameters) =>
      void invoke("begin_update", examples, faces.map(forPython), parameters),
    begin_import: (archive, replace) => void invoke("begin_import", archive, replace),
    // Python's None is undefined here; null is something of its own there.
    begin_renewal: (archive, base, pack) => void invoke("begin_renewal", archive, base, pack ?? undefined),
    prepareCoreML: () => prepareCoreML(pyodide),
    offer: (archive) => void invoke("offer", archive),
    offer_coreml: (source) => void invoke("offer_coreml", source),
    offer_starter: (pack) => void invoke("offer_starter", pack ?? undefined),
    offer_face: (face) => void invoke("offer_face", forPython(face)),
    offer_without: (part) => void invoke("offer_without", part),
    step: () => invoke("step") ?? null,
    cancel: () => void invoke("cancel"),
    candidate: () => invoke("candidate"),
    adopt: () => withImages(invoke("adopt")),
    discard: () => void invoke("discard"),
    archive: () => invoke("archive"),
    examples: (label) => invoke("examples", label),
    separation(label) {
      const { margin, recognized, nearest } = invoke("separation", label);
      return { margin: margin ?? null, recognized: recognized ?? null, nearest: nearest ?? null };
    },
    projection: () => invoke("projection"),
    inspect: (archive) => withImages(invoke("inspect", archive)),
    inspect_coreml(source) {
      const model = invoke("inspect_coreml", source);
      return { ...model, unsuitable: model.unsuitable ?? null };
    },
    export_coreml: () => invoke("export_coreml"),
    holds: (archive, part) => invoke("holds", archive, part),
    is_based_on: (archive) => invoke("is_based_on", archive),
  };
}

/** @param {PyFace} face  null is something of its own in Python; None is undefined here */
function forPython(face) {
  return { ...face, image: face.image ?? undefined };
}

/**
 * @template {{stickers: Sticker[]}} T
 * @param {T} told  as Python tells it
 * @returns {T}
 */
function withImages(told) {
  return { ...told, stickers: told.stickers.map((sticker) => ({ ...sticker, image: sticker.image ?? null })) };
}

/**
 * Call Python with `values` as its own dicts, lists and buffers; return its answer as plain objects and copies.
 *
 * @param {Pyodide} pyodide
 * @param {PyCallable} dispatch  `inkmoji.session.call`
 * @param {[PyProxy, string]} target
 * @param {unknown[]} values
 */
function call(pyodide, dispatch, target, values) {
  const given = values.map((value) => pyodide.toPy(value));
  try {
    const answer = dispatch(...target, ...given);
    const { value, error } = answer.toJs({ dict_converter: Object.fromEntries, create_pyproxies: false });
    answer.destroy();
    if (error) {
      throw new InkmojiError(error.code, error.message);
    }
    return value;
  } catch (error) {
    if (hasFailed(pyodide)) {
      given.length = 0; // it destroys nothing any more
      self.close(); // whoever watches this worker starts another one
      throw new InkmojiError("worker-died", `Python failed for good: ${messageOf(error)} It is started again: try again.`);
    }
    throw error instanceof InkmojiError ? error : unforeseen(error);
  } finally {
    // A string, a number or a truth value has no proxy.
    given.forEach((proxy) => proxy?.destroy?.());
  }
}

/**
 * Whether Python is beyond help, for instance for want of stack: all parts of Pyodide throw from then on.
 *
 * @param {Pyodide} pyodide
 */
function hasFailed(pyodide) {
  try {
    return pyodide.globals === undefined;
  } catch {
    return true;
  }
}

/**
 * An error of Python that is none of Inkmoji's: its traceback is for the developer, its last line for the person.
 *
 * @param {unknown} error
 */
function unforeseen(error) {
  console.error(error);
  return new InkmojiError("worker-python", `Python failed: ${messageOf(error).trim().split("\n").at(-1)}`);
}

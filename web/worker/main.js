/** The worker: one queue of calls over one Python session. It learns in small steps, to hear a cancel at any time. */

import { expose } from "../vendor/comlink/comlink.mjs";
import { CANCELLED, InkmojiError, messageOf } from "../errors.js";
import { LiveModel } from "./live.js";
import { startSession } from "./python.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";

/**
 * @typedef {import("../protocol.d.ts").WorkerCalls} WorkerCalls
 * @typedef {import("../protocol.d.ts").WorkerEvent} WorkerEvent
 * @typedef {import("../protocol.d.ts").UpdateProgress} UpdateProgress
 * @typedef {import("../protocol.d.ts").Session} Session
 */

const STEP_BUDGET = 8; // milliseconds
const ATTEMPTS = 5;
const STAGES = /** @type {const} */ (["runtime", "packages", "model", "ready"]);
const SCOPE = new URL("..", import.meta.url).pathname;

const queue = new Queue();
/** Calls that can still be cancelled. @type {Map<number, AbortController>} */
const cancellable = new Map();
const ticks = new MessageChannel();

/** @type {Session} */
let session;
/** @type {LiveModel} */
let live;
/** @type {(event: WorkerEvent) => void} */
let tell;
/** Address of the starter pack. */
let pack = "";

/** @type {WorkerCalls} */
const calls = {
  start({ name, model, starter }, listener) {
    tell = listener;
    pack = starter;
    return crossing(queue.run(() => start(name, model)));
  },
  predict(call, drawing) {
    return crossing(withSignal(call, (signal) => queue.run(() => session.predict(drawing), signal)));
  },
  update(call, examples, faces) {
    /** @param {UpdateProgress} progress */
    const report = (progress) => tell({ type: "progress", call, progress });
    const begin = () => session.begin_update(examples, faces);
    return crossing(withSignal(call, (signal) => queue.run(() => update(begin, pump, report, signal), signal)));
  },
  useStarter(call, on) {
    return crossing(withSignal(call, (signal) => queue.run(() => useStarter(on, signal), signal)));
  },
  reset: () => crossing(queue.run(async () => (await live.reset(), live.state))),
  cancel(call) {
    cancellable.get(call)?.abort(new InkmojiError(CANCELLED, "The call was cancelled; nothing has changed."));
  },
};

/** @param {string} name @param {string} model */
async function start(name, model) {
  const opening = Store.open(SCOPE, name).catch((/** @type {unknown} */ error) => error);
  const early = fetchModel(model);
  // Where it fails it is asked for again once it is needed: a saved model may do without.
  early.catch(() => {});
  session = await startSession(enter);
  enter("model");
  const store = await opening;
  const base = () => early.catch(() => fetchModel(model));
  live = new LiveModel(session, base, store, (notice) => tell({ type: "notice", notice }));
  await live.load();
  if (store instanceof Store) {
    store.onAnnounce(() => void queue.run(follow));
  }
  enter("ready");
  return live.state;
}

/** @param {(typeof STAGES)[number]} stage */
function enter(stage) {
  tell({ type: "status", status: { stage, loaded: STAGES.indexOf(stage), total: STAGES.length - 1 } });
}

/** @param {boolean} on @param {AbortSignal} signal */
async function useStarter(on, signal) {
  const archive = on ? await fetchModel(pack) : null;
  return update(() => session.offer_starter(archive), async () => {}, () => {}, signal);
}

/** @param {string} address */
async function fetchModel(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) {
    const got = response ? `status ${response.status}` : "no answer";
    throw new InkmojiError("worker-model", `Expected a model at ${address}, got ${got}. Try again, or reload the page.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Load what another tab has saved. */
async function follow() {
  try {
    if (await live.refresh()) {
      tell({ type: "change", state: live.state });
    }
  } catch (error) {
    const message = `Another tab has changed the stickers, but they could not be loaded: ${messageOf(error)}`;
    tell({ type: "notice", notice: { level: "warning", message } });
  }
}

/**
 * Learn, save, and only then let the new model live. Where another tab was faster, learn again on top of its model.
 *
 * @param {() => void} begin
 * @param {typeof pump} learn  leads what has begun to a candidate
 * @param {(progress: UpdateProgress) => void} report
 * @param {AbortSignal} signal
 */
async function update(begin, learn, report, signal) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      begin();
      await learn(report, signal);
      report({ event: "saving", done: 0, total: 1 });
      await live.adopt(signal);
      return live.state;
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof InkmojiError && error.code === "update-conflict")) {
        throw error;
      }
    } finally {
      session.discard();
    }
    await follow();
  }
}

/**
 * Run the update's steps, letting messages in (a cancel, above all) before the first and whenever the budget is spent.
 *
 * @param {(progress: UpdateProgress) => void} report
 * @param {AbortSignal} signal
 */
async function pump(report, signal) {
  let deadline = 0;
  for (;;) {
    if (performance.now() >= deadline) {
      await tick();
      deadline = performance.now() + STEP_BUDGET;
    }
    if (signal.aborted) {
      session.cancel();
    }
    const progress = session.step();
    if (progress === null) {
      return;
    }
    report(progress);
  }
}

/** Wait for the messages that have arrived by now: a microtask would not let them in, a timer costs 4 ms. */
function tick() {
  return new Promise((resolve) => {
    ticks.port1.onmessage = resolve;
    ticks.port2.postMessage(null);
  });
}

/**
 * @template Result
 * @param {number} call
 * @param {(signal: AbortSignal) => Promise<Result>} run
 */
async function withSignal(call, run) {
  const controller = new AbortController();
  cancellable.set(call, controller);
  try {
    return await run(controller.signal);
  } finally {
    cancellable.delete(call);
  }
}

/**
 * An error keeps nothing but its message when it crosses to the page, so it goes as a plain object.
 *
 * @template Result
 * @param {Promise<Result>} result
 */
async function crossing(result) {
  try {
    return await result;
  } catch (error) {
    const code = error instanceof InkmojiError ? error.code : "worker-failed";
    throw { code, message: messageOf(error) };
  }
}

expose(calls);

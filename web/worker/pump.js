/** Runs the update of a session in small steps, so that a cancel is heard at any time. */

/**
 * @typedef {import("../protocol.d.ts").Session} Session
 * @typedef {import("../protocol.d.ts").UpdateProgress} UpdateProgress
 */

const STEP_BUDGET = 8; // milliseconds
const tick = ticker();

/**
 * Run the update's steps, letting messages in (a cancel, above all) before the first and whenever the budget is spent.
 *
 * @param {Session} session
 * @param {(progress: UpdateProgress) => void} report
 * @param {AbortSignal} [signal]
 */
export async function pump(session, report, signal) {
  let deadline = 0;
  for (;;) {
    if (performance.now() >= deadline) {
      await tick();
      deadline = performance.now() + STEP_BUDGET;
    }
    if (signal?.aborted) {
      session.cancel();
    }
    const progress = session.step();
    if (progress === null) {
      return;
    }
    report(progress);
  }
}

/**
 * A function that waits for the messages that have arrived by now: a microtask would not let them in, a timer costs 4 ms.
 * One wait of it must end before the next.
 */
export function ticker() {
  const ticks = new MessageChannel();
  return () =>
    new Promise((resolve) => {
      ticks.port1.onmessage = resolve;
      ticks.port2.postMessage(null);
    });
}

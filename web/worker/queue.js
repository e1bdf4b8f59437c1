/** One thing at a time. */

export class Queue {
  #tail = Promise.resolve();

  /**
   * Run `job` once all earlier jobs have ended. Aborted before its turn, it is dropped at once.
   *
   * @template Result
   * @param {() => Promise<Result> | Result} job
   * @param {AbortSignal} [signal]
   * @returns {Promise<Result>}
   */
  run(job, signal) {
    const ahead = this.#tail;
    const turn = (signal ? orAborted(ahead, signal) : ahead).then(job);
    this.#tail = Promise.allSettled([ahead, turn]).then(() => {});
    return turn;
  }
}

/**
 * @param {Promise<void>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<void>} rejects with the signal's reason if that comes first
 */
function orAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(() => (signal.aborted ? reject(signal.reason) : resolve()));
  });
}

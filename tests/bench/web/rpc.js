/** The page's side of a worker that `answer.js` answers in. */

/**
 * @param {Worker} worker
 * @returns {(method: string, ...values: unknown[]) => Promise<any>}
 */
export function connect(worker) {
  let last = 0;
  /** @type {Map<number, PromiseWithResolvers<any>>} */
  const asked = new Map();
  worker.onmessage = ({ data: { call, value, error } }) => {
    const { resolve, reject } = asked.get(call);
    asked.delete(call);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  };
  worker.onerror = ({ message }) => asked.forEach(({ reject }) => reject(new Error(message)));
  return (method, ...values) => {
    const answer = Promise.withResolvers();
    last += 1;
    asked.set(last, answer);
    worker.postMessage({ call: last, method, values });
    return answer.promise;
  };
}

/**
 * Milliseconds of each call, one after the other; `undo` is called after each and not counted.
 *
 * @template Given
 * @param {readonly Given[]} inputs
 * @param {(given: Given) => Promise<unknown>} run
 * @param {(given: Given) => Promise<unknown>} [undo]
 */
export async function timed(inputs, run, undo) {
  const times = [];
  for (const input of inputs) {
    const start = performance.now();
    await run(input);
    times.push(performance.now() - start);
    await undo?.(input);
  }
  return times;
}

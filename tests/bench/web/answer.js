/* In a worker, classic or module: answer the calls of `rpc.js`, one after the other, with these methods. */
"use strict";

self.answer = (methods) => {
  let last = Promise.resolve();
  self.onmessage = ({ data: { call, method, values } }) => {
    last = last.then(async () => {
      try {
        self.postMessage({ call, value: await methods[method](...values) });
      } catch (error) {
        self.postMessage({ call, error: String(error?.stack ?? error) });
      }
    });
  };
};

/** Milliseconds of each of `rounds` samples; a sample is the mean of `repeat` calls: a worker's clock is coarse. */
self.sampled = async (rounds, repeat, run) => {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let time = 0; time < repeat; time += 1) await run(round * repeat + time);
    times.push((performance.now() - start) / repeat);
  }
  return times;
};

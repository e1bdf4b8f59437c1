/*
 * $P, the point-cloud recogniser: Vatavu, Anthony and Wobbrock, "Gestures as point clouds: a $P recognizer for user
 * interface prototypes", ICMI 2012, after the pseudocode of its appendix. A classic script: `self.dollarP`.
 */
"use strict";

(() => {
  const POINTS = 32;
  const EXPONENT = 0.5; // of the number of points: how far apart the points are that a matching starts with

  /** The strokes as a cloud of points: as many, of one size, around the origin. */
  const cloud = (strokes) => {
    const { x, y } = resampled(strokes);
    const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
    const size = Math.max(right - left, bottom - top) || 1;
    const [middleX, middleY] = [mean(x), mean(y)];
    return { x: x.map((value) => (value - middleX) / size), y: y.map((value) => (value - middleY) / size) };
  };

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Points at equal distances along the path; moves with the pen up are no part of it. */
  const resampled = (strokes) => {
    const step = strokes.reduce((sum, stroke) => sum + length(stroke), 0) / (POINTS - 1);
    const found = { x: [strokes[0].x[0]], y: [strokes[0].y[0]] };
    let since = 0;
    for (const { x, y } of strokes) {
      for (let index = 1; index < x.length; index += 1) {
        let [fromX, fromY] = [x[index - 1], y[index - 1]];
        let rest = Math.hypot(x[index] - fromX, y[index] - fromY);
        while (since + rest >= step && rest > 0) {
          const share = (step - since) / rest;
          fromX += share * (x[index] - fromX);
          fromY += share * (y[index] - fromY);
          found.x.push(fromX);
          found.y.push(fromY);
          rest -= step - since;
          since = 0;
        }
        since += rest;
      }
    }
    // Rounding may have left the last one out, or a dot has no length at all.
    while (found.x.length < POINTS) {
      found.x.push(strokes.at(-1).x.at(-1));
      found.y.push(strokes.at(-1).y.at(-1));
    }
    return { x: Float64Array.from(found.x.slice(0, POINTS)), y: Float64Array.from(found.y.slice(0, POINTS)) };
  };

  const length = ({ x, y }) => {
    let sum = 0;
    for (let index = 1; index < x.length; index += 1) sum += Math.hypot(x[index] - x[index - 1], y[index] - y[index - 1]);
    return sum;
  };

  /** GREEDY-CLOUD-MATCH: the least distance of two clouds, over matchings from several points, in either direction. */
  const distance = (one, other) => {
    const step = Math.floor(POINTS ** (1 - EXPONENT));
    let least = Infinity;
    for (let start = 0; start < POINTS; start += step) {
      least = Math.min(least, matched(one, other, start), matched(other, one, start));
    }
    return least;
  };

  const free = new Uint8Array(POINTS);

  /** CLOUD-DISTANCE: each point with the nearest that is free yet; those matched first weigh most. */
  const matched = (one, other, start) => {
    free.fill(1);
    let sum = 0;
    for (let count = 0; count < POINTS; count += 1) {
      const index = (start + count) % POINTS;
      let [least, nearest] = [Infinity, 0];
      for (let place = 0; place < POINTS; place += 1) {
        if (!free[place]) continue;
        const [across, down] = [one.x[index] - other.x[place], one.y[index] - other.y[place]];
        const far = across * across + down * down;
        if (far < least) [least, nearest] = [far, place];
      }
      free[nearest] = 0;
      sum += (1 - count / POINTS) * Math.sqrt(least);
    }
    return sum;
  };

  /**
   * The label of the nearest template, and how near it is; no label where there is none.
   *
   * @param {{x: Float64Array, y: Float64Array}} candidate
   * @param {readonly {label: string, points: {x: Float64Array, y: Float64Array}}[]} templates
   */
  const recognize = (candidate, templates) => {
    let best = { label: null, distance: Infinity };
    for (const { label, points } of templates) {
      const far = distance(candidate, points);
      if (far < best.distance) best = { label, distance: far };
    }
    return best;
  };

  self.dollarP = { cloud, recognize };
})();

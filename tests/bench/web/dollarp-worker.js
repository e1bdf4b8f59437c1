/* $P in a worker: its templates are what it learns, and what it saves. */
"use strict";

importScripts("answer.js", "saving.js", "dollarp.js");

let templates = [];

const learn = (label, drawings) => {
  templates.push(...drawings.map((strokes) => ({ label, points: dollarP.cloud(strokes) })));
};

answer({
  start() {},
  predict: (strokes) => dollarP.recognize(dollarP.cloud(strokes), templates).label,
  async teach(label, drawings) {
    learn(label, drawings);
    await save(templates);
  },
  forget(label) {
    templates = templates.filter((template) => template.label !== label);
  },
  load({ drawings }) {
    templates = [];
    drawings.forEach(({ label, strokes }) => learn(label, [strokes]));
  },
});

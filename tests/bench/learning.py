"""How long three drawings take to learn, and one to recognise, with the base model that ships, in milliseconds."""

import statistics
import time
from functools import partial
from pathlib import Path

import numpy as np
from inkmoji import (
    ArrayBatch,
    CompiledModel,
    DictFeatureProvider,
    FeatureValue,
    Strokes,
    UpdateTask,
)

ROUNDS = 15


def drawing(seed: int, points: int = 60) -> Strokes:
    """A smooth stroke, as hands draw them."""
    generator = np.random.default_rng(seed)
    return Strokes.of([np.cumsum(np.cumsum(generator.normal(size=(points, 2)), axis=0), axis=0)])


def example(seed: int, label: str) -> DictFeatureProvider:
    return DictFeatureProvider({"drawing": FeatureValue.image(drawing(seed)), "label": FeatureValue.string(label)})


def update(compiled: CompiledModel, label: str) -> CompiledModel:
    ends = []
    UpdateTask(compiled, ArrayBatch([example(seed, label) for seed in range(3)]), handlers=ends.append).resume()
    return ends[0].candidate


def milliseconds(call) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


compiled = CompiledModel(Path("base.inkmoji").read_bytes())
model = compiled.model()
print(f"embedding of one drawing: {milliseconds(partial(model.embed, [np.zeros((32, 32), np.uint8)])):.1f} ms")
for before in (0, 19):
    taught = compiled
    for index in range(before):
        taught = update(taught, f"sticker {index}")
    known, asked = update(taught, "new").model(), example(99, "")
    print(f"update with 3 drawings, {before} stickers before: {milliseconds(partial(update, taught, 'new')):.1f} ms")
    print(f"answer with {before + 1} stickers: {milliseconds(partial(known.predict, asked)):.1f} ms")

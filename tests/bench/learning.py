"""How long three drawings take to learn, and one to recognise, with the base model that ships, in milliseconds."""

import statistics
import time
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
print(f"embedding of one drawing: {milliseconds(lambda: model.embed([np.zeros((32, 32), np.uint8)])):.1f} ms")
for stickers in (1, 20):
    taught = compiled
    for index in range(stickers - 1):
        taught = update(taught, f"sticker {index}")
    known = taught.model()
    print(f"update with 3 drawings, {stickers - 1} stickers before: {milliseconds(lambda: update(taught, 'new')):.1f} ms")
    asked = example(99, "")
    print(f"answer with {len(known.labels)} stickers: {milliseconds(lambda: known.predict(asked)):.1f} ms")

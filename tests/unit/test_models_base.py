"""The base model that ships."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from inkmoji import archive
from inkmoji.features import DictFeatureProvider, FeatureValue, Strokes
from inkmoji.image import prepare
from inkmoji.model import Model

from models.scores import Validation, measure, twenty_way

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "models" / "base.inkmoji"
RING = [(50 + 40 * np.cos(a), 50 + 40 * np.sin(a)) for a in np.linspace(0, 6.3, 30)]
HOUSE = [(0, 40), (0, 90), (80, 90), (80, 40), (40, 0), (0, 40)]


@pytest.fixture(scope="module")
def model() -> Model:
    return archive.loads(BASE.read_bytes())


def test_the_base_model_is_small_and_knows_nothing(model: Model) -> None:
    assert BASE.stat().st_size < 1_000_000
    assert len(model.head) == 0
    answer = model.predict(DictFeatureProvider({"drawing": FeatureValue.image(Strokes.of([RING]))}))
    assert not answer.recognized
    assert answer.label == model.head.default_label == ""


def test_it_embeds_drawings_of_any_size_and_place_as_the_same_unit_vector(model: Model) -> None:
    ring = np.array(RING)
    drawings = [Strokes.of([ring]), Strokes.of([ring * 7.0 - 300.0]), Strokes.of([HOUSE])]
    vectors = model.embed([prepare(drawing, model.constraint) for drawing in drawings])
    assert vectors.shape == (3, model.head.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.99
    assert vectors[0] @ vectors[2] < 0.9


def test_its_threshold_is_stated_on_its_card(model: Model) -> None:
    threshold = model.head.threshold
    assert threshold is not None
    assert 0.0 < threshold < 2.0
    assert f"a squared distance of {threshold} to the nearest" in (BASE.parent / "CARD.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_reaches_its_mark_on_the_validation_categories(model: Model) -> None:
    data = os.environ.get("INKMOJI_DATA")
    if not data:
        pytest.skip("training data not present: set INKMOJI_DATA to its folder")
    validation = Validation.of(model, Path(data))
    assert twenty_way(validation, 1000, seed=1).mean >= 66.0
    card = (BASE.parent / "CARD.md").read_text(encoding="utf-8")
    for row in measure(model.head, validation, 20, seed=0)[:1]:
        assert f"| {row.test} |" in card

"""The base model that ships."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from inkmoji import ProbabilisticLDA, archive
from inkmoji.features import DictFeatureProvider, FeatureValue, Strokes
from inkmoji.image import canonical, prepare
from inkmoji.model import Model
from inkmoji.prototypes import with_prototypes

from models.emoji import EMOJI
from models.scores import embeddings, twenty_way, validation

ROOT = Path(__file__).resolve().parents[2]
BASE, STARTER, CARD = (ROOT / "models" / name for name in ("base.inkmoji", "starter.inkmoji", "CARD.md"))
RING = [(50 + 40 * np.cos(a), 50 + 40 * np.sin(a)) for a in np.linspace(0, 6.3, 30)]
WALLS, ROOF = [(0, 40), (0, 90), (80, 90), (80, 40), (0, 40)], [(0, 40), (40, 0), (80, 40)]
DOOR = [(30, 90), (30, 60), (50, 60), (50, 90)]
HOUSE = [(0, 40), (0, 90), (80, 90), (80, 40), (40, 0), (0, 40)]


@pytest.fixture(scope="module")
def model() -> Model:
    return archive.loads(BASE.read_bytes())


def test_the_base_model_is_small_and_knows_nothing(model: Model) -> None:
    assert BASE.stat().st_size <= 700_000
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


def test_it_is_as_small_and_quick_as_its_card_says(model: Model) -> None:
    card = CARD.read_text(encoding="utf-8")
    assert model.network is not None
    weights = [layer.weights["weight"] for layer in model.network.layers if "weight" in layer.weights]
    assert {str(weight.dtype) for weight in weights} == {"int8"}
    assert f"{BASE.stat().st_size:,} bytes" in " ".join(card.split())
    head = model.entries
    assert isinstance(head, ProbabilisticLDA)
    assert f"scale {head.scale:g} and offset {head.offset:g}" in card


def test_the_starter_pack_is_of_this_model_and_knows_sixty_doodles_by_their_emoji(model: Model) -> None:
    pack = archive.loads(STARTER.read_bytes())
    full = with_prototypes(model, pack)
    assert len(full.labels) >= 60
    assert not full.examples
    assert {full.faces[label].text for label in full.labels} == {EMOJI[str(label)] for label in full.labels}
    answer = full.predict(DictFeatureProvider({"drawing": FeatureValue.image(Strokes.of([WALLS, ROOF, DOOR]))}))
    assert (answer.label, answer.recognized) == ("house", True)


def test_a_sticker_taught_with_three_drawings_comes_before_the_starter_pack(model: Model) -> None:
    full = with_prototypes(model, archive.loads(STARTER.read_bytes()))
    for index in range(3):
        full.add_example("my place", canonical(Strokes.of([np.array(HOUSE) * (1.0, 1.0 + 0.1 * index)])))
    answer = full.predict(DictFeatureProvider({"drawing": FeatureValue.image(Strokes.of([HOUSE]))}))
    assert (answer.label, answer.recognized) == ("my place", True)


@pytest.mark.slow
def test_it_reaches_its_mark_on_the_validation_categories(model: Model) -> None:
    data = os.environ.get("INKMOJI_DATA")
    if not data:
        pytest.skip("training data not present: set INKMOJI_DATA to its folder")
    drawings, _ = validation(Path(data))
    score = twenty_way(embeddings(model, drawings), drawings.labels, 1000, seed=0)
    assert f"| Quick, Draw!: 20-way 3-shot, nearest class mean | {score} |" in CARD.read_text(encoding="utf-8")
    assert score.mean >= 68.0

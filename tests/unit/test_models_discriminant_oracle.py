"""What the head is estimated from and calibrated with: made-up things whose true figures are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inkmoji import Face, Model, ProbabilisticLDA

from models.discriminant import Scatter, Space, calibrate
from models.drawings import DrawingSet
from models.episodes import Floats, Labels, Task, open_episodes
from models.scores import Embedded, few_shot, known_or_unknown
from models.starter import EMOJI, PROTOTYPES, starter_pack, starter_rows

DIMENSION = 6
MIX = np.random.default_rng(8).normal(size=(DIMENSION, DIMENSION))
BETWEEN = np.array([9.0, 4.0, 1.0, 0.0, 0.0, 0.0])
MEAN = np.linspace(-1.0, 1.0, DIMENSION)


def things(classes: int, size: int, seed: int) -> tuple[Floats, Labels]:
    """Drawings of unit variance around middles of the variances ``BETWEEN``, in mixed coordinates."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), size)
    middles = rng.normal(size=(classes, DIMENSION)) * np.sqrt(BETWEEN)
    points = middles[labels] + rng.normal(size=(len(labels), DIMENSION))
    return (points @ MIX + MEAN).astype(np.float32), labels


def estimate(vectors: Floats, labels: Labels) -> Space:
    return Scatter.of(vectors, labels).space(0.0)


def embedded(classes: int = 60, size: int = 12, seed: int = 2) -> Embedded:
    vectors, labels = things(classes, size, seed)
    return Embedded("Things", vectors, labels, np.zeros(len(labels), np.intp))


def test_the_scatter_of_things_and_of_their_drawings_is_found_again() -> None:
    space = estimate(*things(3000, 5, seed=1))
    np.testing.assert_allclose(sorted(space.between, reverse=True)[:3], BETWEEN[:3], rtol=0.1)
    assert all(variance < 0.1 for variance in sorted(space.between, reverse=True)[3:])
    np.testing.assert_allclose(space.mean, MEAN, atol=0.2)
    vectors, labels = things(500, 20, seed=9)
    points = (vectors - space.mean.astype(np.float64)) @ space.projection.astype(np.float64)
    means = np.stack([points[labels == label].mean(axis=0) for label in range(500)])
    within = np.cov((points - means[labels]).T) * 20 / 19
    np.testing.assert_allclose(within, np.eye(len(within)), atol=0.1)


def test_a_share_of_another_scatter_comes_in_at_this_ones_size() -> None:
    own, other = Scatter.of(*things(300, 5, seed=1)), Scatter.of(*things(200, 4, seed=2))
    large = Scatter(other.mean, other.within * 50.0, other.between * 7.0)
    for foreign in (other, large):
        mixed = own.with_some_of(foreign, 0.25)
        for name in ("within", "between"):
            mine, theirs = getattr(own, name), getattr(other, name)
            expected = 0.75 * mine + 0.25 * theirs / np.trace(theirs) * np.trace(mine)
            np.testing.assert_allclose(getattr(mixed, name), expected)
        np.testing.assert_allclose(mixed.mean, own.mean)


def test_an_even_scatter_within_things_leaves_their_middles_where_they_were() -> None:
    scatter = Scatter.of(*things(300, 5, seed=1))
    space = scatter.space(1.0)
    projection = space.projection.astype(np.float64)
    even = np.eye(projection.shape[1])
    size = np.trace(scatter.within) / DIMENSION
    np.testing.assert_allclose(projection.T @ projection * size, even, atol=0.02)
    np.testing.assert_allclose(
        projection.T @ scatter.between @ projection, np.diag(space.between), atol=0.02 * space.between.max()
    )


@pytest.mark.parametrize(("stretch", "scale"), [(1.0, 1.0), (2.0, 0.25)])
def test_calibration_finds_out_how_much_the_evidence_is_worth(stretch: float, scale: float) -> None:
    """True evidence is worth itself; a projection that is stretched twice makes it four times too strong."""
    space = estimate(*things(3000, 5, seed=1))
    wrong = replace(space, projection=space.projection * np.float16(stretch), between=space.between)
    unseen = things(60, 12, seed=3)
    tasks = [Task(ways, shots) for ways in (1, 5, 20) for shots in (1, 3)]
    episodes = [episode for task in tasks for episode in open_episodes(*unseen, task, 40, seed=0)]
    found, offset = calibrate(wrong, episodes)
    assert found == pytest.approx(scale, rel=0.35)
    if stretch == 1.0:
        assert offset == pytest.approx(0.0, abs=0.4)


def head() -> ProbabilisticLDA:
    return estimate(*things(3000, 5, seed=1)).head()


def test_confidence_in_things_of_the_assumed_kind_is_right_about_as_often_as_it_says() -> None:
    rows, bins = known_or_unknown(head(), embedded(), 60, seed=0)
    figures = {row.test: row.score.mean for row in rows}
    assert len(rows) == 6 * 4
    for ways in (1, 5, 20, 40):
        assert figures[f"Things, {ways} taught with 3 drawings each: expected calibration error"] < 6.0
    areas = [figures[f"Things, {ways} taught with 3 drawings each: known/unknown AUROC"] for ways in (1, 5, 20)]
    assert areas == sorted(areas, reverse=True)
    assert areas[0] > 80.0
    together = "known/unknown AUROC, all labels together"
    sums = [figures[f"Things, {ways} taught with 3 drawings each: {together}"] for ways in (1, 5, 20)]
    assert sums[0] == areas[0]
    assert sums[1] > areas[1]
    assert sums[2] > areas[2]
    assert [one.confidence for one in bins] == sorted(one.confidence for one in bins)
    assert sum(one.count for one in bins) == 60 * 10 * (1 + 5 + 20 + 40)


def test_the_figures_are_those_of_counting_by_hand() -> None:
    own = head()
    rows, _ = known_or_unknown(own, embedded(), 20, seed=0)
    figures = {row.test.split(": ")[1]: row.score.mean for row in rows if ", 5 taught" in row.test}
    hits, wrong = [], []
    for episode in open_episodes(*things(60, 12, seed=2), Task(5, 3), 20, seed=0):
        fresh, names = own.copy(), [str(name) for name in dict.fromkeys(episode.labels)]
        for index, (row, label) in enumerate(zip(episode.taught, episode.labels, strict=True)):
            fresh.add(row, str(label), str(index))
        votes = fresh.vote(episode.asked)
        truth = [names[place] if place < 5 else None for place in episode.truth]
        hits += [vote.label == one for vote, one in zip(votes, truth, strict=True) if one is not None]
        wrong += [vote.recognized for vote, one in zip(votes, truth, strict=True) if one is None]
    assert figures["taught drawings recognised, rightly"] == pytest.approx(100 * np.mean(hits))
    assert figures["other drawings taken for a sticker"] == pytest.approx(100 * np.mean(wrong))


def test_episodes_stay_within_one_group() -> None:
    vectors, labels = things(44, 9, seed=4)
    shifted = vectors + 1000.0 * (labels[:, None] % 2)  # the group gives the answer away across groups
    drawings = Embedded("Letters", shifted.astype(np.float32), labels, labels % 2)
    assert [len(np.unique(part)) for _, part in drawings.parts(22)] == [22, 22]
    assert drawings.parts(23) == []
    rows = few_shot(head(), drawings, 10, 0, (Task(20, 1),))
    assert [row.test for row in rows] == [
        "Letters: 20-way 1-shot within one group, nearest class mean",
        "Letters: 20-way 1-shot within one group, shipped head",
    ]
    alone = few_shot(head(), Embedded("Letters", vectors, labels, labels * 0), 200, 0, (Task(20, 1),))
    assert alone[1].score.mean > alone[0].score.mean + 5.0  # it knows which directions matter


# The starter pack


def test_a_sticker_of_the_pack_is_a_few_means_of_its_drawings() -> None:
    names = ("apple", "no emoji", "house")
    known = embedded(3, 10, seed=5)
    pack = starter_pack(head(), known, names)
    assert pack.labels == ("apple", "house")
    assert pack.faces == {"apple": Face("🍎", "apple"), "house": Face("🏠", "house")}
    assert len(pack.entries) == 2 * PROTOTYPES
    assert set(pack.entries.owners) == {""}
    rows = pack.entries.embeddings[pack.entries.entries_of("house")].astype(np.float64)
    expected = known.vectors[known.labels == 2]
    np.testing.assert_allclose(rows[0], expected[:4].mean(axis=0), rtol=1e-2, atol=1e-2)
    np.testing.assert_allclose(rows[2], expected[7:].mean(axis=0), rtol=1e-2, atol=1e-2)
    figures = [row.score.mean for row in starter_rows(pack, known, names, embedded(30, 5, seed=6))]
    assert figures[0] + figures[1] <= 100.0
    assert figures[0] > figures[1]
    assert isinstance(pack, Model)


def test_every_sticker_of_the_pack_looks_different() -> None:
    assert len(EMOJI) >= 60
    assert len(set(EMOJI.values())) == len(EMOJI)


def test_a_set_with_fewer_drawings_keeps_every_class() -> None:
    drawings = DrawingSet(tuple(range(9)), np.array([0, 0, 0, 0, 1, 2, 2, 2, 2]), ("a", "b", "c"))  # type: ignore[arg-type]
    some = drawings.fewer(2, seed=1)
    assert some.labels.tolist() == [0, 0, 1, 2, 2]
    assert list(some.drawings) == sorted(set(some.drawings))  # type: ignore[type-var]
    assert [drawings.labels[index] for index in some.drawings] == some.labels.tolist()  # type: ignore[call-overload]
    assert drawings.fewer(2, seed=1).drawings == some.drawings

"""Few-shot episodes and their figures."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from models.episodes import (
    Floats,
    Labels,
    Score,
    Task,
    accuracies,
    area_under_curve,
    calibration_error,
    false_accepts,
    nearest_class_mean,
    open_episodes,
    reliability,
    squared_distances,
)

RNG = np.random.default_rng(0)


def clusters(classes: int, size: int, spread: float) -> tuple[Floats, Labels]:
    """Unit vectors around one axis per class, and the classes."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(classes), size)
    vectors = np.eye(classes, dtype=np.float32)[labels] + rng.normal(0, spread, (len(labels), classes))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def test_distances_equal_the_plain_formula() -> None:
    a, b = RNG.normal(size=(4, 6)).astype(np.float32), RNG.normal(size=(3, 6)).astype(np.float32)
    plain = [[sum((x - y) ** 2 for x, y in zip(one, other, strict=True)) for other in b] for one in a]
    np.testing.assert_allclose(squared_distances(a, b), plain, rtol=1e-4)


def test_the_nearest_mean_decides_and_not_the_nearest_drawing() -> None:
    taught = np.array(
        [[0, 0], [4, 0], [2.2, 2]], np.float32
    )  # mean of class 7 is (2, 0); class 9 is nearer to (1.5, 2)
    labels = np.array([7, 7, 9])
    asked = np.array([[1.9, 0.4], [0.3, 0.9], [2, 1.9]], np.float32)
    assert nearest_class_mean(taught, labels, asked).tolist() == [7, 7, 9]
    assert squared_distances(asked[:1], taught).argmin() == 2


def test_separate_classes_are_always_told_apart_and_noise_is_guessed() -> None:
    exact, labels = clusters(6, 10, 0.01)
    assert accuracies(exact, labels, Task(5, 3), nearest_class_mean, 20, seed=0) == [1.0] * 20
    noise = RNG.normal(size=exact.shape).astype(np.float32)
    guessed = Score.of(accuracies(noise, labels, Task(5, 3), nearest_class_mean, 400, seed=0))
    assert abs(guessed.mean - 20.0) < 5.0


def test_an_episode_teaches_the_asked_for_number_and_asks_about_other_drawings() -> None:
    vectors, labels = clusters(6, 9, 0.2)
    seen: list[tuple[Labels, int]] = []

    def classify(taught: Floats, names: Labels, asked: Floats) -> Labels:
        assert squared_distances(asked, taught).min() > 0.0
        seen.append((np.bincount(names, minlength=6), len(asked)))
        return np.zeros(len(asked), np.intp)

    accuracies(vectors, labels, Task(4, 2, queries=3), classify, 30, seed=3)
    for counts, asked in seen:
        assert sorted(counts) == [0, 0, 2, 2, 2, 2]
        assert asked == 12
    assert all(sum(counts[label] for counts, _ in seen) > 0 for label in range(6))


def test_episodes_depend_on_the_seed_alone() -> None:
    vectors, labels = clusters(6, 9, 0.6)
    run = [accuracies(vectors, labels, Task(5, 1), nearest_class_mean, 30, seed) for seed in (4, 4, 5)]
    assert run[0] == run[1] != run[2]


def test_area_under_the_curve_counts_pairs() -> None:
    known, unknown = np.array([0.9, 0.6, 0.6, 0.1]), np.array([0.6, 0.5, 0.2])
    pairs = [1.0 if k > u else 0.5 if k == u else 0.0 for k, u in itertools.product(known, unknown)]
    assert area_under_curve(known, unknown) == pytest.approx(sum(pairs) / len(pairs))


def test_false_accepts_are_counted_above_the_threshold_that_lets_the_share_of_known_ones_through() -> None:
    known, unknown = np.arange(100) / 100, np.array([0.01, 0.049, 0.06, 0.5])
    assert false_accepts(known, unknown, 0.95) == 0.5
    assert false_accepts(known, unknown, 0.5) == 0.25
    assert false_accepts(known, unknown - 1.0, 0.95) == 0.0


def test_half_of_an_open_episode_was_never_taught() -> None:
    vectors, labels = clusters(8, 9, 0.05)
    strangers = set()
    for episode in open_episodes(vectors, labels, Task(3, 2, queries=4), 25, seed=0):
        names = list(dict.fromkeys(episode.labels))
        assert [len(episode.taught), len(episode.asked), int(episode.known.sum())] == [6, 24, 12]
        nearest = (episode.asked @ np.eye(8, dtype=np.float32)).argmax(axis=1)
        for truth, found in zip(episode.truth, nearest, strict=True):
            assert (names[truth] == found) if truth < 3 else (found not in names)
        strangers |= set(nearest[~episode.known])
        assert squared_distances(episode.asked, episode.taught).min() > 0.0
    assert strangers == set(range(8))


def test_reliability_sorts_answers_by_confidence() -> None:
    confidences, right = np.array([0.05, 0.52, 0.58, 1.0, 0.95]), np.array([False, True, False, True, True])
    bins = reliability(confidences, right)
    assert [(round(one.confidence, 3), one.right, one.count) for one in bins] == [
        (0.05, 0.0, 1), (0.55, 0.5, 2), (0.975, 1.0, 2),
    ]  # fmt: skip
    assert calibration_error(bins) == pytest.approx((0.05 * 1 + 0.05 * 2 + 0.025 * 2) / 5)


def test_a_score_is_the_mean_and_its_interval() -> None:
    values = RNG.random(400)
    score = Score.of(list(values))
    assert score.mean == pytest.approx(100 * values.mean())
    assert score.interval == pytest.approx(100 * 1.96 * np.std(values, ddof=1) / 20)
    assert str(score) == f"{100 * values.mean():.1f} ± {score.interval:.2f}"
    assert str(Score(2.04)) == "2.0"

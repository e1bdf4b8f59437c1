"""A session as its host sees it: plain dictionaries, bytes and numbers."""

from __future__ import annotations

import numpy as np
import pytest
from inkmoji import (
    ArchiveError,
    CompiledModel,
    Face,
    Model,
    NearestNeighbors,
    Picture,
    Strokes,
    UpdateError,
    dumps,
    loads,
)
from inkmoji.image import canonical
from inkmoji.session import Session, call

from tests.engine import (
    blot,
    description,
    drawn,
    face,
    lesson,
    line,
    loaded,
    pictured_model,
    pixels,
    provider,
    refused,
    run_update,
    scribble,
    taught,
    tiny_model,
)

BASE = dumps(tiny_model())


def test_the_whole_road_from_loading_to_a_recognised_drawing() -> None:
    session = Session()
    assert session.load(BASE) == {"stickers": [], "bytes": len(BASE), "origin": "base"}
    assert session.predict(drawn(scribble(0))) == {"label": None, "confidence": 0.0, "candidates": []}
    session.begin_update(lesson("cat", "dog", "cat"), [face("cat", "🐱", "Katze", 1000), face("dog", "🐶")])
    told = run_update(session)
    assert [(item["done"], item["total"]) for item in told] == [(done, 8) for done in range(1, 9)]
    assert [item["event"] for item in told] == [
        "training-begin", *["mini-batch-end"] * 3, "epoch-end", *["verifying"] * 3,
    ]  # fmt: skip
    candidate = session.candidate()
    assert session.predict(drawn(scribble(0)))["label"] is None  # not before it is adopted
    summary = session.adopt()
    assert summary == {
        "stickers": [
            {"label": "cat", "text": "🐱", "name": "Katze", "image": None, "created": 1000, "examples": 2},
            {"label": "dog", "text": "🐶", "name": "", "image": None, "created": 0, "examples": 1},
        ],
        "bytes": len(candidate),
        "origin": "base",
    }
    again = Session()
    assert again.load(candidate) == summary
    for taught_session in (session, again):
        answer = taught_session.predict(drawn(scribble(0)))
        assert answer["label"] == "cat"
        assert 0.9 < answer["confidence"] <= 1.0


def test_the_candidate_is_what_an_update_task_makes_of_the_same_examples() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a", "b"), [face("a", "A", "n", 5)])
    run_update(session)
    as_float32 = [Strokes(scribble(seed).points.astype(np.float32), scribble(seed).lengths) for seed in range(2)]
    expected = taught(loads(BASE), ("a", as_float32[0]), ("b", as_float32[1]), faces={"a": Face("A", "n", 5)})
    assert session.candidate() == expected.data


def test_candidates_are_told_best_first_with_their_shares_of_the_vote() -> None:
    three = tiny_model(k=3, threshold=4.0)
    session = loaded(taught(three, *((label, scribble(seed)) for seed, label in enumerate("abc"))).data)
    answer = session.predict(drawn(scribble(9)))
    shares = [item["confidence"] for item in answer["candidates"]]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1.0)
    assert answer["label"] == answer["candidates"][0]["label"]
    assert answer["confidence"] == shares[0]


def test_a_drawing_that_is_not_recognised_has_no_label_but_candidates() -> None:
    session = loaded(taught(tiny_model(threshold=0.0), ("a", scribble(0))).data)
    answer = session.predict(drawn(scribble(9)))
    assert answer == {"label": None, "confidence": 0.0, "candidates": [{"label": "a", "confidence": 1.0}]}


def test_pixels_are_predicted_and_taught_as_strokes_are() -> None:
    session = loaded(BASE)
    session.begin_update([{"label": "blot", "drawing": pixels(blot(1))}, *lesson("cat")], [])
    run_update(session)
    session.adopt()
    assert session.predict(pixels(blot(1)))["label"] == "blot"
    assert session.predict(drawn(scribble(0)))["label"] == "cat"


def test_a_prediction_is_that_of_the_model_itself() -> None:
    data = dumps(pictured_model())
    answer = loaded(data).predict(drawn(line((0, 0), (3, 5))))
    prediction = loads(data).predict(provider(line((0, 0), (3, 5))))
    assert answer["candidates"] == [
        {"label": label, "confidence": share} for label, share in prediction.probabilities.items()
    ]


def test_a_label_without_a_face_shows_itself() -> None:
    summary = Session().load(taught(tiny_model(), ("x" * 100, scribble(0))).data)
    assert summary["stickers"] == [
        {"label": "x" * 100, "text": "x" * 64, "name": "", "image": None, "created": 0, "examples": 1}
    ]


def test_without_a_model_only_loading_is_possible() -> None:
    session = Session()
    for method, arguments in (("predict", (drawn(scribble(0)),)), ("begin_update", (lesson("a"), []))):
        with refused(UpdateError, "update-state", "a model to be loaded"):
            getattr(session, method)(*arguments)
    session.cancel()
    session.discard()
    assert session.load(BASE)["stickers"] == []


def test_without_an_update_there_is_nothing_to_step_take_or_adopt() -> None:
    session = loaded(BASE)
    for method in ("step", "candidate", "adopt"):
        with refused(UpdateError, "update-state", "got none"):
            getattr(session, method)()
    session.begin_update(lesson("a"), [])
    session.step()
    for method in ("candidate", "adopt"):
        with refused(UpdateError, "update-state", "got none"):
            getattr(session, method)()


def test_one_update_runs_at_a_time() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    with refused(UpdateError, "update-state", "no update to be running"):
        session.begin_update(lesson("b"), [])
    run_update(session)
    assert [item["label"] for item in session.adopt()["stickers"]] == ["a"]
    session.begin_update(lesson("b"), [])
    run_update(session)
    assert [item["label"] for item in session.adopt()["stickers"]] == ["a", "b"]


def test_an_update_waits_until_the_candidate_before_it_is_adopted_or_discarded() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    run_update(session)
    with refused(UpdateError, "update-state", "adopt or discard"):
        session.begin_update(lesson("b"), [])
    assert [item["label"] for item in session.adopt()["stickers"]] == ["a"]


def test_a_candidate_is_adopted_once() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    run_update(session)
    session.adopt()
    with refused(UpdateError, "update-state", "a candidate to adopt"):
        session.adopt()


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_a_cancelled_update_says_so_and_leaves_the_model_as_it_was(steps: int) -> None:
    session = loaded(dumps(pictured_model()))
    before = session.predict(drawn(scribble(5)))
    session.begin_update(lesson("a", "b"), [])
    for _ in range(steps):
        session.step()
    session.cancel()
    session.cancel()
    with refused(UpdateError, "update-cancelled"):
        session.step()
    with refused(UpdateError, "update-state", "got none"):
        session.candidate()
    assert session.predict(drawn(scribble(5))) == before
    session.begin_update(lesson("a"), [])
    run_update(session)


def test_a_discarded_candidate_leaves_the_model_as_it_was() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    run_update(session)
    session.discard()
    session.discard()
    with refused(UpdateError, "update-state", "a candidate to adopt"):
        session.adopt()
    assert session.predict(drawn(scribble(0)))["label"] is None


def test_a_discarded_update_is_over() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("a"), [])
    session.step()
    session.discard()
    with refused(UpdateError, "update-state", "begin one first"):
        session.step()
    session.begin_update(lesson("b"), [])
    run_update(session)
    assert [item["label"] for item in session.adopt()["stickers"]] == ["b"]


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (ValueError("broken"), "update-failed", ("ValueError('broken')", "the model is as it was")),
        (UpdateError("update-verification", "differs"), "update-verification", ("differs",)),
    ],
)
def test_a_failing_update_leaves_the_model_as_it_was(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, code: str, words: tuple[str, ...]
) -> None:
    def broken(*arguments: object) -> None:
        raise failure

    session = loaded(dumps(pictured_model()))
    before = session.predict(drawn(scribble(5)))
    session.begin_update(lesson("a"), [])
    session.step()
    with monkeypatch.context() as patch:
        patch.setattr(Model, "add_example", broken)
        with refused(UpdateError, code, *words):
            session.step()
    with refused(UpdateError, "update-state"):
        session.adopt()
    assert session.predict(drawn(scribble(5))) == before


@pytest.mark.parametrize("data", [b"", b"nonsense" * 20, BASE[:-1]])
def test_a_broken_archive_leaves_the_live_model_as_it_was(data: bytes) -> None:
    session = loaded(dumps(pictured_model()))
    before = session.predict(drawn(scribble(5)))
    with pytest.raises(ArchiveError):
        session.load(data)
    assert session.predict(drawn(scribble(5))) == before


def test_stickers_are_told_in_the_order_they_were_taught() -> None:
    session = loaded(BASE)
    session.begin_update(lesson("z", "a", "m", "a"), [])
    run_update(session)
    assert [(item["label"], item["examples"]) for item in session.adopt()["stickers"]] == [
        ("z", 1), ("a", 2), ("m", 1),
    ]  # fmt: skip


def test_a_call_gives_a_value_or_an_error_of_this_library_as_data() -> None:
    session = Session()
    assert call(session, "load", BASE) == {"value": {"stickers": [], "bytes": len(BASE), "origin": "base"}}
    assert call(session, "cancel") == {"value": None}
    error = call(session, "load", b"")["error"]
    assert error["code"] == "archive-truncated"
    assert "at least 48 bytes" in error["message"]
    with pytest.raises(AttributeError):
        call(session, "no_such_method")


def test_a_buffer_of_the_host_may_change_after_the_call() -> None:
    session = loaded(BASE)
    drawing = drawn(scribble(0))
    points = np.frombuffer(drawing["points"], np.float32).copy()
    session.begin_update([{"label": "a", "drawing": drawing | {"points": points}}], [])
    points[:] = 0.0
    run_update(session)
    expected = taught(loads(BASE), ("a", Strokes(scribble(0).points.astype(np.float32), scribble(0).lengths)))
    assert session.candidate() == expected.data


def test_a_model_that_takes_three_channels_is_a_model_like_any_other() -> None:
    model = tiny_model(channels=3)
    session = loaded(CompiledModel.of(Model(description(channels=3), model.network, NearestNeighbors(4))).data)
    session.begin_update(lesson("a"), [])
    run_update(session)
    session.adopt()
    assert session.predict(drawn(scribble(0)))["label"] == "a"


@pytest.mark.parametrize(
    ("examples", "faces", "expected"),
    [
        ([{"label": "a"}], [], "drawing, label"),
        (["a"], [], "got str"),
        ([{"label": "a", "drawing": None}], [], "expected a dictionary, got NoneType"),
        (None, [{"label": "a", "text": "A"}], "label, text, name, created"),
    ],
)
def test_a_host_that_leaves_something_out_is_told_what(examples: object, faces: object, expected: str) -> None:
    session = loaded(BASE)
    answer = call(session, "begin_update", lesson("a") if examples is None else examples, faces)
    assert expected in answer["error"]["message"]
    session.begin_update(lesson("a"), [])  # nothing was begun
    run_update(session)


def test_a_picture_need_not_be_square() -> None:
    drawing = Picture(np.where(np.arange(12 * 30).reshape(12, 30) % 7 < 2, 255, 0).astype(np.uint8))
    session = loaded(BASE)
    session.begin_update([{"label": "wide", "drawing": pixels(drawing)}, *lesson("cat")], [])
    run_update(session)
    model = loads(session.candidate())
    kept = model.examples[0].drawing
    expected = canonical(drawing)
    assert isinstance(kept, Picture)
    assert isinstance(expected, Picture)
    assert np.array_equal(kept.pixels, expected.pixels)


def test_every_update_counts_its_steps_from_one() -> None:
    session = loaded(BASE)
    for label in ("cat", "dog"):
        session.begin_update(lesson(label), [])
        told = run_update(session)
        assert [progress["done"] for progress in told] == list(range(1, told[0]["total"] + 1))
        session.adopt()


def test_the_default_label_is_no_answer_whatever_it_is() -> None:
    model = tiny_model(default_label="nothing", threshold=0.0)
    session = loaded(taught(model, ("cat", scribble(1))).data)
    answer = session.predict(drawn(scribble(9)))
    assert (answer["label"], answer["confidence"]) == (None, 0.0)
    assert answer["candidates"] == [{"label": "cat", "confidence": 1.0}]

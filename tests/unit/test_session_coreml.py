"""A session and Core ML's files: what a model is, one as the live model, and the live model as one."""

from __future__ import annotations

from typing import Any

import pytest
from inkmoji import ArchiveError, CompiledModel, Face, FormatError, UpdateError, dumps
from inkmoji.coreml import compile_model
from inkmoji.coreml.wire import write
from inkmoji.session import Session

from tests.coreml import classifier, extractor, learner, neighbors, piped, regressor
from tests.engine import drawn, face, lesson, loaded, refused, run_update, scribble, tiny_model

BASE = dumps(tiny_model())


def taught(*labels: str) -> Session:
    session = loaded(BASE)
    session.begin_update(lesson(*labels), [face(label, label.upper()) for label in set(labels)])
    run_update(session)
    session.adopt()
    return session


def adopted(spec: Any) -> Session:
    session = loaded(BASE)
    session.offer_coreml(memoryview(write(spec)))
    session.adopt()
    return session


def test_a_model_is_described_as_it_is() -> None:
    source = write(learner())
    assert loaded(BASE).inspect_coreml(source) == {
        "inputs": [{"name": "drawing", "type": "image", "shape": [8, 8, 1]}],
        "outputs": [{"name": "label", "type": "string", "shape": []}],
        "head": "neighbors",
        "updatable": True,
        "labels": ["cat", "dog", "owl"],
        "samples": 6,
        "bytes": len(source),
        "metadata": {"author": "Ada", "license": "CC0"},
        "unsuitable": None,
    }


@pytest.mark.parametrize(
    ("spec", "head", "unsuitable", "words"),
    [
        (neighbors(), "neighbors", "image", "expected a model that reads an image"),
        (regressor(), "regressor", "image", "expected a model that reads an image"),
        (piped(extractor(), classifier(), updatable=True), "classifier", "network", "learns by keeping examples"),
        (piped(extractor(), neighbors(updatable=False)), "neighbors", "frozen", "is updatable"),
    ],
    ids=["numbers in", "numbers out", "a network", "frozen"],
)
def test_a_model_that_cannot_be_the_live_one_is_described_and_refused(
    spec: Any, head: str, unsuitable: str, words: str
) -> None:
    session = taught("cat")
    before = session.archive()
    told = session.inspect_coreml(write(spec))
    assert (told["head"], told["unsuitable"]) == (head, unsuitable)
    with refused(FormatError, "coreml-unsuitable", words):
        session.offer_coreml(write(spec))
    assert session.archive() == before
    session.offer(before)  # nothing waits


def test_whole_numbers_as_labels_are_described_and_refused() -> None:
    knn = neighbors()
    part = knn.kNearestNeighborsClassifier
    part.int64ClassLabels.vector.extend(range(6))
    part.defaultInt64Label = -1
    for feature in (*knn.description.output, *knn.description.trainingInput):
        if feature.name == "label":
            feature.type.int64Type.SetInParent()
        elif feature.name == "probabilities":
            feature.type.dictionaryType.int64KeyType.SetInParent()
    source = write(piped(extractor(), knn, updatable=True))
    told = loaded(BASE).inspect_coreml(source)
    assert (told["unsuitable"], told["labels"][:2]) == ("label", ["0", "1"])
    with refused(FormatError, "coreml-unsuitable", "answers with text labels"):
        loaded(BASE).offer_coreml(source)


def test_a_model_is_the_live_one_once_it_is_adopted_and_learns() -> None:
    session = taught("cat")
    session.offer_coreml(write(learner()))
    assert session.load(session.archive())["origin"] == "base"  # not before
    summary = session.adopt()
    assert summary["origin"] == "coreml"
    assert [(one["label"], one["text"], one["examples"]) for one in summary["stickers"]] == [
        ("cat", "cat", 0), ("dog", "dog", 0), ("owl", "owl", 0),
    ]  # fmt: skip
    session.begin_update(lesson("sun", "sun"), [face("sun", "☀️")])
    run_update(session)
    assert session.adopt()["origin"] == "coreml"
    assert session.predict(drawn(scribble(1)))["label"] == "sun"
    assert len(session.examples("sun")) == 2
    assert session.separation("sun")["margin"] is not None
    assert session.review([drawn(scribble(0))], None)["claims"][0] is not None
    assert loaded(session.archive()).load(session.archive())["origin"] == "coreml"


def test_a_file_cannot_say_that_it_is_one_of_ours() -> None:
    spec = learner()
    spec.description.metadata.userDefined["inkmoji.origin"] = "base"
    assert adopted(spec).is_based_on(BASE)


def test_it_is_its_own_base_and_the_starter_pack_is_not_for_it() -> None:
    session = adopted(learner())
    assert session.is_based_on(BASE)
    before = session.archive()
    for pack in (BASE, None):
        with refused(Exception, "head-value", "probabilistic LDA"):
            session.offer_starter(pack)
    assert session.archive() == before


def test_drawings_of_a_file_of_ours_are_taught_to_it() -> None:
    session = adopted(learner())
    session.begin_import(taught("sun", "sun").archive(), False)
    run_update(session)
    assert [one["label"] for one in session.adopt()["stickers"]] == ["cat", "dog", "owl", "sun"]
    assert session.predict(drawn(scribble(0)))["label"] == "sun"


def test_the_live_model_is_exported_with_what_is_lost_and_comes_back() -> None:
    session = taught("cat", "dog")
    made = session.export_coreml()
    assert "drawings" in made["notes"]
    assert all(isinstance(sentence, str) and sentence.endswith(".") for sentence in made["notes"].values())
    model = compile_model(made["file"]).model()
    assert model.faces["cat"] == Face("CAT")
    back = loaded(BASE)
    back.offer_coreml(made["file"])
    assert [one["text"] for one in back.adopt()["stickers"]] == ["CAT", "DOG"]
    assert back.predict(drawn(scribble(1)))["label"] == session.predict(drawn(scribble(1)))["label"] == "dog"


def test_a_file_that_is_none_and_a_session_that_is_busy_are_refused() -> None:
    session = taught("cat")
    for call in (session.inspect_coreml, session.offer_coreml):
        with refused(FormatError, "coreml-bytes", "expected"):
            call(b"\xff" * 20)
    session.begin_update(lesson("dog"), [])
    with refused(UpdateError, "update-state", "expected no update to be running"):
        session.offer_coreml(write(learner()))
    with refused(UpdateError, "update-state", "expected a model to be loaded"):
        Session().export_coreml()


def test_the_mark_is_in_the_file_and_a_core_ml_file_is_no_archive() -> None:
    assert CompiledModel(adopted(learner()).archive()).model().description.metadata["inkmoji.origin"] == "coreml"
    with refused(ArchiveError, "archive-magic", "expected"):
        loaded(BASE).offer(write(learner()))

"""Core ML's files at the page: a model that takes the place of Inkmoji's own, and the stickers as a model."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inkmoji import FeatureValue, Strokes
from inkmoji.coreml import compile_model
from inkmoji.coreml.schema import ModelProto
from inkmoji.coreml.wire import write
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import barriers
from tests.browser.filing import choose_file, exporting, importing
from tests.browser.hand import choose, draw, fish, placed, stickers, sun, teach, wait_until_ready
from tests.browser.library import close, open_library, row
from tests.coreml import array, classifier, extractor, given, image, layer, neighbors, piped

UNSURE = (
    "How sure Inkmoji is, and that it does not know a drawing: there the nearest sticker is always the answer. "
    "Most answers are the same."
)
NOTES = [
    UNSURE,
    "Your drawings, and pictures on stickers. Keep an Inkmoji file as your backup.",
]


@pytest.fixture
def rng() -> random.Random:
    return random.Random(8)


def payload(data: bytes, name: str = "drawings.mlmodel") -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def of_coremltools() -> bytes:
    from tests.coreml_tools import drawing_classifier

    data: bytes = drawing_classifier().SerializeToString()
    return data


def ours() -> bytes:
    """The same, written message by message."""
    first = ModelProto(specificationVersion=1)
    image(first.description.input, "drawing", 28, 28)
    array(first.description.output, "embedding", 49)
    first.neuralNetwork.preprocessing.add(featureName="drawing").scaler.channelScale = 1.0 / 255.0
    pool = layer(first.neuralNetwork, "pool", "drawing", "pooled", "pooling")
    pool.type = 1  # the average
    pool.kernelSize.extend([4, 4])
    pool.stride.extend([4, 4])
    pool.valid.SetInParent()
    layer(first.neuralNetwork, "flatten", "pooled", "embedding", "flatten")
    last = neighbors(49)
    del last.kNearestNeighborsClassifier.nearestNeighborsIndex.floatSamples[:]
    last.kNearestNeighborsClassifier.stringClassLabels.Clear()
    spec = piped(first, last, updatable=True)
    spec.description.metadata.author, spec.description.metadata.license = "Ada", "CC0"
    return write(spec)


WRITERS = [pytest.param(of_coremltools, marks=pytest.mark.oracle), ours]


def use(page: Page, data: bytes) -> None:
    choose_file(page, payload(data))
    importing(page).get_by_role("button", name="Use this model").click()
    expect(importing(page)).to_be_hidden()


def facts(page: Page) -> dict[str, str]:
    terms, texts = (importing(page).locator(f".model-facts {kind}").all_inner_texts() for kind in ("dt", "dd"))
    return dict(zip(terms, texts, strict=True))


@pytest.mark.parametrize("make", WRITERS)
def test_a_model_becomes_the_page_s_learns_is_saved_and_undone(
    untaught: Page, make: Callable[[], bytes], rng: random.Random
) -> None:
    page, data = untaught, make()
    choose_file(page, payload(data))
    expect(importing(page).get_by_role("button", name="Use this model")).to_be_focused()
    told = facts(page)
    assert told.pop("About", "Drawings by their ink") == "Drawings by their ink"
    assert told.pop("Size") == f"{len(data)} byte"
    assert told == {
        "Reads": "a picture, “drawing”, of 28 × 28 pixels, grey",
        "Answers": "a label, “label”: a text",
        "Learns": "yes, by keeping examples",
        "Knows": "nothing yet",
        "Author": "Ada",
        "Licence": "CC0",
    }
    page.keyboard.press("Enter")
    expect(importing(page)).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("The model is in use. “Undo learning” takes it back.")
    teach(page, "☀️", sun, rng)
    teach(page, "🐟", fish, rng)
    page.reload()
    wait_until_ready(page)
    for number, (text, shape) in enumerate({"🐟": fish, "☀️": sun}.items()):
        draw(page, placed(shape(rng), (400 + 400 * number, 400), 240))
        expect(stickers(page).nth(number)).to_have_accessible_name(text)
    for _ in range(3):
        choose(page, "Undo learning")
    expect(page.get_by_role("status")).to_have_text("Undone: Model imported from Core ML, in place of the one before")


def test_it_says_what_it_takes_the_place_of_and_the_starter_stickers_are_not_for_it(
    untaught: Page, rng: random.Random
) -> None:
    page = untaught
    teach(page, "☀️", sun, rng)
    choose_file(page, payload(write(piped(extractor(), neighbors(), updatable=True))))
    expect(importing(page).get_by_role("button", name="Use this model")).to_be_enabled()
    assert facts(page)["Knows"] == "3: cat, dog, owl"
    expect(importing(page)).to_contain_text("which knows 1 sticker of yours")
    importing(page).get_by_role("button", name="Use this model").click()
    expect(page.locator("#known")).to_have_text("Knows cat dog owl")
    came = open_library(page).get_by_role("region", name="From the model (3)")
    expect(came).to_contain_text("The imported model knew these")
    expect(row(page, "owl, ready-made")).to_be_visible()
    close(page)
    choose(page, "Settings")
    switch = page.get_by_role("switch", name="Starter stickers")
    expect(switch).not_to_be_checked()
    expect(switch).to_be_disabled()
    expect(page.get_by_role("dialog", name="Settings")).to_contain_text("They belong to Inkmoji's own model.")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (neighbors(), "This model reads no picture. Nothing was changed."),
        (piped(extractor(), classifier(), updatable=True), "This model learns by training its network."),
        (piped(extractor(), neighbors(updatable=False)), "This model cannot learn: it is not marked as updatable."),
    ],
    ids=["numbers", "a network", "frozen"],
)
def test_a_model_that_cannot_be_taught_here_is_shown_with_the_reason(untaught: Page, spec: Any, words: str) -> None:
    choose_file(untaught, payload(write(spec)))
    expect(importing(untaught).get_by_role("alert")).to_contain_text(words)
    assert "Reads" in facts(untaught)
    expect(importing(untaught).get_by_role("button", name="Use this model")).to_be_hidden()
    expect(importing(untaught).get_by_role("button", name="Choose another file")).to_be_focused()


def test_what_is_no_model_is_refused_in_words(untaught: Page) -> None:
    choose_file(untaught, payload(b"<b>no model</b>"))
    expect(importing(untaught).get_by_role("alert")).to_contain_text("This is no Core ML model. Nothing was changed.")
    expect(importing(untaught).locator("dd")).to_have_count(0)


@pytest.mark.parametrize("reader", [pytest.param("coremltools", marks=pytest.mark.oracle), "ours"])
def test_the_stickers_are_exported_for_iphone_and_ipad(
    untaught: Page, reader: str, rng: random.Random, tmp_path: Path
) -> None:
    page, path = untaught, tmp_path / "mine.mlmodel"
    teach(page, "☀️", sun, rng)
    teach(page, "🐟", fish, rng)
    choose(page, "Export")
    exporting(page).get_by_role("radio", name="For iPhone and iPad (.mlmodel)").check()
    expect(exporting(page).get_by_role("listitem")).to_have_text(NOTES)
    with page.expect_download() as downloading:
        exporting(page).get_by_role("button", name="Export").click()
    downloading.value.save_as(path)
    name = downloading.value.suggested_filename
    assert name.endswith(".mlmodel")
    expect(page.get_by_role("status")).to_have_text(f"The model was downloaded as {name}")
    model = compile_model(path.read_bytes()).model()
    faces = {face.text: label for label, face in model.faces.items()}
    for text, shape in {"☀️": sun, "🐟": fish}.items():
        drawing = FeatureValue.image(Strokes.of(shape(rng)))
        assert model.predict(given(model.input.name, drawing)).label == faces[text]
    if reader == "coremltools":
        from tests.coreml_tools import coremltools, quiet

        with quiet():
            spec = coremltools.utils.load_spec(str(path))
        assert spec.isUpdatable
        last = spec.pipelineClassifier.pipeline.models[-1].kNearestNeighborsClassifier
        assert sorted(last.stringClassLabels.vector) == sorted(3 * list(faces.values()))


@pytest.mark.parametrize("device", barriers.SIZES)
def test_the_dialogs_are_seen_and_free_of_barriers(untaught: Page, root: Path, device: str, rng: random.Random) -> None:
    page = untaught
    page.set_viewport_size(barriers.SIZES[device])
    teach(page, "☀️", sun, rng)
    choose_file(page, payload(ours()))
    barriers.show(page, root, device, "m1-import-model")
    page.keyboard.press("Escape")
    choose_file(page, payload(write(neighbors())))
    expect(importing(page).get_by_role("alert")).to_be_visible()
    barriers.show(page, root, device, "m2-unsuitable")
    page.keyboard.press("Escape")
    choose(page, "Export")
    barriers.show(page, root, device, "m3-export")
    exporting(page).get_by_role("radio", name="For iPhone and iPad (.mlmodel)").check()
    expect(exporting(page).get_by_role("listitem")).to_have_count(2)
    barriers.show(page, root, device, "m4-export-model")
    page.keyboard.press("Escape")
    use(page, write(piped(extractor(), neighbors(), updatable=True)))
    open_library(page)
    barriers.show(page, root, device, "m5-library")

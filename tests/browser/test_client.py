"""web/inkmoji.js, its worker and Python in a real browser: starting, learning, recognising, and what goes wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Launch, OpenBlank
from tests.browser.learner import (
    PAGE,
    assert_only_the_circle_is_known,
    assert_the_next_update_works,
    prepare,
    worker,
)
from tests.browser.recorder import Recorder
from web.tools.serve import Server


def test_a_start_reports_its_stages_and_knows_nothing(tab: Page, dist: Path, request: pytest.FixtureRequest) -> None:
    tab.evaluate(PAGE, request.node.name)
    stages = tab.evaluate(
        """async () => {
          const stages = [];
          window.ink = await start({ onStatus: ({ stage, loaded, total }) => stages.push([stage, loaded, total]) });
          return stages;
        }"""
    )
    assert stages == [["runtime", 0, 3], ["packages", 1, 3], ["model", 2, 3], ["ready", 3, 3]]
    assert tab.evaluate("ink.stickers") == []
    size = (dist / "models" / "base.inkmoji").stat().st_size
    assert tab.evaluate("ink.storage") == {"persistent": True, "message": None, "generation": 0, "bytes": size}
    assert tab.evaluate("ink.predict(draw('circle'))") == {"label": None, "confidence": 0, "candidates": []}


def test_what_is_taught_is_recognised_in_another_size(ink: Page) -> None:
    changes = ink.evaluate(
        """async () => {
          let changes = 0;
          const stop = ink.on("change", () => { changes += 1; });
          await teach("zigzag");
          stop();
          await teach("cross");
          return changes;
        }"""
    )
    assert changes == 1
    for label in ("circle", "zigzag", "cross"):
        prediction = ink.evaluate("(label) => ink.predict(draw(label, 300))", label)
        assert prediction["label"] == label
        assert prediction["candidates"][0] == {"label": label, "confidence": prediction["confidence"]}
    sticker = ink.evaluate("ink.stickers[2]")
    assert {key: sticker[key] for key in ("label", "text", "examples")} == {
        "label": "cross",
        "text": "cr",
        "examples": 3,
    }


def test_progress_counts_up_and_ends_with_saving(ink: Page) -> None:
    progress = ink.evaluate(
        "async () => { const all = []; await teach('zigzag', { onProgress: (p) => all.push(p) }); return all; }"
    )
    learning, saving = progress[:-1], progress[-1]
    assert saving["event"] == "saving"
    assert learning[0]["event"] == "training-begin"
    assert [step["done"] for step in learning] == list(range(1, len(learning) + 1))
    assert {step["total"] for step in learning} == {len(learning)}


def test_pixels_are_taught_and_recognised_too(ink: Page) -> None:
    label = ink.evaluate(
        """async () => {
          const ring = (side) => {
            const pixels = new Uint8ClampedArray(4 * side * side);
            for (let at = 0; at < side * side; at += 1) {
              const distance = Math.hypot((at % side) - side / 2, Math.floor(at / side) - side / 2);
              pixels[4 * at + 3] = Math.abs(distance - side / 3) < side / 20 ? 255 : 0;
            }
            return { pixels, width: side, height: side };
          };
          await ink.reset();
          await ink.update([{ label: "ring", drawing: ring(100) }], { faces: [{ label: "ring", text: "O" }] });
          return (await ink.predict(ring(180))).label;
        }"""
    )
    assert label == "ring"


def test_errors_of_python_and_of_packing_keep_their_codes(ink: Page) -> None:
    assert ink.evaluate("outcome(ink.predict({ strokes: [] }))") == ["InkmojiError", "drawing-empty"]
    uneven = "{ strokes: [{ x: new Float32Array(3), y: new Float32Array(2) }] }"
    assert ink.evaluate(f"outcome(ink.predict({uneven}))") == ["InkmojiError", "drawing-malformed"]
    assert ink.evaluate("outcome(ink.predict({}))") == ["InkmojiError", "drawing-malformed"]
    assert ink.evaluate("outcome(ink.update([{ label: 'a', drawing: { strokes: [] } }]))")[1] == "drawing-empty"
    assert_only_the_circle_is_known(ink)
    assert_the_next_update_works(ink)


def test_drawings_are_reviewed_before_they_are_taught(ink: Page) -> None:
    drawings = "[draw('circle', 150), draw('circle', 20), draw('zigzag')]"
    answer = ink.evaluate(
        f"""async () => {{
          const drawings = {drawings};
          const {{ pictures, ...found }} = await ink.review(drawings);
          const seen = pictures.map(({{ pixels, width, height }}) =>
            [pixels instanceof Uint8Array, pixels.length, width, height, Math.max(...pixels)]);
          return {{ ...found, seen, kept: drawings[0].strokes[0].x.length }};
        }}"""
    )
    assert (answer["seen"], answer["kept"]) == ([[True, 1024, 32, 32, 255]] * 3, 40)
    assert (answer["alike"], answer["odd"]) == ([[0, 1]], [2])
    assert [claim and claim["label"] for claim in answer["claims"]] == ["circle", "circle", None]
    assert all(0.5 < claim["confidence"] <= 1 for claim in answer["claims"][:2])
    assert ink.evaluate(f"ink.review({drawings}, {{ label: 'circle' }})")["claims"] == [None] * 3
    assert ink.evaluate("ink.review([])") == {"pictures": [], "alike": [], "odd": [], "claims": []}
    assert ink.evaluate("outcome(ink.review([{ strokes: [] }]))") == ["InkmojiError", "drawing-empty"]
    assert ink.evaluate("outcome(ink.review([], { signal: AbortSignal.abort() }))") == ["AbortError", ""]
    assert_only_the_circle_is_known(ink)


def test_the_callers_arrays_stay_its_own(ink: Page) -> None:
    sizes = ink.evaluate(
        """async () => {
          const drawing = draw("circle");
          const pixels = new Uint8ClampedArray(400).fill(200);
          await ink.predict(drawing);
          await outcome(ink.predict({ pixels, width: 10, height: 10 }));
          return [drawing.strokes[0].x.length, pixels.length];
        }"""
    )
    assert sizes == [40, 400]


def test_a_listener_that_throws_does_not_break_the_update(ink: Page, shared_recorder: Recorder) -> None:
    result = ink.evaluate(
        "outcome(teach('zigzag', { onProgress: () => { throw new Error('the listener has a fault'); } }))"
    )
    assert result == "done"
    assert shared_recorder.take("the listener has a fault")


def test_two_names_on_one_page_do_not_see_each_other(tab: Page, request: pytest.FixtureRequest) -> None:
    prepare(tab, request.node.name)
    second = tab.evaluate(
        """async () => {
          window.second = await Inkmoji.start({ name: "second" });
          let changes = 0;
          second.on("change", () => { changes += 1; });
          await teach("circle");
          await ink.keep("mine");
          const guess = await second.predict(draw("circle"));
          await second.reset();
          return [guess.label, second.stickers, await second.history(), (await second.kept()) ?? null, changes];
        }"""
    )
    assert second == [None, [], [], None, 1], "the one change is its own reset"
    assert tab.evaluate("taught()") == ["circle"]
    assert tab.evaluate("ink.kept()") == "mine"
    tab.evaluate("second.close()")
    assert tab.evaluate("guess('circle')") == "circle"


def test_two_of_one_name_on_one_page_share_one_model(tab: Page, request: pytest.FixtureRequest) -> None:
    prepare(tab, request.node.name)
    tab.evaluate("async () => { window.second = await start(); await teach('circle'); }")
    tab.wait_for_function("() => second.stickers.length === 1")
    assert tab.evaluate("async () => (await second.predict(draw('circle'))).label") == "circle"


def test_without_storage_it_learns_in_memory_and_says_so(tab: Page, request: pytest.FixtureRequest) -> None:
    tab.evaluate(PAGE, request.node.name)
    tab.evaluate(
        """async () => {
          const newer = indexedDB.open(scope, 99);
          await new Promise((resolve) => { newer.onsuccess = resolve; });
          window.ink = await start();
        }"""
    )
    storage = tab.evaluate("ink.storage")
    assert not storage["persistent"]
    assert "lost" in storage["message"]
    assert tab.evaluate("new Promise((resolve) => ink.on('notice', resolve))")["message"] == storage["message"]
    tab.evaluate("async () => { await teach('circle'); await teach('zigzag'); }")
    assert tab.evaluate("taught()") == ["circle", "zigzag"]
    assert tab.evaluate("guess('zigzag')") == "zigzag"
    tab.evaluate("ink.reset()")
    assert tab.evaluate("taught()") == []


def test_at_an_address_that_is_not_secure_it_learns_in_memory_and_says_so(
    launch: Launch, server: Server, profile: Path
) -> None:
    recorder = Recorder(server.url.replace("127.0.0.1", "inkmoji.test"))
    context = launch(profile, recorder, "--host-resolver-rules=MAP inkmoji.test 127.0.0.1")
    page = context.new_page()
    page.goto(f"{recorder.origin}inkmoji.js")
    prepare(page, "insecure").evaluate("teach('circle')")
    assert page.evaluate("guess('circle')") == "circle"
    storage = page.evaluate("ink.storage")
    assert not storage["persistent"]
    assert "https" in storage["message"]
    context.close()
    recorder.take("favicon")
    recorder.check()


def test_under_a_path_without_our_headers_it_starts_and_stores_under_that_path(
    launch: Launch, dist: Path, profile: Path
) -> None:
    with Server(dist, headers=False, prefix="/some/where") as plain:
        recorder = Recorder(plain.url)
        context = launch(profile, recorder)
        page = context.new_page()
        page.goto(f"{plain.url}inkmoji.js")
        prepare(page, "moved").evaluate("teach('circle')")
        names = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
        assert names == ["inkmoji:/some/where/:moved"]
        assert any("pyodide.asm.wasm" in address for address in recorder.requests)
        context.close()
        recorder.take("favicon")
        recorder.check()


def test_another_origin_is_refused_in_words(tab: Page) -> None:
    tab.evaluate(PAGE, "elsewhere")
    for option in ("base", "model", "starter"):
        assert tab.evaluate(
            """async (option) => {
              const [model, starter] = ["base", "starter"].map((name) => new URL(`models/${name}.inkmoji`, location));
              const given = { model, starter, [option]: "https://example.org/inkmoji/" };
              const error = await start(given).catch((error) => error);
              return [error.code, error.message.includes("https://example.org")];
            }""",
            option,
        ) == ["worker-origin", True]


@pytest.mark.parametrize(
    ("option", "code"), [("base", "worker-failed"), ("model", "worker-model")], ids=["worker", "model"]
)
def test_a_part_that_is_missing_is_named(tab: Page, shared_recorder: Recorder, option: str, code: str) -> None:
    tab.evaluate(PAGE, f"missing {option}")
    assert tab.evaluate("(option) => outcome(start({ [option]: 'missing/' }))", option) == ["InkmojiError", code]
    shared_recorder.take("404")


@pytest.mark.parametrize(
    ("part", "words"),
    [("numpy", "numpy"), ("pyodide.asm.wasm", "pyodide.asm.wasm"), ("python_stdlib.zip", "a file in pyodide/")],
)
def test_a_runtime_that_is_incomplete_is_named(
    part: str, words: str, launch: Launch, open_blank: OpenBlank, dist: Path, tmp_path: Path, profile: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(dist, site)
    for file in (*site.glob(f"pyodide/{part}*"), site / "pyodide" / "snapshot.bin"):
        file.unlink(missing_ok=True)
    with Server(site) as incomplete:
        recorder = Recorder(incomplete.url)
        context = launch(profile, recorder)
        page = open_blank(context, incomplete.url)
        page.evaluate(PAGE, "incomplete")
        code, message = page.evaluate("start().catch((error) => [error.code, error.message])")
        assert code == "worker-python"
        assert words in message
        context.close()
        recorder.take("404|/pyodide/")  # Pyodide says more of it on the console
        recorder.check()


def test_an_error_nobody_foresaw_is_named_and_the_next_call_works(ink: Page, shared_recorder: Recorder) -> None:
    worker(ink).evaluate(
        """() => {
          const { fromEntries } = Object;
          Object.fromEntries = () => { Object.fromEntries = fromEntries; throw new Error("unforeseen"); };
        }"""
    )
    code, message = ink.evaluate("guess('circle').catch((error) => [error.code, error.message])")
    assert code == "worker-python"
    assert re.fullmatch("Python failed: .+", message), "expected one line, without the traceback"
    assert ink.evaluate("guess('circle')") == "circle"
    assert shared_recorder.take("unforeseen")


def test_close_rejects_what_runs_and_what_comes_after(tab: Page, request: pytest.FixtureRequest) -> None:
    prepare(tab, request.node.name)
    outcomes = tab.evaluate(
        """async () => {
          const update = outcome(teach("circle"));
          ink.close();
          return [await update, await outcome(ink.reset())];
        }"""
    )
    assert outcomes == [["InkmojiError", "worker-closed"]] * 2

"""Parts of the bench that could be wrong without anyone seeing it: its rows, its doodles, and the $P recogniser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.bench.drawings import doodle, label
from tests.bench.table import Row, shown, slow, typical_and_slow, write
from web.tools import npm

# Knows three stickers by three drawings each, and is asked for others of them; then for a turned order of strokes.
RECOGNIZE = """
globalThis.self = globalThis;
require(process.argv[1]);
const { taught, asked } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const cloud = (points) => dollarP.cloud(points.map((stroke) =>
  ({ x: Float32Array.from(stroke, ([x]) => x), y: Float32Array.from(stroke, ([, y]) => y) })));
const templates = taught.map(({ label, points }) => ({ label, points: cloud(points) }));
console.log(JSON.stringify({
  found: asked.map((points) => dollarP.recognize(cloud(points), templates)),
  none: dollarP.recognize(cloud(asked[0]), []).label,
  sizes: [...asked, [[[5, 5]]]].map((points) => cloud(points).x.length),
  dot: Array.from(cloud([[[5, 5]]]).x),
}));
"""


def test_dollar_p_recognizes_whatever_the_order_and_direction_of_strokes(root: Path) -> None:
    stickers = range(6)
    taught = [{"label": label(one), "points": doodle(one, variant)} for one in stickers for variant in range(3)]
    turned = [[stroke[::-1] for stroke in reversed(doodle(one, 0))] for one in stickers]
    asked = [*(doodle(one, 7) for one in stickers), *turned]
    script = root / "tests" / "bench" / "web" / "dollarp.js"
    command = [npm.node(), "--eval", RECOGNIZE, str(script)]
    given = json.dumps({"taught": taught, "asked": asked})
    told = json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)
    assert [one["label"] for one in told["found"]] == [label(one) for one in stickers] * 2
    assert max(one["distance"] for one in told["found"][6:]) < min(one["distance"] for one in told["found"][:6])
    assert told["none"] is None
    assert set(told["sizes"]) == {32}
    assert told["dot"] == [0.0] * 32


def test_a_doodle_is_the_same_every_time_and_each_variant_another() -> None:
    assert doodle(3, 1) == doodle(3, 1) != doodle(3, 2)
    assert len(doodle(3, 1)) == len(doodle(3, 2))


def test_a_row_says_how_ours_compares(tmp_path: Path) -> None:
    rows = [Row("teach", "TF.js WASM", 30.0, 20.0, "ms"), Row("teach", "$P", 30.0, 0.0, "ms")]
    write(rows, tmp_path / "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text("utf-8")) == [
        {"name": "teach, beside TF.js WASM", "ours": 30.0, "peer": 20.0, "ratio": 1.5, "unit": "ms"},
        {"name": "teach, beside $P", "ours": 30.0, "peer": 0.0, "ratio": None, "unit": "ms"},
    ]
    assert str(rows[0]).split() == ["teach", "TF.js", "WASM", "30", "20", "1.50", "ms"]


def test_the_95th_percentile_lies_between_the_values_next_to_it() -> None:
    assert slow([float(value) for value in range(101)]) == pytest.approx(95.0)
    assert slow([7.0]) == 7.0
    rows = list(typical_and_slow("predict", "$P", [1.0, 3.0, 2.0], [4.0]))
    assert [(row.name, row.ours, row.peer) for row in rows] == [
        ("predict, median", 2.0, 4.0),
        ("predict, 95th percentile", pytest.approx(2.9), 4.0),
    ]


@pytest.mark.parametrize(
    ("number", "text"), [(0.01234, "0.0123"), (1.0, "1"), (9.876, "9.88"), (99.96, "100"), (12345.6, "12,346")]
)
def test_numbers_are_shown_with_the_digits_that_count(number: float, text: str) -> None:
    assert shown(number) == text

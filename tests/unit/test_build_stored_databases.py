"""Every version of the browser's database has a dump, which the browser tests open with today's code."""

from __future__ import annotations

import json
import re
from pathlib import Path

STORED = Path(__file__).resolve().parents[1] / "stored"


def versions(root: Path) -> list[int]:
    """All there have been, by what the code says of the last one."""
    source = (root / "web" / "worker" / "database.js").read_text(encoding="utf-8")
    (last,) = re.findall(r"^const VERSION = (\d+);$", source, re.MULTILINE)
    return list(range(1, int(last) + 1))


def test_every_version_of_the_schema_has_a_dump_of_its_own(root: Path) -> None:
    found = sorted(int(path.stem.rsplit("-", 1)[1]) for path in STORED.glob("database-version-*.json"))
    assert found == versions(root), "expected a dump for each version; tests/stored/README.md says how one is made"
    for version in found:
        dump = json.loads((STORED / f"database-version-{version}.json").read_text(encoding="utf-8"))
        assert dump["version"] == version
        assert dump["told"]["stickers"], "a dump is of a database with something in it"


def test_the_last_dump_has_the_stores_that_the_code_uses(root: Path) -> None:
    source = (root / "web" / "worker" / "database.js").read_text(encoding="utf-8")
    (listed,) = re.findall(r"const STORES = .*\[(.*)\]", source)
    dump = json.loads((STORED / f"database-version-{versions(root)[-1]}.json").read_text(encoding="utf-8"))
    assert sorted(dump["stores"]) == sorted(re.findall(r'"(\w+)"', listed))

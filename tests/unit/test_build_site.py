"""What `build` made: the site holds what it needs, nothing more, and names no other origin for its parts."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import inkmoji
import pytest
from PIL import Image

from web.tools import ROOT, assemble, policy, vendor
from web.tools.notices import third_party
from web.tools.precache import integrity

OF_PYODIDE = {"numpy", "pillow", "micropip", "packaging"}
PACKAGES = OF_PYODIDE | {"protobuf", "inkmoji"}
SCRIPTS = {".js", ".mjs"}


@pytest.fixture(scope="module")
def lock(dist: Path) -> dict[str, dict[str, dict[str, object]]]:
    data: dict[str, dict[str, dict[str, object]]] = json.loads((dist / "pyodide/pyodide-lock.json").read_text("utf-8"))
    return data


def test_the_lock_file_is_cut_to_what_ships(dist: Path, lock: dict[str, dict[str, dict[str, object]]]) -> None:
    assert lock["packages"].keys() == PACKAGES
    assert {path.name for path in (dist / "pyodide").glob("*.whl")} == {
        entry["file_name"] for entry in lock["packages"].values()
    }


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_each_wheel_has_the_hash_that_the_lock_file_says(
    dist: Path, lock: dict[str, dict[str, dict[str, object]]], name: str
) -> None:
    entry = lock["packages"][name]
    data = (dist / "pyodide" / str(entry["file_name"])).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]


def test_others_wheels_are_locked_as_officially(lock: dict[str, dict[str, dict[str, object]]]) -> None:
    official = json.loads((vendor.PARTS[0].source / "pyodide-lock.json").read_text("utf-8"))["packages"]
    for name in OF_PYODIDE:
        assert lock["packages"][name] == official[name]


def test_our_wheel_brings_numpy_and_pillow(lock: dict[str, dict[str, dict[str, object]]]) -> None:
    entry = lock["packages"]["inkmoji"]
    assert (entry["depends"], entry["imports"]) == (["numpy", "pillow"], ["inkmoji"])


def test_what_core_ml_s_files_need_is_listed_with_its_integrity(dist: Path) -> None:
    parts = json.loads((dist / "pyodide" / "coreml.json").read_text("utf-8"))
    assert [re.sub(r"-.*", "", part["file"]) for part in parts] == ["python_stdlib.zip", "protobuf", "inkmoji"]
    for part in parts:
        assert part["integrity"] == integrity((dist / "pyodide" / part["file"]).read_bytes())


def test_our_wheel_holds_the_engine_as_it_is_now(dist: Path) -> None:
    (wheel,) = (dist / "pyodide").glob("inkmoji-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith("inkmoji/")}
    sources = {
        path.relative_to(ROOT / "pysrc").as_posix(): path.read_bytes()
        for path in (ROOT / "pysrc" / "inkmoji").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert packed == sources


def test_no_script_names_a_source_map(dist: Path) -> None:
    scripts = [path for path in dist.rglob("*") if path.suffix in SCRIPTS]
    assert scripts
    assert [path for path in scripts if b"\n//# sourceMappingURL=" in path.read_bytes()] == []


def test_every_import_is_relative_and_leads_to_a_file(dist: Path) -> None:
    pattern = re.compile(r"^\s*(?:import|export)\b[^'\";]*?\bfrom\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
    for script in (path for path in dist.rglob("*") if path.suffix in SCRIPTS and path.parent.name != "pyodide"):
        for name in pattern.findall(script.read_text("utf-8")):
            assert name.startswith("."), f"{script} imports {name}"
            assert (script.parent / name).is_file(), f"{script} imports {name}"


def test_what_only_developers_need_does_not_ship(dist: Path) -> None:
    names = [path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()]
    wrong = re.compile(r"(^|/)(package(-lock)?\.json|tsconfig.*\.json|node_modules/.*|tools/.*|.*\.d\.m?ts|.*\.map)$")
    assert [name for name in names if wrong.search(name)] == ["inkmoji.d.ts"]


def test_pages_and_hosts_are_given_one_policy(dist: Path) -> None:
    sent = policy.parse_headers_file((dist / "_headers").read_text("utf-8"))["Content-Security-Policy"]
    pages = list(dist.rglob("*.html"))
    assert len(pages) == 3
    for page in pages:
        text = page.read_text("utf-8")
        in_page = text.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
        assert sent == in_page + "; frame-ancestors 'none'"


def test_every_foreign_part_is_named_with_version_and_licence(dist: Path) -> None:
    text = (dist / "THIRD_PARTY.md").read_text("utf-8")
    data = text.partition("\n## Drawings that the base model and the starter stickers were made from\n")[2]
    assert "Quick, Draw! dataset by Google, under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in data
    assert "`models/starter.inkmoji` is made\nfrom the Quick, Draw! dataset and changes it" in data
    named = dict(re.findall(r"^## (\S+) (\S+)\n\nLicence: \S", text, re.MULTILINE))
    pinned = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))["dependencies"]
    assert pinned.items() <= named.items()
    assert named.keys() - pinned.keys() == PACKAGES - {"inkmoji"}
    assert third_party(sorted((dist / "pyodide").glob("[!i]*.whl"))).count("````text") == text.count("````text")


def test_every_model_ships_the_starter_pack_too(dist: Path) -> None:
    models = {path.name: path.read_bytes() for path in (ROOT / "models").glob("*.inkmoji")}
    assert models.keys() >= {"base.inkmoji", "starter.inkmoji"}
    assert {path.name: path.read_bytes() for path in (dist / "models").iterdir()} == models


def test_the_page_says_the_engines_version_and_links_only_to_what_ships(dist: Path) -> None:
    text = (dist / "index.html").read_text("utf-8")
    assert f"Inkmoji {inkmoji.__version__}<" in text
    starter = inkmoji.CompiledModel((dist / "models" / "starter.inkmoji").read_bytes()).model()
    assert f"Start with {len(starter.labels)} common doodles<" in text
    assert not re.search(r"\{\w+\}", text)
    links = re.findall(r'\bhref="([^#"][^"]*)"', text)
    assert {"LICENSE", "THIRD_PARTY.md"} <= set(links)
    assert [link for link in links if not (dist / link).is_file()] == []


def test_every_id_of_the_page_is_there_once_and_every_reference_leads_to_one(dist: Path) -> None:
    text = (dist / "index.html").read_text("utf-8")
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert sorted(set(ids)) == sorted(ids)
    referred = re.findall(r'\b(?:aria-(?:labelledby|describedby|controls)="|href="#)([^"]+)"', text)
    assert referred
    assert {name for names in referred for name in names.split()} <= set(ids)


def test_every_icon_of_the_manifest_ships_in_the_size_that_it_says(dist: Path) -> None:
    manifest = json.loads((dist / "manifest.webmanifest").read_text("utf-8"))
    assert (manifest["start_url"], manifest["scope"]) == ("./", "./")
    # Without an id the application is known by its start address; a relative id would be one for the whole origin.
    assert "id" not in manifest
    sizes = {}
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            with Image.open(dist / icon["src"]) as image:
                assert icon["sizes"] == f"{image.width}x{image.height}"
                opaque = image.convert("RGBA").getchannel("A").getextrema() == (255, 255)
                sizes[icon["purpose"], icon["sizes"]] = opaque
    assert sizes == {("any", "192x192"): False, ("any", "512x512"): False, ("maskable", "512x512"): True}
    with Image.open(dist / "icons" / "apple-touch-180.png") as image:
        assert (image.size, image.mode) == ((180, 180), "RGB")


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    site = {"a.js": b"one", "sub/b.js": b"two"}
    assert assemble.synchronise(tmp_path, site) == 2
    before = (tmp_path / "a.js").stat().st_mtime_ns
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "old.js").write_bytes(b"old")
    assert assemble.synchronise(tmp_path, {"a.js": b"one", "sub/b.js": b"six"}) == 2
    assert (tmp_path / "a.js").stat().st_mtime_ns == before
    assert (tmp_path / "sub" / "b.js").read_bytes() == b"six"
    assert not (tmp_path / "stray").exists()


def test_the_minimal_page_is_shown_as_it_ships_and_is_of_at_most_40_lines(dist: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (html,), (script, micropip) = (re.findall(rf"```{kind}\n(.*?)```", readme, re.DOTALL) for kind in ("html", "js"))
    examples = ROOT / "web" / "examples"
    assert html == (examples / "minimal.html").read_text(encoding="utf-8")
    assert script == (examples / "minimal.js").read_text(encoding="utf-8")
    assert len((html + script).splitlines()) <= 40
    (wheel,) = re.findall(r"https://example\.org/inkmoji/(.+\.whl)", micropip)
    assert (dist / wheel).is_file()

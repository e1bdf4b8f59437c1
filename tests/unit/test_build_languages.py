"""The languages of the page: each is one file, that the build finds; the page is filled with the English one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web.tools import WEB, BuildError, languages

TEXTS = {"a.title": "Draw & <learn>", "a.name": 'A "name"'}
ANOTHER = """
export const about = { name: "العربية", direction: "rtl", emoji: { data: "en/cldr", words: "ar" } };
export const strings = {};
export const page = { board: { name: "لوح" }, menu: { clear: "مسح" } };
"""


@pytest.fixture(scope="module")
def known() -> dict[str, languages.Language]:
    return languages.languages()


def test_an_element_and_an_attribute_that_name_a_text_are_given_it_as_html() -> None:
    page = '<h1 class="x" data-text="a.title"></h1>\n<p data-text-label="a.name" data-text-alt="a.title"><br></p>'
    assert languages.filled(page, TEXTS) == (
        '<h1 class="x" data-text="a.title">Draw &amp; &lt;learn&gt;</h1>\n'
        '<p aria-label="A &quot;name&quot;" data-text-label="a.name"'
        ' alt="Draw &amp; &lt;learn&gt;" data-text-alt="a.title"><br></p>'
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ('<p data-text="a.other"></p>', "expected texts named a.other in web/languages/en.js"),
        ('<p data-text-label="a.b c"></p>', "expected texts named a.b c in"),
        ('<p data-text="a.title">Draw</p>', "expected every element with data-text to be empty"),
        ('<p data-text="a.title"><b></b></p>', "expected every element with data-text to be empty"),
    ],
)
def test_a_page_that_cannot_be_filled_is_refused(page: str, message: str) -> None:
    with pytest.raises(BuildError, match=re.escape(message)):
        languages.filled(page, TEXTS)


def test_every_text_of_the_page_is_used_and_every_language_has_them_all(known: dict[str, languages.Language]) -> None:
    used = {*languages.NAMED.findall((WEB / "index.html").read_text("utf-8"))}
    assert next(iter(known)) == "en"
    for code, language in known.items():
        assert language.texts.keys() == used, code


def test_the_built_page_offers_every_language_and_has_what_the_emoji_picker_needs_for_it(
    dist: Path, known: dict[str, languages.Language]
) -> None:
    html = (dist / "index.html").read_text("utf-8")
    assert f'data-languages="{" ".join(known)}"' in html
    assert known["en"].texts["welcome.about"] in html
    for language in known.values():
        assert f">{language.name}</option>" in html
        assert (dist / "vendor/emoji-picker-element-data" / language.emoji_data / "data.json").is_file()
        assert (dist / "vendor/emoji-picker-element/i18n" / f"{language.picker_words}.js").is_file()


def test_one_file_adds_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en.js").write_text(ANOTHER, encoding="utf-8")
    (tmp_path / "ar.js").write_text(ANOTHER, encoding="utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    found = languages.languages()
    assert [*found] == ["en", "ar"]
    assert found["ar"] == languages.Language("العربية", {"board.name": "لوح", "menu.clear": "مسح"}, "en/cldr", "ar")


def test_a_language_that_is_no_module_is_told_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.js").write_text("export const page = {", encoding="utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    with pytest.raises(BuildError, match=r"could not read xx\.js"):
        languages.languages()


def test_no_place_for_a_fact_is_left_in_what_ships(dist: Path) -> None:
    for path in (dist / "index.html", *(dist / "languages").glob("*.js")):
        assert re.findall(r"(?<!\$)\{(version|starters|languages|language-options)\}", path.read_text("utf-8")) == [], (
            path
        )

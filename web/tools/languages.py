"""The languages of the page: one module each in `web/languages/`, and the page filled with the English one."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass

from web.tools import WEB, BuildError, npm, vendor

FOLDER = WEB / "languages"
ATTRIBUTES = {"label": "aria-label", "alt": "alt", "placeholder": "placeholder"}
LOAD = "import(process.argv[1]).then(({ page, about }) => console.log(JSON.stringify({ page, about })))"
TEXT = re.compile(r'(<(?P<tag>\w+)[^<>]* data-text="(?P<key>[\w.]+)"[^<>]*>)(?=</(?P=tag)>)')
ATTRIBUTE = re.compile(r'(?P<whole> data-text-(?P<name>\w+)="(?P<key>[\w.]+)")')
NAMED = re.compile(r' data-text(?:-\w+)?="([^"]*)"')


@dataclass(frozen=True)
class Language:
    """Its name, the unchanging texts of the page by their keys, and what two npm parts call the language."""

    name: str
    texts: dict[str, str]
    emoji_data: str
    picker_words: str


def languages() -> dict[str, Language]:
    """Return every language by its code, English first."""
    codes = sorted((path.stem for path in FOLDER.glob("*.js")), key=lambda code: (code != "en", code))
    return {code: _load(code) for code in codes}


def emoji_files(known: dict[str, Language]) -> dict[str, bytes]:
    """Return what the emoji picker needs of other packages for the languages: path in `dist/` → bytes."""
    data = {f"{language.emoji_data}/data.json" for language in known.values()}
    words = {f"i18n/{language.picker_words}.js" for language in known.values()}
    return vendor.files_of("emoji-picker-element-data", data) | vendor.files_of("emoji-picker-element", words)


def options(known: dict[str, Language]) -> str:
    """Return the languages as HTML, to choose from."""
    return "".join(
        f'<option value="{code}" lang="{code}">{html.escape(language.name)}</option>'
        for code, language in known.items()
    )


def filled(page: str, texts: dict[str, str]) -> str:
    """Return the HTML of a page with a text in each element, and each attribute, that names one.

    Raises
    ------
    BuildError
        The page names a text that is not there, or an element that it names one for is not empty.
    """
    missing = sorted({*NAMED.findall(page)} - texts.keys())
    if missing:
        raise BuildError(f"expected texts named {', '.join(missing)} in web/languages/en.js, found none; add them")

    def text(match: re.Match[str]) -> str:
        return match[1] + html.escape(texts[match["key"]], quote=False)

    def attribute(match: re.Match[str]) -> str:
        return f' {ATTRIBUTES[match["name"]]}="{html.escape(texts[match["key"]])}"{match["whole"]}'

    done, count = TEXT.subn(text, page)
    if count != page.count(' data-text="'):
        raise BuildError("expected every element with data-text to be empty, found one that is not")
    return ATTRIBUTE.sub(attribute, done)


def _load(code: str) -> Language:
    path = FOLDER / f"{code}.js"
    command = [npm.node(), "--no-warnings", "--input-type=module", "--eval", LOAD, path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise BuildError(f"Node.js could not read {path.name}:\n{done.stderr.strip()}")
    told = json.loads(done.stdout)
    texts = {f"{part}.{name}": text for part, named in told["page"].items() for name, text in named.items()}
    about = told["about"]
    return Language(about["name"], texts, about["emoji"]["data"], about["emoji"]["words"])

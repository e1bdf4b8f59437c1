"""No script and no page of ours makes code or markup out of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from web.tools import WEB

NOT_OURS = {"node_modules", "vendor"}
SCRIPT_RULES = {
    "markup from text": r"\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bsetHTMLUnsafe\b|\bparseHTMLUnsafe\b"
    r"|\bcreateContextualFragment\b|\bsrcdoc\b|\bparseFromString\b",
    "document.write": r"\bdocument\s*\??\.\s*write(?:ln)?\b",
    "eval": r"\beval\b",
    "new Function": r"\bFunction\s*\(|\bnew\s+Function\b|\bconstructor\s*\(\s*[\"'`]",
    "timer of text": r"\bset(?:Timeout|Interval)\s*\(\s*[\"'`]",
    "inline handler": r"\bsetAttribute(?:NS)?\s*\([^)]*?[\"'`]on\w+[\"'`]|<[^>]*\son\w+\s*=",
    "javascript: address": r"(?i:\bjavascript\s*:)",
}


class Page(HTMLParser):
    """Collects what a page may not have."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inline = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on"):
                self.found.append("inline handler")
            if re.match(r"\s*javascript\s*:", value or "", re.IGNORECASE):
                self.found.append("javascript: address")
            if name == "srcdoc":
                self.found.append("markup from text")
        self._inline = tag == "script"

    def handle_data(self, data: str) -> None:
        if self._inline and data.strip():
            self.found.append("inline script")

    def handle_endtag(self, tag: str) -> None:
        self._inline = False


def findings(name: str, text: str) -> list[str]:
    """The rules that a script or page breaks."""
    if name.endswith(".html"):
        return Page(text).found
    return [rule for rule, pattern in SCRIPT_RULES.items() if re.search(pattern, text)]


def ours() -> Iterator[Path]:
    for path in sorted(WEB.rglob("*")):
        if path.suffix in {".js", ".mjs", ".html"} and NOT_OURS.isdisjoint(path.relative_to(WEB).parts):
            yield path


def test_none_of_our_files_breaks_a_rule() -> None:
    paths = list(ours())
    assert {"app.js", "index.html", "sw.js", "python.js"} <= {path.name for path in paths}
    broken = {path.relative_to(WEB).as_posix(): findings(path.name, path.read_text("utf-8")) for path in paths}
    assert {name: found for name, found in broken.items() if found} == {}


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("box.innerHTML = text;", "markup from text"),
        ('box["outerHTML"] = text;', "markup from text"),
        ("box.insertAdjacentHTML('beforeend', text);", "markup from text"),
        ("range.createContextualFragment(text);", "markup from text"),
        ("document.write(text);", "document.write"),
        ("document . writeln(text);", "document.write"),
        ("eval(text);", "eval"),
        ("(0, globalThis.eval)(text);", "eval"),
        ("new Function(text);", "new Function"),
        ("Function('a', text)();", "new Function"),
        ("(() => {}).constructor('return 1')();", "new Function"),
        ("setTimeout('go()', 10);", "timer of text"),
        ("setInterval(\n  `go()`, 10);", "timer of text"),
        ("box.setAttribute('onclick', text);", "inline handler"),
        ("const text = `<b class=x onclick=go()>`;", "inline handler"),
        ("link.href = 'javascript:go()';", "javascript: address"),
    ],
)
def test_each_is_noticed_in_a_script(script: str, rule: str) -> None:
    assert findings("a.js", script) == [rule]


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ('<button onclick="go()">', "inline handler"),
        ("<body\nONLOAD = go()>", "inline handler"),
        ("<svg><circle onpointerdown='go()'/></svg>", "inline handler"),
        ('<a href=" JavaScript:go()">', "javascript: address"),
        ('<iframe srcdoc="<p>">', "markup from text"),
        ("<script>go()</script>", "inline script"),
    ],
)
def test_each_is_noticed_in_a_page(page: str, rule: str) -> None:
    assert findings("a.html", page) == [rule]


@pytest.mark.parametrize(
    "script",
    [
        "worker.onerror = (event) => go(event);",
        "box.textContent = text;",
        "setTimeout(() => go(), 10);",
        "const evaluate = retrieval(medieval);",
        "constructor(box) {}",
        "/** @param {Function} run */",
    ],
)
def test_what_is_harmless_is_let_through(script: str) -> None:
    assert findings("a.js", script) == []

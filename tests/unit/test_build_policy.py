"""The Content-Security-Policy: one string, in the header, in the file for hosts and in the page."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from web.tools import ROOT, BuildError
from web.tools.policy import (
    content_security_policy,
    headers,
    headers_file,
    parse_headers_file,
    picker_style_hash,
    with_meta,
)

PICKER = r"""
const FONT_FAMILY = '"One Emoji","Two",' +
  '"Three",sans-serif';
var baseStyles = ":host{content:\"x\";color:red}";
const EXTRA_STYLES = `:host{--emoji-font-family:${FONT_FAMILY}}`;
    const style = document.createElement('style');
    style.textContent = baseStyles + EXTRA_STYLES;
"""
SHEET = ':host{content:"x";color:red}:host{--emoji-font-family:"One Emoji","Two","Three",sans-serif}'


def directives(policy: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_only_the_two_style_exceptions_of_the_picker_are_made() -> None:
    policy = directives(content_security_policy("sha256-AAAA"))
    lax = {name: value for name, value in policy.items() if value not in ("'self'", "'none'")}
    assert lax == {
        "script-src": "'self' 'wasm-unsafe-eval'",
        "img-src": "'self' blob: data:",
        "style-src-elem": "'self' 'sha256-AAAA'",
        "style-src-attr": "'unsafe-inline'",
    }
    assert policy["default-src"] == "'self'"


def test_a_page_gets_the_policy_without_what_browsers_refuse_in_a_meta_element() -> None:
    page = with_meta('<head><meta charset="utf-8"><title>x</title>', "sha256-AAAA", "index.html")
    header = directives(content_security_policy("sha256-AAAA"))
    meta = page.split('content="')[1].split('"')[0]
    assert page.startswith('<head><meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"')
    assert page.endswith("<title>x</title>")
    assert header.pop("frame-ancestors") == "'none'"
    assert directives(meta) == header


def test_a_page_without_a_charset_is_refused_by_name() -> None:
    with pytest.raises(BuildError, match=r"in old\.html"):
        with_meta("<head><title>x</title>", "sha256-AAAA", "old.html")


def test_the_file_for_hosts_holds_the_headers() -> None:
    text = headers_file("sha256-AAAA")
    assert text.startswith("/*\n  Content-Security-Policy: default-src 'self'; ")
    assert parse_headers_file(text) == headers("sha256-AAAA")


def test_the_recipes_of_the_readme_turn_that_file_into_what_servers_read() -> None:
    recipes = re.findall(r"sed -n 's/(.*)/(.*)/p' dist/_headers > ", (ROOT / "README.md").read_text("utf-8"))
    made = []
    for pattern, replacement in recipes:
        grouped = re.compile(pattern.replace("\\(", "(").replace("\\)", ")"))
        lines = headers_file("sha256-AAAA").splitlines()
        made.append([grouped.sub(replacement, line) for line in lines if grouped.match(line)])
    sent = headers("sha256-AAAA").items()
    assert made == [
        [f'add_header {name} "{value}" always;' for name, value in sent],
        [f'Header always set {name} "{value}"' for name, value in sent],
    ]


def test_the_hash_is_of_the_sheet_that_the_picker_injects() -> None:
    digest = base64.b64encode(hashlib.sha256(SHEET.encode()).digest()).decode()
    assert picker_style_hash(PICKER) == f"sha256-{digest}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("baseStyles + EXTRA_STYLES;", "baseStyles;"),
        ("var baseStyles", "let baseStyles"),
        ("const FONT_FAMILY", "const FONTS"),
        ("`:host", "make`:host"),
        ("style.textContent", "document.createElement('style'); style.textContent"),
    ],
)
def test_a_picker_that_injects_in_another_way_stops_the_build(old: str, new: str) -> None:
    assert old in PICKER
    with pytest.raises(BuildError, match="adapt picker_style_hash"):
        picker_style_hash(PICKER.replace(old, new))

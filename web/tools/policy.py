"""The response headers of the site; its Content-Security-Policy is made here and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from web.tools import BuildError

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' blob: data:",
    "style-src": "'self'",
    # emoji-picker-element puts one constant stylesheet into its shadow root and sets style attributes.
    "style-src-elem": "'self' '{style_hash}'",
    "style-src-attr": "'unsafe-inline'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADER_ONLY = {"frame-ancestors"}
CHARSET = re.compile(r"<meta charset=[\"']?utf-8[\"']?\s*/?>", re.IGNORECASE)


def content_security_policy(style_hash: str, *, meta: bool = False) -> str:
    """Return the policy; with `meta`, without what browsers refuse in a `<meta>` element."""
    return "; ".join(
        f"{directive} {sources.format(style_hash=style_hash)}"
        for directive, sources in POLICY.items()
        if not (meta and directive in HEADER_ONLY)
    )


def headers(style_hash: str) -> dict[str, str]:
    """Return the headers of every response."""
    return {
        "Content-Security-Policy": content_security_policy(style_hash),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def headers_file(style_hash: str) -> str:
    """Return the headers in the `_headers` format that several static hosts read."""
    return "/*\n" + "".join(f"  {name}: {value}\n" for name, value in headers(style_hash).items())


def parse_headers_file(text: str) -> dict[str, str]:
    """Return the headers that `headers_file` wrote."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    return dict(line.split(": ", 1) for line in lines)


def with_meta(html: str, style_hash: str, name: str) -> str:
    """Return the page `html` with the policy as its first `<meta>` after the charset."""
    charset = CHARSET.search(html)
    if charset is None:
        raise BuildError(f'expected <meta charset="utf-8"> in {name}: the policy goes after it')
    policy = content_security_policy(style_hash, meta=True)
    meta = f'\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return html[: charset.end()] + meta + html[charset.end() :]


def picker_style_hash(script: str) -> str:
    """Return the CSP hash of the stylesheet that `picker.js` of emoji-picker-element injects.

    Raises
    ------
    BuildError
        The script no longer builds its stylesheet in the way that this function knows.
    """
    base = re.search(r'^var baseStyles = ("(?:[^"\\]|\\.)*");$', script, re.MULTILINE)
    font = re.search(r"^const FONT_FAMILY = ((?:'[^'\\]*'[\s+]*)+);$", script, re.MULTILINE)
    extra = re.search(r"^const EXTRA_STYLES = `([^`\\]*)`;$", script, re.MULTILINE)
    injected = "style.textContent = baseStyles + EXTRA_STYLES;" in script
    if not (base and font and extra and injected and script.count("createElement('style')") == 1):
        raise BuildError(
            "expected emoji-picker-element's picker.js to inject baseStyles + EXTRA_STYLES, found "
            "something else: read how this version makes its <style> and adapt picker_style_hash"
        )
    family = "".join(re.findall(r"'([^']*)'", font[1]))
    style = json.loads(base[1]) + extra[1].replace("${FONT_FAMILY}", family)
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"

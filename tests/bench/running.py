"""The browsers that the bench drives, and those that take part in it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.bench.drawings import doodle, label
from tests.bench.hosting import served
from tests.bench.site import labels, stock
from tests.browser.conftest import ARGUMENTS, ServiceWorkers

LONGEST = 300_000  # milliseconds that anything may take
CALL = "async ([name, ...values]) => (await import('./bench.js'))[name](...values)"
WASM, CPU, CHEAP = "TF.js WASM", "TF.js CPU", "$P"
OURS = "ours"
PEERS: Mapping[str, dict[str, str]] = {
    WASM: {"worker": "tensorflow.js", "backend": "wasm"},
    CPU: {"worker": "tensorflow.js?cpu", "backend": "cpu"},
    CHEAP: {"worker": "dollarp-worker.js"},
}
TENSORFLOW = (WASM, CPU)


@dataclass(frozen=True)
class Bench:
    """What every measure needs: the browser, the site, and how often to measure."""

    playwright: Playwright
    executable: str
    site: Path
    rounds: int

    @contextmanager
    def page(self) -> Iterator[Page]:
        """The bench's own page, as `build.py serve` serves it; its contenders end with it."""
        with served(self.site) as host, self.context() as context:
            yield opened(context, host.url)

    @contextmanager
    def context(self) -> Iterator[BrowserContext]:
        """A browser with a new profile, where what is saved goes to the disk, and without service workers."""
        with new_profile() as folder, self.profile(folder, "block") as context:
            yield context

    @contextmanager
    def profile(
        self, folder: Path, service_workers: ServiceWorkers = "allow", language: str = "en-GB"
    ) -> Iterator[BrowserContext]:
        """A browser with a profile that outlives it."""
        context = self.playwright.chromium.launch_persistent_context(
            folder,
            executable_path=self.executable,
            args=arguments(),
            service_workers=service_workers,
            locale=language,
        )
        context.set_default_timeout(LONGEST)
        yield context
        context.close()


@contextmanager
def new_profile() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "profile"


def arguments() -> list[str]:
    """Chromium's; its sandbox refuses to work for root, as whom containers run."""
    return [*ARGUMENTS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}bench/blank.html")
    return page


def call(page: Page, name: str, *values: Any) -> Any:
    """Call a function of `bench.js`."""
    return page.evaluate(CALL, [name, *values])


def entrant(name: str) -> dict[str, Any]:
    """Who takes part, with nothing taught."""
    if name == OURS:
        return {"kind": "ours", "options": {"name": "bench"}}
    return {"kind": "peer", "options": PEERS[name]}


def enter(page: Page, name: str, stickers: int, examples: int, *, watched: bool = False) -> None:
    """Start one who takes part and knows so many stickers from so many drawings of each.

    With `watched` its worker notes the memories of WebAssembly.
    """
    file = stock(stickers, examples)
    one = entrant(name)
    if name == OURS:
        # The model's address is one from the base, the base's one from the page.
        model, base = f"{file}.inkmoji", {"base": "watched/"} if watched else {}
        one["options"] = {"name": file, "model": f"../{model}" if watched else f"bench/{model}", **base}
    else:
        one["taught"] = _taught(name, stickers, examples)
        if watched:
            one["options"] = {**one["options"], "worker": f"watched.js?{one['options']['worker']}"}
    call(page, "open", {"name": name, **one})


def _taught(name: str, stickers: int, examples: int) -> dict[str, Any]:
    """What a peer takes up: embeddings, or the drawings themselves."""
    if name in TENSORFLOW:
        return {"file": f"{stock(stickers, examples)}.bin", "labels": labels(stickers), "examples": examples}
    pairs = [(sticker, variant) for sticker in range(stickers) for variant in range(examples)]
    return {"drawings": [{"label": label(sticker), "points": doodle(sticker, variant)} for sticker, variant in pairs]}

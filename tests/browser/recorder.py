"""What happens in a browser that a person would never see."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

LOCAL_SCHEMES = ("blob:", "data:")
# The browser's own console messages leave out what a worker was refused.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} refused ${event.blockedURI}`))
"""


class Recorder:
    """What a context asked for, and what went wrong in it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.requests: list[str] = []
        self.problems: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._exception)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("page", self._page)

    def take(self, pattern: str) -> list[str]:
        """Remove and return the problems that match: the test has caused them."""
        taken = [problem for problem in self.problems if re.search(pattern, problem)]
        self.problems = [problem for problem in self.problems if problem not in taken]
        return taken

    def check(self) -> None:
        """Fail for the problems that were not taken, once."""
        problems, self.problems = self.problems, []
        assert not problems, "\n".join(problems)

    def _page(self, page: Page) -> None:
        page.on("worker", lambda worker: worker.evaluate(REPORT_VIOLATIONS))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if request.url.startswith(LOCAL_SCHEMES):
            return
        if not request.url.startswith(self.origin):
            self.problems.append(f"request to another origin: {request.url}")
        if request.method not in {"GET", "HEAD"} or request.post_data_buffer is not None:
            self.problems.append(f"request with a body: {request.method} {request.url}")
        if urlsplit(request.url).query:
            self.problems.append(f"request with a query: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console error: {message.text} ({message.location.get('url')})")

    def _exception(self, error: WebError) -> None:
        self.problems.append(f"uncaught exception: {error.error}")

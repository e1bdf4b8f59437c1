"""The recorder notices what no page of ours may do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.recorder import Recorder


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("fetch('LICENSE?who=me')", "request with a query: .*who=me"),
        ("fetch('LICENSE', { method: 'POST', body: 'me' })", "request with a body: POST"),
        ("navigator.sendBeacon('LICENSE', 'me')", "request with a body: POST"),
        ("fetch('https://elsewhere.test/', { mode: 'no-cors' })", "Content.Security.Policy"),
    ],
)
def test_it_notices(tab: Page, shared_recorder: Recorder, call: str, problem: str) -> None:
    tab.evaluate(f"async () => {{ await Promise.resolve({call}).catch(() => {{}}); }}")
    tab.evaluate("() => fetch('LICENSE')")
    assert shared_recorder.take(problem)
    shared_recorder.take("501|net::ERR")


def test_it_notices_a_request_that_the_policy_would_have_let_through(page: Page, recorder: Recorder) -> None:
    page.route("https://elsewhere.test/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("https://elsewhere.test/")
    assert recorder.take("request to another origin: https://elsewhere.test/")

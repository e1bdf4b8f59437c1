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
    ],
)
def test_it_notices(tab: Page, shared_recorder: Recorder, call: str, problem: str) -> None:
    tab.route("**/LICENSE*", lambda route: route.fulfill(body=""))
    with tab.expect_event("response"):
        tab.evaluate(f"async () => {{ await {call}; }}")
    assert shared_recorder.take(problem)


def test_it_notices_what_the_policy_refuses(tab: Page, shared_recorder: Recorder) -> None:
    with tab.expect_console_message(lambda message: message.text.startswith("Content-Security-Policy: ")):
        tab.evaluate("() => fetch('https://elsewhere.test/', { mode: 'no-cors' }).catch(() => {})")
    assert shared_recorder.take("Content.Security.Policy")
    shared_recorder.take("net::ERR")


def test_it_notices_a_request_that_the_policy_would_have_let_through(page: Page, recorder: Recorder) -> None:
    page.route("https://elsewhere.test/**", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("https://elsewhere.test/")
    assert recorder.take("request to another origin: https://elsewhere.test/")

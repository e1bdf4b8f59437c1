"""After a start the worker answers drawings of nobody's: it gives way to whatever is asked, and disturbs nobody."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import OpenBlank
from tests.browser.learner import prepare

# `jobs` notes the order of what runs; `asked` is what a message of the page asks for meanwhile.
RUN = """
async (fails) => {
  const { Queue } = await import("./worker/queue.js");
  const { warmUp } = await import("./worker/warmup.js");
  const queue = new Queue();
  const jobs = [];
  const asked = new MessageChannel();
  asked.port1.onmessage = () => void queue.run(() => jobs.push("asked"));
  const predict = ({ points, lengths }) => {
    const sum = lengths.reduce((total, length) => total + length, 0);
    if (points.length !== 2 * sum) throw new Error("no drawing");
    jobs.push("answer");
    if (jobs.length === 3) asked.port2.postMessage(null);
    if (fails && jobs.length === 5) throw new Error("dead");
  };
  await warmUp(queue, predict);
  return jobs;
}
"""

NOTED = """
export async function warmUp(queue, predict) {
  const drawing = { points: Float32Array.of(0, 0, 50, 20, 9, 80), lengths: Int32Array.of(3) };
  self.noted = [...(self.noted ?? []), (await queue.run(() => predict(drawing))).label];
}
"""


def test_what_is_asked_meanwhile_goes_first(tab: Page) -> None:
    jobs = tab.evaluate(RUN, False)
    assert jobs.count("answer") == 60
    assert jobs.index("asked") in (3, 4)


def test_an_error_ends_it_quietly(tab: Page) -> None:
    jobs = tab.evaluate(RUN, True)
    assert len(jobs) == 5


def test_a_start_is_followed_by_it_once(shared_context: BrowserContext, open_blank: OpenBlank) -> None:
    shared_context.route("**/worker/warmup.js", lambda route: route.fulfill(content_type="text/javascript", body=NOTED))
    page = prepare(open_blank(shared_context), "warm")
    shared_context.unroute("**/worker/warmup.js")
    assert page.workers[0].evaluate("() => self.noted") == [None]
    page.close()

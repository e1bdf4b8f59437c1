"""A first visit: the board teaches by showing, and offers ready-made stickers to a person who has none."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.barriers import SIZES, show
from tests.browser.hand import (
    SHIFTS,
    clear_board,
    draw,
    fish,
    hold,
    middle_of,
    placed,
    settle,
    stickers,
    sun,
    teach,
    touch,
)
from tests.browser.recorder import Recorder
from tests.browser.starter import PACK, shipped_faces, switch
from web.tools.serve import Server

# How long anything of the welcome moves, in milliseconds, and how many parts of it do.
MOTION = """
() => {
  const moving = document.querySelector("#welcome").getAnimations({ subtree: true });
  return [Math.max(0, ...moving.map(({ effect }) => effect.getComputedTiming().endTime)), moving.length];
}
"""
# How much of each stroke of the doodle is drawn, and how visible the emoji is, with the motion stopped at a time.
AT = """
(time) => {
  for (const animation of document.querySelector("#welcome").getAnimations({ subtree: true })) {
    animation.pause();
    animation.currentTime = time;
  }
  const drawn = [...document.querySelectorAll(".doodle path")].map((path) => {
    const { opacity, strokeDashoffset } = getComputedStyle(path);
    return Number(opacity) * (1 - parseFloat(strokeDashoffset));
  });
  return [drawn[0], drawn.at(-1), Number(getComputedStyle(document.querySelector(".welcome-art text")).opacity)];
}
"""
GO_ON = """
() => document.querySelector("#welcome").getAnimations({ subtree: true }).forEach((animation) => animation.play())
"""


@pytest.fixture
def rng() -> random.Random:
    return random.Random(31)


# To the pixel, of which there may be a part.
IS_WHOLE = """
() => {
  const { scrollWidth, clientWidth } = document.querySelector(".pill-text");
  return scrollWidth <= clientWidth + 1;
}
"""


def offer(page: Page) -> Locator:
    return page.get_by_role("button", name="common doodles")


def welcome(page: Page) -> Locator:
    return page.get_by_text("Draw something")


@pytest.mark.parametrize("device", SIZES)
def test_a_new_person_is_shown_how_it_works_and_starts_with_common_doodles(
    page: Page, root: Path, dist: Path, server: Server, device: str, rng: random.Random
) -> None:
    page.set_viewport_size(SIZES[device])
    release = hold(page)
    page.goto(server.url)
    count = len(shipped_faces(dist))
    expect(offer(page)).to_have_text(f"Start with {count} common doodles")
    assert middle_of(offer(page))[1] >= 44
    assert page.evaluate(MOTION)[0] < 5000
    assert page.evaluate(AT, 0) == [0, 0, 0]
    half = page.evaluate(AT, 650)
    assert 0.2 < half[0] < 1
    assert half[1:] == [0, 0]
    page.screenshot(path=root / "screenshots" / f"{device}-light-r-welcome-half.png")
    page.evaluate(GO_ON)
    settle(page)
    assert page.evaluate(MOTION) == [0, 0] or page.evaluate(AT, 60_000) == [1, 1, 1]
    assert page.evaluate(SHIFTS) == []
    assert page.evaluate(IS_WHOLE), "how far the start is is not cut off"
    show(page, root, device, "s-welcome")
    offer(page).click()
    busy = page.get_by_role("button", name="Waiting for Python…")
    expect(busy).to_have_attribute("aria-disabled", "true")
    busy.click(force=True)  # once is enough
    show(page, root, device, "t-offer-waiting")
    release()
    expect(page.get_by_role("status")).to_have_text(f"{count} starter stickers on")
    expect(offer(page)).to_be_hidden()
    expect(page.get_by_text("Knows ")).to_contain_text(f"and {count - 12} more")
    show(page, root, device, "u-offer-taken")
    width, height = SIZES[device].values()
    (touch if device == "phone" else draw)(page, placed(fish(rng), (width / 2, height / 2), width * 0.4))
    expect(welcome(page)).to_be_hidden()
    expect(stickers(page)).to_have_accessible_name("🐟")


def test_the_offer_is_taken_by_keyboard_and_a_failure_is_told(doodles: Page, shared_recorder: Recorder) -> None:
    page = doodles
    expect(offer(page)).to_be_visible()
    page.route(PACK, lambda route: route.fulfill(status=404), times=1)
    offer(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Nothing was changed. Expected a model")
    shared_recorder.take("starter.inkmoji")
    expect(offer(page)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_have_text("2 starter stickers on")
    expect(offer(page)).to_be_hidden()
    expect(page.get_by_role("img", name="Drawing board")).to_be_focused()
    expect(page.get_by_text("Knows 🐟 ☀️")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    switch(page, "Starter stickers off")
    expect(offer(page)).to_be_visible()


def test_a_person_who_has_stickers_is_offered_nothing(untaught: Page, rng: random.Random) -> None:
    expect(offer(untaught)).to_be_visible()
    teach(untaught, "☀️", sun, rng)
    expect(welcome(untaught)).to_be_visible()
    expect(offer(untaught)).to_be_hidden()


@pytest.mark.parametrize(
    ("history", "hidden"), [("[]", False), ("[{ number: 1 }]", True)], ids=["nothing saved", "something saved"]
)
def test_before_python_is_up_only_a_person_who_saved_nothing_is_offered_it(
    untaught: Page, history: str, hidden: bool
) -> None:
    assert hidden == untaught.evaluate(
        f"""async () => {{
          const {{ StarterOffer }} = await import("./offer.js");
          const button = document.createElement("button");
          await new StarterOffer(button, {{ stickers: () => null }}).startWith(Promise.resolve({history}));
          return button.hidden;
        }}"""
    )


def test_a_stroke_may_begin_anywhere_but_on_the_button_and_takes_the_offer_away(
    untaught: Page, rng: random.Random
) -> None:
    page = untaught
    (x, y), side = middle_of(offer(page))
    text = middle_of(page.get_by_text("Teach Inkmoji a drawing"))[0]
    for place in (text, (x, y - side), (x, y + side)):
        draw(page, [[place, (place[0] + 60, place[1]), (x, y)]])  # ends on the button
        expect(welcome(page)).to_be_hidden()
        expect(offer(page)).to_be_hidden()
        page.get_by_role("button", name="Keep as ink").click()
        clear_board(page)
        expect(offer(page)).to_be_visible()
    expect(page.get_by_text("Knows")).to_be_hidden()


def test_where_motion_is_reduced_the_picture_is_there_at_once(shared_context: BrowserContext, server: Server) -> None:
    page = shared_context.new_page()
    page.emulate_media(reduced_motion="reduce")
    hold(page)
    page.goto(server.url)
    expect(welcome(page)).to_be_visible()
    assert page.evaluate(MOTION) == [0, 0]
    assert page.locator(".welcome-art text").evaluate("(text) => getComputedStyle(text).opacity") == "1"
    page.close()

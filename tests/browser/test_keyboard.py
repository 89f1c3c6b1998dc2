"""The editor and the review queue with the keyboard alone: in order, in sight, and never stuck."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Journey

FOCUSED = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  return {
    name: element.name || element.id || element.getAttribute("href") || element.tagName.toLowerCase(),
    // The page scrolls on, so later is lower whatever is in sight.
    top: Math.round(box.top + scrollY),
    inSight: box.bottom > 0 && box.top < innerHeight,
    onTop: element === at || element.contains(at) || (at?.contains(element) ?? false),
    marked: parseFloat(style.outlineStyle === "none" ? 0 : style.outlineWidth) > 0
      || style.boxShadow !== "none",
  };
}"""


def _walk(page: Page, key: str, until: Callable[[str], bool], most: int = 120) -> list[str]:
    """Press a key until something has the focus, and say what had it on the way."""
    names = []
    for _ in range(most):
        page.keyboard.press(key)
        focus = page.evaluate(FOCUSED)
        names.append(focus["name"])
        assert focus["inSight"], f"{focus['name']} has the focus out of sight"
        assert focus["onTop"], f"{focus['name']} has the focus behind something"
        assert focus["marked"], f"{focus['name']} does not show that it has the focus"
        if until(focus["name"]):
            return names
    raise AssertionError(f"the keyboard never came there: {names}")


def _in_order(walked: list[str], expected: list[str]) -> None:
    found = [name for name in dict.fromkeys(walked) if name in expected]
    assert found == expected


@pytest.mark.parametrize("variant", ["fr-phone", "en-desktop"])
def test_editor_by_keyboard(begin: Callable[..., Journey], variant: str) -> None:
    journey = begin(variant)
    page = journey.page_of("claire")
    answer = journey.site.one("SELECT id FROM wiki_answer WHERE published_id IS NOT NULL ORDER BY id")
    page.goto(f"/wiki/answers/{answer}/edit/")
    page.locator("h1").click()

    walked = _walk(page, "Tab", lambda name: name == "publish")
    fields = ["short_answer", "details", "example", "kind", "disclosure", "not_to_say", "evidence"]
    _in_order(walked, [*fields, "comment", "major", "still_true", "draft", "publish"])
    back = _walk(page, "Shift+Tab", lambda name: name == "short_answer")
    _in_order(back, ["draft", "still_true", "major", "comment", "evidence", "not_to_say"])

    page.keyboard.press("Control+A")
    page.keyboard.type("Written without a mouse.")
    _walk(page, "Tab", lambda name: name == "draft")
    page.keyboard.press("Enter")
    expect(page.locator("#draft .short-answer")).to_have_text("Written without a mouse.")


def test_new_preview_keeps_the_place_of_the_keyboard(begin: Callable[..., Journey]) -> None:
    journey = begin("en-desktop")
    page = journey.page_of("claire")
    answer = journey.site.one("SELECT id FROM wiki_answer WHERE published_id IS NOT NULL ORDER BY id")
    page.goto(f"/wiki/answers/{answer}/edit/")
    link = page.locator(".markdownx-preview a").first
    expect(link).to_be_visible()

    with page.expect_response("**/preview/**"):  # asked half a second after the text got the focus
        page.locator("[name=details]").focus()
        link.focus()
        page.evaluate("window.before = document.activeElement")
    page.wait_for_function("!window.before.isConnected")
    expect(link).to_be_focused()


@pytest.mark.parametrize("variant", ["fr-phone", "en-desktop"])
def test_review_queue_by_keyboard(begin: Callable[..., Journey], variant: str) -> None:
    journey = begin(variant)
    page = journey.page_of("claire")
    page.goto("/wiki/review/?show=all&state=stale")
    answers = [box.get_attribute("value") for box in page.locator("[name=answer]").all()]
    page.locator("h1").click()

    walked = _walk(page, "Tab", lambda name: name == "answer")
    _in_order(walked, ["state", "category", "owner", "answer"])
    page.keyboard.press("Space")
    _walk(page, "Tab", lambda name: name == "answer")
    page.keyboard.press("Space")
    expect(page.locator("[name=answer]:checked")).to_have_count(2)
    _walk(page, "Tab", lambda name: name == "button")
    page.keyboard.press("Enter")
    expect(page.locator("article .short-answer")).to_have_count(2)

    page.locator("h1").click()
    _walk(page, "Tab", lambda name: name == "button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/wiki/review/\?"))
    left = [box.get_attribute("value") for box in page.locator("[name=answer]").all()]
    assert left == answers[2:]

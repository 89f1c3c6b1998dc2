"""Recording while the candidate asks: by keyboard, without a connection, and two hosts at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Journey

LINES = "SELECT count(*) FROM recruiting_answergiven WHERE session_id = ?"


def _open(journey: Journey, person: str) -> tuple[Page, int]:
    session = journey.site.one(
        "SELECT recruiting_session.id FROM recruiting_session "
        "JOIN recruiting_host ON recruiting_host.session_id = recruiting_session.id "
        "JOIN accounts_user ON accounts_user.id = user_id "
        "WHERE status = 'confirmed' AND email LIKE 'thomas@%' ORDER BY starts_at"
    )
    page = journey.page_of(person)
    page.goto(f"/sessions/{session}/answer/")
    return page, session


def _find(page: Page, words: str) -> None:
    page.locator("#question-search").fill(words)
    _expect_found(page, words)


def _expect_found(page: Page, words: str) -> None:
    """Shown, and taken over by htmx; until then a form is the browser’s, which asks for a new page."""
    expect(page.locator(f"#results[data-query='{words}'] [data-first-tap]").first).to_be_visible()
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-added, .htmx-settling")).to_have_count(0)


def test_an_answer_is_recorded_by_keyboard(begin: Callable[..., Journey]) -> None:
    journey = begin("en-desktop")
    page, session = _open(journey, "thomas")
    before = journey.site.one(LINES, session)
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("turnover")
    _expect_found(page, "turnover")
    page.keyboard.press("Enter")
    expect(page.locator("#results [data-first-tap]").first).to_be_focused()
    assert journey.site.one(LINES, session) == before
    page.keyboard.press("ArrowUp")
    expect(page.locator("#question-search")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#results .pick-done [autofocus]")).to_be_focused()
    expect(page.locator("#so-far ol.rows > li")).to_have_count(before + 1)
    assert journey.site.one(LINES, session) == before + 1


TAPS_AT_ONCE = """() => new MutationObserver((_changes, observer) => {
  const first = document.querySelector("#results[data-query='turnover'] [data-first-tap]");
  if (!first) return;
  observer.disconnect();
  first.click();
}).observe(document.querySelector("main"), { childList: true, subtree: true })"""


def test_a_tap_in_the_moment_an_answer_appears_records_in_place(begin: Callable[..., Journey]) -> None:
    journey = begin("en-desktop")
    page, session = _open(journey, "thomas")
    before = journey.site.one(LINES, session)
    page.evaluate(TAPS_AT_ONCE)
    page.locator("#question-search").fill("turnover")
    expect(page.locator("#results .pick-done")).to_be_visible()
    assert journey.site.one(LINES, session) == before + 1


def test_what_is_found_is_in_sight_above_a_phones_keyboard(begin: Callable[..., Journey]) -> None:
    journey = begin("fr-phone")
    page, _session = _open(journey, "thomas")
    _find(page, "formation")
    height = page.viewport_size["height"] if page.viewport_size else 0
    title = page.locator("#results .pick h2").first.bounding_box()
    assert title
    assert title["y"] + title["height"] < height / 2
    # However long the answer is, its button is on the screen.
    expect(page.locator("#results [data-first-tap]").first).to_be_in_viewport(ratio=1)


def test_without_a_connection_nothing_typed_is_lost(begin: Callable[..., Journey]) -> None:
    journey = begin("fr-phone")
    page, session = _open(journey, "thomas")
    before = journey.site.one(LINES, session)
    _find(page, "formation")
    card = page.locator("#results .pick", has=page.locator("[data-first-tap]")).first
    card.locator("summary").first.click()
    card.locator("[name=said]").fill("Deux jours par an.")
    # The request arrives, and its answer is lost on the way back.
    page.route("**/answer/record/", lambda route: (route.fetch(), route.abort())[1])
    card.locator("button[name=adapted]").click()
    expect(card.locator(".unsent")).to_be_visible()
    expect(card.locator("[name=said]")).to_have_value("Deux jours par an.")
    page.unroute("**/answer/record/")
    card.locator("button[name=adapted]").click()
    expect(page.locator("#results .pick-done")).to_be_visible()
    assert journey.site.one(LINES, session) == before + 1
    journey.watches[-1].complaints.clear()  # Chromium tells of the request that failed


def test_two_hosts_see_each_others_lines(begin: Callable[..., Journey]) -> None:
    journey = begin("en-phone")
    first, session = _open(journey, "thomas")
    second, _session = _open(journey, "claire")
    before = journey.site.one(LINES, session)
    _find(first, "turnover")
    first.locator("#results [data-first-tap]").first.click()
    expect(first.locator("#results .pick-done")).to_be_visible()
    expect(second.locator("#so-far ol.rows > li")).to_have_count(before + 1)


def test_what_is_refused_says_why_and_keeps_what_was_typed(begin: Callable[..., Journey]) -> None:
    journey = begin("fr-phone")
    page, session = _open(journey, "thomas")
    before = journey.site.one(LINES, session)
    _find(page, "formation")
    card = page.locator("#results .pick", has=page.locator("[data-first-tap]")).first
    card.locator("summary").first.click()
    card.locator("summary").nth(1).click()
    card.locator("[name=promised]").fill("La liste des cours.")
    # However far one has filled in, the buttons are on the screen, below what was filled in.
    expect(card.locator("[data-first-tap]")).to_be_in_viewport(ratio=1)
    card.locator("button[name=adapted]").click()
    expect(page.locator("#results .pick .error-summary")).to_be_in_viewport()
    expect(page.locator("#results .pick [name=promised]").first).to_have_value("La liste des cours.")
    assert journey.site.one(LINES, session) == before
    journey.watches[-1].complaints.clear()  # Chromium tells of the status


REMOVE = """from recruiting.models import Host
Host.objects.filter(session={}, user__email__startswith="thomas@").delete()"""


def test_a_host_removed_meanwhile_is_told_that_nothing_was_recorded(begin: Callable[..., Journey]) -> None:
    journey = begin("fr-phone")
    page, session = _open(journey, "thomas")
    before = journey.site.one(LINES, session)
    _find(page, "formation")
    journey.site.manage("shell", "-v", "0", "-c", REMOVE.format(session))
    page.locator("#results [data-first-tap]").first.click()
    expect(page.locator("#results .unsent")).to_be_in_viewport()
    assert journey.site.one(LINES, session) == before
    journey.watches[-1].complaints.clear()  # Chromium tells of the status

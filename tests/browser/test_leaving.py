"""Someone leaves: with the keyboard alone everything is handed over, and who leaves is out at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Journey

OWNERS = (
    "SELECT count(*) FROM wiki_answer JOIN accounts_user ON accounts_user.id = owner_id "
    "WHERE archived_at IS NULL AND email LIKE ?"
)
HOSTS = (
    "SELECT count(*) FROM recruiting_host JOIN accounts_user ON accounts_user.id = user_id "
    "JOIN recruiting_session ON recruiting_session.id = session_id "
    "WHERE status IN ('planned', 'confirmed') AND starts_at > datetime('now') AND email LIKE ?"
)


def _come_to(page: Page, name: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.className") == name:
            return
    raise AssertionError(f"the keyboard never came to {name}")


@pytest.mark.parametrize("variant", ["fr-phone", "en-desktop"])
def test_lead_hands_over_by_keyboard(begin: Callable[..., Journey], variant: str) -> None:
    journey = begin(variant)
    leaver, page = journey.page_of("thomas"), journey.page_of("claire")
    leaver.goto("/")
    thomas = journey.site.one("SELECT id FROM accounts_user WHERE email LIKE 'thomas@%'")
    owned, hosted = journey.site.one(OWNERS, "thomas@%"), journey.site.one(HOSTS, "thomas@%")
    assert owned > 1
    assert hosted > 1
    page.goto(f"/people/{thomas}/")
    page.locator(f"a[href='/people/{thomas}/deactivate/']").focus()
    page.keyboard.press("Enter")
    page.locator("h1").click()

    _come_to(page, "everything")
    page.keyboard.press("ArrowDown")  # whoever is suggested first
    _come_to(page, "danger")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary a[href^='#id_category_']")).to_have_count(0)
    assert journey.site.one(OWNERS, "thomas@%") == owned

    for link in page.locator(".error-summary a").all():
        link.focus()
        page.keyboard.press("Enter")  # leads to the question
        page.keyboard.press("ArrowDown")
    _come_to(page, "danger")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/(#.*)?$"))  # a redirect keeps the fragment
    expect(page.locator(".messages")).to_contain_text("Thomas Aubrac")
    assert journey.site.one(OWNERS, "thomas@%") == 0
    assert journey.site.one(HOSTS, "thomas@%") == 0
    assert journey.site.one("SELECT count(*) FROM ledger_outgoingmail WHERE kind = 'handover'") > 0

    leaver.goto("/profile/")
    expect(leaver.locator("input[name=login]")).to_be_visible()
    page.goto(f"/people/{thomas}/")
    page.locator(f"form[action='/people/{thomas}/reactivate/'] button").click()
    page.wait_for_url("**/people/")
    leaver.goto("/profile/")
    expect(leaver.locator("input[name=login]")).to_be_visible()  # the session of before is over for good

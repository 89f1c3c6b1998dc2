"""What two small scripts add: the day digests resume, and a button that copies the calendar's address."""

from datetime import date, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Journey
from tests.browser.sites import TIME_ZONE

MONTHS = {"en": "December", "fr": "décembre"}


def test_day_of_return_is_said_while_the_last_day_is_chosen(journey: Journey) -> None:
    page = journey.page_of("thomas")
    page.goto("/wiki/digests/")
    status = page.locator("[data-pause-until]")
    expect(status).to_be_hidden()
    today = datetime.now(tz=TIME_ZONE).date()
    december = date(today.year + (today.month == 12), 12, 1)
    friday = december + timedelta(days=(4 - december.weekday()) % 7)
    page.locator("#id_until").fill(friday.isoformat())
    monday = friday + timedelta(days=3)
    day = {"en": f"Monday {monday.day}", "fr": f"lundi {monday.day}"}[journey.language]
    expect(status).to_contain_text(f"{day}\u00a0{MONTHS[journey.language]}")


def test_address_of_the_calendar_is_copied(journey: Journey) -> None:
    page = journey.page_of("thomas")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/profile/calendar/")
    page.locator("main form[method=post] button").click()
    page.locator("[data-copy] button").click()
    expect(page.locator("[data-copy] [role=status]")).not_to_be_empty()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#calendar-address").input_value()

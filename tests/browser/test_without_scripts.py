"""With scripts switched off: read, search, edit, record. Comforts go, nothing else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Journey


@pytest.mark.parametrize("variant", ["fr-phone", "en-desktop"])
def test_reading_searching_editing_and_recording_without_scripts(
    begin: Callable[..., Journey], variant: str
) -> None:
    journey = begin(variant)
    page = journey.page_of("claire", java_script_enabled=False)
    page.goto("/wiki/")
    page.locator("#site-search").fill("formation" if journey.language == "fr" else "training")
    page.locator("#site-search").press("Enter")
    page.locator("#results .row-title").first.click()
    expect(page.locator(".short-answer").first).to_be_visible()

    page.locator("article a[href$='/edit/']").first.click()
    page.locator("#id_short_answer").fill("Written without scripts.")
    page.locator("button[name=publish]").click()
    expect(page.locator(".short-answer").first).to_have_text("Written without scripts.")

    session = journey.site.one(
        "SELECT id FROM recruiting_session WHERE status = 'confirmed' ORDER BY starts_at"
    )
    page.goto(f"/sessions/{session}/answer/")
    page.locator("#question-search").fill("Written without scripts")
    page.locator("#question-search").press("Enter")
    card = page.locator("#results article.card", has_text="Written without scripts.").first
    card.locator("button[name=as_written]").click()
    page.goto(f"/sessions/{session}/record/")
    expect(page.locator("ol.timeline > li").last).to_contain_text("Written without scripts.")


@pytest.mark.parametrize("variant", ["fr-phone", "en-desktop"])
def test_preparing_without_scripts(begin: Callable[..., Journey], variant: str) -> None:
    journey = begin(variant)
    page = journey.page_of("thomas", java_script_enabled=False)
    session = journey.site.one(
        "SELECT id FROM recruiting_session WHERE status = 'confirmed' ORDER BY starts_at"
    )
    page.goto(f"/sessions/{session}/briefing/")
    asked = page.locator("#asked details.briefing-item")
    expect(asked.first.locator(".short-answer")).to_be_visible()
    page.locator("#asked form button").click()
    expect(page.locator("#asked details.briefing-item[open]")).to_have_count(0)
    expect(page.locator("#asked form button")).to_have_count(0)

    page.locator("a[href='?full']").click()
    page.locator("form:has(input[value=main]) button").click()
    expect(page.locator("main form[action$='/read/']")).to_have_count(0)
    page.locator("#notes details summary").click()
    page.locator("#id_text").fill("Have the figure ready.")
    page.locator("#notes form button").click()
    expect(page.locator("#notes li").first).to_contain_text("Have the figure ready.")

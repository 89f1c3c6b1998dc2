"""Search from anywhere, forgiving accents and inflection."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sites import Site

QUERIES = {
    "fr": [("departs", "departures"), ("SALAIRE", "pay"), ("formations", "training")],
    "en": [("leaving", "departures"), ("Salaries", "pay"), ("trainings", "training")],
}


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_search_by_keyboard(
    open_page: Callable[..., Page], shared_site: Callable[[str], Site], language: str, size: str
) -> None:
    site = shared_site(language)
    page = open_page(site, person="thomas", size=size)
    for query, category in QUERIES[language]:
        page.goto("/wiki/")
        page.keyboard.press("/")
        expect(page.locator("#site-search")).to_be_focused()
        page.keyboard.type(query)
        page.keyboard.press("Enter")
        page.wait_for_url("**/wiki/search/**")
        hits = page.locator("#results .rows a[href*='/wiki/question/']")
        slugs = [(hit.get_attribute("href") or "").rstrip("/").rsplit("/", 1)[-1] for hit in hits.all()]
        assert category in _categories(site, slugs), query
        assert page.locator("#results mark").count() > 0


def test_search_while_typing_then_without_a_hit(
    open_page: Callable[..., Page], shared_site: Callable[[str], Site]
) -> None:
    page = open_page(shared_site("en"), person="thomas")
    page.goto("/wiki/search/")
    page.locator("#search").press_sequentially("turnover", delay=30)
    expect(page.locator("#results .row-title").first).to_be_visible()
    expect(page).to_have_url(re.compile("q=turnover"))
    page.locator("#search").fill("zzzzzz")
    expect(page.locator("#results .rows")).to_have_count(0)
    expect(page.locator("#results [role=status]")).to_have_count(1)


def _categories(site: Site, slugs: list[str]) -> set[str]:
    rows = site.rows(
        "SELECT wiki_category.slug FROM wiki_question JOIN wiki_category ON wiki_category.id = category_id "
        "WHERE wiki_question.slug IN (SELECT value FROM json_each(?))",
        json.dumps(slugs),
    )
    return {slug for (slug,) in rows}

"""The report's page in a desk's browser."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.sites import Site

LINES = """values => values.map(value => {
  const words = document.createRange();
  words.selectNodeContents(value);
  return words.getBoundingClientRect().height / parseFloat(getComputedStyle(value).lineHeight);
})"""


def test_counts_of_the_week_stand_on_one_line(
    open_page: Callable[..., Page], shared_site: Callable[[str], Site]
) -> None:
    page = open_page(shared_site("en"), person="claire", size="desktop")
    page.goto("/reports/")
    page.locator("main table a").first.click()
    lines = page.locator("#events .facts dd").evaluate_all(LINES)
    assert len(lines) == 7
    assert max(lines) < 1.5

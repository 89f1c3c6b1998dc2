from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.sites import ROOT, Process, Site, seed, start_copy, stop
from tests.browser.visits import CHROMIUM, Visitors, launch

PICTURES = ROOT / "test-results" / "pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="needs Chromium: on Debian or Ubuntu, apt install chromium")
                )


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a freshly seeded demonstration in a language ("" for an empty site); made once."""
    made: dict[str, Path] = {}

    def folder_of(language: str) -> Path:
        if language not in made:
            made[language] = seed(tmp_path_factory.mktemp(f"seeded-{language or 'empty'}"), language)
        return made[language]

    return folder_of


@pytest.fixture
def start_site(seeded: Callable[[str], Path], tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Start a site of one's own, which a test may change as it likes."""
    running: list[Process] = []

    def start(language: str = "en") -> Site:
        process, site = start_copy(seeded(language), tmp_path / f"site-{len(running)}", language)
        running.append(process)
        return site

    yield start
    for process in running:
        stop(process)


@pytest.fixture(scope="session")
def shared_site(
    seeded: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Site]]:
    """One running site a language for tests that only read."""
    running: dict[str, tuple[Process, Site]] = {}

    def site_in(language: str) -> Site:
        if language not in running:
            folder = tmp_path_factory.mktemp("shared") / (language or "empty")
            running[language] = start_copy(seeded(language), folder, language)
        return running[language][1]

    yield site_in
    for process, _ in running.values():
        stop(process)


@pytest.fixture(scope="session")
def playwright_process() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_process: Playwright) -> Iterator[Browser]:
    browser = launch(playwright_process)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def visitors(chromium: Browser) -> Visitors:
    return Visitors(chromium)


@pytest.fixture
def open_page(visitors: Visitors) -> Iterator[Callable[..., Page]]:
    """Open a page of a site at a size, signed in as someone of the demonstration unless told not to be."""
    contexts: list[BrowserContext] = []

    def open_(site: Site, **options: object) -> Page:
        contexts.append(visitors.visit(site, **options))
        return contexts[-1].new_page()

    yield open_
    for context in contexts:
        context.close()

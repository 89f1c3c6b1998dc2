import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.looks import Watch
from tests.browser.sites import ROOT, SESSIONS, Process, Site, seed, start_copy, stop
from tests.browser.visits import CHROMIUM, Visitors, launch

PICTURES = ROOT / "var" / "pictures"  # pytest-playwright empties test-results at every run
VARIANTS = ["fr-phone", "fr-desktop", "en-phone", "en-desktop"]
expect.set_options(timeout=15_000)  # CI's machines are slow, and a right page is never waited for


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
    """The folder of a freshly seeded demonstration in a language ("" for an empty site); made once a run."""
    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder_of(language: str) -> Path:
        folder = run / f"seeded-{language or 'empty'}"
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the run's other processes wait for it rather than make theirs
            if not (folder / SESSIONS).exists():  # written last
                folder.mkdir()
                seed(folder, language)
        return folder

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


@dataclass
class Journey:
    """A site of one's own, in one language and at one size, and those who come to it."""

    site: Site
    language: str
    size: str
    open_page: Callable[..., Page]
    watches: list[Watch] = field(default_factory=list)

    def page_of(self, person: str | None, **options: object) -> Page:
        locale = "fr-FR" if self.language == "fr" else "en-GB"
        page = self.open_page(self.site, person=person, size=self.size, locale=locale, **options)
        self.watches.append(Watch(page))
        return page


@pytest.fixture
def begin(
    start_site: Callable[[str], Site], open_page: Callable[..., Page]
) -> Iterator[Callable[..., Journey]]:
    """Begin a journey such as "fr-phone"; a complaint in the console of any of its pages is a failure."""
    begun: list[Journey] = []

    def begin(variant: str, *, empty: bool = False) -> Journey:
        language, size = variant.split("-")
        begun.append(Journey(start_site("" if empty else language), language, size, open_page))
        return begun[-1]

    yield begin
    assert [watch.complaints for journey in begun for watch in journey.watches if watch.complaints] == []


@pytest.fixture(params=VARIANTS)
def journey(request: pytest.FixtureRequest, begin: Callable[..., Journey]) -> Journey:
    """In both languages, on a phone and at a desk."""
    return begin(request.param)


@pytest.fixture(params=VARIANTS)
def first_day(request: pytest.FixtureRequest, begin: Callable[..., Journey]) -> Journey:
    """A journey on a site that nobody has set up yet."""
    return begin(request.param, empty=True)

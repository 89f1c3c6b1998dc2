"""A real site for the browser: gunicorn over a copy of the demonstration's SQLite database."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from recruiting.domain.demo import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

SIZES = {"desktop": (1280, 900), "phone": (360, 740)}
PICTURES = ROOT / "test-results" / "pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="needs Chromium: on Debian or Ubuntu, apt install chromium")
                )


@dataclass(frozen=True)
class Site:
    """A running site, its folder and its language."""

    url: str
    folder: Path
    language: str

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's own database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=_environment(self.folder, self.url),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout


def _environment(folder: Path, url: str) -> dict[str, str]:
    """The site's own settings: DEBUG serves the static files without collecting them."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "EMAIL_"))}
    return kept | {
        "DATA_DIR": str(folder),
        "SITE_URL": url,
        "DEMO": "true",
        "DEBUG": "true",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a freshly seeded demonstration in a language ("" for an empty site); made once."""
    made: dict[str, Path] = {}

    def folder_of(language: str) -> Path:
        if language not in made:
            folder = tmp_path_factory.mktemp(f"seeded-{language or 'empty'}")
            site = Site("http://127.0.0.1:1", folder, language)
            site.manage("migrate", "-v", "0")
            site.manage("createcachetable")
            if language:
                site.manage("seed_demo", "--language", language)
            else:
                site.manage("load_starter_questions")
            made[language] = folder
        return made[language]

    return folder_of


@pytest.fixture
def start_site(seeded: Callable[[str], Path], tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Start a site of one's own, which a test may change as it likes."""
    running: list[subprocess.Popen[bytes]] = []

    def start(language: str = "en") -> Site:
        folder = tmp_path / f"site-{len(running)}"
        shutil.copytree(seeded(language), folder)
        process, site = _start(folder, language)
        running.append(process)
        return site

    yield start
    for process in running:
        _stop(process)


@pytest.fixture(scope="session")
def shared_site(seeded: Callable[[str], Path]) -> Iterator[Callable[[str], Site]]:
    """One running site a language for tests that only read."""
    running: dict[str, tuple[subprocess.Popen[bytes], Site]] = {}

    def site_in(language: str) -> Site:
        if language not in running:
            running[language] = _start(seeded(language), language)
        return running[language][1]

    yield site_in
    for process, _ in running.values():
        _stop(process)


def _start(folder: Path, language: str) -> tuple[subprocess.Popen[bytes], Site]:
    port = _free_port()
    site = Site(f"http://127.0.0.1:{port}", folder, language)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}"]
        + ["--workers=1", "--threads=4", "--no-control-socket", "--log-level=error"],
        cwd=ROOT,
        env=_environment(folder, site.url),
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=2):
                return process, site
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    _stop(process)
    raise RuntimeError("the site did not start")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def playwright_process() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_process: Playwright) -> Iterator[Browser]:
    quiet = ("background-networking", "component-update", "sync", "gpu", "quic")
    browser = playwright_process.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--no-first-run", *[f"--disable-{name}" for name in quiet]],
    )
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of a site at a size, signed in as someone of the demonstration unless told not to be."""
    contexts: list[BrowserContext] = []

    def open_(
        site: Site,
        *,
        size: str = "desktop",
        person: str | None = "claire",
        dark: bool = False,
        **options: object,
    ) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="fr-FR" if site.language == "fr" else "en-GB",
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
            base_url=site.url,
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if person:
            sign_in(page, person)
        return page

    yield open_
    for context in contexts:
        context.close()


def sign_in(page: Page, person: str) -> None:
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(f"{person}@verrebrume.example")
    page.locator("input[name=password]").fill(DEMO_PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/")

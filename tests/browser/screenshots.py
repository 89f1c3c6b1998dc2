"""`python -m tests.browser.screenshots`: renew the documentation's pictures from a fresh demonstration."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.sites import ROOT, Site, seed, start, stop
from tests.browser.visits import CHROMIUM, Visitors, launch

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 128
LARGEST = 300_000  # bytes
WORKER_ROUND = """
from django.utils.timezone import get_default_timezone, now
from ledger.domain.worker import tick
tick(now=now, zone=get_default_timezone())
"""


@dataclass(frozen=True)
class Shot:
    name: str
    path: str
    person: str = "claire"
    size: str = "desktop"
    height: int = 900


COMING = "SELECT id FROM recruiting_session WHERE status = 'confirmed' ORDER BY starts_at"
HELD = (
    "SELECT session_id FROM recruiting_answergiven JOIN wiki_answerrevision said ON said.id = revision_id "
    "JOIN wiki_answer ON wiki_answer.id = said.answer_id WHERE published_id != said.id GROUP BY 1 ORDER BY 1"
)
REPORT = (
    "SELECT iso_year || '/' || iso_week FROM recruiting_weeklyreport ORDER BY iso_year DESC, iso_week DESC"
)


def main() -> None:
    if CHROMIUM is None:
        raise SystemExit("This needs Chromium: on Debian or Ubuntu, apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, site = start(seed(Path(folder), "en"), "en")
        try:
            browser = launch(playwright)
            _take_all(site, Visitors(browser))
            browser.close()
        finally:
            stop(process)


def _take_all(site: Site, visitors: Visitors) -> None:
    # The worker's first round: without it, home would only say that it has never run.
    site.manage("shell", "-v", "0", "-c", WORKER_ROUND)
    for shot in _shots(site):
        context = visitors.visit(site, person=shot.person, size=shot.size, device_scale_factor=1.5)
        page = context.new_page()
        page.set_viewport_size({"width": (page.viewport_size or {})["width"], "height": shot.height})
        page.goto(shot.path, wait_until="networkidle")
        _save(page, FOLDER / f"{shot.name}.png")
        context.close()


def _shots(site: Site) -> list[Shot]:
    return [
        Shot("home", "/"),
        Shot("question", "/wiki/question/turnover-rate/"),
        Shot("review", "/wiki/review/?show=all"),
        Shot("briefing", f"/sessions/{site.one(COMING)}/briefing/", "thomas", "phone", 780),
        Shot("record", f"/sessions/{site.one(HELD)}/record/"),
        Shot("report", f"/reports/{site.one(REPORT)}/"),
    ]


def _save(page: Page, path: Path) -> None:
    """A few colours are enough for a page of text, and keep the repository small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size // 1000} kB")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is too large for the repository")


if __name__ == "__main__":
    main()

"""What holds of every page: it answers, it fits, nothing complains, and everyone can read it."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TALLEST = 5000  # pixels
LONGEST_WAIT = 1000  # milliseconds
AXE = Axe()


class Watch:
    """Listens to a page for the status of its document and for complaints in its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.status = 0
        self._asked = ""
        self._pending: set[Request] = set()
        page.on("request", self._expect)
        page.on("requestfinished", self._forget)
        page.on("requestfailed", self._forget)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        page.on("response", self._note)

    def start(self) -> None:
        self.complaints.clear()
        self._pending.clear()
        self.status, self._asked = 0, ""

    def settle(self) -> None:
        """Wait until what the page asked for has come; a fixed pause of quiet would cost minutes in all."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(60)
        # Chromium does not say of every request how it ended: of a document in a sandbox, it may not.
        for _ in range(LONGEST_WAIT // 20):
            if not self._pending:
                return
            self.page.wait_for_timeout(20)

    def _expect(self, request: Request) -> None:
        self._pending.add(request)

    def _forget(self, request: Request) -> None:
        self._pending.discard(request)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.text.startswith("htmx:sendAbort"):
            # A page that is left gives up what it was still asking for; htmx complains of it twice.
            if self.complaints and self.complaints[-1].startswith("htmx:afterRequest"):
                self.complaints.pop()
            return
        # Chromium also writes there that the document's own status is an error, which is asserted apart.
        if message.type in {"error", "warning"} and message.location.get("url") != self._asked:
            self.complaints.append(message.text)

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.status, self._asked = response.status, response.url


def violations(page: Page, rules: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds, one line a rule with the elements concerned."""
    options = {"resultTypes": ["violations"], "runOnly": rules or {"type": "tag", "values": STANDARDS}}
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"][:200] for node in rule["nodes"][:4])
        for rule in found
    ]


def colour_violations(page: Page) -> list[str]:
    """In the other colours nothing but contrast can differ."""
    return violations(page, {"type": "rule", "values": ["color-contrast"]})


def darken(page: Page) -> None:
    """The dark colours, once they have faded in."""
    page.emulate_media(color_scheme="dark")
    page.evaluate("Promise.allSettled(document.getAnimations().map((animation) => animation.finished))")


def overflow(page: Page) -> list[str]:
    """The elements that make the page wider than its window."""
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((element) => element.getBoundingClientRect().right > width + 1)
            .map((element) => element.outerHTML.slice(0, 160));
        }"""
    )
    return found


def picture(page: Page, path: Path) -> None:
    """The whole page, or as much of a very long one as someone would look at."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")  # a frame out of sight is not painted
    width, height = page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)}
    page.screenshot(path=path, full_page=True, clip=clip)

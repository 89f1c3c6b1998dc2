"""Every page, in French on a phone and in English at a desk: it answers, fits, and everyone can read it."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import PICTURES
from tests.browser.looks import Watch, colour_violations, darken, overflow, picture, violations
from tests.browser.pages import DEMONSTRATION, EMPTY, FIRST_DAY, NEW_SITE, RESTORED, Place, ids_of
from tests.browser.sites import Process, Site, start_copy, stop
from tests.browser.visits import Visitors, confirm_again, set_up

VARIANTS = {"fr-phone": ("fr", "phone"), "en-desktop": ("en", "desktop")}
# For people to look at, and a quarter of the tour's time; CI looks at none.
TAKES_PICTURES = "CI" not in os.environ
ADD_RARE_STATES = "from tests.browser.rare_states import add; add()"


@dataclass
class Tour:
    """One language at one size: its sites, and a page for each person in each of them."""

    variant: str
    visitors: Visitors
    seeded: Callable[[str], Path]
    folder: Path
    running: list[Process] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    sites: dict[str, tuple[Site, dict[str, Any]]] = field(default_factory=dict)
    pages: dict[tuple[str, str | None], Watch] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return VARIANTS[self.variant][0]

    def go(self, place: Place) -> Watch:
        """Open a place as its reader, and do what brings it about."""
        if place.site not in self.sites:
            self._start(place.site)
        site, ids = self.sites[place.site]
        if (place.site, place.person) not in self.pages:
            self.pages[place.site, place.person] = Watch(self._open(site, place.person))
        watch = self.pages[place.site, place.person]
        if place.person is None:
            watch.page.context.clear_cookies()
        watch.page.emulate_media(color_scheme="light")
        watch.start()
        watch.page.goto(place.path.format(**ids))
        if "/reauthenticate/" in watch.page.url and "reauthenticate" not in place.path:
            confirm_again(watch.page)
        if place.act:
            place.act(watch.page)
        watch.settle()
        return watch

    def _start(self, kind: str) -> None:
        language = "" if kind == EMPTY else self.language
        process, site = start_copy(self.seeded(language), self.folder / kind, language)
        self.running.append(process)
        ids: dict[str, Any] = {}
        if kind != EMPTY:
            if kind == RESTORED:
                site.manage("hold_outbox")
            ids = ids_of(site) | json.loads(site.manage("shell", "-v", "0", "-c", ADD_RARE_STATES))
        self.sites[kind] = site, ids

    def _open(self, site: Site, person: str | None) -> Page:
        language, size = VARIANTS[self.variant]
        locale = "fr-FR" if language == "fr" else "en-GB"
        if person == "first":
            set_up(self._context(site, None, size, locale).new_page(), site, language)
        page = self._context(site, person, size, locale).new_page()
        # The browser asks before leaving unsaved text; here it may always go.
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _context(self, site: Site, person: str | None, size: str, locale: str) -> BrowserContext:
        context = self.visitors.visit(site, person=person, size=size, locale=locale)
        self.contexts.append(context)
        return context

    def end(self) -> None:
        for context in self.contexts:
            context.close()
        for process in self.running:
            stop(process)


# One worker makes the whole tour of a variant: its sites are started once.
@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in VARIANTS]
)
def tour(
    request: pytest.FixtureRequest,
    visitors: Visitors,
    seeded: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tour]:
    tour = Tour(request.param, visitors, seeded, tmp_path_factory.mktemp(request.param))
    yield tour
    tour.end()


@pytest.mark.parametrize(
    "place", [pytest.param(place, id=place.name) for place in [*DEMONSTRATION, *NEW_SITE, *FIRST_DAY]]
)
def test_page(tour: Tour, place: Place) -> None:
    watch = tour.go(place)
    page = watch.page
    name = re.sub(r"\W", "-", place.name)
    found = {
        # First, because taking a picture applies a style that the policy refuses.
        "complaints": list(watch.complaints),
        "status": watch.status,
        "language": page.locator("html").get_attribute("lang"),
        "titles": page.locator("h1").count(),
        "overflow": overflow(page),
        "in light": violations(page),
    }
    if TAKES_PICTURES:
        picture(page, PICTURES / f"{tour.variant}-light" / f"{name}.png")
    darken(page)
    if TAKES_PICTURES:
        picture(page, PICTURES / f"{tour.variant}-dark" / f"{name}.png")
    found["in dark"] = colour_violations(page)
    assert found == {
        "status": place.status,
        "language": tour.language,
        "titles": 1,
        "overflow": [],
        "in light": [],
        "in dark": [],
        "complaints": [],
    }

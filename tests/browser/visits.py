"""Chromium, and a person who opens a page of a site in it."""

import re
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.sites import DOMAIN, PASSWORD, TIME_ZONE, Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {"desktop": (1280, 900), "phone": (360, 740)}

QUIET = ("background-networking", "component-update", "sync", "gpu", "quic")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--no-first-run", *[f"--disable-{name}" for name in QUIET]],
    )


class Visitors:
    """The people of one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def visit(
        self,
        site: Site,
        *,
        size: str = "desktop",
        person: str | None = "claire",
        dark: bool = False,
        **options: Any,
    ) -> BrowserContext:
        """A browser of one's own, signed in as someone of the demonstration unless told not to be."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            timezone_id=str(TIME_ZONE),
            color_scheme="dark" if dark else "light",
            base_url=site.url,
            **{"locale": "fr-FR" if site.language == "fr" else "en-GB"} | options,
        )
        context.set_default_timeout(20_000)
        if person and (session := site.session_of(person)):
            context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        elif person:
            page = context.new_page()
            sign_in(page, person)
            page.close()
        return context


def sign_in(page: Page, person: str) -> None:
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(f"{person}@{DOMAIN}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/")


def set_up(page: Page, site: Site, language: str) -> None:
    """Open an empty site with the code its terminal printed, as first@ with the usual password."""
    code = re.search(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b", site.manage("setup_code"))
    assert code
    page.goto("/setup/")
    page.locator("[name=code]").fill(code[0])
    page.locator("[name=company]").fill("Ateliers Brumaire")
    page.locator("[name=name]").fill("Dominique First")
    page.locator("[name=email]").fill(f"first@{DOMAIN}")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("select[name=language]").select_option(language)
    page.locator("main form .actions button").click()
    page.wait_for_url("**/")


def confirm_again(page: Page) -> None:
    """Give the password once more, as pages about signing in ask a while after it."""
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/reauthenticate/" not in url)

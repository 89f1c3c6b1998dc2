"""Signing in and out by the form, as everyone else's tests do not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sites import DOMAIN, Site
from tests.browser.visits import sign_in


@pytest.mark.parametrize(("language", "size"), [("fr", "phone"), ("en", "desktop")])
def test_signing_in_and_out(
    open_page: Callable[..., Page], shared_site: Callable[[str], Site], language: str, size: str
) -> None:
    page = open_page(shared_site(language), person=None, size=size)
    page.goto("/wiki/review/")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/wiki/review/"))
    page.locator("input[name=login]").fill(f"thomas@{DOMAIN}")
    page.locator("input[name=password]").fill("not the password")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()

    sign_in(page, "thomas")
    page.locator(".user-menu summary").click()
    page.locator(".user-menu form button").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    page.goto("/wiki/review/")
    expect(page).to_have_url(re.compile("/account/login/"))

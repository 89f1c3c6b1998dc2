"""An empty site: its first lead, the people invited, and the essential questions shared out."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Journey
from tests.browser.sites import DOMAIN, PASSWORD
from tests.browser.visits import set_up


def test_first_lead_sets_up_invites_and_answers(first_day: Journey) -> None:
    page = first_day.page_of(None)
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup/"))
    set_up(page, first_day.site, first_day.language)
    expect(page.locator("html")).to_have_attribute("lang", first_day.language)
    page.goto("/setup/")
    expect(page.locator("[name=code]")).to_have_count(0)

    _invite(page, f"maya@{DOMAIN}")
    newcomer = first_day.page_of(None)
    newcomer.goto(_link_in_the_outbox(page, f"maya@{DOMAIN}"))
    _accept(newcomer, "Maya Invited")

    _assign_three_questions(page, "Maya Invited")
    expect(_progress(page)).to_have_attribute("value", "0")
    newcomer.goto("/wiki/ready/")
    newcomer.locator("#id_questions a[href$='/edit/']").first.click()
    newcomer.locator("#id_short_answer").fill("46 people left in twelve months.")
    newcomer.locator("#id_still_true").check()
    newcomer.locator("button[name=publish]").click()
    expect(newcomer.locator(".short-answer").first).to_contain_text("46 people left")
    page.reload()
    expect(_progress(page)).to_have_attribute("value", "1")


def _invite(page: Page, address: str) -> None:
    page.goto("/people/")
    page.locator("a[href='/people/invite/']").click()
    page.locator("[name=email]").fill(address)
    page.locator("[name=roles][value=editor]").check()
    page.locator("main form .actions button").click()
    expect(page.locator("main")).to_contain_text(address)


def _link_in_the_outbox(page: Page, address: str) -> str:
    """Without a mail server the mail waits there, and the lead can pass its link on."""
    page.goto("/outbox/")
    page.locator(".rows li", has_text=address).locator("a").first.click()
    link = page.frame_locator("iframe.mail-frame").locator("a[href*='/invitation/']").first
    return link.get_attribute("href") or ""


def _accept(page: Page, name: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form .actions button").click()
    page.wait_for_url(lambda url: "/invitation/" not in url)
    expect(page.locator(".user-menu")).to_have_count(1)


def _assign_three_questions(page: Page, owner: str) -> None:
    page.goto("/wiki/ready/")
    boxes = page.locator("[name=questions]")
    expect(boxes).to_have_count(20)
    for box in boxes.all()[:3]:
        box.check()
    page.locator("form#assign [name=owner]").select_option(label=owner)
    page.locator("form#assign button").click()
    expect(page.locator("#id_questions li", has_text=owner)).to_have_count(3)


def _progress(page: Page) -> Locator:
    return page.locator("meter#progress")

"""A session from the position to the record, which keeps the words that were said."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Journey
from tests.browser.sites import TIME_ZONE


def test_record_keeps_what_was_said_after_the_answer_has_changed(journey: Journey) -> None:
    recruiter, host = journey.page_of("sophie"), journey.page_of("thomas")
    session = _plan_a_session(recruiter, journey)
    host.goto(f"{session}briefing/")
    expect(host.locator("#question-turnover-rate .short-answer")).to_be_visible()
    host.locator("a[href$='/answer/?question=turnover-rate']").click()

    words = host.locator("article.card .short-answer").inner_text()
    host.locator("button[name=as_written]").click()
    expect(host.locator("main ol.rows > li")).to_have_count(1)
    _give_adapted(host, "formation" if journey.language == "fr" else "training", "And English lessons.")
    _record_unknown(host, "Quokka allowance?")
    expect(host.locator("main ol.rows > li")).to_have_count(3)

    _change_turnover(journey, "Nobody left at all.")
    host.goto(f"{session}record/")
    lines = host.locator("ol.timeline > li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text(words)
    expect(lines.nth(0)).not_to_contain_text("Nobody left at all.")
    expect(lines.nth(0).locator("a[href*='/compare/']")).to_have_count(1)
    expect(lines.nth(1)).to_contain_text("And English lessons.")
    expect(lines.nth(1).locator("a[href*='/compare/']")).to_have_count(0)
    expect(lines.nth(2)).to_contain_text("Quokka allowance?")
    lines.nth(0).locator("a[href*='/compare/']").click()
    expect(host.locator(".diff ins").first).to_be_visible()
    assert journey.site.one("SELECT gap FROM recruiting_candidatequestion WHERE words = 'Quokka allowance?'")
    _settle_the_recall(recruiter, session)


def _settle_the_recall(recruiter: Page, session: str) -> None:
    """The candidate was told what no longer holds; a recruiter calls them, and the record says so."""
    recruiter.goto("/recalls/")
    recruiter.locator("a.row-title", has_text="Odile Transparente").first.click()
    expect(recruiter.locator("#true-now + .diff-text")).to_contain_text("Nobody left at all.")
    recruiter.locator("[name=how][value=told]").check()
    recruiter.locator("[name=reason]").fill("By phone, the same evening.")
    recruiter.locator("form.measure .actions button").click()
    recruiter.goto("/recalls/")
    expect(recruiter.locator("a.row-title", has_text="Odile Transparente")).to_have_count(0)
    recruiter.goto(f"{session}record/")
    expect(recruiter.locator("ol.timeline > li").nth(0).locator("a[href*='/recalls/']")).to_have_count(1)


def _plan_a_session(page: Page, journey: Journey) -> str:
    page.goto("/positions/")
    page.locator("a[href='/positions/new/']").first.click()
    page.locator("[name=title]").fill("Glass blower")
    page.locator("select[name=site]").select_option(index=1)
    _send(page)
    page.locator("a[href$='/applications/new/']").first.click()
    page.locator("main [name=name]").fill("Odile Transparente")
    page.locator("main [name=email]").fill("odile@candidate.example")
    _send(page)
    page.locator("a[href$='/sessions/new/']").first.click()
    soon = datetime.now(TIME_ZONE) + timedelta(hours=2)
    page.locator("[name=starts_at]").fill(soon.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=format]").select_option("video")
    thomas = journey.site.one("SELECT id FROM accounts_user WHERE email LIKE 'thomas@%'")
    page.locator(f"[name=hosts][value='{thomas}']").check()
    _send(page)
    expect(page).to_have_url(re.compile(r"/sessions/\d+/$"))
    return page.url


def _send(page: Page) -> None:
    page.locator("main form[method=post] .actions button").last.click()


def _give_adapted(page: Page, query: str, said: str) -> None:
    """Found while typing, without asking for the page again."""
    page.locator("#question-search").press_sequentially(query, delay=20)
    card = page.locator("#results article.card", has=page.locator("button[name=as_written]")).first
    card.locator("summary").first.click()
    card.locator("[name=said]").fill(said)
    card.locator("button[name=adapted]").click()


def _record_unknown(page: Page, words: str) -> None:
    page.locator("#question-search").fill(words)
    page.locator("#question-search").press("Enter")
    unknown = page.locator("#pick-unknown")
    expect(unknown.locator("[name=words]")).to_have_value(words)
    if unknown.get_attribute("open") is None:
        unknown.locator("summary").first.click()
    unknown.locator("button[name=to_follow_up]").click()


def _change_turnover(journey: Journey, short_answer: str) -> None:
    page = journey.page_of("claire")
    # The revision that was said, in whatever scope it was the nearest.
    answer = journey.site.one(
        "SELECT answer_id FROM wiki_answerrevision JOIN recruiting_answergiven given "
        "ON given.revision_id = wiki_answerrevision.id WHERE delivery = 'as_written' ORDER BY given.id DESC"
    )
    page.goto(f"/wiki/answers/{answer}/edit/")
    page.locator("#id_short_answer").fill(short_answer)
    page.locator("button[name=publish]").click()
    expect(page.locator(".short-answer").first).to_have_text(short_answer)

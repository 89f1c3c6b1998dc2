"""Keeping answers true: verified with one click, challenged, reviewed in bulk, reported when stale."""

import json
from datetime import date, datetime, timedelta

from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Journey
from tests.browser.sites import TIME_ZONE

STALE = (
    "SELECT id FROM wiki_answer WHERE next_review_on < date('now') AND verified_on IS NOT NULL "
    "AND owner_id = (SELECT id FROM accounts_user WHERE email LIKE ?) AND language = ?"
)

FRESH = STALE.replace("< date('now')", "> date('now', '20 days')")


def test_stale_answer_is_verified_with_one_click(journey: Journey) -> None:
    page = journey.page_of("claire")
    answer = journey.site.one(STALE, "ines@%", journey.language)
    page.goto(f"/wiki/answers/{answer}/")
    expect(page.locator("header.lead .badge-stale")).to_have_count(1)
    page.locator("form[action$='/verify/'] button").first.click()
    expect(page.locator("header.lead .badge-stale")).to_have_count(0)
    expect(page.locator("header.lead .badge-fresh")).to_have_count(1)
    page.goto(f"/wiki/answers/{answer}/history/")
    expect(page.locator(".timeline li").first).to_contain_text("Claire Fontenoy")


def test_figure_is_renewed_and_its_answer_fresh_again(journey: Journey) -> None:
    page = journey.page_of("marc")
    answer = journey.site.one(
        "SELECT wiki_answer.id FROM wiki_answer JOIN wiki_question ON wiki_question.id = question_id "
        "WHERE slug = 'internal-mobility' AND wiki_answer.language = ?",
        journey.language,
    )
    page.goto(f"/wiki/answers/{answer}/")
    expect(page.locator("header.lead .badge-stale")).to_have_count(1)
    page.locator(".note a[href='/wiki/figure/positions-filled-from-inside/']").click()
    page.locator("main a[href*='/value/?scope=']").click()
    page.locator("[name=value]").fill("33")
    page.locator("[name=as_of]").fill(datetime.now(tz=TIME_ZONE).date().isoformat())
    page.locator("main form[method=post] button").click()
    page.goto(f"/wiki/answers/{answer}/")
    expect(page.locator("header.lead .badge-fresh")).to_have_count(1)
    expect(page.locator(".short-answer")).to_contain_text("33")
    expect(page.locator("main")).not_to_contain_text("[[figure:")


def test_reader_challenges_and_owner_resolves(journey: Journey) -> None:
    reader, owner = journey.page_of("nadia"), journey.page_of("thomas")
    answer = journey.site.one(
        "SELECT id FROM wiki_answer WHERE published_id IS NOT NULL AND language = ? "
        "AND owner_id = (SELECT id FROM accounts_user WHERE email LIKE 'thomas@%')",
        journey.language,
    )
    reader.goto(f"/wiki/answers/{answer}/")
    reader.locator("a[href$='/challenge/']").first.click()
    reader.locator("[name=text]").fill("We were never told.")
    reader.locator("main form[method=post] button").first.click()
    expect(reader.locator("main")).to_contain_text("We were never told.")
    expect(reader.locator("form[action*='/resolve/']")).to_have_count(0)

    owner.goto("/")
    owner.locator(
        "main a", has=owner.locator(f"xpath=self::*[@href='/wiki/answers/{answer}/']")
    ).first.click()
    expect(owner.locator(".badge-challenged").first).to_be_visible()
    challenge = owner.locator("article.card", has_text="We were never told.")
    challenge.locator("summary").click()
    challenge.locator("input[type=radio]").first.check()
    challenge.locator("textarea").fill("It is written now.")
    challenge.locator("form button").click()
    expect(owner.locator(".badge-challenged")).to_have_count(0)
    owner.goto(f"/wiki/answers/{answer}/history/")
    expect(owner.locator("main")).to_contain_text("It is written now.")


def test_review_queue_is_filtered_and_cleared_in_bulk(journey: Journey) -> None:
    page = journey.page_of("claire")
    page.goto("/wiki/review/?show=all")
    everything = page.locator(".choice-rows li").count()
    page.locator("[name=state]").select_option("stale")
    page.locator("form.filters button").click()
    stale = page.locator(".choice-rows li")
    expect(stale).to_have_count(page.locator(".choice-rows .badge-stale").count())
    assert 2 < stale.count() < everything
    page.locator("[name=owner]").select_option(label="Inès Belkacem")
    page.locator("form.filters button").click()
    expect(page.locator(".choice-rows li", has_text="Inès Belkacem")).to_have_count(stale.count())
    chosen = stale.count()

    page.locator("#select-all").check()
    page.locator("form#selection button").first.click()
    expect(page.locator("article .short-answer")).to_have_count(chosen)
    page.locator("form[action$='/review/verify/'] button").click()
    expect(page.locator(".choice-rows li")).to_have_count(0)


def test_review_queue_gives_answers_to_another_owner(journey: Journey) -> None:
    page = journey.page_of("claire")
    page.goto("/wiki/review/?show=all&state=orphan")
    expect(page.locator(".choice-rows .badge-orphan").first).to_be_visible()
    page.locator("#select-all").check()
    page.locator("form#selection button[formaction*=reassign]").click()
    page.locator("[name=owner]").select_option(label="Marc Delaunay-Roy")
    page.locator("form[action$='/review/reassign/'] button").click()
    page.goto("/wiki/review/?show=all&state=orphan")
    expect(page.locator(".choice-rows li")).to_have_count(0)


def test_lead_asks_again_and_sees_who_confirmed(journey: Journey) -> None:
    lead, owner = journey.page_of("claire"), journey.page_of("thomas", java_script_enabled=False)
    answer = journey.site.one(FRESH, "thomas@%", journey.language)
    lead.goto("/wiki/review/requests/choose/?category=&scope=&words=")
    lead.locator("#select-all").uncheck()
    lead.locator(f"input[name=answer][value='{answer}']").check()
    lead.locator("form#selection button").click()
    lead.locator("[name=event]").fill("The team moves")
    lead.locator("[name=reason]").fill("Look at the place.")
    lead.locator("main form[method=post] .actions button").click()
    expect(lead.locator("main .badge-due_soon")).to_have_count(1)
    told = journey.site.one("SELECT id FROM ledger_outgoingmail WHERE subject LIKE '%The team moves'")
    _read_in_the_outbox(lead, told)

    owner.goto(f"/wiki/answers/{answer}/")
    expect(owner.locator("header.lead .note")).to_contain_text("Look at the place.")
    owner.locator("form[action$='/verify/'] button").click()
    expect(owner.locator("header.lead .note")).to_have_count(0)

    lead.goto("/wiki/review/requests/?show=closed")
    lead.locator(".row-title", has_text="The team moves").click()
    expect(lead.locator("main .badge-fresh")).to_have_count(1)
    expect(lead.locator("main table").first).to_contain_text("Thomas Aubrac")
    done = journey.site.one(
        "SELECT id FROM ledger_outgoingmail WHERE kind = 'verification-request-done' ORDER BY id DESC"
    )
    _read_in_the_outbox(lead, done)


def test_answers_go_stale_and_everyone_is_told_once(journey: Journey) -> None:
    monday = _a_monday_months_ahead()
    page = journey.page_of("claire")
    for _ in range(2):
        journey.site.manage("send_owner_digests", "--on", monday.isoformat())
        journey.site.manage("send_weekly_report", "--on", monday.isoformat())
    year, week, _ = (monday - timedelta(days=7)).isocalendar()
    for kind, period, recipients in (
        ("owner-digest", monday.isoformat(), None),
        ("weekly-report", f"{year}-W{week:02}", 1),
    ):
        told = journey.site.rows(
            "SELECT recipient_id, id FROM ledger_outgoingmail WHERE kind = ? AND period = ?", kind, period
        )
        assert len(told) == len({recipient for recipient, _ in told}) > 0
        assert recipients in {None, len(told)}
        _read_in_the_outbox(page, max(mail for _, mail in told))

    stale = json.loads(
        journey.site.one(
            "SELECT counts FROM recruiting_weeklyreport WHERE iso_year = ? AND iso_week = ?", year, week
        )
    )["stale"]
    page.goto("/reports/")
    page.locator(f"a[href='/reports/{year}/{week}/']").click()
    assert stale > 40
    expect(page.locator("dl.stats")).to_contain_text(str(stale))
    with page.expect_download() as download:
        page.locator("a[href$='.csv']").click()
    assert download.value.suggested_filename.endswith(".csv")


def _read_in_the_outbox(page: Page, mail: int) -> None:
    page.goto("/outbox/")
    page.locator(f".rows a[href='/outbox/{mail}/']").click()
    frame: FrameLocator = page.frame_locator("iframe.mail-frame")
    expect(frame.locator("a[href*='/wiki/']").first).to_be_visible()


def _a_monday_months_ahead() -> date:
    later = datetime.now(TIME_ZONE).date() + timedelta(days=150)
    return later - timedelta(days=later.weekday())

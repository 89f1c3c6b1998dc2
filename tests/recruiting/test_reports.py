from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from ledger.domain.hours import set_hours
from recruiting.domain.report_chart import chart_of_weeks, round_up
from recruiting.domain.report_reading import read_report
from recruiting.domain.weekly_reports import KIND
from recruiting.models import WeeklyReport
from tests.factories import make_answer, make_question, make_revision, make_user
from tests.recruiting.reporting import AT, MONDAY, ask, give, make_report, make_session
from wiki.domain.answers import publish_revision, verify_answer
from wiki.domain.challenges import challenge_answer
from wiki.models import Answer

pytestmark = pytest.mark.django_db

PAGES = [
    ("reports", {}),
    ("report", {"iso_year": 2026, "iso_week": 47}),
    ("report_csv", {"iso_year": 2026, "iso_week": 47}),
    ("report_xlsx", {"iso_year": 2026, "iso_week": 47}),
]


def address(name: str, **ids: int) -> str:
    return reverse(f"recruiting:{name}", kwargs=ids)


def page(client, name: str = "report") -> str:
    ids = dict(PAGES)[name]
    response = client.get(address(name, **ids))
    assert response.status_code == 200
    return response.content.decode(errors="replace")


def week_with(**counts: int) -> dict[str, int]:
    names = ("fresh", "due_soon", "stale", "never_verified", "orphan", "challenged")
    return dict.fromkeys(names, 0) | counts


def save_report(week: int, **counts: int) -> WeeklyReport:
    content = {"answers": [], "left_out": 0, "owners": [], "gaps": []}
    return WeeklyReport.objects.create(
        iso_year=2026, iso_week=week, made_at=AT, counts=week_with(**counts), content=content
    )


def happen_in_the_week(answer: Answer, by: User) -> None:
    """An old text verified in bulk, then challenged; a second one published in its place."""
    at = AT - timedelta(days=4)
    verify_answer(answer=answer, revision=answer.published, by=by, at=at, in_bulk=True)
    challenge_answer(answer=answer, revision=answer.published, text="No", by=by, at=at)
    publish_revision(answer=answer, revision=make_revision(answer, by=by, at=at), by=by, at=at)


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["lead"], 200),
        (["editor"], 200),
        (["recruiter"], 200),
        (["reader"], 403),
        (["administrator"], 403),
        ([], 403),
    ],
)
@pytest.mark.parametrize(("name", "ids"), PAGES)
def test_reports_are_read_by_leads_editors_and_recruiters(client_as, roles, status, name, ids):
    make_report()
    assert client_as(make_user(*roles)).get(address(name, **ids)).status_code == status


@pytest.mark.parametrize(("name", "ids"), PAGES)
def test_reports_need_sign_in(client, name, ids):
    assert client.get(address(name, **ids)).status_code == 302


@pytest.mark.parametrize("name", ["report", "report_csv", "report_xlsx"])
def test_report_of_an_unknown_week_is_not_found(client_as, name):
    make_report()
    client = client_as(make_user("lead"))
    for year, week in ((2026, 48), (2026, 99), (2025, 47), (10**20, 1)):
        assert client.get(address(name, iso_year=year, iso_week=week)).status_code == 404


def test_reports_without_any_says_when_the_first_comes(client_as):
    set_hours(hours={KIND: time(9, 30)})
    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False):
        text = page(client_as(make_user("lead")), "reports")
    assert "No report yet" in text
    assert "The first one is made on Monday 30 November 2026, 09:30, for the week just closed." in text


def test_reports_lists_the_latest_first(client_as):
    save_report(45, stale=7)
    save_report(46, stale=8)
    text = page(client_as(make_user("lead")), "reports")
    assert text.index("/reports/2026/46/") < text.index("/reports/2026/45/")


def test_reports_are_read_a_quarter_at_a_time(client_as):
    for week in range(30, 47):
        save_report(week)
    client = client_as(make_user("lead"))
    first = client.get(address("reports"))
    assert [one.iso_week for one in first.context["page"].rows] == list(range(46, 33, -1))
    rest = client.get(address("reports") + first.context["page"].next_url)
    assert [one.iso_week for one in rest.context["page"].rows] == list(range(33, 29, -1))


def test_report_shows_what_was_frozen_with_the_names_of_today(client_as):
    owner = make_user("reader", name="Grace")
    question = make_question("departures", en="Why do <people> leave?")
    answer = make_answer(question, verified_on=MONDAY - timedelta(days=130), owner=owner)
    session = make_session()
    give(answer, session)
    ask(session, None, gap=True, words="Is there a <choir>?", at=AT - timedelta(days=2))
    save_report(46, stale=3)
    make_report()
    owner.name = "Grace Hopper"
    owner.save()
    text = page(client_as(make_user("editor")))
    assert "Why do &lt;people&gt; leave?" in text
    assert "Given once in 90 days, stale for 40 days" in text
    assert "2 fewer" in text
    assert "Grace Hopper" in text
    assert "Is there a &lt;choir&gt;?" in text
    assert "Ada Lovelace" not in text  # editors read what was asked, not who asked


def test_report_tells_what_happened_in_the_week(client_as):
    owner = make_user("reader", name="Grace <Hopper>")
    answer = make_answer(make_question(en="Who <stays>?"), owner=owner, at=AT - timedelta(days=400))
    happen_in_the_week(answer, owner)
    make_report()
    text = " ".join(page(client_as(make_user("editor"))).split())
    for words in (
        "1 answer was verified together with others, and its text is more than six months old.",
        "text of 19 October 2025",
        "since 19 November 2026",
        "1 answer has been published for over a year and was given in no session",
    ):
        assert words in text
    # Verified in bulk, edited, challenged, without use; nobody is to confirm it before all others.
    assert text.count(f'href="/wiki/answers/{answer.pk}/">Who &lt;stays&gt;?</a>') >= 4
    assert "Grace &lt;Hopper&gt;" in text


def test_report_shows_editors_of_a_session_not_ready_only_its_position_and_day(client_as):
    host = make_user("reader", name="Grace Hopper")
    make_question(en="Is there a choir?", essential=True)
    session = make_session(host, starts_at=AT + timedelta(days=1))
    make_report()
    for role, opens in (("editor", False), ("recruiter", True), ("lead", True)):
        text = page(client_as(make_user(role)))
        assert "Developer" in text
        assert "Tuesday 24 November 2026" in text
        assert "Is there a choir?" in text
        assert "Ada" not in text
        assert ("Grace Hopper" in text, f"/sessions/{session.pk}/" in text) == (opens, opens)


def test_report_made_before_the_week_was_kept_leaves_it_out(client_as):
    save_report(47, fresh=3)
    text = page(client_as(make_user("lead")))
    assert "To confirm first" in text
    for part in ("Sessions not ready", "Owners by load", "What happened", "Unused answers"):
        assert part not in text


def test_report_whose_gap_was_erased_says_so(client_as):
    asked = ask(make_session(), None, gap=True, words="Is there a choir?", at=AT - timedelta(days=2))
    make_report()
    asked.delete()
    assert "no longer kept" in page(client_as(make_user("lead")))


def test_report_in_french(client_as):
    make_answer(make_question(fr="Pourquoi part-on ?"), verified_on=MONDAY - timedelta(days=130))
    make_report()
    assert "Pourquoi part-on ?" in page(client_as(make_user("lead", language="fr")))


def test_report_queries_stay_the_same_with_many(client_as):
    lead = make_user("lead")
    session = make_session()

    def fill(number: int) -> None:
        for _ in range(number):
            owner = make_user("reader")
            give(make_answer(verified_on=MONDAY - timedelta(days=130), owner=owner), session)
            ask(session, make_question(), gap=True, at=AT - timedelta(days=2))
            make_question(essential=True)
            make_session(owner, starts_at=AT + timedelta(days=1))
            happen_in_the_week(make_answer(at=AT - timedelta(days=400), owner=owner), owner)

    def queries(name: str) -> int:
        client = client_as(lead)
        with CaptureQueriesContext(connection) as captured:
            page(client, name)
        return len(captured)

    fill(1)
    make_report()
    save_report(46)
    with_one = {name: queries(name) for name, _ in PAGES}
    WeeklyReport.objects.all().delete()
    fill(29)
    make_report()
    for week in range(1, 47):
        save_report(week)
    assert {name: queries(name) for name, _ in PAGES} == with_one


def test_report_csv_is_a_download(client_as):
    make_answer(make_question(en="=Who leaves?"), verified_on=MONDAY - timedelta(days=130))
    make_report()
    response = client_as(make_user("recruiter")).get(address("report_csv", iso_year=2026, iso_week=47))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="contrechamp-2026-W47.csv"'
    heading, first = response.content.decode("utf-8-sig").splitlines()
    assert heading.startswith("Question,Scope,Language,Freshness")
    assert first.startswith("'=Who leaves?,Example company,English,Stale,,yes,,")


@pytest.mark.parametrize(
    ("value", "top"), [(0, 5), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 200), (20_000, 20_000)]
)
def test_round_up_holds_the_value(value, top):
    assert round_up(value) == top


def drawn(*weeks: WeeklyReport):
    return chart_of_weeks(read_report(weeks[0], language="en"), weeks[1:])


def panel(chart, name: str):
    return next(panel for panel in chart.panels if panel.name == name)


def test_chart_needs_two_weeks():
    assert drawn(save_report(46)) is None


def test_chart_has_a_panel_a_count_on_its_own_scale():
    chart = drawn(save_report(47, fresh=50, orphan=2), save_report(46, fresh=25))
    assert [(each.name, each.first, each.value, each.top) for each in chart.panels] == [
        ("fresh", 25, 50, 50),
        ("due_soon", 0, 0, 5),
        ("stale", 0, 0, 5),
        ("never_verified", 0, 0, 5),
        ("orphan", 0, 2, 5),
        ("challenged", 0, 0, 5),
    ]
    assert panel(chart, "fresh").lines == ["48.0,41.0 312.0,10.0"]
    assert panel(chart, "fresh").end == (312.0, 10.0)


def test_chart_leaves_a_gap_where_a_week_has_no_report():
    weeks = [save_report(47, fresh=50), save_report(46, fresh=25), save_report(44), save_report(43, fresh=50)]
    chart = drawn(*weeks)
    assert (chart.first_week, chart.last_week, chart.has_gaps) == (43, 47, True)
    assert panel(chart, "fresh").lines == ["48.0,10.0 114.0,72.0", "246.0,41.0 312.0,10.0"]
    assert [(week.iso_week, list(week.counts)[:1]) for week in chart.weeks] == [
        (47, [50]),
        (46, [25]),
        (45, []),
        (44, [0]),
        (43, [50]),
    ]


def test_chart_draws_a_week_between_two_gaps_as_a_point():
    chart = drawn(save_report(47), save_report(45, stale=5), save_report(43))
    assert panel(chart, "stale").alone == [(48.0, 72.0), (180.0, 10.0), (312.0, 72.0)]
    assert panel(chart, "stale").lines == []


def test_chart_goes_back_twelve_weeks_and_over_the_years_end():
    this_week = WeeklyReport.objects.create(
        iso_year=2027, iso_week=6, made_at=AT, counts=week_with(), content=save_report(40).content
    )
    chart = drawn(this_week, save_report(53), save_report(48), save_report(47))
    assert [(week.iso_year, week.iso_week) for week in chart.weeks if week.report] == [
        (2027, 6),
        (2026, 53),
        (2026, 48),
    ]
    assert (len(chart.weeks), chart.first_week, chart.last_week) == (12, 48, 6)


def test_report_says_that_a_break_in_a_line_is_a_week_without_a_report(client_as):
    save_report(45)
    make_report()
    text = page(client_as(make_user("lead")))
    assert "A break in a line is a week without a report." in text
    assert "No report" in text


def test_report_draws_numbers_a_browser_understands_in_french(client_as):
    save_report(46, fresh=33, stale=3)
    make_report()
    text = page(client_as(make_user("lead", language="fr")))
    svg = text[text.index('<svg class="chart"') : text.index("</svg>", text.index('<svg class="chart"'))]
    assert 'cy="72.0"' in svg


def test_report_leads_to_handing_over_what_someone_who_left_kept(client_as):
    left = make_user("reader", name="Lin", is_active=False)
    for _ in range(2):
        make_answer(owner=left, verified_on=MONDAY)
    make_report()
    link = f'href="/people/{left.pk}/hand-over/"'
    assert client_as(make_user("lead")).get("/reports/2026/47/").content.decode().count(link) == 1
    assert link not in client_as(make_user("editor")).get("/reports/2026/47/").content.decode()

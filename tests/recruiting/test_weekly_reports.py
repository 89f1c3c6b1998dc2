import csv
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from ledger.domain.jobs import run_job
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.messages import parse
from ledger.domain.schedule import jobs
from ledger.models import JobRun, OutgoingMail
from recruiting.domain import weekly_reports
from recruiting.domain.demand_check import check_demand
from recruiting.domain.report_content import ReportedAnswer
from recruiting.domain.report_csv import report_as_csv
from recruiting.domain.report_reading import read_report
from recruiting.domain.weekly_reports import send_report_of_period, send_weekly_report
from recruiting.models import WeeklyReport
from tests.factories import make_answer, make_category, make_question, make_scope, make_user
from tests.recruiting.reporting import AT, MONDAY, ask, give, make_report, make_session
from wiki.domain.challenges import challenge_answer

pytestmark = pytest.mark.django_db


def stale_answer(days: int = 40, **given):
    """Stale for so many days on the Monday."""
    return make_answer(verified_on=MONDAY - timedelta(days=90 + days), **given)


def listed(report: WeeklyReport) -> list[ReportedAnswer]:
    return [ReportedAnswer(*row) for row in report.content["answers"]]


def bodies(mail: OutgoingMail) -> tuple[str, str]:
    message = parse(bytes(mail.message))
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


def test_make_weekly_report_counts_every_state(django_assert_max_num_queries):
    owner, left = make_user("reader"), make_user("reader", is_active=False)
    make_answer(owner=owner, verified_on=MONDAY)  # fresh
    make_answer(owner=owner, verified_on=MONDAY - timedelta(days=80))  # due soon: 10 days left
    stale = stale_answer(1, owner=owner)
    stale_answer(40, owner=left)  # stale and orphan
    make_answer(owner=owner)  # never verified
    make_answer(owner=owner, published=False)  # a draft counts nowhere
    for _ in range(2):  # challenged once, however often
        challenge_answer(answer=stale, revision=stale.published, text="No", by=owner, at=AT)
    with django_assert_max_num_queries(40):  # six of them hold and make again the demand
        report = make_report()
    assert report.counts == {
        "fresh": 1,
        "due_soon": 1,
        "stale": 2,
        "never_verified": 1,
        "orphan": 1,
        "challenged": 1,
    }
    assert (report.period, report.made_at) == ("2026-W47", AT)


def test_make_weekly_report_freezes_what_it_counted():
    answer = stale_answer()
    first = make_report()
    answer.archived_at, answer.published = AT, None
    answer.save()
    again = make_report(at=AT + timedelta(days=1))
    assert again == first
    assert (again.counts["stale"], again.made_at, len(listed(again))) == (1, AT, 1)
    assert WeeklyReport.objects.count() == 1


def test_make_weekly_report_costs_the_same_with_many_answers():
    def queries(monday: date) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            read_report(make_report(monday), language="en")
        return len(captured)

    check_demand(at=AT - timedelta(days=1))  # as each night: the first ever has nothing to compare with
    owner = make_user("reader")
    give(stale_answer(owner=owner), session := make_session(owner))
    ask(session, make_question(), gap=True, at=AT - timedelta(days=2))
    with_one = queries(MONDAY)
    for _ in range(29):
        give(stale_answer(owner=make_user("reader")), session)
        ask(session, make_question(), gap=True, at=AT - timedelta(days=2))
    WeeklyReport.objects.all().delete()
    assert queries(MONDAY) == with_one


def test_make_weekly_report_orders_by_harm():
    sensitive = make_category(sensitive=True)
    plain = make_category()
    session = make_session()
    long_stale = stale_answer(200, question=make_question(category=plain))
    never = make_answer(question=make_question(category=plain))
    needed = stale_answer(3, question=make_question(category=plain, essential=True))
    delicate = stale_answer(2, question=make_question(category=sensitive))
    given_once = stale_answer(1, question=make_question(category=plain))
    given_twice = stale_answer(1, question=make_question(category=plain))
    fresh_orphan = make_answer(
        question=make_question(category=sensitive, essential=True), verified_on=MONDAY, owner=None
    )
    make_session(starts_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    for answer in (given_once, given_twice, given_twice, fresh_orphan):
        give(answer, session)
    report = make_report()
    assert [row.answer for row in listed(report)] == [
        answer.pk for answer in (needed, given_twice, given_once, delicate, long_stale, never, fresh_orphan)
    ]
    assert [line.reason for line in read_report(report, language="en").answers] == [
        "Needed by a session on 25 November, stale for 3 days",
        "Given 2 times in 90 days, stale for 1 day",
        "Given once in 90 days, stale for 1 day",
        "Sensitive subject, stale for 2 days",
        "Stale for 200 days",
        "Never verified",
    ]


def test_make_weekly_report_counts_as_given_only_what_was_told_in_90_days():
    answer, session = stale_answer(), make_session()
    give(answer, session, at=AT - timedelta(days=90))
    give(answer, session, at=AT - timedelta(days=90) + timedelta(seconds=1))
    give(answer, session, at=AT + timedelta(seconds=1))
    give(answer, session, delivery="to_follow_up")
    corrected = give(answer, session)
    give(answer, session, corrects=corrected, delivery="departed_from")
    assert [row.given for row in listed(make_report())] == [2]


def test_make_weekly_report_keeps_the_weeks_gaps_by_id():
    session, often, once = make_session(), make_question(en="How often?"), make_question(en="Who leaves?")
    ask(session, often, gap=True, at=datetime(2026, 11, 15, 22, 59, tzinfo=UTC))  # Sunday
    first = ask(session, once, gap=True, at=datetime(2026, 11, 15, 23, 0, tzinfo=UTC))  # Monday
    second = ask(session, often, gap=True, at=AT - timedelta(days=2), words="Really?")
    third = ask(session, often, gap=True, at=AT - timedelta(days=1))
    unknown = ask(session, None, gap=True, words="Do you have a choir?", at=AT - timedelta(days=3))
    ask(session, make_question(), at=AT - timedelta(days=3))  # answered
    report = make_report()
    assert report.content["gaps"] == [
        [often.pk, [second.pk, third.pk]],
        [once.pk, [first.pk]],
        [None, [unknown.pk]],
    ]
    assert "choir" not in str(report.content)
    gaps = read_report(report, language="en").gaps
    assert [(gap.question and gap.question.title, gap.count, list(gap.words)) for gap in gaps] == [
        ("How often?", 2, ["Really?"]),
        ("Who leaves?", 1, []),
        (None, 1, ["Do you have a choir?"]),
    ]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 11, 23), "2026-W47"),
        (date(2026, 11, 29), "2026-W47"),
        (date(2026, 11, 22), "2026-W46"),
        (date(2027, 1, 3), "2026-W52"),  # a Sunday of week 53
        (date(2027, 1, 4), "2026-W53"),
        (date(2027, 1, 11), "2027-W01"),
    ],
)
def test_send_weekly_report_takes_the_week_just_closed(day, period):
    make_user("lead")
    assert send_weekly_report(on=day, at=AT) == 1
    assert WeeklyReport.objects.get().period == period
    assert OutgoingMail.objects.get().period == period


def test_read_report_compares_with_the_week_before_over_the_years_end():
    stale_answer()
    for monday in (date(2026, 12, 28), date(2027, 1, 4)):
        make_report(monday)
    stale_answer()
    read = read_report(make_report(date(2027, 1, 11)), language="en")
    assert (read.previous.period, read.follows_directly) == ("2026-W53", True)
    assert {name: (count.value, count.comparison) for name, count in read.counts.items()} == {
        "fresh": (0, "no change"),
        "due_soon": (0, "no change"),
        "stale": (2, "1 more"),
        "never_verified": (0, "no change"),
        "orphan": (2, "1 more"),
        "challenged": (0, "no change"),
    }


def test_read_report_says_when_weeks_are_missing():
    make_report(MONDAY - timedelta(weeks=3))
    read = read_report(make_report(), language="en")
    assert (read.previous.period, read.follows_directly) == ("2026-W44", False)


def test_read_report_without_one_before_compares_nothing():
    read = read_report(make_report(), language="en")
    assert [count.comparison for count in read.counts.values()] == [""] * 6


def test_send_weekly_report_queues_one_mail_a_lead_and_week():
    lead = make_user("lead", "recruiter", name="Ada")
    make_user("lead", is_active=False)
    make_user("editor")
    stale_answer()
    assert send_weekly_report(on=MONDAY + timedelta(days=3), at=AT) == 1
    assert send_weekly_report(on=MONDAY + timedelta(days=6), at=AT) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.period, mail.recipient) == ("weekly-report", "2026-W47", lead)
    assert mail.subject == "Week 47: 1 stale answer"


def test_send_weekly_report_reaches_a_lead_named_since():
    make_user("lead")
    send_weekly_report(on=MONDAY, at=AT)
    make_user("lead")
    assert send_weekly_report(on=MONDAY, at=AT) == 1


def test_weekly_report_mail_says_what_matters_in_english(settings):
    settings.SITE_URL = "https://answers.example.com"
    make_user("lead")
    owner = make_user("reader", name="Grace & co")
    answer = stale_answer(40, question=make_question(en="Why do <people> leave?"), owner=owner)
    session = make_session()
    give(answer, session)
    ask(session, make_question("choir", en="Is there a choir?"), gap=True, at=AT - timedelta(days=2))
    make_report(MONDAY - timedelta(weeks=1))
    make_answer(owner=owner)
    left = make_user("reader", name="Lin", is_active=False)
    make_answer(owner=left, verified_on=MONDAY, question=make_question(en="Who leads?"))
    for _ in range(3):
        make_answer(verified_on=MONDAY)
    send_weekly_report(on=MONDAY, at=AT)
    mail = OutgoingMail.objects.get()
    text, html = bodies(mail)
    assert mail.subject == "Week 47: 1 stale answer, no change"
    lines = text.splitlines()
    for line in (
        "Stale: 1 (no change)",
        "Never verified: 1 (1 more)",
        "Fresh: 4 (4 more)",
        "4 answers without an owner",
        "- Who leads? (Lin has left)",
        "- 1 more: give it an owner",
        "  https://answers.example.com/wiki/review/?show=all&state=orphan",
        "1. Why do <people> leave?",
        "   Example company · English · Grace & co",
        "   Given once in 90 days, stale for 40 days",
        f"   https://answers.example.com/wiki/answers/{answer.pk}/",
        "The whole report: https://answers.example.com/reports/2026/47/",
    ):
        assert line in lines
    assert lines.index("4 answers without an owner") < lines.index("1. Why do <people> leave?")
    assert "choir" not in text + html  # on the page: the mail is read in a minute
    assert "Why do &lt;people&gt; leave?" in html
    assert f'href="https://answers.example.com/wiki/answers/{answer.pk}/"' in html


def test_weekly_report_mail_in_french_speaks_french():
    make_user("lead", language="fr")
    stale_answer(question=make_question(fr="Pourquoi part-on ?"))
    send_weekly_report(on=MONDAY, at=AT)
    mail = OutgoingMail.objects.get()
    text, html = bodies(mail)
    assert "Pourquoi part-on ?" in text
    assert "16\u00a0novembre 2026" in text
    assert '<html lang="fr">' in html


def test_weekly_report_mail_is_dropped_when_the_recipient_leads_no_more():
    lead = make_user("lead")
    send_weekly_report(on=MONDAY, at=AT)
    mail = OutgoingMail.objects.get()
    assert still_concerns_recipient(mail)
    lead.groups.clear()
    assert not still_concerns_recipient(mail)


def test_weekly_report_attachment_lists_every_answer_to_mend():
    owner = make_user("reader", name="=Grace")
    make_user("lead")
    challenged = make_answer(owner=owner, verified_on=MONDAY - timedelta(days=1))
    challenge_answer(answer=challenged, revision=challenged.published, text="No", by=owner, at=AT)
    make_answer(owner=owner, verified_on=MONDAY)  # fresh: nothing to mend
    stale = stale_answer(40, owner=owner, question=make_question(en='-2, "really"?'), scope=make_scope("Été"))
    give(stale, make_session())
    send_weekly_report(on=MONDAY, at=AT)
    [attachment] = parse(bytes(OutgoingMail.objects.get().message)).iter_attachments()
    content = attachment.get_payload(decode=True)
    assert attachment.get_filename() == "contrechamp-2026-W47.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == {
        "Question": '\'-2, "really"?',
        "Scope": "Été",
        "Language": "English",
        "Freshness": "Stale",
        "Challenged": "",
        "Orphan": "",
        "Owner": "'=Grace",
        "Last confirmed on": "2026-07-16",
        "Due on": "2026-10-14",
        "Given in 90 days": "1",
        "Why it matters": "Given once in 90 days, stale for 40 days",
        "Link": f"http://127.0.0.1:8000/wiki/answers/{stale.pk}/",
    }
    assert [(row["Freshness"], row["Challenged"]) for row in rows[1:]] == [("Fresh", "yes")]


def test_report_as_csv_begins_with_orphans_and_does_not_say_a_due_day_twice():
    owner = make_user("reader")
    stale_answer(40, owner=owner, question=make_question(en="First by harm?"))
    give(stale_answer(9, owner=owner, question=make_question(en="Given?")), make_session())
    make_answer(
        make_question(en="Left alone?"),
        owner=make_user("reader", is_active=False),
        verified_on=MONDAY - timedelta(days=80),
    )
    content = report_as_csv(make_report(), language="en").decode("utf-8-sig")
    assert [(row["Question"], row["Why it matters"]) for row in csv.DictReader(StringIO(content))] == [
        ("Left alone?", ""),
        ("Given?", "Given once in 90 days, stale for 9 days"),
        ("First by harm?", "Stale for 40 days"),
    ]


def test_report_as_csv_says_where_it_stops(monkeypatch):
    monkeypatch.setattr("recruiting.domain.report_content.MOST_ANSWERS", 2)
    for _ in range(5):
        stale_answer()
    lines = report_as_csv(make_report(), language="en").decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "3 more are in the review queue" in lines[-1]


def test_report_as_csv_opens_in_a_french_spreadsheet():
    stale_answer(question=make_question(fr="Combien, au juste ?"))
    report = make_report()
    with translation.override("fr"):
        lines = report_as_csv(report, language="fr").decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Combien, au juste ?;Example company;")


def test_the_worker_sends_it_by_itself():
    make_user("lead")
    [job] = [job for job in jobs() if job.name == "weekly-report"]
    assert job.work(period="2026-W53", at=AT) == "1 mail queued"
    assert WeeklyReport.objects.get().period == "2026-W53"
    assert send_report_of_period(period="2026-W53", at=AT) == "0 mails queued"


def test_send_weekly_report_command_runs_once(capsys):
    make_user("lead")
    for _ in range(2):
        call_command("send_weekly_report", "--on", "2027-01-04")
    assert capsys.readouterr().out.splitlines() == [
        "2026-W53: 1 mail queued",
        "2026-W53: sent before, nothing to do",
    ]
    assert JobRun.objects.get().period == "2026-W53"
    assert OutgoingMail.objects.count() == 1


# Dies like a killed process, in the transaction, once the given number of mails is queued.
KILLED = """
import os, signal, django
django.setup()
from django.core.management import call_command
from recruiting.domain import weekly_reports
from recruiting.domain.demand_check import check_demand
real, queued = weekly_reports.queue_mail, 0
def dying(**given):
    global queued
    mail, queued = real(**given), queued + 1
    if queued == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return mail
weekly_reports.queue_mail = dying
call_command("send_weekly_report", "--on", "2026-11-23")
"""


def run_python(code: str) -> subprocess.CompletedProcess:
    name = connection.settings_dict["NAME"]
    address = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    environment = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_send_weekly_report_killed_and_run_again_reaches_each_lead_once():
    for _ in range(3):
        make_user("lead")
    stale_answer()
    for after in (1, 2, 3):
        killed = run_python(KILLED.format(after=after))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert (WeeklyReport.objects.count(), OutgoingMail.objects.count()) == (1, after - 1)
    finished = run_python(KILLED.format(after=0))
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == "2026-W47: 1 mail queued\n"
    recipients = OutgoingMail.objects.values_list("recipient", flat=True)
    assert sorted(recipients) == sorted(User.objects.leads().values_list("pk", flat=True))


def test_report_of_an_empty_site_claims_nothing(client_as):
    lead = make_user("lead")
    send_weekly_report(on=MONDAY, at=AT)
    page = client_as(lead).get("/reports/2026/47/").content.decode()
    for text in (page, *bodies(OutgoingMail.objects.get())):
        assert "There was no published answer yet." in text
        assert "every published answer" not in text
    assert "No question was recorded this week." in page
    assert "Latest weekly report" not in client_as(lead).get("/").content.decode()


def test_send_weekly_report_a_lead_whose_mail_cannot_be_made_holds_up_nobody(monkeypatch):
    broken, other = make_user("lead", email="broken@example.com"), make_user("lead")
    whole, refused = weekly_reports.queue_mail, [broken]

    def refuse_one(**mail):
        if mail["recipient"] in refused:
            raise ValueError("no whole web address")
        return whole(**mail)

    monkeypatch.setattr(weekly_reports, "queue_mail", refuse_one)

    def run(at: datetime) -> JobRun | None:
        work = partial(send_report_of_period, period="2026-W47", at=at)
        return run_job(job="weekly-report", period="2026-W47", work=work, now=lambda: at)

    with pytest.raises(weekly_reports.ReportsNotQueued):
        run(AT)
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [other]
    assert WeeklyReport.objects.count() == 1
    failed = JobRun.objects.get()
    assert failed.finished_at is None
    assert "broken@example.com: ValueError: no whole web address" in failed.error
    refused.clear()
    assert run(AT + timedelta(minutes=15)).summary == "1 mail queued"
    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {broken, other}

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from ledger.domain.messages import parse
from ledger.models import OutgoingMail
from recruiting.domain.weekly_reports import make_weekly_report, send_weekly_report
from recruiting.models import WeeklyReport
from tests.factories import make_answer, make_user
from wiki.domain.challenges import challenge_answer

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def make_report(monday: date = MONDAY, at: datetime = AT) -> WeeklyReport:
    closed = (monday - timedelta(days=1)).isocalendar()
    return make_weekly_report(iso_year=closed.year, iso_week=closed.week, on=monday, at=at)


def test_make_weekly_report_counts_every_state(django_assert_max_num_queries):
    owner, left = make_user("reader"), make_user("reader", is_active=False)
    make_answer(owner=owner, verified_on=MONDAY)  # fresh
    make_answer(owner=owner, verified_on=MONDAY - timedelta(days=80))  # due soon: 10 days left
    stale = make_answer(owner=owner, verified_on=MONDAY - timedelta(days=91))
    make_answer(owner=left, verified_on=MONDAY - timedelta(days=130))  # stale and orphan
    make_answer(owner=owner)  # never verified
    make_answer(owner=owner, published=False)  # a draft counts nowhere
    for _ in range(2):  # challenged once, however often
        challenge_answer(answer=stale, revision=stale.published, text="No", by=owner, at=AT)
    with django_assert_max_num_queries(11):
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


def test_send_weekly_report_queues_one_mail_a_lead_and_week():
    lead = make_user("lead", name="Ada")
    make_user("lead", is_active=False)
    make_user("editor")
    answer = make_answer(verified_on=MONDAY - timedelta(days=130))
    assert send_weekly_report(on=MONDAY + timedelta(days=3), at=AT) == 1
    assert send_weekly_report(on=MONDAY + timedelta(days=6), at=AT) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.period, mail.recipient) == ("weekly-report", "2026-W47", lead)
    assert mail.subject == "Week 47: 1 stale answer"
    print(parse(bytes(mail.message)).get_body(("plain",)).get_content())

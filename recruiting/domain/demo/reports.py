"""The demonstration's weekly reports: twelve weeks of them, and the mails of the latest.

The latest tells of a Friday on which someone verified a handful of old texts in one go.
"""

from datetime import datetime, time, timedelta

from django.utils.timezone import localdate

from accounts.models import User
from recruiting.domain.demo.company import DemoCompany
from recruiting.domain.weekly_reports import make_weekly_report, send_weekly_report
from wiki.domain.digests import send_owner_digests
from wiki.domain.review import verify_in_bulk
from wiki.models import Answer

WEEKS = 12

IN_ONE_GO = 6
IN_A_HURRY = "marc"  # an editor


def plan_reports(company: DemoCompany) -> None:
    """Make each Monday's report as it was; only the latest Monday's mails still matter."""
    timeline = company.timeline
    monday = timeline.on - timedelta(days=timeline.on.weekday())
    for weeks_ago in range(WEEKS, 0, -1):
        day = monday - timedelta(weeks=weeks_ago)
        closed = (day - timedelta(days=1)).isocalendar()

        def make(at: datetime, closed=closed, day=day) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            make_weekly_report(iso_year=closed.year, iso_week=closed.week, on=day, at=at)

        timeline.plan(timeline.at((timeline.on - day).days, time(8, 0)), make)

    friday = monday - timedelta(days=3)
    timeline.plan(
        timeline.at((timeline.on - friday).days, time(17, 50)),
        lambda at: _verify_in_one_go(by=company.people[IN_A_HURRY], at=at),
    )

    def send(at: datetime) -> None:
        send_weekly_report(on=monday, at=at)
        send_owner_digests(on=monday, at=at)

    timeline.plan(timeline.at((timeline.on - monday).days, time(8, 0)), send)


def _verify_in_one_go(*, by: User, at: datetime) -> None:
    """Answers that are fresh anyway, those with the oldest texts: no state is another for it."""
    fresh = Answer.objects.published().fresh(on=localdate(at)).order_by("published__created_at", "pk")
    seen = {answer.pk: answer.published_id for answer in fresh[:IN_ONE_GO] if answer.published_id}
    verify_in_bulk(seen=seen, by=by, at=at)

"""The demonstration's weekly reports: twelve weeks of them, and the mails of the latest."""

from datetime import datetime, time, timedelta

from recruiting.domain.demo.company import DemoCompany
from recruiting.domain.weekly_reports import make_weekly_report, send_weekly_report
from wiki.domain.digests import send_owner_digests

WEEKS = 12


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

    def send(at: datetime) -> None:
        send_weekly_report(on=monday, at=at)
        send_owner_digests(on=monday, at=at)

    timeline.plan(timeline.at((timeline.on - monday).days, time(8, 0)), send)

"""The lead's weekly report: made once for each ISO week, sent once to each lead."""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.domain.settings import keepers_address
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.messages import Attachment
from ledger.domain.outbox import queue_mail
from ledger.domain.schedule import monday_of
from ledger.models import OutgoingMail
from recruiting.domain.demand_check import check_demand
from recruiting.domain.report_content import COUNTS, count_answers, freeze_content
from recruiting.domain.report_csv import report_as_csv
from recruiting.domain.report_reading import read_report
from recruiting.models import WeeklyReport

logger = logging.getLogger(__name__)

KIND = "weekly-report"  # of the mail, and the name of the job
HEADLINE = ("stale", "never_verified", "fresh")
ORPHANS_NAMED = 3  # in the mail; the queue has all


class ReportsNotQueued(Exception):
    """The mails of some leads could not be made; the others' wait to be sent."""

    def __init__(self, failed: Mapping[str, Exception]) -> None:
        reasons = (f"{address}: {type(error).__name__}: {error}" for address, error in failed.items())
        super().__init__("; ".join(reasons))


@transaction.atomic
def make_weekly_report(*, iso_year: int, iso_week: int, on: date, at: datetime) -> WeeklyReport:
    """Freeze the report of an ISO week as the wiki stands on the day `on`; the existing one if there is."""
    if known := WeeklyReport.objects.of_week(iso_year, iso_week).first():
        return known
    check_demand(at=at, until=at)
    counted = count_answers(on=on)
    week = date.fromisocalendar(iso_year, iso_week, 1)
    # The unique week decides between two who arrive here at once; the other gets the winner's.
    report, _made = WeeklyReport.objects.get_or_create(
        iso_year=iso_year,
        iso_week=iso_week,
        defaults={
            "made_at": at,
            "counts": {name: counted[name] for name in COUNTS},
            "content": freeze_content(on=on, week=week, listed=counted["listed"]),
        },
    )
    return report


def send_weekly_report(*, on: date, at: datetime) -> int:
    """Make the report of the ISO week that closed before the day `on`, and queue it for every lead.

    Idempotent: each lead has one mail a week however often this runs. The number of mails queued now.
    Raises ReportsNotQueued once the others have theirs: the job then tries those again.
    """
    monday = on - timedelta(days=on.weekday())
    closed = (monday - timedelta(days=1)).isocalendar()
    report = make_weekly_report(iso_year=closed.year, iso_week=closed.week, on=monday, at=at)
    queued, failed = 0, {}
    for lead in User.objects.leads().order_by("pk"):
        try:
            queued += _queue_report(report, lead=lead, at=at)
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("the weekly report for person %s could not be made", lead.pk)
            failed[lead.email] = error
    if failed:
        raise ReportsNotQueued(failed) from next(iter(failed.values()))
    return queued


def send_report_of_period(*, period: str, at: datetime) -> str:
    """The worker's job: `period` is the week just closed, such as "2026-W47"."""
    mails = send_weekly_report(on=monday_of(period) + timedelta(days=7), at=at)
    return ngettext("%(number)d mail queued", "%(number)d mails queued", mails) % {"number": mails}


def still_a_lead(mail: OutgoingMail) -> bool:
    """Whether the report may still be sent: it names what candidates asked."""
    return bool(User.objects.leads().filter(pk=mail.recipient_id).exists())


@transaction.atomic
def _queue_report(report: WeeklyReport, *, lead: User, at: datetime) -> bool:
    with translation.override(lead.language):
        mail = queue_mail(
            kind=KIND,
            recipient=lead,
            to_address=lead.email,
            language=lead.language,
            template="weekly_report",
            context=_mail_context(report, language=lead.language),
            at=at,
            scheduled=True,
            period=report.period,
            reply_to=keepers_address(besides=lead),
            attachments=[_attachment(report, language=lead.language)],
        )
    return mail is not None


def _mail_context(report: WeeklyReport, *, language: str) -> dict[str, Any]:
    read = read_report(report, language=language)
    return {
        "read": read,
        "report": report,
        "headline": [read.counts[name] for name in HEADLINE],
        "orphans_left": max(0, read.counts["orphan"].value - ORPHANS_NAMED),
        "orphans_url": absolute(f"{reverse('wiki:review')}?show=all&state=orphan"),
        "page_url": absolute(reverse("recruiting:report", args=[report.iso_year, report.iso_week])),
    }


def _attachment(report: WeeklyReport, *, language: str) -> Attachment:
    content = report_as_csv(report, language=language)
    return Attachment(name=f"contrechamp-{report.period}.csv", content=content, mimetype="text/csv")

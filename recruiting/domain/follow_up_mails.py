"""Owners are reminded of what they owe a candidate: on the day it is due, then each week it is late.

What became theirs, or due, only after the reminders of its day had gone is told with the next.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from accounts.domain.settings import keepers_address
from accounts.models import User
from ledger.domain.jobs import begun_before
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.domain.schedule import WEEKEND
from ledger.models import OutgoingMail
from recruiting.models import FollowUp

FOLLOW_UP_REMINDERS = "follow-up-reminders"  # the job's name
FOLLOW_UP_REMINDER = "follow-up-reminder"
WEEK = 7
MOST = 20  # in one mail


def run_follow_up_reminders(*, period: str, at: datetime) -> str:
    """The worker's job for a working day such as "2026-11-23", and what it did in a line."""
    since = begun_before(job=FOLLOW_UP_REMINDERS, period=period)
    number = remind_of_follow_ups(on=date.fromisoformat(period), since=since, at=at)
    done = ngettext("%(number)d reminder queued", "%(number)d reminders queued", number)
    return done % {"number": number}


def remind_of_follow_ups(*, on: date, since: datetime | None = None, at: datetime) -> int:
    """One mail to each owner with all that is to be told today: due, or late by whole weeks; how many mails.

    What falls on a weekend, or on a day without reminders since the last ones (`since`), is told on the
    working day after it; and so is what is late already and was made, moved or handed over since.
    """
    days = _days_told(on, since)
    due = FollowUp.objects.open().filter(due_on__lte=on).with_parties().prefetch_related("owner__groups")
    told: dict[User, list[FollowUp]] = {}
    for row in due.order_by("due_on", "pk"):
        whole_weeks = any((day - row.due_on).days % WEEK == 0 and day >= row.due_on for day in days)
        if whole_weeks or (since is not None and row.updated_at > since):
            told.setdefault(row.owner, []).append(row)
    return sum(_remind(owner, rows, on=on, at=at) for owner, rows in told.items() if owner.may_own)


def _days_told(on: date, since: datetime | None) -> list[date]:
    """Today and the days before it without reminders of their own; a week of them holds all there is."""
    days = [on]
    while len(days) < WEEK:
        before = days[-1] - timedelta(days=1)
        had_reminders = since is None or before <= localdate(since)
        if had_reminders and before.weekday() not in WEEKEND:
            break
        days.append(before)
    return days


def still_owes(mail: OutgoingMail) -> bool:
    """Whether the recipient still owes something that was due when the mail was written."""
    owner = User.objects.who_read_the_wiki().filter(pk=mail.recipient_id)
    owed = FollowUp.objects.open().filter(
        owner=mail.recipient_id, due_on__lte=date.fromisoformat(mail.period)
    )
    return owner.exists() and owed.exists()


def _remind(owner: User, rows: Sequence[FollowUp], *, on: date, at: datetime) -> int:
    mail = queue_mail(
        kind=FOLLOW_UP_REMINDER,
        period=on.isoformat(),
        recipient=owner,
        to_address=owner.email,
        language=owner.language,
        template="follow_up_reminder",
        context={
            "rows": [
                (row, absolute(reverse("recruiting:follow_up", args=[row.pk])), (on - row.due_on).days)
                for row in rows[:MOST]
            ],
            "total": len(rows),
            "more": max(0, len(rows) - MOST),
            "list_link": absolute(reverse("recruiting:follow_ups")),
        },
        at=at,
        expires_at=at + timedelta(days=1),
        reply_to=keepers_address(besides=owner),
    )
    return int(mail is not None)

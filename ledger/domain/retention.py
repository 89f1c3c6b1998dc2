"""Remove what is no longer needed, in batches, so that nobody waits for it. Activity is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q, QuerySet

from ledger.domain.mail_kinds import kinds_to_candidates
from ledger.models import JobRun, OutgoingMail
from ledger.models.outbox import OutgoingMailQuerySet

MAILS_KEPT = timedelta(days=365)
# The shortest three months. The file of a candidate who was refused expires three months after the last
# contact, and a mail to them is no later than that: it never outlives the file.
CANDIDATES_MAILS_KEPT = timedelta(days=89)
RUNS_KEPT = timedelta(days=730)
BATCH = 500


def old_mails(*, at: datetime) -> OutgoingMailQuerySet:
    """Mails written more than a year ago, to candidates three months, once they are decided."""
    too_old = Q(created_at__lt=at - MAILS_KEPT)
    to_candidates = Q(kind__in=kinds_to_candidates(), created_at__lt=at - CANDIDATES_MAILS_KEPT)
    return OutgoingMail.objects.decided().filter(too_old | to_candidates)


def old_job_runs(*, at: datetime) -> "QuerySet[JobRun]":
    """Runs of more than two years ago."""
    return JobRun.objects.filter(started_at__lt=at - RUNS_KEPT)


def expired_sign_ins(*, at: datetime) -> "QuerySet[Session]":
    """Sessions of browsers that can no longer be used."""
    return Session.objects.filter(expire_date__lt=at)


def remove_in_batches(rows: "QuerySet[Any]") -> int:
    """How many were removed."""
    removed = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        # The condition once more: a mail may have been sent again since.
        removed += rows.filter(pk__in=keys).delete()[0]
    return removed


def remove_expired_cache_rows(*, at: datetime) -> int:
    """Counts that limit sign-ins, which hold addresses of the network, once they count no more; how many."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    moment = connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])  # noqa: S608 - a setting of ours
        return int(cursor.rowcount)

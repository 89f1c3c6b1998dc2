"""What happened to the answers in the week of a report: verified, edited, challenged."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.local_days import start_of
from recruiting.domain.report_rows import Edit, Part, Unchanged, Verifier, Waiting
from recruiting.models import CandidateQuestion
from wiki.models import Challenge, Publication, Verification

# Two reviews at the usual interval: verified again among others, such a text may not have been read.
UNCHANGED_DAYS = 180
MOST_VERIFIERS = 20
MOST_EDITS = 50
MOST_WAITING = 10
MOST_UNCHANGED = 100


def freeze_events(*, week: date) -> Part:
    """Of the seven days from the Monday `week` on, in a fixed number of queries."""
    since, until = start_of(week), start_of(week + timedelta(days=7))
    verified = Verification.objects.filter(at__gte=since, at__lt=until)
    edited = _edited(since, until)
    written_before = start_of(week - timedelta(days=UNCHANGED_DAYS))
    unchanged = verified.filter(in_bulk=True, revision__created_at__lt=written_before)
    waiting = Challenge.objects.open().filter(answer__published__isnull=False, created_at__lt=until)
    gaps = CandidateQuestion.objects.filter(gap=True, asked_at__gte=since, asked_at__lt=until)
    figures = {
        **verified.aggregate(
            verified=Count("pk"),
            in_bulk=Count("pk", filter=Q(in_bulk=True)),
            verifiers=Count("by", distinct=True),
        ),
        **edited.aggregate(edited=Count("pk"), major=Count("pk", filter=Q(revision__major=True))),
        "unchanged": unchanged.count(),
        "challenged": Challenge.objects.filter(created_at__gte=since, created_at__lt=until).count(),
        "resolved": Challenge.objects.filter(resolved_at__gte=since, resolved_at__lt=until).count(),
        "waiting": waiting.count(),
        "gaps": gaps.count(),
    }
    rows: dict[str, list[Any]] = {
        "verifiers": _verifiers(verified),
        "major": _major(edited),
        "waiting": _waiting(waiting),
        "unchanged": _unchanged(unchanged),
    }
    return Part(figures, rows)


def _edited(since: datetime, until: datetime) -> QuerySet[Publication]:
    """Publications of a text that took the place of another: neither an answer's first, nor one that
    comes back as it was."""
    before = Publication.objects.filter(answer=OuterRef("answer"), pk__lt=OuterRef("pk"))
    return Publication.objects.filter(
        Exists(before),
        ~Exists(before.filter(revision=OuterRef("revision"))),
        starts_at__gte=since,
        starts_at__lt=until,
    )


def _verifiers(verified: QuerySet[Verification]) -> list[Verifier]:
    by_person = verified.order_by().values("by")
    counted = by_person.annotate(verified=Count("pk"), bulk=Count("pk", filter=Q(in_bulk=True)))
    rows = counted.order_by("-verified", "by").values_list("by", "verified", "bulk")
    return [Verifier(*row) for row in rows[:MOST_VERIFIERS]]


def _major(edited: QuerySet[Publication]) -> list[Edit]:
    rows = edited.filter(revision__major=True).order_by("starts_at", "pk")
    return [Edit(*row) for row in rows.values_list("answer", "by", "revision__number")[:MOST_EDITS]]


def _waiting(waiting: QuerySet[Challenge]) -> list[Waiting]:
    """Those that wait for longest."""
    rows = waiting.order_by("created_at", "pk").values_list("answer", "answer__owner", "created_at")
    return [Waiting._make(_dated(row)) for row in rows[:MOST_WAITING]]


def _unchanged(unchanged: QuerySet[Verification]) -> list[Unchanged]:
    rows = unchanged.order_by("revision__created_at", "pk")
    columns = rows.values_list("answer", "by", "revision__created_at")
    return [Unchanged._make(_dated(row)) for row in columns[:MOST_UNCHANGED]]


def _dated(row: Iterable[Any]) -> Iterable[Any]:
    """Its moments as local days, the way JSON keeps them."""
    return (localdate(value).isoformat() if isinstance(value, datetime) else value for value in row)

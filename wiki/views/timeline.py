"""An answer's history: revisions, publications and verifications in one order, the latest first.

Apart from `accounts.views.paging`: it merges several tables, and keeps what happened at one moment together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from accounts.access import SignedInRequest
from accounts.models import User
from ledger.models import Activity
from wiki.models import Answer, AnswerRevision, Challenge, Publication, Verification
from wiki.models.revisions import AnswerRevisionQuerySet

EVENTS_A_PAGE = 30
_ORDER_AT_ONE_MOMENT = ("saved", "withdrawn", "published", "verified", "challenged", "resolved")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened to the answer; `kind` is a word of _ORDER_AT_ONE_MOMENT."""

    kind: str
    at: datetime
    by: User | None
    revision: AnswerRevision
    note: str = ""


def history_before(
    *, answer: Answer, revisions: AnswerRevisionQuerySet, before: datetime | None
) -> tuple[list[Event], datetime | None]:
    """A page of events earlier than `before`, and the moment that the next page starts from.

    Events of one moment (saved, published and verified by one click) stay on one page.
    """
    events = [
        *_saved(revisions, before),
        *_published(answer, before),
        *_withdrawn(answer, before),
        *_verified(answer, before),
        *_challenged(answer, before),
        *_resolved(answer, before),
    ]
    events.sort(key=lambda event: (event.at, _ORDER_AT_ONE_MOMENT.index(event.kind)), reverse=True)
    if len(events) <= EVENTS_A_PAGE:
        return events, None
    last = events[EVENTS_A_PAGE - 1].at
    page = [event for event in events if event.at >= last]
    return page, (last if len(page) < len(events) else None)


def steps_of(events: Sequence[Event]) -> list[list[Event]]:
    """Together what one person did to one revision at one moment, in the order it was done."""
    grouped = groupby(events, key=lambda event: (event.at, event.by, event.revision.pk))
    return [list(group)[::-1] for _, group in grouped]


def moment_asked(request: SignedInRequest) -> datetime | None:
    """Where the page starts, from the address; what is not a moment is the present."""
    try:
        moment = parse_datetime(request.GET.get("before", ""))
        # In UTC at once: an hour before the year 1 can be written, and is no moment.
        return moment.astimezone(UTC) if moment is not None and is_aware(moment) else None
    except (ValueError, OverflowError):
        return None


def _saved(revisions: AnswerRevisionQuerySet, before: datetime | None) -> list[Event]:
    rows = revisions.select_related("author").defer("details", "details_html", "example", "example_html")
    rows = rows.filter(created_at__lt=before) if before else rows
    return [
        Event(kind="saved", at=row.created_at, by=row.author, revision=row, note=row.comment)
        for row in rows.order_by("-created_at", "-number")[: EVENTS_A_PAGE + 1]
    ]


def _published(answer: Answer, before: datetime | None) -> list[Event]:
    rows = Publication.objects.filter(answer=answer).select_related("by", "revision")
    rows = rows.filter(starts_at__lt=before) if before else rows
    return [
        Event(kind="published", at=row.starts_at, by=row.by, revision=row.revision)
        for row in rows.order_by("-starts_at")[: EVENTS_A_PAGE + 1]
    ]


def _withdrawn(answer: Answer, before: datetime | None) -> list[Event]:
    """The publications that ended without another taking their place."""
    next_one = Publication.objects.filter(answer=answer, starts_at=OuterRef("ends_at"))
    rows = Publication.objects.filter(~Exists(next_one), answer=answer, ends_at__isnull=False)
    rows = rows.filter(ends_at__lt=before) if before else rows
    ended = list(rows.select_related("revision").order_by("-ends_at")[: EVENTS_A_PAGE + 1])
    withdrawers = _withdrawers(answer, [row.ends_at for row in ended if row.ends_at])
    return [
        Event(
            kind="withdrawn",
            at=row.ends_at,
            by=withdrawers.get(row.ends_at),
            revision=row.revision,
            note=row.reason,
        )
        for row in ended
        if row.ends_at
    ]


def _withdrawers(answer: Answer, moments: Sequence[datetime]) -> dict[datetime, User | None]:
    """Who withdrew it, by the moment; a publication knows only who opened it."""
    if not moments:
        return {}
    acts = Activity.objects.about(answer).filter(verb="withdraw", at__in=moments).select_related("actor")
    return {act.at: act.actor for act in acts}


def _verified(answer: Answer, before: datetime | None) -> list[Event]:
    rows = Verification.objects.filter(answer=answer).select_related("by", "revision")
    rows = rows.filter(at__lt=before) if before else rows
    return [
        Event(kind="verified", at=row.at, by=row.by, revision=row.revision, note=row.note)
        for row in rows.order_by("-at")[: EVENTS_A_PAGE + 1]
    ]


def _challenged(answer: Answer, before: datetime | None) -> list[Event]:
    rows = Challenge.objects.filter(answer=answer).select_related("by", "revision")
    rows = rows.filter(created_at__lt=before) if before else rows
    return [
        Event(kind="challenged", at=row.created_at, by=row.by, revision=row.revision, note=row.text)
        for row in rows.order_by("-created_at")[: EVENTS_A_PAGE + 1]
    ]


def _resolved(answer: Answer, before: datetime | None) -> list[Event]:
    rows = Challenge.objects.filter(answer=answer, resolved_at__isnull=False)
    rows = rows.filter(resolved_at__lt=before) if before else rows
    rows = rows.select_related("resolved_by", "revision").order_by("-resolved_at")[: EVENTS_A_PAGE + 1]
    return [
        Event(
            kind="resolved",
            at=row.resolved_at,
            by=row.resolved_by,
            revision=row.revision,
            note=row.resolution_note,
        )
        for row in rows
        if row.resolved_at
    ]

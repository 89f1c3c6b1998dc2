"""The one place that derives an answer's review dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from wiki.domain.figure_validity import refresh_figures_until
from wiki.models import (
    Answer,
    AnswerRevision,
    Category,
    Figure,
    Publication,
    RequestedVerification,
    Scope,
    Verification,
)
from wiki.models.answers import AnswerQuerySet

DATES = ["verified_on", "own_review_on", "next_review_on"]


def refresh_review_dates(*, answer: Answer) -> None:
    """Set `verified_on` and `next_review_on` from what was said of the published text, and is asked of it."""
    [derived] = _derived(Answer.objects.filter(pk=answer.pk))
    answer.figures_until = derived.figures_until
    for name in DATES:
        setattr(answer, name, getattr(derived, name))
    answer.save(update_fields=DATES)


def refresh_all_review_dates(*, answers: AnswerQuerySet, chunk: int = 500) -> int:
    """The same for many answers; how many they are.

    Walks them by key, a chunk at a time, so that memory does not grow with the wiki, and all who walk
    lock in one order.
    """
    seen = last = 0
    # Locked in one statement and read in the next: a verification given meanwhile must not be overwritten
    # by the date before it, which a statement that waited for the lock would still read.
    locked = answers.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    while keys := list(locked.filter(pk__gt=last)[:chunk]):
        _save_dates(_derived(Answer.objects.filter(pk__in=keys)))
        seen, last = seen + len(keys), keys[-1]
    return seen


def refresh_category_dates(*, category: Category, chunk: int = 500) -> int:
    """After a category's interval changed: derive again the dates of the answers that inherit it."""
    inheriting = Answer.objects.filter(
        question__category=category, interval_days=None, verified_on__isnull=False
    )
    return refresh_all_review_dates(answers=inheriting, chunk=chunk)


def refresh_citing_dates(*, figure: Figure, on: date) -> None:
    """After a figure was valued, corrected, archived or brought back: the dates of what cites it."""
    _refresh_figure_dates(Answer.objects.filter(published__figures__figure=figure), on=on)


def refresh_moved_dates(*, scope: Scope, on: date) -> None:
    """After a scope moved: the dates of the answers in it and below, which now tell other values."""
    _refresh_figure_dates(Answer.objects.filter(scope__path__startswith=scope.path), on=on)


def refresh_published_dates(*, answer: Answer, on: date) -> None:
    """After another text was published, or none is any more: what figures it cites, and all its dates."""
    refresh_figures_until(answers=Answer.objects.filter(pk=answer.pk), on=on)
    refresh_review_dates(answer=answer)


def _refresh_figure_dates(answers: AnswerQuerySet, *, on: date) -> None:
    """What figures bound, in a handful of statements, however many the answers: all wait for the lock."""
    # Locked first, in the order in which all lock, and read then: a scope that moves and a value that is
    # recorded at once must see each other.
    keys = answers.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)
    if keys:
        refresh_figures_until(answers=answers, on=on)


def review_due(
    *, verified_on: date, interval_days: int, holds_until: date | None, asked_by: date | None = None
) -> date:
    """The last day a verification holds: its own word, but never beyond the interval.

    `asked_by` is the day by which someone has asked, since that verification, for another.
    """
    by_interval = verified_on + timedelta(days=interval_days)
    return min(day for day in (by_interval, holds_until, asked_by) if day)


@dataclass(frozen=True)
class _Sources:
    """What was said and asked of some answers, by the keys by which `_derived` finds it."""

    verifications: Mapping[int, Verification]
    asked: Mapping[int, list[RequestedVerification]]

    def asked_by(self, answer: Answer, *, since: Verification | None) -> date | None:
        """The earliest day by which an open request waits for a word that came after `since`."""
        waiting = (
            one.request.due_on
            for one in self.asked.get(answer.pk, ())
            if since is None or since.at <= one.asked_at
        )
        return min(waiting, default=None)


def _derived(answers: AnswerQuerySet) -> list[Answer]:
    """The answers with their dates as they follow, unsaved; in three queries, however many they are."""
    rows = list(answers.select_related("question__category", "scope").annotate(**_facts()))
    sources = _sources_of(rows)
    for answer in rows:
        verification = sources.verifications.get(answer.in_force)  # type: ignore[attr-defined]
        asked_by = sources.asked_by(answer, since=verification)
        if verification is None:
            answer.verified_on = None
            answer.own_review_on = _first_review_due(answer, asked_by)
        else:
            answer.verified_on = verification.on
            answer.own_review_on = review_due(
                verified_on=verification.on,
                interval_days=answer.effective_interval_days,
                holds_until=verification.holds_until,
                asked_by=asked_by,
            )
        answer.next_review_on = _soonest(answer)
    return rows


def _soonest(answer: Answer) -> date | None:
    """The day without figures, or sooner for those it cites; what was never verified is not bound by them."""
    if answer.verified_on is None or answer.own_review_on is None or answer.figures_until is None:
        return answer.own_review_on
    return min(answer.own_review_on, answer.figures_until)


def _save_dates(answers: Iterable[Answer]) -> None:
    """One update for each set of dates: what is asked for on one day, or was confirmed on one, is many."""
    same: dict[tuple[date | None, ...], list[int]] = {}
    for answer in answers:
        same.setdefault(tuple(getattr(answer, name) for name in DATES), []).append(answer.pk)
    for dates, keys in same.items():
        Answer.objects.filter(pk__in=keys).update(**dict(zip(DATES, dates, strict=True)))


def _facts() -> dict[str, Subquery]:
    """Of each answer: when its publication began, and the latest word on its published text."""
    number = OuterRef("published__number")
    publications = Publication.objects.filter(answer=OuterRef("pk"), ends_at=None)
    beginnings = AnswerRevision.objects.beginnings_of_text(
        answer=OuterRef(OuterRef("pk")), number=OuterRef(number)
    )
    words = Verification.objects.of_text(
        answer=OuterRef("pk"), first=Subquery(beginnings.values("number")[:1]), last=number
    )
    return {
        "published_at": Subquery(publications.values("starts_at")[:1]),
        "in_force": Subquery(words.values("pk")[:1]),
    }


def _sources_of(answers: Iterable[Answer]) -> _Sources:
    rows = list(answers)
    asked: dict[int, list[RequestedVerification]] = {}
    requested = RequestedVerification.objects.still_asked().filter(answer__in=[row.pk for row in rows])
    for one in requested.select_related("request"):
        asked.setdefault(one.answer_id, []).append(one)
    keys = [row.in_force for row in rows if row.in_force]  # type: ignore[attr-defined]
    return _Sources(verifications=Verification.objects.in_bulk(keys), asked=asked)


def _first_review_due(answer: Answer, asked_by: date | None) -> date | None:
    """When an unverified text is due: the day its publication began, or later as first planned.

    It may be asked for sooner than planned.
    """
    starts_at = answer.published_at  # type: ignore[attr-defined]
    days = [answer.first_review_on, localdate(starts_at) if starts_at else None]
    planned = max((day for day in days if day), default=None)
    return min((day for day in (planned, asked_by) if day), default=None)

"""The one place that derives an answer's review dates."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from wiki.models import (
    Answer,
    AnswerRevision,
    Category,
    Figure,
    FigureValue,
    Publication,
    RevisionFigure,
    Scope,
    Verification,
)
from wiki.models.answers import AnswerQuerySet
from wiki.models.figure_values import nearest_value

CHUNK = 2000  # answers in memory at once


def refresh_review_dates(*, answer: Answer) -> None:
    """Set `verified_on` and `next_review_on` from the verifications, the interval and the publication."""
    verification = _verification_in_force(answer)
    if verification is None:
        answer.verified_on = None
        answer.next_review_on = _first_review_due(answer)
    else:
        answer.verified_on = verification.on
        due = review_due(
            verified_on=verification.on,
            interval_days=answer.effective_interval_days,
            holds_until=verification.holds_until,
        )
        answer.next_review_on = min([due, *_figures_end([answer]).get(answer.pk, [])])
    answer.save(update_fields=["verified_on", "next_review_on"])


def review_due(*, verified_on: date, interval_days: int, holds_until: date | None) -> date:
    """The last day a verification holds: its own word, but never beyond the interval."""
    by_interval = verified_on + timedelta(days=interval_days)
    return min(holds_until, by_interval) if holds_until else by_interval


def _first_review_due(answer: Answer) -> date | None:
    """When an unverified text is due: the day its publication began, or later as first planned."""
    starts_at = Publication.objects.filter(answer=answer, ends_at=None).values_list("starts_at", flat=True)
    days = [answer.first_review_on, *(localdate(start) for start in starts_at)]
    return max((day for day in days if day), default=None)


def _verification_in_force(answer: Answer) -> Verification | None:
    """The latest verification of the published revision, or of one that only minor revisions part from it."""
    if answer.published is None:
        return None
    since = (
        AnswerRevision.objects.filter(answer=answer, number__lte=answer.published.number, major=True)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return (
        Verification.objects.filter(
            answer=answer,
            revision__number__lte=answer.published.number,
            revision__number__gte=since or 1,
        )
        .order_by("-at", "-pk")
        .first()
    )


def _figures_end(answers: Sequence[Answer]) -> dict[int, list[date]]:
    """By verified answer, the last days of the figures that its published text cites.

    Where a figure has no value or is archived that day lies in the past: the answer is stale at once.
    """
    citations = RevisionFigure.objects.filter(revision__in=[answer.published_id for answer in answers])
    cited: dict[int, list[Figure]] = defaultdict(list)
    for citation in citations.select_related("figure"):
        cited[citation.revision_id].append(citation.figure)
    values: dict[int, list[FigureValue]] = defaultdict(list)
    figures = {figure.pk for found in cited.values() for figure in found}
    if figures:
        for value in FigureValue.objects.current().filter(figure__in=figures):
            values[value.figure_id].append(value)
    return {
        answer.pk: [
            day
            for figure in cited[answer.published_id]
            if (day := _figure_ends(answer, figure, values[figure.pk]))
        ]
        for answer in answers
        if answer.published_id in cited
    }


def _figure_ends(answer: Answer, figure: Figure, values: Sequence[FigureValue]) -> date | None:
    """The last day on which the answer may tell the figure; None while its value has no end."""
    if figure.archived_at is not None:
        return localdate(figure.archived_at) - timedelta(days=1)
    value = nearest_value(values, lineage=answer.scope.lineage)
    return value.valid_until if value else cast("date", answer.verified_on) - timedelta(days=1)


def refresh_category_dates(*, category: Category, chunk: int = CHUNK) -> int:
    """After a category's interval changed: derive again the dates of the answers that inherit it."""
    inheriting = Answer.objects.filter(question__category=category, interval_days=None)
    return _refresh(inheriting, chunk=chunk)


def refresh_citing_dates(*, figure: Figure, chunk: int = CHUNK) -> int:
    """After a figure was valued, corrected, archived or brought back: the dates of what cites it."""
    return _refresh(Answer.objects.filter(published__figures__figure=figure), chunk=chunk)


def refresh_moved_dates(*, scope: Scope, chunk: int = CHUNK) -> int:
    """After a scope moved: the dates of the answers in it and below, which now tell other values."""
    citing = Exists(RevisionFigure.objects.filter(revision=OuterRef("published")))
    return _refresh(Answer.objects.filter(citing, scope__path__startswith=scope.path), chunk=chunk)


def _refresh(answers: AnswerQuerySet, *, chunk: int) -> int:
    """Derive again `next_review_on` of the verified ones; how many they are.

    Walks them by key, a chunk at a time, so that memory does not grow with the wiki. Which
    verification is in force depends on none of the bounds, so `verified_on` stands.
    """
    verified = (
        answers.filter(verified_on__isnull=False)
        .select_related("question__category", "scope")
        .annotate(holds_until=Subquery(_of_that_day().values("holds_until")[:1]))
        .order_by("pk")
    )
    seen = last = 0
    # Locked: a verification given meanwhile must not be overwritten by the date before it.
    locked = verified.select_for_update(of=("self",))
    while found := list(locked.filter(pk__gt=last)[:chunk]):
        _derive(found)
        seen, last = seen + len(found), found[-1].pk
    return seen


def _derive(answers: Sequence[Answer]) -> None:
    """Write those `next_review_on` that are another than before; each answer has `holds_until`.

    One statement a day: many answers fall on one, and a CASE over all of them takes ten times as long.
    """
    ends, moved = _figures_end(answers), defaultdict[date, list[int]](list)
    for answer in answers:
        due = review_due(
            verified_on=cast("date", answer.verified_on),
            interval_days=answer.effective_interval_days,
            holds_until=answer.holds_until,  # type: ignore[attr-defined]  # annotated
        )
        day = min([due, *ends.get(answer.pk, [])])
        if day != answer.next_review_on:
            moved[day].append(answer.pk)
    for day, keys in moved.items():
        Answer.objects.filter(pk__in=keys).update(next_review_on=day)


def _of_that_day() -> QuerySet[Verification]:
    """The verification that an answer's `verified_on` dates, for use in a subquery."""
    return Verification.objects.filter(answer=OuterRef("pk"), on=OuterRef("verified_on")).order_by(
        "-at", "-pk"
    )

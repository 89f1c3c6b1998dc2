"""The one place that derives an answer's review dates."""

from datetime import date, timedelta
from typing import cast

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from wiki.models import Answer, AnswerRevision, Category, Publication, Verification


def refresh_review_dates(*, answer: Answer) -> None:
    """Set `verified_on` and `next_review_on` from the verifications, the interval and the publication."""
    verification = _verification_in_force(answer)
    if verification is None:
        answer.verified_on = None
        answer.next_review_on = _first_review_due(answer)
    else:
        answer.verified_on = verification.on
        answer.next_review_on = review_due(
            verified_on=verification.on,
            interval_days=answer.effective_interval_days,
            holds_until=verification.holds_until,
        )
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


def refresh_category_dates(*, category: Category, chunk: int = 500) -> int:
    """After a category's interval changed: derive again the dates of the answers that inherit it.

    Walks them by key, a chunk at a time, so that memory does not grow with the wiki. Which
    verification is in force does not depend on the interval, so `verified_on` stands.
    """
    inheriting = (
        Answer.objects.filter(question__category=category, interval_days=None, verified_on__isnull=False)
        .annotate(holds_until=Subquery(_of_that_day().values("holds_until")[:1]))
        .order_by("pk")
    )
    days = category.interval_days or settings.REVIEW_INTERVAL_DAYS
    seen = last = 0
    # Locked: a verification given meanwhile must not be overwritten by the date before it.
    locked = inheriting.select_for_update(of=("self",))
    while answers := list(locked.filter(pk__gt=last)[:chunk]):
        for answer in answers:
            answer.next_review_on = review_due(
                verified_on=cast("date", answer.verified_on),
                interval_days=days,
                holds_until=answer.holds_until,
            )
        Answer.objects.bulk_update(answers, ["next_review_on"])
        seen, last = seen + len(answers), answers[-1].pk
    return seen


def _of_that_day() -> QuerySet[Verification]:
    """The verification that an answer's `verified_on` dates, for use in a subquery."""
    return Verification.objects.filter(answer=OuterRef("pk"), on=OuterRef("verified_on")).order_by(
        "-at", "-pk"
    )

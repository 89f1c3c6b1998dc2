"""The one place that derives an answer's review dates."""

from datetime import date, timedelta


from wiki.models import Answer, AnswerRevision, Verification


def refresh_review_dates(*, answer: Answer) -> None:
    """Set `verified_on` and `next_review_on` from the verifications, the interval and the publication."""
    verification = _verification_in_force(answer)
    if verification is None:
        answer.verified_on = None
        answer.next_review_on = answer.first_review_on
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


def refresh_interval(*, answers: "list[Answer]") -> None:
    """After an interval changed: derive again the dates of the answers that it touches."""
    for answer in answers:
        refresh_review_dates(answer=answer)

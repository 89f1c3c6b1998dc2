"""How fresh an answer is on a day: computed from two dates, never stored."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

DUE_SOON_DAYS = 14


class Freshness(models.TextChoices):
    FRESH = "fresh", _("Fresh")
    DUE_SOON = "due_soon", _("Due soon")
    STALE = "stale", _("Stale")
    NEVER_VERIFIED = "never_verified", _("Never verified")


def freshness_of(*, verified_on: date | None, next_review_on: date | None, on: date) -> Freshness:
    """The freshness, on the day `on`, of a published answer; `AnswerQuerySet.with_freshness` in Python.

    An answer is still good on the day its review is due, and stale from the next.
    """
    if verified_on is None or next_review_on is None:
        return Freshness.NEVER_VERIFIED
    if next_review_on < on:
        return Freshness.STALE
    if next_review_on <= on + timedelta(days=DUE_SOON_DAYS):
        return Freshness.DUE_SOON
    return Freshness.FRESH

"""What became of a requested answer, in SQL: as things stand, or stood when its request was closed."""

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wiki.models.publications import Publication
from wiki.models.revisions import AnswerRevision
from wiki.models.verifications import Verification


class Progress(models.TextChoices):
    """What became of an answer that owners were asked to verify again; always computed, never stored."""

    WAITING = "waiting", pgettext_lazy("progress", "Waiting")
    CONFIRMED = "confirmed", _("Confirmed as it stood")
    CHANGED = "changed", _("Changed, then confirmed")
    UNPUBLISHED = "unpublished", _("No longer published")
    WITHDRAWN = "withdrawn", _("No longer asked")


SETTLED = (Progress.CONFIRMED, Progress.CHANGED)  # by the owner's word


def published_number() -> Subquery:
    """The revision that is published, or was when the request was closed."""
    closed_at = OuterRef("request__closed_at")
    publications = Publication.objects.filter(
        # An open request compares with null, which is never true, and with the start itself, which is.
        Q(ends_at=None) | Q(ends_at__gt=closed_at),
        answer=OuterRef("answer"),
        starts_at__lte=Coalesce(closed_at, F("starts_at")),
    )
    return Subquery(publications.order_by("-starts_at", "-pk").values("revision__number")[:1])


def text_begins() -> Subquery:
    """The revision from which only minor ones lead to that one; after `published_number`."""
    beginnings = AnswerRevision.objects.beginnings_of_text(
        answer=OuterRef("answer"), number=OuterRef("published_number")
    )
    return Subquery(beginnings.values("number")[:1])


def verification_id() -> Subquery:
    """The latest word on that text, given since it was asked for; after `text_begins`."""
    words = Verification.objects.of_text(
        answer=OuterRef("answer"), first=OuterRef("text_begins"), last=OuterRef("published_number")
    ).filter(at__gt=OuterRef("asked_at"), at__lte=Coalesce(OuterRef("request__closed_at"), F("at")))
    return Subquery(words.values("pk")[:1])


def progress() -> Case:
    """What became of a requested answer; after `verification_id`."""
    confirmed = Q(verification_id__isnull=False)
    return Case(
        When(withdrawn_at__isnull=False, then=Value(Progress.WITHDRAWN)),
        When(confirmed, published_number=F("revision__number"), then=Value(Progress.CONFIRMED)),
        When(confirmed, then=Value(Progress.CHANGED)),
        When(Q(published_number=None) | _question_archived_then(), then=Value(Progress.UNPUBLISHED)),
        default=Value(Progress.WAITING),
        output_field=models.CharField(),
    )


def _question_archived_then() -> Q:
    """That the question, and with it the answer, is out of the wiki’s pages, or was at the closing."""
    archived_at = "answer__question__archived_at"
    return Q(**{f"{archived_at}__lte": Coalesce(F("request__closed_at"), F(archived_at))})

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from wiki.models.answers import Answer
from wiki.models.questions import Question
from wiki.models.revisions import AnswerRevision
from wiki.models.verification_progress import (
    SETTLED,
    Progress,
    progress,
    published_number,
    text_begins,
    verification_id,
)


class VerificationRequestQuerySet(models.QuerySet["VerificationRequest"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def readable_by(self, user: User, *, on: date) -> Self:
        """All for editors; for other readers those that concern an answer they keep, on the day `on`.

        The reason may say of an event more than the whole company knows yet.
        """
        if user.is_editor:
            return self
        if not user.reads_wiki:
            return self.none()
        kept = RequestedVerification.objects.filter(
            answer__in=Answer.objects.kept_by(user, on=on), request=OuterRef("pk"), withdrawn_at=None
        )
        return self.filter(models.Exists(kept))


class VerificationRequest(models.Model):
    """A lead's word that, since an event, some answers must be verified again by a date.

    Closed by a lead, or by itself (`closed_by` is then null) once every answer was confirmed.
    """

    event = models.CharField(_("What has changed"), max_length=120)
    reason = models.TextField(_("What to look at"), max_length=1000)
    due_on = models.DateField(_("Verify by"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = VerificationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(event=""), name="verification_request_named"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_at__gte=F("asked_at")),
                name="verification_request_closed_after_asked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_at=None), name="verification_request_open"
            ),
        ]

    def __str__(self) -> str:
        return self.event

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class RequestedVerificationQuerySet(models.QuerySet["RequestedVerification"]):
    def still_asked(self) -> Self:
        """Those of open requests, not taken out of them."""
        return self.filter(withdrawn_at=None, request__closed_at=None)

    def with_progress(self) -> Self:
        """Annotate `progress` and `verification_id`, the word that confirmed it.

        Of an open request as things stand; of a closed one as they stood when it was closed, for ever:
        publications, revisions and verifications are only ever added to.
        """
        rows = self.annotate(published_number=published_number())
        rows = rows.annotate(text_begins=text_begins()).annotate(verification_id=verification_id())
        return rows.annotate(progress=progress())

    def waiting(self) -> Self:
        return self.still_asked().with_progress().filter(progress=Progress.WAITING)

    def settled(self) -> Self:
        """Those that an owner's word has confirmed."""
        return self.with_progress().filter(progress__in=SETTLED)

    def unsettled(self) -> Self:
        """Those still asked for that nobody has confirmed: they wait, or are no longer published."""
        return self.still_asked().with_progress().exclude(progress__in=SETTLED)

    def with_question_title(self, language: str) -> Self:
        titles = Question.objects.with_title(language).filter(pk=OuterRef("answer__question_id"))
        return self.annotate(question_title=Subquery(titles.values("title")[:1]))  # type: ignore[misc]

    def waiting_first(self) -> Self:
        """After `with_progress`: what waits, then what was confirmed, by owner and as the wiki has them."""
        rank = Case(*[When(progress=state, then=Value(place)) for place, state in enumerate(Progress)])
        return self.order_by(
            rank,
            F("answer__owner__name").asc(nulls_first=True),
            "answer__question__category__rank",
            "answer__question__rank",
            "pk",
        )


class RequestedVerification(models.Model):
    """One answer of a request, with the revision that was published when it was asked for."""

    request = models.ForeignKey(VerificationRequest, on_delete=models.PROTECT, related_name="requested")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()  # later than the request's own when it was added to it
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = RequestedVerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "answer"], name="requested_verification_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("asked_at")),
                name="requested_verification_withdrawn_after_asked",
            ),
        ]

    if TYPE_CHECKING:  # annotations
        progress: str
        verification_id: int | None
        question_title: str

    def __str__(self) -> str:
        return f"{self.answer_id} in request {self.request_id}"

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from recruiting.models.answers_given import AnswerGiven
from wiki.models import AnswerRevision, Challenge


class RecallOutcome(models.TextChoices):
    CORRECTED = "corrected", _("The candidate was told")
    LEFT = "left", _("Left as it is")


class RecallQuerySet(models.QuerySet["Recall"]):
    def as_listed(self) -> Self:
        """With the candidate, the position and the answer, as the list of closed ones shows them."""
        return self.select_related(
            "closed_by",
            "answer_given__session__application__candidate",
            "answer_given__session__application__position",
            "answer_given__revision__answer__scope",
        )

    def with_settled_first(self) -> Self:
        """Annotate `settled_first`: the id of the one that was written first among those settled together.

        At one moment a candidate is told one thing of one answer, for every line in which it was told.
        """
        together = Recall.objects.filter(
            closed_at=OuterRef("closed_at"),
            answer_given__session__application__candidate=OuterRef(
                "answer_given__session__application__candidate"
            ),
            answer_given__revision__answer=OuterRef("answer_given__revision__answer"),
        )
        return self.annotate(settled_first=Subquery(together.order_by("pk").values("pk")[:1]))


class Recall(models.Model):
    """How it was settled that a candidate had been told otherwise than what holds now.

    The open ones are computed; a row is written when one is closed, by a correction or with a reason.
    """

    answer_given = models.ForeignKey(AnswerGiven, on_delete=models.PROTECT, related_name="recalls")
    # What made the words told untrue: a major revision, or a challenge that proved them wrong.
    revision = models.ForeignKey(
        AnswerRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=RecallOutcome)
    reason = models.CharField(_("Reason"), max_length=1000, blank=True)
    # The correction as it was sent.
    sent_subject = models.CharField(max_length=300, blank=True)
    sent_text = models.TextField(max_length=10000, blank=True)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-closed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revision__isnull=False) | Q(challenge__isnull=False), name="recall_has_cause"
            ),
            models.UniqueConstraint(
                fields=["answer_given", "revision"],
                condition=Q(revision__isnull=False),
                name="recall_once_a_revision",
            ),
            models.UniqueConstraint(
                fields=["answer_given", "challenge"],
                condition=Q(challenge__isnull=False),
                name="recall_once_a_challenge",
            ),
            models.CheckConstraint(
                condition=Q(outcome="corrected") | (Q(outcome="left") & ~Q(reason="")),
                name="recall_left_with_reason",
            ),
            # The candidate was told by a mail whose words are kept, or otherwise, and then it says how.
            models.CheckConstraint(
                condition=~Q(outcome="corrected") | ~Q(sent_text="") | ~Q(reason=""),
                name="recall_corrected_somehow",
            ),
        ]
        indexes = [models.Index(fields=["-closed_at", "-id"], name="recall_latest")]

    def __str__(self) -> str:
        return f"recall {self.pk}"

    @property
    def was_sent(self) -> bool:
        return bool(self.sent_text)

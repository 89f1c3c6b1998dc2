from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recruiting.models.answers_given import AnswerGiven
from recruiting.models.positions import Position
from wiki.models import Question


class ContradictionDismissalQuerySet(models.QuerySet["ContradictionDismissal"]):
    def in_force(self) -> Self:
        """Those that nobody took back."""
        return self.filter(brought_back_at=None)


class ContradictionDismissal(models.Model):
    """That what candidates for a position were told of a question may stay as it is, and why.

    Contradictions are computed; a row is written when one is dismissed, or brought back. It settles what was
    told up to `latest`: a line told later that contradicts another shows the contradiction anew.
    """

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    latest = models.ForeignKey(AnswerGiven, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(_("Why it may stay as it is"), max_length=1000, blank=True)
    dismissed_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_back_at = models.DateTimeField(null=True, blank=True)
    brought_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ContradictionDismissalQuerySet.as_manager()

    class Meta:
        ordering = ["-dismissed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "question", "latest"],
                condition=Q(brought_back_at=None),
                name="contradiction_dismissed_once",
            ),
            models.CheckConstraint(
                condition=Q(brought_back_at=None, brought_back_by=None)
                | Q(brought_back_at__isnull=False, brought_back_by__isnull=False),
                name="contradiction_brought_back_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"dismissal {self.pk}"

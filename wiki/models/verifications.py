from typing import Any, Self

from django.conf import settings
from django.db import models


class VerificationQuerySet(models.QuerySet["Verification"]):
    def of_text(self, *, answer: Any, first: Any, last: Any) -> Self:
        """Those of the revisions from `first` to `last`, one text but for minor changes; latest first.

        The arguments may be references to an outer query.
        """
        return self.filter(answer=answer, revision__number__gte=first, revision__number__lte=last).order_by(
            "-at", "-pk"
        )


class Verification(models.Model):
    """The owner's word, on a date, that a revision is still true. Append-only."""

    answer = models.ForeignKey("wiki.Answer", on_delete=models.PROTECT, related_name="verifications")
    revision = models.ForeignKey("wiki.AnswerRevision", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    holds_until = models.DateField(null=True)  # null: the effective interval alone decides
    in_bulk = models.BooleanField(default=False)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["answer", "-at"], name="verification_latest"),
            models.Index(fields=["at"], name="verification_at"),  # those of a week
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} on {self.on}"

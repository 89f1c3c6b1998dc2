from django.conf import settings
from django.db import models


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

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["answer", "-at"], name="verification_latest"),
            models.Index(fields=["at"], name="verification_at"),  # those of a week
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} on {self.on}"

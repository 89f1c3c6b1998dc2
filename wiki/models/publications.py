from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wiki.models.answers import Answer
from wiki.models.revisions import AnswerRevision


class Publication(models.Model):
    """The period during which a revision is the one that may be said. Append-only."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="publications")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="publications")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=Q(ends_at=None), name="publication_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="publication_ends_after"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="publication_starts")]  # those of a week

    def __str__(self) -> str:
        return f"{self.revision_id} from {self.starts_at}"

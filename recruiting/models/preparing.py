from django.conf import settings
from django.db import models

from recruiting.models.sessions import Session
from wiki.models import AnswerRevision


class ReadReceipt(models.Model):
    """A host's word that they have read a revision; a later major revision makes it void by comparison."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "revision"], name="read_receipt_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.revision_id}"


class HostNote(models.Model):
    """What a host tells those who host after them for the same position: about our answers, never about
    the candidate."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"host note {self.pk}"

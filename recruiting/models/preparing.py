from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from recruiting.models.positions import Position
from recruiting.models.sessions import Session
from wiki.models import AnswerRevision


class ReadReceiptQuerySet(models.QuerySet["ReadReceipt"]):
    def standing(self) -> Self:
        """Of what may be said now, but for minor changes: as `Verification.objects.of_text` counts."""
        beginnings = AnswerRevision.objects.beginnings_of_text(
            answer=OuterRef("revision__answer"), number=OuterRef("revision__answer__published__number")
        )
        return self.filter(
            revision__number__gte=Subquery(beginnings.values("number")[:1]),
            revision__number__lte=F("revision__answer__published__number"),
        )


class ReadReceipt(models.Model):
    """A host's word that they have read a revision; a later major revision makes it void by comparison."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(AnswerRevision, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    objects = ReadReceiptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "revision"], name="read_receipt_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.revision_id}"


class HostNoteQuerySet(models.QuerySet["HostNote"]):
    def for_position(self, position: Position) -> Self:
        """What hosts left for one another over all the sessions of a position, the latest first."""
        notes = self.filter(session__application__position=position)
        return notes.select_related("author").order_by("-created_at", "-pk")


class HostNote(models.Model):
    """What a host tells those who host after them for the same position: about our answers, never about
    the candidate."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=1000)
    created_at = models.DateTimeField()

    objects = HostNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="host_note_says_something")]

    def __str__(self) -> str:
        return f"host note {self.pk}"

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Resolution(models.TextChoices):
    CORRECTED = "corrected", _("The answer was corrected")
    CONFIRMED = "confirmed", _("The answer is right as it stands")


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Challenge(models.Model):
    """A reader's word that an answer does not match reality; open until the owner resolves it."""

    answer = models.ForeignKey("wiki.Answer", on_delete=models.PROTECT, related_name="challenges")
    revision = models.ForeignKey("wiki.AnswerRevision", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("What does not match reality"), max_length=2000)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    resolution_note = models.TextField(_("What was found"), max_length=2000, blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolution="")
                | (Q(resolved_at__isnull=False) & ~Q(resolution="")),
                name="challenge_resolved_whole",
            )
        ]
        indexes = [
            models.Index(fields=["answer"], condition=Q(resolved_at=None), name="challenge_open"),
            # Those of a week
            models.Index(fields=["created_at"], name="challenge_created"),
            models.Index(fields=["resolved_at"], name="challenge_resolved"),
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk}"

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recruiting.models.answers_given import CandidateQuestion
from recruiting.models.sessions import Session

# At this comfort or below, a host stumbled.
ILL_AT_EASE = 2


class Debrief(models.Model):
    """A host's notes right after the session, about our answers: no field judges the candidate."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="debriefs")
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    landed = models.TextField(_("How our answers landed"), max_length=2000, blank=True)
    submitted_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "host"], name="debrief_once")]
        indexes = [models.Index(fields=["submitted_at"], name="debrief_by_age")]

    def __str__(self) -> str:
        return f"debrief {self.pk}"


class DebriefedQuestionQuerySet(models.QuerySet["DebriefedQuestion"]):
    def stumbles(self) -> Self:
        """Where the host was ill at ease."""
        return self.filter(comfort__lte=ILL_AT_EASE)

    def improvised_ones(self) -> Self:
        return self.exclude(improvised="")


class DebriefedQuestion(models.Model):
    """How one host felt about answering one question; kept beside the record, which it does not change."""

    debrief = models.ForeignKey(Debrief, on_delete=models.CASCADE, related_name="questions")
    candidate_question = models.ForeignKey(CandidateQuestion, on_delete=models.PROTECT, related_name="+")
    # 1 ill at ease to 5 at ease.
    comfort = models.PositiveSmallIntegerField(null=True, blank=True)
    improvised = models.CharField(_("What you improvised"), max_length=1000, blank=True)

    objects = DebriefedQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["debrief", "candidate_question"], name="debriefed_question_once"),
            models.CheckConstraint(
                condition=Q(comfort=None) | Q(comfort__range=(1, 5)), name="debriefed_comfort_sane"
            ),
        ]
        indexes = [
            models.Index(
                fields=["debrief"], condition=Q(comfort__lte=ILL_AT_EASE), name="debriefed_ill_at_ease"
            )
        ]

    def __str__(self) -> str:
        return f"debriefed question {self.pk}"

    @property
    def is_stumble(self) -> bool:
        return self.comfort is not None and self.comfort <= ILL_AT_EASE

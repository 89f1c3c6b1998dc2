from typing import Self

from django.conf import settings
from django.db import models


class ActivityQuerySet(models.QuerySet["Activity"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject=subject._meta.label_lower, subject_id=subject.pk)


class Activity(models.Model):
    """One thing done, by whom and when; written in the transaction of the act and never changed.

    `detail` holds ids and plain values only, never names of people: those are resolved at display.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "-at"], name="activity_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} {self.subject_id}"

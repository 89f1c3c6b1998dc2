from django.db import models
from django.db.models import F, Q

from wiki.models.answers import Answer


class AnswerDemand(models.Model):
    """What the calendar asks of an answer. Written by the app above, which knows the sessions.

    `sessions` counts those of the coming fourteen days that will probably need the answer, the first on
    `needed_on` and the last on `needed_until`; `needed_since` is when that last grew. Only answers that are
    needed, or were given lately, have a row.
    """

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, primary_key=True, related_name="demand")
    sessions = models.PositiveIntegerField(default=0)
    needed_on = models.DateField(null=True)
    needed_until = models.DateField(null=True)
    needed_since = models.DateTimeField(null=True)
    given_90_days = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sessions=0, needed_on=None, needed_until=None)
                | Q(sessions__gt=0, needed_on__isnull=False, needed_until__gte=F("needed_on")),
                name="demand_needed_whole",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.answer_id}: {self.sessions} sessions, given {self.given_90_days} times"

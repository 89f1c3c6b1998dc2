from django.db import models
from django.db.models import Q


class DemandMark(models.Model):
    """As of when the wiki's AnswerDemand stands; one row.

    Both windows slide with time and are brought up to it by acts and each night: a row may differ from what
    holds now and still be right as of then. The nightly check compares with that.
    """

    # The sessions to come were counted from here.
    needs_at = models.DateTimeField()
    # The ninety days of what was given end here, and all that was recorded since is counted too.
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="demand_mark_one_row")]

    def __str__(self) -> str:
        return f"needs of {self.needs_at:%Y-%m-%d %H:%M}"

from django.db import models
from django.db.models import Q


class WeeklyReport(models.Model):
    """The state of the wiki when an ISO week closed; its figures are frozen. Holds ids, not names."""

    iso_year = models.PositiveIntegerField()
    iso_week = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    counts = models.JSONField()
    # The stale answers, orphans and gaps as they stood: see domain.weekly_reports for the keys.
    content = models.JSONField()

    class Meta:
        ordering = ["-iso_year", "-iso_week"]
        constraints = [
            models.UniqueConstraint(fields=["iso_year", "iso_week"], name="report_once_a_week"),
            models.CheckConstraint(condition=Q(iso_week__range=(1, 53)), name="report_week_sane"),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def period(self) -> str:
        return f"{self.iso_year}-W{self.iso_week:02d}"

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q


class WeeklyReportQuerySet(models.QuerySet["WeeklyReport"]):
    def of_week(self, iso_year: int, iso_week: int) -> Self:
        return self.filter(iso_year=iso_year, iso_week=iso_week)

    def before(self, report: "WeeklyReport") -> Self:
        """Those of earlier weeks, the latest first."""
        same_year = Q(iso_year=report.iso_year, iso_week__lt=report.iso_week)
        return self.filter(Q(iso_year__lt=report.iso_year) | same_year)

    def counted(self) -> Self:
        """Without the long content, for lists of weeks."""
        return self.defer("content")

    def figures(self) -> models.QuerySet["WeeklyReport", dict[str, int] | None]:
        """Only the counts kept in the long content; None in a report made before they were."""
        return self.values_list("content__figures", flat=True)


class WeeklyReport(models.Model):
    """The state of the wiki when an ISO week closed; its figures are frozen. Holds ids, not names."""

    iso_year = models.PositiveIntegerField()
    iso_week = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    counts = models.JSONField()
    # What to mend and what happened, as it stood: see domain.report_content and report_parts for the keys.
    content = models.JSONField()

    objects = WeeklyReportQuerySet.as_manager()

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

    @property
    def first_day(self) -> date:
        return date.fromisocalendar(self.iso_year, self.iso_week, 1)

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=6)

    @property
    def counted_on(self) -> date:
        """The Monday after the week: the day whose freshness the report counts."""
        return self.first_day + timedelta(days=7)

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Self

from django.db import models
from django.db.models import Q, Subquery


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def of(self, job: str) -> Self:
        """The runs of a job, last started first."""
        return self.filter(job=job).order_by("-started_at", "-pk")

    def first_of(self, several: Iterable[models.QuerySet["JobRun"]]) -> Self:
        """The first run of each of these, found by their own indexes in one query."""
        firsts = [Q(pk=Subquery(runs.values("pk")[:1])) for runs in several]
        return self.filter(reduce(or_, firsts)) if firsts else self.none()


class JobRun(models.Model):
    """That a job was done for one period: a day ("2026-11-23") or an ISO week ("2026-W47").

    The unique key, not a lock, decides which of several workers does it.
    """

    job = models.CharField(max_length=40)
    period = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Counted so that a run presumed dead cannot record its outcome over its successor's.
    takeovers = models.PositiveIntegerField(default=0)
    summary = models.CharField(max_length=200, default="")
    error = models.TextField(default="")

    objects = JobRunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="job_once_a_period")]
        indexes = [models.Index(fields=["job", "-started_at"], name="job_latest")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class JobHour(models.Model):
    """The hour, in company time, that a lead chose for a job instead of the one it came with."""

    job = models.CharField(max_length=40, unique=True)
    at = models.TimeField()

    def __str__(self) -> str:
        return f"{self.job} at {self.at:%H:%M}"

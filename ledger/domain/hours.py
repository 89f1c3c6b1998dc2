"""The hours of the jobs: each comes with one, and a lead may choose another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from django.db import transaction
from django.utils.timezone import get_default_timezone

from ledger.domain.schedule import Hourly, Job, jobs
from ledger.models import JobHour


def scheduled_jobs() -> list[Job]:
    """Every job, at the hour that holds today."""
    chosen = dict(JobHour.objects.values_list("job", "at"))
    return [_at(job, chosen.get(job.name, job.schedule.at)) for job in jobs()]


def jobs_with_an_hour() -> list[Job]:
    """Those of which a lead may choose the hour: not what runs in every one."""
    return [job for job in scheduled_jobs() if not isinstance(job.schedule, Hourly)]


def next_run(name: str, *, now: datetime) -> datetime:
    """When the hour of a job comes next. Raises KeyError for a job that does not exist."""
    known = {job.name: job for job in scheduled_jobs()}
    return known[name].schedule.next_moment(now=now, zone=get_default_timezone())


@transaction.atomic
def set_hours(*, hours: Mapping[str, time]) -> dict[str, str]:
    """Let each job named run at this hour; those that changed, with the new hour such as "08:00".

    Whole minutes, because the worker looks at the clock once a minute. What was done for a period stays
    done, so no change of hour does anything twice. Raises KeyError for a job that does not exist.
    """
    known = {job.name: job.schedule.at for job in jobs_with_an_hour()}
    changed = {}
    for name, hour in hours.items():
        at = hour.replace(second=0, microsecond=0)
        if known[name] != at:
            JobHour.objects.update_or_create(job=name, defaults={"at": at})
            changed[name] = f"{at:%H:%M}"
    return changed


def _at(job: Job, hour: time) -> Job:
    return replace(job, schedule=job.schedule.at_hour(hour))

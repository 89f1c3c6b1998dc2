"""What the worker does each minute."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial

from django.db.models import QuerySet

from ledger.domain.hours import scheduled_jobs
from ledger.domain.jobs import last_done, last_done_of, run_job
from ledger.domain.schedule import Job, periods_due
from ledger.models import JobRun

logger = logging.getLogger(__name__)

WORKER, HEARTBEAT = "worker", "heartbeat"
LATE = timedelta(minutes=5)
OVERDUE = timedelta(minutes=30)  # a failed run is tried again after 15


def tick(*, now: Callable[[], datetime], zone: tzinfo) -> list[JobRun]:
    """Run the jobs that are due and leave a sign of life; a job that fails does not stop the others."""
    done = []
    for job in scheduled_jobs():
        try:
            done += _run_due(job, now=now, zone=zone)
        except Exception:
            logger.exception("job %s failed; it is tried again later", job.name)
    beat(at=now())
    return done


def beat(*, at: datetime) -> None:
    """Write that the worker is alive, where the outbox page reads it."""
    JobRun.objects.update_or_create(
        job=WORKER, period=HEARTBEAT, defaults={"started_at": at, "finished_at": at}
    )


@dataclass(frozen=True, kw_only=True)
class JobState:
    """What the outbox page says of a job: the last run done, and the last one if it is not."""

    label: str
    done: JobRun | None
    unfinished: JobRun | None
    next_at: datetime
    is_overdue: bool  # its hour came long ago, and it was not done


def job_states(*, now: datetime, zone: tzinfo) -> list[JobState]:
    """Of every job, in the same number of queries however many there are."""
    jobs = scheduled_jobs()
    latest = _by_job(JobRun.objects.of(job.name) for job in jobs)
    done = _by_job(JobRun.objects.of(job.name).exclude(finished_at=None) for job in jobs)
    begun = {job.name: job.schedule.begun_period(now=now, zone=zone) for job in jobs}
    periods = last_done_of(begun)
    return [
        _state_of(
            job,
            latest=latest.get(job.name),
            done=done.get(job.name),
            due=periods_due(now=now, last_done=periods.get(job.name), schedule=job.schedule, zone=zone),
            now=now,
            zone=zone,
        )
        for job in jobs
    ]


def _by_job(several: Iterable[QuerySet[JobRun]]) -> dict[str, JobRun]:
    return {run.job: run for run in JobRun.objects.first_of(several)}


def last_beat() -> datetime | None:
    """When the worker last gave a sign of life."""
    return JobRun.objects.filter(job=WORKER, period=HEARTBEAT).values_list("finished_at", flat=True).first()


def is_late(beat: datetime | None, *, now: datetime) -> bool:
    """Whether the last sign of life is too long ago for a worker that is at work."""
    return beat is None or now - beat > LATE


def _state_of(
    job: Job,
    *,
    latest: JobRun | None,
    done: JobRun | None,
    due: Sequence[str],
    now: datetime,
    zone: tzinfo,
) -> JobState:
    return JobState(
        label=str(job.label),
        done=done,
        unfinished=latest if latest and not latest.finished_at else None,
        next_at=job.schedule.next_moment(now=now, zone=zone),
        is_overdue=any(now - job.schedule.moment_of(period, zone=zone) > OVERDUE for period in due),
    )


def _run_due(job: Job, *, now: Callable[[], datetime], zone: tzinfo) -> list[JobRun]:
    at = now()
    runs = [
        run_job(job=job.name, period=period, work=partial(job.work, period=period, at=at), now=now)
        for period in _due(job, now=at, zone=zone)
    ]
    return [run for run in runs if run]


def _due(job: Job, *, now: datetime, zone: tzinfo) -> list[str]:
    # Up to the day that has begun: if its hour was put off after it was done, the one before is not due.
    done = last_done(job=job.name, until=job.schedule.begun_period(now=now, zone=zone))
    return periods_due(now=now, last_done=done, schedule=job.schedule, zone=zone)

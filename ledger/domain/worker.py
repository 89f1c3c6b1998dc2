"""What the worker does each minute."""

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from ledger.domain.jobs import last_done, run_job
from ledger.domain.schedule import Job, jobs, periods_due
from ledger.models import JobRun

logger = logging.getLogger(__name__)

WORKER, HEARTBEAT = "worker", "heartbeat"


def tick(*, now: Callable[[], datetime], zone: tzinfo) -> list[JobRun]:
    """Run the jobs that are due and leave a sign of life; a job that fails does not stop the others."""
    done = []
    for job in jobs():
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


def _run_due(job: Job, *, now: Callable[[], datetime], zone: tzinfo) -> list[JobRun]:
    at = now()
    done = last_done(job=job.name, until=job.schedule.latest_period(now=at, zone=zone))
    due = periods_due(now=at, last_done=done, schedule=job.schedule, zone=zone)
    runs = [
        run_job(job=job.name, period=period, work=partial(job.work, period=period, at=at), now=now)
        for period in due
    ]
    return [run for run in runs if run]

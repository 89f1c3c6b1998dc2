"""Whether what runs by itself does: the worker, its jobs, the mails. For leads and administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone

from ledger.domain.holds import open_hold
from ledger.domain.jobs import PRESUMED_DEAD
from ledger.domain.mail_server import is_set_up
from ledger.domain.worker import JobState, is_late, job_states, last_beat
from ledger.models import MailState, OutboxHold, OutgoingMail

WAITED_LONG = timedelta(minutes=15)
FAILED_LATELY = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Running:
    worker_late: bool
    last_beat: datetime | None
    failed_jobs: Sequence[JobState]
    overdue_jobs: Sequence[JobState]  # neither done nor failed, though the worker is at work
    hold: OutboxHold | None
    mails_held: int
    mails_waiting: int  # for longer than delivery takes; all of them while nothing delivers
    mails_failed: int  # in the last fortnight
    mail_server_set_up: bool


def what_runs(*, now: datetime) -> Running:
    beat = last_beat()
    worker_late = is_late(beat, now=now)
    jobs = job_states(now=now, zone=get_default_timezone())
    failed_jobs = [job for job in jobs if _has_failed(job, now)]
    server_set_up = is_set_up()
    waiting = OutgoingMail.objects.undecided().filter(held=False)
    if server_set_up:
        waiting = waiting.filter(created_at__lte=now - WAITED_LONG)
    failed = OutgoingMail.objects.filter(state=MailState.FAILED, created_at__gte=now - FAILED_LATELY)
    return Running(
        worker_late=worker_late,
        last_beat=beat,
        failed_jobs=failed_jobs,
        overdue_jobs=[job for job in jobs if job.is_overdue and not worker_late and job not in failed_jobs],
        hold=open_hold(),
        mails_held=OutgoingMail.objects.held().count(),
        mails_waiting=waiting.count(),
        mails_failed=failed.count(),
        mail_server_set_up=server_set_up,
    )


def _has_failed(job: JobState, now: datetime) -> bool:
    """Whether its latest run broke off, or began too long ago to be still at work."""
    run = job.unfinished
    return run is not None and (bool(run.error) or now - run.started_at > PRESUMED_DEAD)

"""Whether what runs by itself does: the worker, its jobs, the mails. For leads and administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.domain.jobs import PRESUMED_DEAD
from ledger.domain.mail_server import is_set_up
from ledger.domain.worker import JobState, is_late, job_states, last_beat
from ledger.models import MailState, OutgoingMail

WAITED_LONG = timedelta(minutes=15)
FAILED_LATELY = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Running:
    worker_late: bool
    last_beat: datetime | None
    failed_jobs: Sequence[JobState]
    mails_waiting: int  # for longer than delivery takes; all of them while nothing delivers
    mails_failed: int  # in the last fortnight
    mail_server_set_up: bool


def what_runs(*, now: datetime) -> Running:
    beat = last_beat()
    server_set_up = is_set_up()
    waiting = OutgoingMail.objects.undecided()
    if server_set_up:
        waiting = waiting.filter(created_at__lte=now - WAITED_LONG)
    failed = OutgoingMail.objects.filter(state=MailState.FAILED, created_at__gte=now - FAILED_LATELY)
    return Running(
        worker_late=is_late(beat, now=now),
        last_beat=beat,
        failed_jobs=[job for job in job_states() if _has_failed(job, now)],
        mails_waiting=waiting.count(),
        mails_failed=failed.count(),
        mail_server_set_up=server_set_up,
    )


def _has_failed(job: JobState, now: datetime) -> bool:
    """Whether its latest run broke off, or began too long ago to be still at work."""
    run = job.unfinished
    return run is not None and (bool(run.error) or now - run.started_at > PRESUMED_DEAD)

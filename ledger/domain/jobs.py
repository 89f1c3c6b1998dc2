"""Do a job once for each period, whoever asks and however many ask at once."""

import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from ledger.models import JobRun

PRESUMED_DEAD = timedelta(minutes=15)


def run_job(
    *, job: str, period: str, work: Callable[[], str], now: Callable[[], datetime], force: bool = False
) -> JobRun | None:
    """Do the work unless it was done, or is being done, for this period: then None.

    The first to insert the row does it. A run that did not finish is taken over after 15 minutes, at
    once with `force` (someone asks by a command); so the work must be safe to do twice, which unique
    mail keys make it. An error of the work is written down and raised.
    """
    run = _claim(job=job, period=period, at=now(), force=force)
    if run is None:
        return None
    try:
        summary = work()
    except Exception:
        _mine(run).update(error=traceback.format_exc())
        raise
    _mine(run).update(finished_at=now(), summary=summary[:200], error="")
    run.refresh_from_db()
    return run


def last_done(*, job: str, until: str) -> str | None:
    """The latest period done, up to `until`: a run asked for a later date must not hold back today's."""
    return last_done_of({job: until}).get(job)


def last_done_of(until: Mapping[str, str]) -> dict[str, str]:
    """The same for several jobs, each up to its own period, in one query."""
    done = JobRun.objects.exclude(finished_at=None)
    latest = (done.filter(job=job, period__lte=last).order_by("-period") for job, last in until.items())
    return dict(JobRun.objects.first_of(latest).values_list("job", "period"))


def begun_before(*, job: str, period: str) -> datetime | None:
    """When the run for the latest period done before this one began; None if none was."""
    done = JobRun.objects.filter(job=job, period__lt=period).exclude(finished_at=None)
    return done.order_by("-period").values_list("started_at", flat=True).first()


def _claim(*, job: str, period: str, at: datetime, force: bool) -> JobRun | None:
    run, mine = JobRun.objects.get_or_create(job=job, period=period, defaults={"started_at": at})
    if mine:
        return run
    unfinished = JobRun.objects.filter(pk=run.pk, finished_at=None, takeovers=run.takeovers)
    if not force:
        unfinished = unfinished.filter(started_at__lte=at - PRESUMED_DEAD)
    if not unfinished.update(started_at=at, takeovers=F("takeovers") + 1):
        return None
    run.refresh_from_db()
    return run


def _mine(run: JobRun) -> QuerySet[JobRun]:
    """The run, unless someone took it over since: then there is nothing left to write."""
    return JobRun.objects.filter(pk=run.pk, takeovers=run.takeovers, finished_at=None)

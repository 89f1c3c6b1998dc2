"""What the worker does by itself for recruiting, and when."""

from datetime import datetime, time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ledger.domain.schedule import Daily, Hourly, Weekdays, Weekly, register_job
from ledger.domain.starting import register_start
from recruiting.domain.debrief_mails import (
    DEBRIEF_REMINDERS,
    DEBRIEF_REQUESTS,
    run_debrief_reminders,
    run_debrief_requests,
)
from recruiting.domain.demand_check import ANSWER_DEMAND, check_demand_of_period
from recruiting.domain.expired_candidates import ERASURE, erase_again, run_erasure
from recruiting.domain.follow_up_mails import FOLLOW_UP_REMINDERS, run_follow_up_reminders
from recruiting.domain.reminders import SESSION_REMINDERS, run_session_reminders
from recruiting.domain.retention import RETENTION, run_retention
from recruiting.domain.weekly_reports import KIND as WEEKLY_REPORT
from recruiting.domain.weekly_reports import send_report_of_period


def register_jobs() -> None:
    """Called in AppConfig.ready."""
    for name, label, schedule, work in (
        (WEEKLY_REPORT, _("Weekly report"), Weekly(at=time(8)), send_report_of_period),
        # Before the owners' digests, which follow its order.
        (ANSWER_DEMAND, _("What the coming sessions need"), Daily(at=time(3)), check_demand_of_period),
        (SESSION_REMINDERS, _("Session reminders"), Daily(at=time(8)), run_session_reminders),
        (ERASURE, _("Erasure of candidates"), Daily(at=time(3, 45)), _erase),
        (RETENTION, _("Removal of what is no longer needed"), Daily(at=time(3, 30)), run_retention),
        (DEBRIEF_REQUESTS, _("Debriefs asked for"), Hourly(), run_debrief_requests),
        (DEBRIEF_REMINDERS, _("Debrief reminders"), Weekdays(at=time(8)), run_debrief_reminders),
        (FOLLOW_UP_REMINDERS, _("Follow-up reminders"), Weekdays(at=time(8)), run_follow_up_reminders),
    ):
        register_job(name=name, label=label, schedule=schedule, work=work)
    register_start(_erase_again)


def _erase(*, period: str, at: datetime) -> str:  # noqa: ARG001 - whose file has expired, has expired
    return run_erasure(journal=Path(settings.ERASURE_JOURNAL), at=at)


def _erase_again(at: datetime) -> None:
    """A worker that starts may have been given a restored database."""
    erase_again(journal=Path(settings.ERASURE_JOURNAL), at=at)

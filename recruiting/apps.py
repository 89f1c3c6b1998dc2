from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ledger.domain.schedule import Daily, Weekly, register_job


class RecruitingConfig(AppConfig):
    name = "recruiting"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415
        from recruiting.domain.reminders import (  # noqa: PLC0415
            SESSION_REMINDER,
            SESSION_REMINDERS,
            run_session_reminders,
            still_reminds,
        )
        from recruiting.domain.retention import RETENTION, run_retention  # noqa: PLC0415
        from recruiting.domain.weekly_reports import KIND, send_report_of_period, still_a_lead  # noqa: PLC0415

        label = _("Weekly report")
        register_mail_kind(kind=KIND, label=label, still_concerns=still_a_lead)
        register_job(name=KIND, label=label, schedule=Weekly(at=time(8)), work=send_report_of_period)
        label = _("Session reminder")
        register_mail_kind(kind=SESSION_REMINDER, label=label, still_concerns=still_reminds)
        register_job(
            name=SESSION_REMINDERS,
            label=_("Session reminders"),
            schedule=Daily(at=time(8)),
            work=run_session_reminders,
        )
        register_job(
            name=RETENTION,
            label=_("Removal of what is no longer needed"),
            schedule=Daily(at=time(3, 30)),
            work=run_retention,
        )

from datetime import time

from django.apps import AppConfig
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.utils.translation import gettext_lazy as _

from ledger.domain.schedule import Daily, Weekly, register_job


class RecruitingConfig(AppConfig):
    name = "recruiting"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from accounts.domain.departures import register_departure  # noqa: PLC0415
        from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415
        from recruiting.checks import check_personal_data  # noqa: PLC0415
        from recruiting.domain.demand_check import ANSWER_DEMAND, check_demand_of_period  # noqa: PLC0415
        from recruiting.domain.leaving_mails import (  # noqa: PLC0415
            DEPARTURE,
            HANDOVER,
            hands_over_still,
            tell_leads_of_departure,
        )
        from recruiting.domain.recall_mails import ANSWER_CORRECTION  # noqa: PLC0415
        from recruiting.domain.recall_notices import notice_of_recalls  # noqa: PLC0415
        from recruiting.domain.reminders import (  # noqa: PLC0415
            SESSION_REMINDER,
            SESSION_REMINDERS,
            run_session_reminders,
            still_reminds,
        )
        from recruiting.domain.retention import RETENTION, run_retention  # noqa: PLC0415
        from recruiting.domain.weekly_reports import KIND, send_report_of_period, still_a_lead  # noqa: PLC0415
        from wiki.domain.mails import still_concerns  # noqa: PLC0415
        from wiki.domain.publication_notices import register_publication_notice  # noqa: PLC0415

        register_check(check_personal_data, Tags.models)
        label = _("Weekly report")
        register_mail_kind(kind=KIND, label=label, still_concerns=still_a_lead)
        register_job(name=KIND, label=label, schedule=Weekly(at=time(8)), work=send_report_of_period)
        # Before the owners' digests, which follow its order.
        register_job(
            name=ANSWER_DEMAND,
            label=_("What the coming sessions need"),
            schedule=Daily(at=time(3)),
            work=check_demand_of_period,
        )
        register_mail_kind(kind=HANDOVER, label=_("Handover"), still_concerns=still_concerns)
        register_mail_kind(kind=DEPARTURE, label=_("Departure"), still_concerns=hands_over_still)
        register_departure(tell_leads_of_departure)
        register_mail_kind(kind=ANSWER_CORRECTION, label=_("Correction for a candidate"))
        register_publication_notice(notice_of_recalls)
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

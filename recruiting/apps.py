from datetime import time

from django.apps import AppConfig
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.utils.translation import gettext_lazy as _

from ledger.domain.schedule import Daily, Hourly, Weekdays, Weekly, register_job


class RecruitingConfig(AppConfig):
    name = "recruiting"

    def ready(self) -> None:
        # Models cannot be imported before the apps are ready.
        from accounts.domain.departures import register_departure  # noqa: PLC0415
        from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415
        from recruiting.checks import check_personal_data  # noqa: PLC0415
        from recruiting.domain.debrief_mails import (  # noqa: PLC0415
            DEBRIEF_REMINDER,
            DEBRIEF_REMINDERS,
            DEBRIEF_REQUEST,
            DEBRIEF_REQUESTS,
            run_debrief_reminders,
            run_debrief_requests,
            still_owed,
        )
        from recruiting.domain.demand_check import ANSWER_DEMAND, check_demand_of_period  # noqa: PLC0415
        from recruiting.domain.follow_up_mails import (  # noqa: PLC0415
            FOLLOW_UP_REMINDER,
            FOLLOW_UP_REMINDERS,
            run_follow_up_reminders,
            still_owes,
        )
        from recruiting.domain.follow_ups import pass_on_follow_ups_of  # noqa: PLC0415
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
        from recruiting.domain.role_sheet_mails import ROLE_SHEET, still_asks_for_role_sheet  # noqa: PLC0415
        from recruiting.domain.weekly_reports import KIND, send_report_of_period, still_a_lead  # noqa: PLC0415
        from recruiting.domain.writing_to_candidates import (  # noqa: PLC0415
            CANDIDATE_FOLLOW_UP,
            still_a_candidate,
        )
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
        register_departure(pass_on_follow_ups_of)
        label = _("Role sheet asked for")
        register_mail_kind(kind=ROLE_SHEET, label=label, still_concerns=still_asks_for_role_sheet)
        label = _("Correction for a candidate")
        register_mail_kind(
            kind=ANSWER_CORRECTION, label=label, still_concerns=still_a_candidate, to_candidates=True
        )
        register_publication_notice(notice_of_recalls)
        label = _("Session reminder")
        register_mail_kind(kind=SESSION_REMINDER, label=label, still_concerns=still_reminds)
        _register_invitations()
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
        register_mail_kind(kind=DEBRIEF_REQUEST, label=_("Debrief"), still_concerns=still_owed)
        register_mail_kind(kind=DEBRIEF_REMINDER, label=_("Debrief reminder"), still_concerns=still_owed)
        register_job(
            name=DEBRIEF_REQUESTS, label=_("Debriefs asked for"), schedule=Hourly(), work=run_debrief_requests
        )
        register_job(
            name=DEBRIEF_REMINDERS,
            label=_("Debrief reminders"),
            schedule=Weekdays(at=time(8)),
            work=run_debrief_reminders,
        )
        register_mail_kind(kind=FOLLOW_UP_REMINDER, label=_("Follow-up reminder"), still_concerns=still_owes)
        register_mail_kind(
            kind=CANDIDATE_FOLLOW_UP,
            label=_("Follow-up for a candidate"),
            still_concerns=still_a_candidate,
            to_candidates=True,
        )
        register_job(
            name=FOLLOW_UP_REMINDERS,
            label=_("Follow-up reminders"),
            schedule=Weekdays(at=time(8)),
            work=run_follow_up_reminders,
        )


def _register_invitations() -> None:
    # As in `ready`: the models are there only then.
    from ledger.domain.mail_kinds import register_mail_kind  # noqa: PLC0415
    from recruiting.domain.session_invitations import still_calls_off, still_invites  # noqa: PLC0415
    from recruiting.domain.session_mails import (  # noqa: PLC0415
        CANDIDATE_CANCELLATION,
        CANDIDATE_INVITATION,
        SESSION_CANCELLATION,
        SESSION_INVITATION,
    )

    for kind, label, concerns, to_candidates in (
        (SESSION_INVITATION, _("Invitation to a session"), still_invites, False),
        (SESSION_CANCELLATION, _("Cancellation of a session"), still_calls_off, False),
        (CANDIDATE_INVITATION, _("Invitation of a candidate"), still_invites, True),
        (CANDIDATE_CANCELLATION, _("Cancellation for a candidate"), still_calls_off, True),
    ):
        register_mail_kind(kind=kind, label=label, still_concerns=concerns, to_candidates=to_candidates)

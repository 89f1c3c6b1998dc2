"""The kinds of mail that recruiting sends: what each is called, and whom it still concerns."""

from django.utils.translation import gettext_lazy as _

from ledger.domain.mail_kinds import register_mail_kind
from recruiting.domain.debrief_mails import DEBRIEF_REMINDER, DEBRIEF_REQUEST, still_owed
from recruiting.domain.follow_up_mails import FOLLOW_UP_REMINDER, still_owes
from recruiting.domain.leaving_mails import DEPARTURE, HANDOVER, hands_over_still
from recruiting.domain.recall_mails import ANSWER_CORRECTION
from recruiting.domain.reminders import SESSION_REMINDER, still_reminds
from recruiting.domain.role_sheet_mails import ROLE_SHEET, still_asks_for_role_sheet
from recruiting.domain.session_candidate_mails import CANDIDATE_CANCELLATION, CANDIDATE_INVITATION
from recruiting.domain.session_invitations import still_calls_off, still_invites
from recruiting.domain.session_mails import SESSION_CANCELLATION, SESSION_INVITATION
from recruiting.domain.weekly_reports import KIND as WEEKLY_REPORT
from recruiting.domain.weekly_reports import still_a_lead
from recruiting.domain.writing_to_candidates import CANDIDATE_FOLLOW_UP, still_a_candidate
from wiki.domain.mails import still_concerns


def register_mail_kinds() -> None:
    """Called in AppConfig.ready."""
    for kind, label, concerns in (
        (WEEKLY_REPORT, _("Weekly report"), still_a_lead),
        (HANDOVER, _("Handover"), still_concerns),
        (DEPARTURE, _("Departure"), hands_over_still),
        (ROLE_SHEET, _("Role sheet asked for"), still_asks_for_role_sheet),
        (SESSION_REMINDER, _("Session reminder"), still_reminds),
        (SESSION_INVITATION, _("Invitation to a session"), still_invites),
        (SESSION_CANCELLATION, _("Cancellation of a session"), still_calls_off),
        (DEBRIEF_REQUEST, _("Debrief"), still_owed),
        (DEBRIEF_REMINDER, _("Debrief reminder"), still_owed),
        (FOLLOW_UP_REMINDER, _("Follow-up reminder"), still_owes),
    ):
        register_mail_kind(kind=kind, label=label, still_concerns=concerns)
    for kind, label, concerns in (
        (CANDIDATE_INVITATION, _("Invitation of a candidate"), still_invites),
        (CANDIDATE_CANCELLATION, _("Cancellation for a candidate"), still_calls_off),
        (CANDIDATE_FOLLOW_UP, _("Follow-up for a candidate"), still_a_candidate),
        (ANSWER_CORRECTION, _("Correction for a candidate"), still_a_candidate),
    ):
        register_mail_kind(kind=kind, label=label, still_concerns=concerns, to_candidates=True)

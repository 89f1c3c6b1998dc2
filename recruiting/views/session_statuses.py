from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_recruit
from recruiting.domain.session_invitations import invitation_mails, may_tell_candidate, told_candidate
from recruiting.domain.sessions import NEXT_STATUSES, IllegalStatus, change_status
from recruiting.forms.sessions import StatusForm
from recruiting.models import Session, SessionStatus
from recruiting.views.visible_sessions import shown_name, visible_session

TO_CONFIRM = (SessionStatus.CANCELLED, SessionStatus.NO_SHOW)


@dataclass(frozen=True)
class StatusAction:
    status: str
    label: str


def status_actions(session: Session, *, at: datetime) -> list[StatusAction]:
    """What may be said of the session now; that it took place, or did not, only once it has begun.

    An answer recorded before the planned time tells that it took place early.
    """
    if session.is_of_erased:
        return []
    too_early = set[SessionStatus]()
    if session.is_to_come and session.starts_at > at:
        too_early.add(SessionStatus.NO_SHOW)
        if not session.answers_given.exists():
            too_early.add(SessionStatus.HELD)
    return [
        StatusAction(status, _label(session, status))
        for status in NEXT_STATUSES[session.status]
        if status not in too_early
    ]


def _label(session: Session, status: SessionStatus) -> str:
    if session.status == SessionStatus.CLOSED:
        return _("Reopen the record")
    labels = {
        SessionStatus.PLANNED: _("Plan it again"),
        SessionStatus.CONFIRMED: _("Confirm") if session.is_to_come else _("It was not held yet"),
        SessionStatus.HELD: _("It was held"),
        SessionStatus.CLOSED: _("Close the record"),
        SessionStatus.CANCELLED: _("Cancel the session"),
        SessionStatus.NO_SHOW: _("The candidate did not come"),
    }
    return labels[status]


@require_POST
@allowed_to(may_recruit)
def session_status(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form = StatusForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    status = SessionStatus(form.cleaned_data["status"])
    if _is_to_confirm(session, status) and not form.cleaned_data["confirmed"]:
        return _confirmation(request, session, status)
    tell = form.cleaned_data["tell_candidate"]
    try:
        change_status(session=session, status=status, tell_candidate=tell, by=request.user, at=now())
    except IllegalStatus:
        messages.error(
            request, _("The session changed in the meantime, so nothing was done. This is its current state.")
        )
    else:
        message = _("The session is now: %(status)s.")
        messages.success(request, message % {"status": session.get_status_display().lower()})
    return redirect("recruiting:session", session.pk)


def _is_to_confirm(session: Session, status: SessionStatus) -> bool:
    """What others are told of, and what is said of the candidate."""
    return status in TO_CONFIRM or session.status == SessionStatus.CANCELLED


def _confirmation(request: SignedInRequest, session: Session, status: SessionStatus) -> HttpResponse:
    told = told_candidate(session, invitation_mails(session)) != "never"
    announces = status != SessionStatus.NO_SHOW and session.ends_at > now()
    initial = {"status": status, "confirmed": True, "tell_candidate": told}
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "form": StatusForm(initial=initial, may_tell=announces and told and may_tell_candidate(session)),
        "cancelling": status == SessionStatus.CANCELLED,
        "announces": announces and session.hosts.exists(),
        "label": _label(session, status),
    }
    return render(request, "recruiting/session_status.html", context)

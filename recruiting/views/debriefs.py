from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.sent_forms import acts_once
from recruiting.access import may_see_sessions
from recruiting.domain.debriefs import (
    CannotDebrief,
    NotAHost,
    asked_in,
    debriefs_of,
    may_debrief,
    submit_debrief,
)
from recruiting.domain.writing_to_candidates import with_letters
from recruiting.forms.debriefs import REFUSALS, DebriefForm
from recruiting.models import Debrief, Host, Session
from recruiting.views.visible_sessions import shown_name, visible_session


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
@acts_once
def debrief(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    if not Host.objects.filter(session=session, user=request.user).exists():
        raise PermissionDenied(str(REFUSALS[NotAHost]))
    form = DebriefForm(
        request.POST or None,
        asked=asked_in(session),
        host=request.user,
        debrief=_mine(session, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            submit_debrief(
                session=session,
                host=request.user,
                facts=form.facts(),
                as_of=form.cleaned_data["seen"],
                at=now(),
            )
        except CannotDebrief as refusal:
            form.refuse_debrief(refusal, standing=_mine(session, request.user))
        else:
            messages.success(request, _("Thank you: your debrief is kept. You can still change it."))
            return redirect("recruiting:session", session.pk)
    return render(request, "recruiting/debrief.html", _shown(request, session, form))


def _shown(request: SignedInRequest, session: Session, form: DebriefForm) -> dict[str, Any]:
    return {
        "session": session,
        "candidate": shown_name(request.user, session),
        "form": form,
        "may_debrief": may_debrief(session, request.user, at=now()),
        "standing": _mine(session, request.user),
        "follow_ups": session.follow_ups.with_parties(),
        "today": localdate(),
    }


def after_session(user: User, session: Session) -> dict[str, Any]:
    """What a page about a session shows of what followed it."""
    follow_ups = session.follow_ups.select_related("owner", "closed_by")
    return {
        "debriefs": debriefs_of(session, reader=user),
        "may_debrief": may_debrief(session, user, at=now()),
        "follow_ups": with_letters(follow_ups),
        "today": localdate(),
    }


def _mine(session: Session, user: User) -> Debrief | None:
    debriefs = Debrief.objects.filter(session=session, host=user)
    return debriefs.prefetch_related("questions").first()

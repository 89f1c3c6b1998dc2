from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_see_sessions
from recruiting.domain.records import asked_without_answer, read_record
from recruiting.views.debriefs import after_session
from recruiting.views.visible_sessions import shown_name, visible_session


@require_safe
@allowed_to(may_see_sessions)
def record(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "hosts": session.hosts.select_related("user"),
        "lines": read_record(session),
        "waiting": asked_without_answer(session),
    } | after_session(request.user, session)
    return render(request, "recruiting/record.html", context)

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_see_sessions
from recruiting.domain.briefings import prepare_briefing
from recruiting.views.visible_sessions import shown_name, visible_session


@require_safe
@allowed_to(may_see_sessions)
def briefing(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    today = localdate()
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "hosts": session.hosts.select_related("user"),
        "briefing": prepare_briefing(session=session, on=today),
        "today": today,
        "full": "full" in request.GET,
    }
    return render(request, "recruiting/briefing.html", context)

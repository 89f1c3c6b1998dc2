from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, may_manage_people, may_see_outbox
from accounts.models import User
from recruiting.access import may_recruit
from recruiting.domain.home import needs_me, wiki_state
from recruiting.domain.recalls import count_told_otherwise
from recruiting.domain.running import what_runs
from recruiting.views.visible_sessions import shown_name
from wiki.access import may_edit_questions


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    user, at = request.user, now()
    context: dict[str, Any] = {"may_manage_people": may_manage_people(user)}
    if may_see_outbox(user):
        context["running"] = what_runs(now=at)
    if user.reads_wiki:
        context |= _of_a_reader(user, at)
    return render(request, "recruiting/home.html", context)


def _of_a_reader(user: User, at: datetime) -> dict[str, Any]:
    mine = needs_me(user=user, on=localdate(at), now=at)
    return {
        "mine": mine,
        "wiki": wiki_state(user=user, on=localdate(at)),
        "to_prepare": [(session, shown_name(user, session)) for session in mine.to_prepare],
        "to_record": [(session, shown_name(user, session)) for session in mine.to_record],
        "may_start_wiki": may_edit_questions(user),
        "told_otherwise": count_told_otherwise(on=localdate(at)) if may_recruit(user) else 0,
    }

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, may_manage_people, may_see_outbox
from accounts.models import User
from recruiting.access import may_recruit
from recruiting.domain.after_sessions import after_sessions
from recruiting.domain.home import NeedsMe, needs_me, wiki_state
from recruiting.domain.readiness import SessionNeeds
from recruiting.domain.recalls import count_told_otherwise
from recruiting.domain.running import what_runs
from recruiting.models import Session
from recruiting.views.visible_sessions import shown_name
from wiki.access import may_edit_questions, may_read_wiki


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    user, at = request.user, now()
    context: dict[str, Any] = {"may_manage_people": may_manage_people(user)}
    if may_see_outbox(user):
        context["running"] = what_runs(now=at)
    if may_read_wiki(user):
        context |= _of_a_reader(user, at)
    return render(request, "recruiting/home.html", context)


def _of_a_reader(user: User, at: datetime) -> dict[str, Any]:
    mine = needs_me(user=user, on=localdate(at), now=at)
    after = after_sessions(user=user, on=localdate(at), now=at)
    return {
        "mine": mine,
        "after": after,
        "debriefs": [(session, shown_name(user, session)) for session in after.debriefs],
        "follow_ups": [(row, shown_name(user, row.session), None) for row in after.follow_ups],
        "overdue": [(row, shown_name(user, row.session), None) for row in after.overdue],
        "today": localdate(at),
        "wiki": wiki_state(user=user, on=localdate(at)),
        "to_prepare": [_prepared(session, mine, user) for session in mine.to_prepare],
        "not_ready": [_prepared(session, mine, user) for session in mine.not_ready],
        "to_record": [(session, shown_name(user, session)) for session in mine.to_record],
        "may_start_wiki": may_edit_questions(user),
        "told_otherwise": count_told_otherwise(on=localdate(at)) if may_recruit(user) else 0,
    }


def _prepared(session: Session, mine: NeedsMe, user: User) -> tuple[Session, str, SessionNeeds, int]:
    """A session to come with what it needs, and how much of it the user has left to read."""
    needs = mine.needs[session.pk]
    return session, shown_name(user, session), needs, needs.to_read(user)

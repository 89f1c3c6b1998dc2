from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.views.paging import keyset_page
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit, may_see_sessions, sessions_visible_to
from recruiting.domain.briefings import prepare_briefing
from recruiting.domain.records import questions_in_order
from recruiting.domain.sessions import SessionChanged, edit_session, plan_session
from recruiting.forms.questions_asked import CandidateQuestionForm
from recruiting.forms.sessions import SessionFilterForm, SessionForm
from recruiting.models import Application, Position
from recruiting.models.sessions import SessionQuerySet
from recruiting.views.debriefs import after_session
from recruiting.views.session_statuses import status_actions
from recruiting.views.visible_sessions import shown_name, visible_session
from wiki.access import may_edit_questions

SESSIONS_A_PAGE = 30
SOONEST_FIRST, LATEST_FIRST = ("starts_at", "pk"), ("-starts_at", "-pk")


@require_safe
@allowed_to(may_see_sessions)
def sessions(request: SignedInRequest) -> HttpResponse:
    form = SessionFilterForm(request.GET, hosts_only=not may_recruit(request.user))
    form.is_valid()
    wanted = sessions_visible_to(request.user).with_parties()
    if form.cleaned_data.get("mine"):
        wanted = wanted.hosted_by(request.user)
    when, status = form.chosen_when, form.cleaned_data.get("status", "")
    page = keyset_page(
        _at_the_time(wanted, when, status, now()),
        request.GET,
        order=SOONEST_FIRST if when == "coming" else LATEST_FIRST,
        size=SESSIONS_A_PAGE,
    )
    rows = [(session, shown_name(request.user, session)) for session in page.rows]
    context: dict[str, Any] = {"form": form, "page": page, "rows": rows}
    context["may_recruit"] = may_recruit(request.user)
    if not rows and not sessions_visible_to(request.user).exists():
        context |= {"is_new": True, "has_positions": Position.objects.exists()}
    return render(request, "recruiting/sessions.html", context)


def _at_the_time(sessions: SessionQuerySet, when: str, status: str, at: datetime) -> SessionQuerySet:
    """Those to come, past or all; a status that was asked for decides by itself what it includes."""
    today = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if status:
        sessions = sessions.filter(status=status)
    if when == "past":
        return sessions.filter(starts_at__lt=at)
    if when == "coming":
        return sessions.filter(starts_at__gte=today) if status else sessions.coming(since=today)
    return sessions


@require_safe
@allowed_to(may_see_sessions)
def session(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    asked = questions_in_order(session)
    context = {
        "session": session,
        "candidate": shown_name(request.user, session),
        "hosts": session.hosts.select_related("user"),
        "asked": asked,
        "gap_count": sum(row.gap for row in asked),
        "briefing": prepare_briefing(session=session, on=localdate()),
        "told_count": session.answers_given.standing().told().count(),
        "has_record": session.answers_given.exists(),
        "may_add_questions": may_edit_questions(request.user),
    } | after_session(request.user, session)
    if may_recruit(request.user):
        context["actions"] = status_actions(session, at=now())
        context["question_form"] = CandidateQuestionForm(language=session.language)
    return render(request, "recruiting/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def session_new(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(
        Application.objects.select_related("candidate", "position"), pk=application_id
    )
    initial = {"stage": application.stage, "language": application.position.language}
    form = SessionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        session = plan_session(application=application, facts=form.facts(), by=request.user, at=now())
        messages.success(request, _("The session is planned."))
        return redirect("recruiting:session", session.pk)
    context = {"form": form, "application": application}
    return render(request, "recruiting/session_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def session_edit(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    if not session.is_recordable:
        messages.error(request, _("This session is over. Reopen it to change it."))
        return redirect("recruiting:session", session.pk)
    form = SessionForm(request.POST or None, instance=session)
    context = {"form": form, "session_id": session.pk}
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            edit_session(session=session, facts=form.facts(), as_of=seen, by=request.user, at=now())
        except SessionChanged:
            context["standing"] = standing = visible_session(request.user, session_id)
            form.refuse(
                _(
                    "Someone else changed this session while you were editing it. Nothing of yours is saved "
                    "yet. See how it stands now, then save again to put yours in its place."
                ),
                standing=standing.updated_at.isoformat(),
            )
        else:
            messages.success(request, _("The session was changed."))
            return redirect("recruiting:session", session.pk)
    return render(request, "recruiting/session_edit.html", context)

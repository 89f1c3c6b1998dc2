from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit, may_see_sessions
from recruiting.domain.host_suggestions import SuggestedHost, suggest_hosts
from recruiting.domain.mending import left_to_read, what_is_missing
from recruiting.domain.readiness import session_needs
from recruiting.domain.records import questions_in_order
from recruiting.domain.session_guidance import Advice, advice_on_application, advice_on_time
from recruiting.domain.session_history import session_history
from recruiting.domain.session_invitations import invitation_mails, may_tell_candidate, told_candidate
from recruiting.domain.sessions import SessionChanged, edit_session, plan_session
from recruiting.forms.questions_asked import CandidateQuestionForm
from recruiting.forms.sessions import SessionForm
from recruiting.models import Application, Session
from recruiting.views.debriefs import after_session
from recruiting.views.session_statuses import status_actions
from recruiting.views.visible_sessions import shown_name, visible_session
from wiki.access import may_edit_questions


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
        "told_count": session.answers_given.standing().told().count(),
        "has_record": session.answers_given.exists(),
        "may_add_questions": may_edit_questions(request.user),
    } | after_session(request.user, session)
    context["awaits_word"] = session.awaits_word(at=now())
    if session.is_to_come and not context["awaits_word"]:
        context |= _readiness(session, request.user)
        context["unmatched"] = [row for row in asked if row.question is None]
    if may_recruit(request.user):
        context |= _for_recruiters(session)
    return render(request, "recruiting/session.html", context)


def _readiness(session: Session, user: User) -> dict[str, Any]:
    """Whether it is ready, and else what is missing, who can mend it, and what the user has left to read."""
    needs = session_needs([session])[session.pk]
    return {
        "needs": needs,
        "mending": what_is_missing(session=session, needs=needs, on=localdate()),
        "left_to_read": left_to_read(needs),
        "mine_to_read": needs.to_read(user),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def session_new(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(
        Application.objects.select_related("candidate", "position__team", "position__department"),
        pk=application_id,
        candidate__anonymised_at=None,
    )
    initial = {"stage": application.stage, "language": application.position.language}
    form = SessionForm(
        request.POST or None,
        initial=initial,
        suggestions=_suggestions(request, application, initial["language"]),
        candidate=application.candidate,
    )
    if request.method == "POST" and form.is_valid():
        session = plan_session(
            application=application,
            facts=form.facts(),
            tell_candidate=form.tells_candidate,
            by=request.user,
            at=now(),
        )
        messages.success(request, _("The session is planned."))
        return redirect("recruiting:session", session.pk)
    advice = advice_on_application(application=application, stage=application.stage, gentler_form="")
    context = {"form": form, "application": application, "advice": advice}
    return render(request, "recruiting/session_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def session_edit(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    if not session.is_recordable:
        messages.error(request, _("This session is over. Reopen it to change it."))
        return redirect("recruiting:session", session.pk)
    form, advice = _edit_form(request, session)
    context = {"form": form, "session_id": session.pk, "advice": advice}
    if request.method == "POST" and form.is_valid():
        try:
            edit_session(
                session=session,
                facts=form.facts(),
                tell_candidate=form.tells_candidate,
                as_of=form.cleaned_data["seen"],
                by=request.user,
                at=now(),
            )
        except SessionChanged:
            context["standing"] = standing = visible_session(request.user, session_id)
            _refuse_unseen(form, standing)
        else:
            messages.success(request, _("The session was changed."))
            return redirect("recruiting:session", session.pk)
    return render(request, "recruiting/session_edit.html", context)


def _edit_form(request: SignedInRequest, session: Session) -> tuple[SessionForm, list[Advice]]:
    application, stage, language = session.application, session.stage, session.language
    advice = advice_on_application(application=application, stage=stage, gentler_form=session.gentler_form)
    # Who was never told by mail is not told by a change of something small.
    initial = {"tell_candidate": told_candidate(session, invitation_mails(session)) != "never"}
    form = SessionForm(
        request.POST or None,
        instance=session,
        initial=initial,
        suggestions=_suggestions(request, application, language),
        candidate=application.candidate if session.is_to_come else None,
    )
    return form, advice if session.is_to_come else []


def _suggestions(request: SignedInRequest, application: Application, language: str) -> list[SuggestedHost]:
    """For what is typed, once something is."""
    return suggest_hosts(
        position=application.position,
        language=request.POST.get("language", language),
        session_format=request.POST.get("format", ""),
        at=now(),
    )


def _refuse_unseen(form: SessionForm, standing: Session) -> None:
    form.refuse(
        _(
            "Someone else changed this session while you were editing it. Nothing of yours is saved "
            "yet. See how it stands now, then save again to put yours in its place."
        ),
        standing=standing.updated_at.isoformat(),
    )


def _for_recruiters(session: Session) -> dict[str, Any]:
    """What hosts do not see: what can be done, what was mailed, and what happened."""
    mails = invitation_mails(session)
    advice: list[Advice] = []
    if session.is_to_come and session.starts_at > now():
        advice = advice_on_application(
            application=session.application, stage=session.stage, gentler_form=None
        )
        advice += advice_on_time(
            starts_at=session.starts_at,
            length_minutes=session.length_minutes,
            hosts=[host.user for host in session.hosts.select_related("user")],
            at=now(),
            but=session.pk,
        )
    return {
        "actions": status_actions(session, at=now()),
        "question_form": CandidateQuestionForm(language=session.language),
        "advice": advice,
        "mails": mails,
        "told_candidate": told_candidate(session, mails),
        "may_tell_candidate": may_tell_candidate(session),
        "history": session_history(session),
    }

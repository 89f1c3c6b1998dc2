from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_recruit, may_see_said_otherwise, may_see_sessions
from recruiting.domain.answers_given import Said, correct_answer, record_answer
from recruiting.domain.recording_rules import CannotRecord
from recruiting.domain.records import state_of_record
from recruiting.domain.said_otherwise import SaidOtherwise, said_otherwise
from recruiting.forms.answers_given import CorrectionForm, those_who_may_answer
from recruiting.models import AnswerGiven, CandidateQuestion
from recruiting.views.live_recording import (
    Found,
    answer_page,
    form_on_screen,
    picks_asked_for,
    recorded_part,
    so_far,
)
from recruiting.views.visible_sessions import shown_name, visible_session
from wiki.access import may_see_where_given
from wiki.domain.citations import cite_figures
from wiki.models import Answer, Question

LATEST = 5


@require_safe
@allowed_to(may_see_sessions)
def session_answer(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    return answer_page(request, session, picks_asked_for(request, session))


@require_POST
@allowed_to(may_see_sessions)
def answer_record(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form, found = form_on_screen(request, session)
    if form.is_valid():
        data = form.cleaned_data
        title = _title(found, data["words"], data["asked"])
        try:
            given = record_answer(
                session=session,
                question=data["question"],
                how=form.how(title=title),
                words=data["words"],
                asked=data["asked"],
                revision=data["revision"],
                figures=data["figures"],
                by=request.user,
                at=now(),
            )
        except CannotRecord as refusal:
            form.refuse(refusal)
        else:
            return _recorded(request, given, form.how(title=title), title)
    return answer_page(request, session, found, failed=form)


def _title(found: Found, words: str, asked: CandidateQuestion | None) -> str:
    if found.picks:
        return str(found.picks[0].question.title)
    return words or (asked.words if asked else "")


def _recorded(request: SignedInRequest, given: AnswerGiven, how: Said, title: str) -> HttpResponse:
    """A form sent again from the browser's history records nothing, and must not look as if it did."""
    as_sent = _is_what_was_sent(given, how)
    if request.htmx:
        return recorded_part(request, given.session, given, title=title, is_what_was_sent=as_sent)
    if as_sent:
        message = _("Recorded, %(delivery)s: %(question)s")
        delivery = given.get_delivery_display().lower()
        messages.success(request, message % {"delivery": delivery, "question": title})
    else:
        messages.warning(request, _recorded_before())
    return redirect("recruiting:session_answer", given.session_id)


@require_safe
@allowed_to(may_see_sessions)
def answers_recorded(request: SignedInRequest, session_id: int) -> HttpResponse:
    """What is recorded by now, for a page that looks again; nothing if it knows that already."""
    session = visible_session(request.user, session_id)
    if request.GET.get("known") == state_of_record(session):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "recruiting/answers_recorded.html", {"session": session} | so_far(session))


def _is_what_was_sent(given: AnswerGiven, how: Said) -> bool:
    return (given.delivery, given.said, given.host_id) == (how.delivery, how.said, how.host.pk)


def _recorded_before() -> str:
    return _("This form was already recorded, and what it said then counts. Correct it below.")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_see_sessions)
def answer_correct(request: SignedInRequest, session_id: int, given_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    lines = session.answers_given.select_related(
        "revision__answer__scope", "candidate_question", "host", "session"
    )
    given = get_object_or_404(lines, pk=given_id)
    if given.revision:
        cite_figures([given.revision], on=localdate(given.given_at))
    title = given.candidate_question.title
    form = CorrectionForm(
        request.POST or None,
        given=given,
        title=title,
        hosts=those_who_may_answer(session, request.user),
        user=request.user,
        on=localdate(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            correction = correct_answer(given=given, how=form.how(title=title), by=request.user, at=now())
        except CannotRecord as refusal:
            form.refuse(refusal)
        else:
            if _is_what_was_sent(correction, form.how(title=title)):
                messages.success(request, _("The correction was added. The first line stays readable."))
            else:
                messages.warning(request, _recorded_before())
            return redirect("recruiting:record", session.pk)
    candidate = shown_name(request.user, session)
    context = {"session": session, "given": given, "form": form, "candidate": candidate}
    return render(request, "recruiting/answer_correct.html", context)


@require_safe
@allowed_to(may_see_where_given)
def given_for_question(request: SignedInRequest, slug: str) -> HttpResponse:
    """The fragment that the wiki's question page loads: how often its answers were given, and when last."""
    question = get_object_or_404(Question, slug=slug)
    told = AnswerGiven.objects.standing().told().to_question(question)
    latest = told.select_related("session__application__position", "revision").order_by("-given_at", "-pk")
    context = {
        "count": told.count(),
        "latest": latest[:LATEST],
        "may_open": may_recruit(request.user),
        "otherwise": _said_otherwise(request, question),
    }
    return render(request, "recruiting/given_for_question.html", context)


def _said_otherwise(request: SignedInRequest, question: Question) -> Sequence[SaidOtherwise]:
    """For those who may edit any answer; an owner finds theirs at home."""
    if not may_see_said_otherwise(request.user):
        return []
    answers = Answer.objects.published().filter(question=question).select_related("scope")
    return said_otherwise(answers=answers, at=now())

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit
from recruiting.domain.nearest import is_gap
from recruiting.domain.questions_asked import (
    AlreadyMatched,
    SessionOver,
    add_candidate_question,
    match_question,
)
from recruiting.forms.questions_asked import CandidateQuestionForm, MatchForm
from recruiting.models import CandidateQuestion, Session
from recruiting.views.visible_sessions import shown_name, visible_session
from wiki.search import QUERY_LENGTH, found_questions

CLOSEST = 8  # questions offered before the whole list
SESSION_OVER = gettext_lazy("This session is over. Reopen it to change it.")


@require_POST
@allowed_to(may_recruit)
@acts_once
def candidate_question_new(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form = CandidateQuestionForm(request.POST, language=session.language)
    if form.is_valid():
        question = form.cleaned_data["question"]
        try:
            add_candidate_question(
                session=session,
                words=form.cleaned_data["words"],
                question=question,
                gap=is_gap(question, session=session, on=localdate()),
                by=request.user,
                at=now(),
            )
        except SessionOver:
            form.add_error(None, SESSION_OVER)
        else:
            messages.success(request, _("The question was added. The briefing now shows it first."))
            return redirect("recruiting:session", session.pk)
    context = {"session": session, "candidate": shown_name(request.user, session), "form": form}
    return render(request, "recruiting/candidate_question_new.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def candidate_question_match(request: SignedInRequest, session_id: int, asked_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    asked = get_object_or_404(CandidateQuestion, pk=asked_id, session=session)
    if asked.question_id is not None:
        return _matched_already(request, session)
    query = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_LENGTH]
    form = MatchForm(
        request.POST if request.method == "POST" else None,
        language=session.language,
        closest=found_questions(query=query or asked.words, language=session.language)[:CLOSEST],
    )
    if form.is_valid():
        question = form.cleaned_data["question"]
        gap = is_gap(question, session=session, on=localdate())
        try:
            match_question(asked=asked, question=question, gap=gap, by=request.user, at=now())
        except SessionOver:
            form.add_error(None, SESSION_OVER)
        except AlreadyMatched:
            return _matched_already(request, session)
        else:
            messages.success(request, _("The question is matched. The briefing shows its answer."))
            return redirect("recruiting:session", session.pk)
    context = {"session": session, "asked": asked, "form": form, "query": query, "query_length": QUERY_LENGTH}
    context["candidate"] = shown_name(request.user, session)
    status = 422 if form.errors else 200
    return render(request, "recruiting/candidate_question_match.html", context, status=status)


def _matched_already(request: SignedInRequest, session: Session) -> HttpResponse:
    messages.info(request, _("This question is matched already."))
    return redirect("recruiting:session", session.pk)

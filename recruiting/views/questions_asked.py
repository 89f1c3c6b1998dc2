from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import once
from recruiting.access import may_recruit
from recruiting.domain.nearest import is_gap
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.forms.questions_asked import CandidateQuestionForm
from recruiting.models import Session
from recruiting.views.visible_sessions import shown_name, visible_session


@require_POST
@allowed_to(may_recruit)
def candidate_question_new(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = visible_session(request.user, session_id)
    form = CandidateQuestionForm(request.POST, language=session.language)
    if not form.is_valid():
        context = {"session": session, "candidate": shown_name(request.user, session), "form": form}
        return render(request, "recruiting/candidate_question_new.html", context, status=422)
    address = once(request, lambda: _add(request, session, form))
    messages.success(request, _("The question was added. The briefing now shows it first."))
    return redirect(address)


def _add(request: SignedInRequest, session: Session, form: CandidateQuestionForm) -> str:
    question = form.cleaned_data["question"]
    add_candidate_question(
        session=session,
        words=form.cleaned_data["words"],
        question=question,
        gap=is_gap(question, session=session, on=localdate()),
        by=request.user,
        at=now(),
    )
    return reverse("recruiting:session", args=[session.pk])

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit
from recruiting.domain.nearest import is_gap
from recruiting.domain.questions_asked import SessionOver, add_candidate_question
from recruiting.forms.questions_asked import CandidateQuestionForm
from recruiting.views.visible_sessions import shown_name, visible_session


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
            form.add_error(None, _("This session is over. Reopen it to change it."))
        else:
            messages.success(request, _("The question was added. The briefing now shows it first."))
            return redirect("recruiting:session", session.pk)
    context = {"session": session, "candidate": shown_name(request.user, session), "form": form}
    return render(request, "recruiting/candidate_question_new.html", context, status=422)

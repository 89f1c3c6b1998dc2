from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_edit_questions
from wiki.domain.next_questions import add_next_question, remove_next_question
from wiki.forms.next_questions import ADD, NextQuestionForm
from wiki.models import Question
from wiki.search import QUERY_LENGTH, search

FOUND = 8


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_questions)
def question_next(request: SignedInRequest, slug: str) -> HttpResponse:
    """What usually follows a question: found by search, added and taken away one at a time."""
    questions = Question.objects.current().with_title(request.user.language).select_related("category")
    question = get_object_or_404(questions, slug=slug)
    if request.method == "POST":
        return _change(request, question)
    query = request.GET.get("q", "").replace("\0", "")[:QUERY_LENGTH]
    following = list(question.next_questions.current().with_title(request.user.language).in_order())
    context = {
        "question": question,
        "following": following,
        "query": query,
        "query_length": QUERY_LENGTH,
        "found": _found(request, query, but=[question, *following]) if query else [],
    }
    return render(request, "wiki/question_next.html", context)


def _change(request: SignedInRequest, question: Question) -> HttpResponse:
    form = NextQuestionForm(request.POST, question=question)
    if not form.is_valid():
        messages.error(request, _("This question is no longer in the wiki. Choose another one."))
    else:
        adds = form.cleaned_data["act"] == ADD
        verb = add_next_question if adds else remove_next_question
        verb(question=question, following=form.cleaned_data["following"], by=request.user, at=now())
        messages.success(request, _("Added.") if adds else _("Removed."))
    return redirect(request.get_full_path())  # with the words that found it: several are often added


def _found(request: SignedInRequest, query: str, *, but: Sequence[Question]) -> list[Question]:
    user = request.user
    results = search(query=query, user=user, language=user.language, on=localdate(), prefix=True)
    known = {question.pk for question in but}
    return [hit.question for hit in results.hits if hit.question.pk not in known][:FOUND]

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from wiki.access import may_archive, may_edit_questions
from wiki.diff import Piece, diff_words, left_side, right_side
from wiki.domain.questions import (
    QuestionChanged,
    archive_question,
    create_question,
    edit_question,
    reopen_question,
)
from wiki.forms.questions import QuestionForm
from wiki.models import Question

PARTS = (
    *("category", "essential"),
    *("canonical_en", "variants_en", "why_en", "good_answer_en"),
    *("canonical_fr", "variants_fr", "why_fr", "good_answer_fr"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_questions)
@acts_once
def question_new(request: SignedInRequest) -> HttpResponse:
    initial = {"category": request.GET.get("category")}
    form = QuestionForm(request.POST or None, initial=initial)
    if form.is_valid():
        question = create_question(text=form.text, by=request.user, at=now())
        messages.success(request, _("Question added."))
        return redirect("wiki:question", question.slug)
    return render(request, "wiki/question_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_questions)
def question_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    questions = Question.objects.current().with_title(request.user.language)
    question = get_object_or_404(questions.select_related("category"), slug=slug)
    form = QuestionForm(request.POST or None, question=question)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            edit_question(question=question, text=form.text, as_of=seen, by=request.user, at=now())
        except QuestionChanged:
            return _conflict(request, question, form)
        messages.success(request, _("Saved."))
        return redirect("wiki:question", question.slug)
    return render(request, "wiki/question_edit.html", {"form": form, "question": question})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_archive)
def question_archive(request: SignedInRequest, slug: str) -> HttpResponse:
    """Archive a question, or bring an archived one back."""
    questions = Question.objects.select_related("category").with_title(request.user.language)
    question = get_object_or_404(questions, slug=slug)
    if request.method != "POST":
        answers = question.answers.filter(archived_at=None, published__isnull=False).count()
        return render(request, "wiki/question_archive.html", {"question": question, "answers": answers})
    if question.archived_at is None:
        archive_question(question=question, by=request.user, at=now())
        messages.success(request, _("Question archived. Its answers and their history are kept."))
        return redirect("wiki:category", question.category.slug)
    reopen_question(question=question, by=request.user, at=now())
    messages.success(request, _("Question brought back."))
    return redirect("wiki:question", question.slug)


def _conflict(request: SignedInRequest, question: Question, form: QuestionForm) -> HttpResponse:
    """The form again with what was typed, and beside it what someone else wrote meanwhile."""
    standing = QuestionForm(question=Question.objects.get(pk=question.pk)).initial
    form.refuse(
        _(
            "Someone else changed this question while you were editing it. Nothing of yours is saved "
            "yet. See what differs, then save again to put yours in its place."
        ),
        standing=standing["seen"],
    )
    context = {"form": form, "question": question, "differences": _differences(form, standing)}
    return render(request, "wiki/question_edit.html", context, status=409)


def _differences(
    form: QuestionForm, standing: Mapping[str, Any]
) -> list[tuple[str, list[Piece], list[Piece]]]:
    """Each text in which the two differ: its label, theirs and mine."""
    found = []
    for name in PARTS:
        theirs, mine = _words(standing.get(name, "")), _words(form.cleaned_data[name])
        if theirs != mine:
            pieces = diff_words(theirs, mine)
            found.append((str(form[name].label), left_side(pieces), right_side(pieces)))
    return found


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "\n".join(value) if isinstance(value, list) else str(value)

"""Candidates told different things: dismissing one contradiction, and bringing it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit
from recruiting.domain.contradiction_dismissals import (
    AlreadyBroughtBack,
    NothingContradicts,
    ToldSince,
    bring_back_contradiction,
    contradiction_at,
    dismiss_contradiction,
    dismissals_of,
)
from recruiting.domain.contradictions import Contradiction
from recruiting.forms.contradictions import DismissalForm
from recruiting.models import ContradictionDismissal, Position
from wiki.models import Question


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def contradiction_dismiss(request: SignedInRequest, position_id: int, slug: str) -> HttpResponse:
    position = get_object_or_404(Position, pk=position_id)
    question = get_object_or_404(Question.objects.with_title(request.user.language), slug=slug)
    found = _found(request, position, question)
    if found is None or found.dismissal is not None:
        return _settled(request, position, question)
    form = DismissalForm(request.POST or None, initial={"seen": found.latest.pk})
    if form.is_valid():
        word, seen = form.cleaned_data["word"], form.cleaned_data["seen"]
        try:
            dismiss_contradiction(
                position=position, question=question, word=word, as_of=seen, by=request.user, at=now()
            )
        except NothingContradicts:
            return _settled(request, position, question)
        except ToldSince:
            found = _found(request, position, question) or found
            form.refuse_unseen(latest=found.latest.pk)
        else:
            messages.success(request, _("Dismissed. It shows again once more is told that contradicts it."))
            return _to_position(position)
    context = {"position": position, "question": question, "found": found, "form": form}
    return render(request, "recruiting/contradiction_dismiss.html", context)


@require_POST
@allowed_to(may_recruit)
def contradiction_bring_back(request: SignedInRequest, dismissal_id: int) -> HttpResponse:
    dismissals = ContradictionDismissal.objects.select_related("position", "question")
    dismissal = get_object_or_404(dismissals, pk=dismissal_id)
    try:
        bring_back_contradiction(dismissal=dismissal, by=request.user, at=now())
    except AlreadyBroughtBack:
        messages.warning(request, _("Someone was faster, so nothing was done. This is how it stands."))
    else:
        messages.success(request, _("It is shown again."))
    return _to_position(dismissal.position)


def _found(request: SignedInRequest, position: Position, question: Question) -> Contradiction | None:
    return contradiction_at(position=position, question=question, at=now(), language=request.user.language)


def _settled(request: SignedInRequest, position: Position, question: Question) -> HttpResponse:
    """How it was dismissed, to whoever comes later; nothing of what they sent is done."""
    found = _found(request, position, question)
    before = [
        (one, found if found is not None and found.dismissal == one else None)
        for one in dismissals_of(position, language=request.user.language)
        if one.question == question
    ]
    # Open when its page was asked for, it may be over when its form comes back: that is told, not lost.
    if not before and not request.POST.get("form_key"):
        raise Http404
    if request.method == "POST":
        messages.warning(
            request,
            _("Nothing was done: it was dismissed meanwhile, or what was told goes together by now."),
        )
    typed = request.POST.get("word", "").strip()
    context = {"position": position, "question": question, "dismissals": before, "typed": typed}
    return render(request, "recruiting/contradiction_dismissed.html", context)


def _to_position(position: Position) -> HttpResponse:
    return redirect(f"{reverse('recruiting:position', args=[position.pk])}#contradictions")

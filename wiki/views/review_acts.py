"""What is done to several answers of the review queue at once."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_edit_answer, may_review, may_rule
from wiki.domain.citations import cite_in_answers, figures_seen
from wiki.domain.ownership import assign_owner
from wiki.domain.review import (
    TEXTS_AT_ONCE,
    BulkVerification,
    TooManyTexts,
    chosen_answers,
    verify_in_bulk,
)
from wiki.domain.verification_progress import requests_waiting_for
from wiki.forms.review import ReassignForm, figures_seen_of, ids_of, seen_of
from wiki.models import Answer


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_review)
def review_verify(request: SignedInRequest) -> HttpResponse:
    """Show up to ten texts; on POST take the word that those shown are still true."""
    return _confirm(request) if request.method == "POST" else _show_texts(request)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_rule)
def review_reassign(request: SignedInRequest) -> HttpResponse:
    chosen = request.POST if request.method == "POST" else request.GET
    ids = ids_of(chosen.getlist("answer"))
    if not ids:
        return _nothing_chosen(request)
    back = chosen.get("back", "")
    answers = _found(chosen_answers(ids=ids, reader=request.user, on=localdate()).as_shown(on=localdate()))
    form = ReassignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        number = assign_owner(answers=answers, owner=owner, by=request.user, at=now())
        _say_reassigned(request, number, str(owner))
        return redirect(_queue(back))
    context = {"answers": answers, "form": form, "back": back, "cancel_url": _queue(back)}
    return render(request, "wiki/review_reassign.html", context)


def _show_texts(request: SignedInRequest) -> HttpResponse:
    ids, back = ids_of(request.GET.getlist("answer")), request.GET.get("back", "")
    if not ids:
        return _nothing_chosen(request)
    answers = _found(
        chosen_answers(ids=ids, reader=request.user, on=localdate()).published().as_shown(on=localdate())
    )
    mine = [answer for answer in answers if may_edit_answer(request.user, answer, on=localdate())]
    if not mine:
        raise PermissionDenied
    asked = requests_waiting_for([answer.pk for answer in mine[:TEXTS_AT_ONCE]])
    cite_in_answers(mine[:TEXTS_AT_ONCE], on=localdate())
    context = {
        "answers": mine[:TEXTS_AT_ONCE],
        "seen": [_seen(answer) for answer in mine[:TEXTS_AT_ONCE]],
        "texts": [(answer, asked.get(answer.pk, ())) for answer in mine[:TEXTS_AT_ONCE]],
        "later": mine[TEXTS_AT_ONCE:],
        "not_mine": [answer for answer in answers if answer not in mine],
        "back": back,
        "cancel_url": _queue(back),
    }
    return render(request, "wiki/review_verify.html", context)


def _seen(answer: Answer) -> str:
    """Which text is on screen, and how its figures read."""
    figures = figures_seen(answer.published) if answer.published else ""
    return f"{answer.pk}:{answer.published_id}:{figures}".rstrip(":")


def _confirm(request: SignedInRequest) -> HttpResponse:
    back, later = request.POST.get("back", ""), ids_of(request.POST.getlist("later"))
    sent = request.POST.getlist("seen")
    seen = seen_of(sent)
    if not seen:
        return _nothing_chosen(request)
    try:
        outcome = verify_in_bulk(seen=seen, figures=figures_seen_of(sent), by=request.user, at=now())
    except TooManyTexts:
        messages.error(request, _("Nothing was confirmed: at most ten texts can be confirmed at once."))
        return redirect(_queue(back))
    if not (outcome.verified or outcome.changed):
        if outcome.refused:
            raise PermissionDenied
        raise Http404
    _say_verified(request, outcome)
    left = [*(answer.pk for answer in outcome.changed if answer.published_id), *later]
    return redirect(_next_texts(left, back) if left else _queue(back))


def _next_texts(later: Sequence[int], back: str) -> str:
    query = QueryDict(mutable=True)
    query.setlist("answer", [str(pk) for pk in later])
    query["back"] = back
    return f"{reverse('wiki:review_verify')}?{query.urlencode()}"


def _say_verified(request: SignedInRequest, outcome: BulkVerification) -> None:
    if number := len(outcome.verified):
        text = ngettext(
            "%(number)d answer confirmed as still true.",
            "%(number)d answers confirmed as still true.",
            number,
        )
        messages.success(request, text % {"number": number})
    if outcome.changed:
        text = _(
            "Not confirmed, because the text or a figure in it has changed since you read it: %(titles)s."
        )
        messages.warning(request, text % {"titles": _titles(outcome.changed)})
    if outcome.refused:
        text = _("Not confirmed, because it is not yours: %(titles)s.")
        messages.warning(request, text % {"titles": _titles(outcome.refused)})


def _say_reassigned(request: SignedInRequest, number: int, owner: str) -> None:
    text = ngettext("%(number)d answer given to %(owner)s.", "%(number)d answers given to %(owner)s.", number)
    messages.success(request, text % {"number": number, "owner": owner})


def _nothing_chosen(request: SignedInRequest) -> HttpResponse:
    messages.error(request, _("Choose at least one answer."))
    given = request.POST if request.method == "POST" else request.GET
    return redirect(_queue(given.get("back", "")))


def _found(answers: Iterable[Answer]) -> list[Answer]:
    found = list(answers)
    if not found:
        raise Http404
    return found


def _titles(answers: Sequence[Answer]) -> str:
    return "; ".join(f"“{answer.question_title}”" for answer in answers)


def _queue(back: str) -> str:
    """The queue as it was narrowed; `back` is only ever its query, so it leads nowhere else."""
    query = QueryDict(back).urlencode()
    return f"{reverse('wiki:review')}?{query}" if query else reverse("wiki:review")

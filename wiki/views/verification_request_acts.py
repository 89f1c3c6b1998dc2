"""A lead asks to verify answers again: which ones, why, by when; and what is done with it afterwards."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from wiki.access import may_ask_to_verify
from wiki.domain.verification_progress import answers_to_choose_from, counts_of
from wiki.domain.verification_requests import (
    MOST_ASKED,
    NothingToAsk,
    PastItsDate,
    RequestClosed,
    TooManyAnswers,
    add_answers,
    ask_to_verify,
    close_request,
    withdraw_answers,
)
from wiki.forms.review import ids_of
from wiki.forms.verification_requests import AnswerFilterForm, VerificationRequestForm
from wiki.models import Answer, VerificationRequest


@require_safe
@allowed_to(may_ask_to_verify)
def verification_request_choose(request: SignedInRequest) -> HttpResponse:
    return render(request, "wiki/verification_request_choose.html", _choice(request))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_ask_to_verify)
@acts_once
def verification_request_new(request: SignedInRequest) -> HttpResponse:
    """For answers chosen in the queue or on the page before: why and by when."""
    ids = _chosen(request)
    answers = _published(request, ids)
    if not answers or len(ids) > MOST_ASKED:
        _refuse_choice(request, too_many=len(ids) > MOST_ASKED)
        return redirect("wiki:verification_request_choose")
    sent = request.POST if "event" in request.POST else None
    orphans = [answer for answer in answers if answer.orphan]
    form = VerificationRequestForm(sent, on=localdate(), orphans=bool(orphans))
    if form.is_valid():
        asked = ask_to_verify(answers=ids, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("The request is sent. Each owner gets one mail with their answers."))
        return redirect("wiki:verification_request", asked.pk)
    context = {"form": form, "answers": answers, "orphans": orphans}
    return render(request, "wiki/verification_request_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_ask_to_verify)
def verification_request_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose more answers for an open request."""
    asked = get_object_or_404(VerificationRequest, pk=pk)
    if request.method != "POST" and asked.is_open:
        return render(request, "wiki/verification_request_choose.html", _choice(request, asked))
    try:
        number = len(add_answers(request=asked, answers=_chosen(request), by=request.user, at=now()))
    except RequestClosed:
        _say_closed(request)
    except PastItsDate:
        messages.error(request, _("The date of this request has passed: make a new one for other answers."))
    except (NothingToAsk, TooManyAnswers) as refusal:
        _refuse_choice(request, too_many=isinstance(refusal, TooManyAnswers))
        return redirect("wiki:verification_request_add", asked.pk)
    else:
        text = ngettext("%(number)d answer added.", "%(number)d answers added.", number)
        messages.success(request, text % {"number": number})
    return redirect("wiki:verification_request", asked.pk)


@require_POST
@allowed_to(may_ask_to_verify)
def verification_request_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(VerificationRequest, pk=pk)
    ids = _chosen(request)
    if not ids:
        messages.error(request, _("Choose at least one answer."))
        return redirect("wiki:verification_request", asked.pk)
    try:
        number = len(withdraw_answers(request=asked, answers=ids, by=request.user, at=now()))
    except RequestClosed:
        _say_closed(request)
    else:
        text = ngettext(
            "%(number)d answer is no longer asked for.", "%(number)d answers are no longer asked for.", number
        )
        messages.success(request, text % {"number": number})
    return redirect("wiki:verification_request", asked.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_ask_to_verify)
def verification_request_close(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(VerificationRequest.objects.select_related("asked_by"), pk=pk)
    if request.method != "POST" and asked.is_open:
        context = {"asked": asked, "count": counts_of([asked])[asked.pk]}
        return render(request, "wiki/verification_request_close.html", context)
    try:
        close_request(request=asked, by=request.user, at=now())
    except RequestClosed:
        _say_closed(request)
    else:
        messages.success(request, _("The request is closed. What was confirmed can still be read here."))
    return redirect("wiki:verification_request", asked.pk)


def _choice(request: SignedInRequest, asked: VerificationRequest | None = None) -> dict[str, Any]:
    """The filters and, once they were sent, the answers that they leave: all are chosen to begin with."""
    form = AnswerFilterForm(request.GET)
    language = request.user.language
    found: list[Answer] = []
    if form.is_asked:
        rows = answers_to_choose_from(**form.narrowing, language=language, request=asked)
        rows = rows.as_shown(on=localdate()).with_question_title(language)
        order = ("question__category__rank", "question__rank", "scope__path", "pk")
        found = list(rows.order_by(*order)[: MOST_ASKED + 1])
    return {
        "form": form,
        "asked": asked,
        "answers": found[:MOST_ASKED],
        "too_many": len(found) > MOST_ASKED,
        "most": MOST_ASKED,
    }


def _chosen(request: SignedInRequest) -> list[int]:
    given = request.POST if request.method == "POST" else request.GET
    return ids_of(given.getlist("answer"), most=MOST_ASKED + 1)


def _published(request: SignedInRequest, ids: list[int]) -> list[Answer]:
    rows = Answer.objects.published().filter(pk__in=ids).as_shown(on=localdate())
    rows = rows.with_question_title(request.user.language)
    return list(rows.order_by("question__category__rank", "question__rank", "scope__path", "pk"))


def _refuse_choice(request: SignedInRequest, *, too_many: bool) -> None:
    if too_many:
        text = _("A request asks for at most %(most)d answers. Choose fewer.") % {"most": MOST_ASKED}
    else:
        text = _("Choose at least one answer.")
    messages.error(request, text)


def _say_closed(request: SignedInRequest) -> None:
    messages.info(request, _("This request is closed and can no longer be changed."))

"""What may be said: publish, withdraw, verify."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_read_wiki
from wiki.domain.answers import EditConflict, NotPublished, verify_answer, withdraw_answer
from wiki.domain.writing import publish_draft
from wiki.forms.answers import PublishForm, VerifyForm, WithdrawForm
from wiki.models import AnswerRevision
from wiki.views.lookup import editable_answer


@require_POST
@allowed_to(may_read_wiki)
def answer_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    form = PublishForm(request.POST)
    number = form.cleaned_data["revision"] if form.is_valid() else 0
    revision = AnswerRevision.objects.filter(answer=answer, number=number).first()
    try:
        if revision is None:
            raise EditConflict(None)
        still_true = form.cleaned_data["still_true"]
        publish_draft(answer=answer, revision=revision, still_true=still_true, by=request.user, at=now())
    except EditConflict:
        messages.warning(
            request, _("Not published: someone saved another revision meanwhile. It is shown below.")
        )
    else:
        messages.success(request, _("Published."))
    return redirect("wiki:answer", answer.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
def answer_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw_answer(answer=answer, by=request.user, at=now(), reason=form.cleaned_data["reason"])
        except NotPublished:
            messages.info(request, _("This answer is not published."))
        else:
            messages.success(request, _("Withdrawn. Nobody is to say this any more."))
        return redirect("wiki:answer", answer.pk)
    return render(request, "wiki/answer_withdraw.html", {"answer": answer, "form": form})


@require_POST
@allowed_to(may_read_wiki)
def answer_verify(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    form = VerifyForm(request.POST)
    shown = form.cleaned_data["revision"] if form.is_valid() else 0
    revision = AnswerRevision.objects.filter(answer=answer, pk=shown).first()
    try:
        if revision is None:
            raise NotPublished
        verify_answer(answer=answer, revision=revision, by=request.user, at=now())
    except NotPublished:
        messages.warning(
            request,
            _("Not confirmed: the text has changed since you read it. Read it again, then confirm it."),
        )
    else:
        messages.success(request, _("Confirmed as still true."))
    return redirect("wiki:answer", answer.pk)

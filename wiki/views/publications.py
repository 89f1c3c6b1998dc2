"""What may be said: publish, withdraw, verify."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_read_wiki
from wiki.domain.answers import Archived, FiguresChanged, NotPublished, verify_answer, withdraw_answer
from wiki.domain.revisions import EditConflict
from wiki.domain.writing import publish_draft
from wiki.forms.answers import PublishForm, VerifyForm, WithdrawForm
from wiki.models import Answer, AnswerRevision
from wiki.views.lookup import editable_answer
from wiki.views.notices import say_published, say_verified


@require_POST
@allowed_to(may_read_wiki)
def answer_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    form = PublishForm(request.POST)
    try:
        published = form.is_valid() and _published(request, answer, form)
    except FiguresChanged:
        messages.warning(
            request,
            _(
                "Not published: a figure in the text has changed since you read it. "
                "Read it again, then publish."
            ),
        )
        return redirect("wiki:answer", answer.pk)
    if published:
        say_published(request, answer)
    else:
        messages.warning(
            request, _("Not published: someone saved another revision meanwhile. It is shown below.")
        )
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
            messages.success(request, _("Withdrawn. Nobody should say this any more."))
        return redirect("wiki:answer", answer.pk)
    return render(request, "wiki/answer_withdraw.html", {"answer": answer, "form": form})


@require_POST
@allowed_to(may_read_wiki)
def answer_verify(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = editable_answer(request, pk)
    form = VerifyForm(request.POST)
    if form.is_valid() and _verified(request, answer, form):
        say_verified(request, answer)
    else:
        messages.warning(
            request,
            _(
                "Not confirmed: the text or a figure in it has changed since you read it. "
                "Read it again, then confirm it."
            ),
        )
    return redirect("wiki:answer", answer.pk)


def _published(request: SignedInRequest, answer: Answer, form: PublishForm) -> bool:
    """Whether the draft that was on screen could be published: it is still the latest.

    Raises FiguresChanged.
    """
    revision = AnswerRevision.objects.filter(answer=answer, number=form.cleaned_data["revision"]).first()
    if revision is None:
        return False
    read = {name: form.cleaned_data[name] for name in ("still_true", "figures")}
    try:
        publish_draft(answer=answer, revision=revision, **read, by=request.user, at=now())
    except EditConflict:
        return False
    except Archived:
        raise Http404 from None
    return True


def _verified(request: SignedInRequest, answer: Answer, form: VerifyForm) -> bool:
    """Whether the text that was on screen could be verified: it is published, and reads as it did."""
    revision = AnswerRevision.objects.filter(answer=answer, pk=form.cleaned_data["revision"]).first()
    if revision is None:
        return False
    try:
        figures = form.cleaned_data["figures"]
        verify_answer(answer=answer, revision=revision, figures=figures, by=request.user, at=now())
    except (NotPublished, FiguresChanged):
        return False
    return True

"""Who keeps an answer, and taking it out of the wiki's pages."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from wiki.access import may_archive, may_assign_owner, may_read_wiki
from wiki.domain.ownership import StillPublished, archive_answer, set_keeping
from wiki.forms.keeping import KeepingForm
from wiki.views.lookup import visible_answer


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
def answer_keeping(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    if not may_assign_owner(request.user):
        raise PermissionDenied
    form = KeepingForm(request.POST or None, answer=answer, user=request.user)
    if form.is_valid():
        set_keeping(
            answer=answer,
            owner=form.cleaned_data["owner"],
            deputy=form.cleaned_data["deputy"],
            interval_days=form.interval,
            by=request.user,
            at=now(),
        )
        messages.success(request, _("Saved."))
        return redirect("wiki:answer", answer.pk)
    return render(request, "wiki/answer_keeping.html", {"answer": answer, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
def answer_archive(request: SignedInRequest, pk: int) -> HttpResponse:
    answer = visible_answer(request, pk)
    if not may_archive(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "wiki/answer_archive.html", {"answer": answer})
    try:
        archive_answer(answer=answer, by=request.user, at=now())
    except StillPublished:
        messages.warning(request, _("Withdraw this answer before you archive it."))
        return redirect("wiki:answer", answer.pk)
    messages.success(request, _("Archived. Its history is kept."))
    return redirect("wiki:question", answer.question.slug)

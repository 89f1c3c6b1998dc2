"""What is held about a candidate, to take away; and erasing them."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_erase, may_recruit
from recruiting.domain.candidate_export import held_about, notes_not_given
from recruiting.domain.candidate_page import as_read
from recruiting.domain.erasure import erase_candidate
from recruiting.domain.erasure_journal import JournalUnwritable
from recruiting.forms.erasure import ErasureForm
from recruiting.models import Application, Session
from wiki.models import Scope


@require_safe
@allowed_to(may_recruit)
def candidate_data(request: SignedInRequest, application_id: int) -> HttpResponse:
    """To read and to print, in the candidate's language; around it, in the reader's."""
    application = _application_of_someone(application_id)
    candidate = application.candidate
    with translation.override(candidate.language):
        told = {
            "held": as_read(held_about(candidate, at=now())),
            "company": Scope.objects.company(),
            "today": localdate(),
        }
        paper = render_to_string("recruiting/includes/candidate_paper.html", told)
    context = {"application": application, "paper": paper, "notes": notes_not_given(candidate)}
    return render(request, "recruiting/candidate_data.html", context)


@require_safe
@allowed_to(may_recruit)
def candidate_data_json(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = _application_of_someone(application_id)
    response = JsonResponse(
        held_about(application.candidate, at=now()), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    # Without the name: it would stay in the list of downloads.
    response.headers["Content-Disposition"] = (
        f'attachment; filename="candidate-{application.candidate_id}.json"'
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_erase)
def candidate_erase(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = _application_of_someone(application_id)
    candidate = application.candidate
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        journal = Path(settings.ERASURE_JOURNAL)
        try:
            erase_candidate(candidate=candidate, by=request.user, at=now(), journal=journal)
        except JournalUnwritable:
            form.add_error(
                None, _("Nothing was erased: the journal of erasures cannot be written on this server.")
            )
        else:
            messages.success(request, _("The candidate was erased. What is counted remains, without them."))
            return redirect("recruiting:application", application_id)
    coming = Session.objects.coming(since=now()).filter(application__candidate=candidate)
    context = {
        "form": form,
        "application": application,
        "coming": coming.order_by("starts_at").select_related("application__position"),
        "others": candidate.applications.exclude(pk=application.pk).select_related("position"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "recruiting/candidate_erase.html", context, status=status)


def _application_of_someone(application_id: int) -> Application:
    """Http404 once the candidate is erased: there is nothing to give and nothing to erase."""
    rows = Application.objects.select_related("candidate", "position").filter(candidate__anonymised_at=None)
    return get_object_or_404(rows, pk=application_id)

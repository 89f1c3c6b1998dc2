from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_recruit
from recruiting.domain.candidates import (
    CandidateChanged,
    CandidateErased,
    edit_candidate,
    fingerprint_of_candidate,
)
from recruiting.forms.candidates import CandidateForm
from recruiting.models import Application, Candidate


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def candidate_edit(request: SignedInRequest, application_id: int) -> HttpResponse:
    """Of a candidate who is still named: once anonymised nothing of them may be written again."""
    application = get_object_or_404(
        Application.objects.select_related("candidate", "position"),
        pk=application_id,
        candidate__anonymised_at=None,
    )
    candidate = application.candidate
    form = CandidateForm(request.POST or None, instance=Candidate.objects.get(pk=candidate.pk))
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        consents = form.cleaned_data["consents"]
        try:
            edit_candidate(
                candidate=candidate,
                facts=form.facts(),
                consents=consents,
                as_of=seen,
                by=request.user,
                at=now(),
            )
        except CandidateChanged:
            _refuse_unseen(form, Candidate.objects.get(pk=candidate.pk))
        except CandidateErased:
            raise Http404 from None
        else:
            messages.success(request, _said(form))
            return redirect("recruiting:application", application_id)
    return render(request, "recruiting/candidate_edit.html", {"form": form, "application": application})


def _said(form: CandidateForm) -> str:
    if "email" in form.changed_data:
        return _(
            "The candidate was changed. What was mailed before is not sent again by itself: tell them of a "
            "session to come from its own page."
        )
    return _("The candidate was changed.")


def _refuse_unseen(form: CandidateForm, standing: Candidate) -> None:
    message = _(
        "Someone else changed this candidate while you were editing it. Nothing of yours is saved yet. It "
        "now reads: %(name)s, %(email)s. Save again to put yours in its place."
    )
    told = {"name": standing.name, "email": standing.email or _("No e-mail address")}
    form.refuse(message % told, standing=fingerprint_of_candidate(standing))

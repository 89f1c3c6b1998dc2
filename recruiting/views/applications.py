from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.sent_forms import acts_once
from recruiting.access import may_erase, may_recruit
from recruiting.domain.applications import (
    AlreadyApplied,
    ApplicationChanged,
    CandidateErased,
    edit_application,
    fingerprint_of,
    open_application,
)
from recruiting.domain.candidate_retention import file_expires_on
from recruiting.forms.applications import ApplicationForm, ApplicationNewForm
from recruiting.models import Application, Position


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def application_new(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = get_object_or_404(Position, pk=position_id)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    form = ApplicationNewForm(request.POST or None, position=position, query=query)
    if request.method == "POST" and form.is_valid():
        try:
            application = open_application(
                position=position,
                candidate=form.chosen_candidate(),
                stage=form.cleaned_data["stage"],
                by=request.user,
                at=now(),
            )
        except AlreadyApplied:
            form.add_error("candidate", _("This candidate has already applied for this position."))
        except CandidateErased:
            form.add_error("candidate", _("This candidate was erased meanwhile. Choose someone else."))
        else:
            messages.success(request, _("The application was added."))
            return redirect("recruiting:application", application.pk)
    context = {"form": form, "position": position, "query": query}
    return render(request, "recruiting/application_new.html", context)


@require_safe
@allowed_to(may_recruit)
def application(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(
        Application.objects.select_related("candidate", "position"), pk=application_id
    )
    sessions = application.sessions.prefetch_related("hosts__user").order_by("-starts_at", "-pk")
    context = {
        "application": application,
        "sessions": sessions,
        "may_erase": may_erase(request.user),
        "leads": [] if may_erase(request.user) else list(User.objects.leads()),
        "kept_until": None if application.candidate.is_erased else file_expires_on(application.candidate),
        "still_planned": application.has_ended and any(session.is_to_come for session in sessions),
    }
    return render(request, "recruiting/application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def application_edit(request: SignedInRequest, application_id: int) -> HttpResponse:
    application = get_object_or_404(
        Application.objects.select_related("candidate", "position"),
        pk=application_id,
        candidate__anonymised_at=None,
    )
    form = ApplicationForm(request.POST or None, instance=application)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            edit_application(application=application, **form.changes(), as_of=seen, by=request.user, at=now())
        except ApplicationChanged:
            _refuse_unseen(form, Application.objects.get(pk=application_id))
        else:
            messages.success(request, _("The application was changed."))
            return redirect("recruiting:application", application_id)
    context = {"form": form, "application": application}
    return render(request, "recruiting/application_edit.html", context)


def _refuse_unseen(form: ApplicationForm, standing: Application) -> None:
    message = _(
        "Someone else changed this application while you were editing it. Nothing of yours is saved yet. It "
        "now stands at: %(stage)s, %(outcome)s. Save again to put yours in its place."
    )
    told = {
        "stage": standing.get_stage_display(),
        "outcome": standing.get_outcome_display() or _("Not decided"),
    }
    form.refuse(message % told, standing=fingerprint_of(standing))

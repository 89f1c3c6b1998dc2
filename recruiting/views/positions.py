from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.views.paging import keyset_page
from accounts.views.sent_forms import acts_once
from recruiting.access import may_recruit
from recruiting.domain.contradiction_dismissals import dismissals_of
from recruiting.domain.contradictions import contradictions_and_dismissed
from recruiting.domain.positions import (
    PositionChanged,
    ReferenceTaken,
    edit_position,
    fingerprint_of,
    open_position,
)
from recruiting.domain.role_sheet_mails import is_asked, last_asked
from recruiting.forms.positions import PositionForm
from recruiting.models import Position

POSITIONS_A_PAGE = APPLICATIONS_A_PAGE = 30
LATEST_FIRST = ("-created_at", "-pk")


@require_safe
@allowed_to(may_recruit)
def positions(request: SignedInRequest) -> HttpResponse:
    filled = request.GET.get("show") == "filled"
    wanted = Position.objects.filled() if filled else Position.objects.open()
    page = keyset_page(
        wanted.with_scopes().with_role_sheet().annotate(application_count=Count("applications")),
        request.GET,
        order=LATEST_FIRST,
        size=POSITIONS_A_PAGE,
    )
    tabs = [
        {"url": "?show=open", "label": _("Open"), "current": not filled},
        {"url": "?show=filled", "label": _("Filled"), "current": filled},
    ]
    return render(request, "recruiting/positions.html", {"page": page, "tabs": tabs, "filled": filled})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
@acts_once
def position_new(request: SignedInRequest) -> HttpResponse:
    form = PositionForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            position = open_position(facts=form.facts(), by=request.user, at=now())
        except ReferenceTaken:
            form.add_error("reference", form.reference_taken)
        else:
            messages.success(request, _("The position is open."))
            return redirect("recruiting:position", position.pk)
    return render(request, "recruiting/position_new.html", {"form": form})


@require_safe
@allowed_to(may_recruit)
def position(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = get_object_or_404(Position.objects.with_scopes().with_role_sheet(), pk=position_id)
    applications = position.applications.select_related("candidate")
    page = keyset_page(applications, request.GET, order=LATEST_FIRST, size=APPLICATIONS_A_PAGE)
    language = request.user.language
    found = contradictions_and_dismissed(at=now(), language=language, position=position)
    hidden = {one.dismissal.pk: one for one in found if one.dismissal}
    dismissals = dismissals_of(position, language=language)
    context = {
        "position": position,
        "page": page,
        "may_ask": is_asked(position),
        "last_asked": last_asked(position),
        "contradictions": [one for one in found if one.dismissal is None],
        "dismissals": [(one, hidden.get(one.pk)) for one in dismissals],
    }
    return render(request, "recruiting/position.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def position_edit(request: SignedInRequest, position_id: int) -> HttpResponse:
    position = get_object_or_404(Position.objects.with_role_sheet(), pk=position_id)
    form = PositionForm(request.POST or None, instance=position)
    context = {"form": form, "position_id": position_id}
    if request.method == "POST" and form.is_valid():
        filled, seen = form.cleaned_data["filled"], form.cleaned_data["seen"]
        facts = form.facts()
        try:
            edit_position(
                position=position, facts=facts, filled=filled, as_of=seen, by=request.user, at=now()
            )
        except ReferenceTaken:
            form.add_error("reference", form.reference_taken)
        except PositionChanged:
            context["standing"] = standing = Position.objects.with_scopes().get(pk=position_id)
            message = _(
                "Someone else changed this position while you were editing it. Nothing of yours is saved "
                "yet. See how it stands now, then save again to put yours in its place."
            )
            form.refuse(message, standing=fingerprint_of(standing))
        else:
            messages.success(request, _("The position was changed."))
            return redirect("recruiting:position", position_id)
    return render(request, "recruiting/position_edit.html", context)

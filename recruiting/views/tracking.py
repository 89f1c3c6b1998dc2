"""Positions, candidates, applications and sessions from the tracking system's files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, allowed_to
from recruiting.access import may_recruit
from recruiting.domain.spreadsheets import csv_lines
from recruiting.domain.tracking.columns import COLUMNS, MOST_ROWS, Kind
from recruiting.domain.tracking.files import in_thousands
from recruiting.domain.tracking.imports import (
    ImportGone,
    PreviewChanged,
    cancel_import,
    confirm_import,
    keep_import,
    preview_import,
    was_decided,
)
from recruiting.domain.tracking.lines import Outcome, Preview
from recruiting.forms.tracking import TrackingForm
from recruiting.models import TrackingImport

SHOWN = 100  # lines of each outcome on the page; the file of all lines has the rest


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def tracking(request: SignedInRequest) -> HttpResponse:
    form = TrackingForm(request.POST or None, request.FILES or None, initial={"kind": Kind.POSITIONS})
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        kept = keep_import(kind=kind, text=form.text, by=request.user, at=now())
        return redirect("recruiting:tracking_import", kept.pk)
    kinds = [(kind, COLUMNS[kind], in_thousands(MOST_ROWS[kind])) for kind in Kind]
    waiting = [(kept, Kind(kept.kind).label) for kept in _mine(request).defer("content").order_by("pk")]
    return render(request, "recruiting/tracking.html", {"form": form, "kinds": kinds, "waiting": waiting})


@require_safe
@allowed_to(may_recruit)
def tracking_template(request: SignedInRequest, kind: str) -> HttpResponse:
    if kind not in COLUMNS:
        raise Http404
    heads = [column.label for column in COLUMNS[kind]]
    return _csv([heads], request.user.language, f"contrechamp-{kind}.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_recruit)
def tracking_import(request: SignedInRequest, pk: int) -> HttpResponse:
    """The preview; sent with its fingerprint, it is confirmed. Sent twice, the second finds it done."""
    if request.method == "POST" and was_decided(pk=pk, by=request.user):
        messages.info(request, _("This import was confirmed or cancelled already."))
        return redirect("recruiting:tracking")
    kept = get_object_or_404(_mine(request), pk=pk)
    if request.method != "POST":
        return _show_preview(request, kept)
    seen = request.POST.get("seen", "")
    try:
        done = confirm_import(kept=kept, as_of=seen, by=request.user, at=now())
    except ImportGone:
        messages.info(request, _("This import was confirmed or cancelled already."))
    except PreviewChanged:
        return _show_preview(request, kept, changed=True)
    else:
        messages.success(request, _told(done))
    return redirect("recruiting:tracking")


@require_safe
@allowed_to(may_recruit)
def tracking_lines(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every line of the preview as a file."""
    preview = preview_import(kept=get_object_or_404(_mine(request), pk=pk), by=request.user)
    rows: list[list[str | int]] = [[_("Line"), _("What it is about"), _("What happens"), _("Why")]]
    rows += [[line.number, line.title, str(line.outcome.label), line.words] for line in preview.lines]
    return _csv(rows, request.user.language, "contrechamp-preview.csv")


@require_POST
@allowed_to(may_recruit)
def tracking_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(_mine(request), pk=pk)
    cancel_import(kept=kept, by=request.user, at=now())
    messages.success(request, _("The import was cancelled. The file is no longer kept."))
    return redirect("recruiting:tracking")


def _mine(request: SignedInRequest) -> Any:
    """A file is for the eyes of whoever chose it; a day later for nobody's."""
    return TrackingImport.objects.filter(created_by=request.user)


def _show_preview(request: SignedInRequest, kept: TrackingImport, *, changed: bool = False) -> HttpResponse:
    preview = preview_import(kept=kept, by=request.user)
    groups = [
        {"outcome": outcome, "count": len(lines), "lines": lines[:SHOWN], "rest": len(lines[SHOWN:])}
        for outcome in (Outcome.REFUSED, Outcome.CHANGED, Outcome.CREATED, Outcome.LEFT)
        if (lines := preview.of(outcome))
    ]
    context = {
        "kept": kept,
        "kind": Kind(kept.kind),
        "preview": preview,
        "counts": [(outcome.label, preview.counts[outcome]) for outcome in Outcome],
        "is_refused": bool(preview.counts[Outcome.REFUSED]),
        "groups": groups,
        "changed": changed,
    }
    return render(request, "recruiting/tracking_import.html", context, status=409 if changed else 200)


def _told(done: Preview) -> str:
    counts = done.counts
    created, changed = counts[Outcome.CREATED], counts[Outcome.CHANGED]
    words = [
        ngettext("%(number)d line created", "%(number)d lines created", created) % {"number": created},
        ngettext("%(number)d line changed", "%(number)d lines changed", changed) % {"number": changed},
    ]
    return _("The import is done: %(what)s.") % {"what": ", ".join(words)}


def _csv(rows: Any, language: str, name: str) -> HttpResponse:
    response = HttpResponse(
        "".join(csv_lines(rows, language=language)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

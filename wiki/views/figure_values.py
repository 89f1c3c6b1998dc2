"""What a figure came to: recorded by those who keep it, and corrected in the open."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, allowed_to
from accounts.views.sent_forms import acts_once
from wiki.access import may_read_wiki, may_record_value, may_rule
from wiki.domain.citations import value_in_words
from wiki.domain.figures import AlreadyCorrected, ValueExists, correct_value, record_value
from wiki.forms.figure_values import ValueForm
from wiki.models import Figure, FigureValue, Scope
from wiki.views.lookup import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
@acts_once
def figure_value_new(request: SignedInRequest, slug: str) -> HttpResponse:
    figure = _kept_figure(request, slug)
    form = ValueForm(request.POST or None, figure=figure, on=localdate(), initial=_scope_asked(request))
    if form.is_valid():
        scope = form.cleaned_data["scope"]
        try:
            record_value(figure=figure, scope=scope, measured=form.measured, by=request.user, at=now())
        except ValueExists:
            form.refuse_day()
        else:
            messages.success(
                request, _("Value recorded. Every answer that cites the figure shows it from now on.")
            )
            return redirect("wiki:figure", figure.slug)
    context = {
        "form": form,
        "figure": figure,
        "no_scope": not Scope.objects.exists(),
        "may_rule": may_rule(request.user),
    }
    return render(request, "wiki/figure_value_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_read_wiki)
@acts_once
def figure_value_correct(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    figure = _kept_figure(request, slug)
    values = FigureValue.objects.select_related("figure", "scope", "recorded_by")
    value = get_object_or_404(values, figure=figure, pk=pk)
    form = ValueForm(request.POST or None, figure=figure, on=localdate(), corrects=value)
    if form.is_valid():
        try:
            correct_value(value=value, measured=form.measured, by=request.user, at=now())
        except ValueExists:
            form.refuse_day()
        except AlreadyCorrected:
            form.add_error(None, _("Someone has corrected this value meanwhile. Read theirs first."))
        else:
            messages.success(request, _("Value corrected. The first one stays readable below."))
            return redirect("wiki:figure", figure.slug)
    words = value_in_words(value, request.user.language)
    context = {"form": form, "figure": figure, "value": value, "words": words}
    return render(request, "wiki/figure_value_correct.html", context)


def _kept_figure(request: SignedInRequest, slug: str) -> Figure:
    """The figure, refused where the user may read it but not value it."""
    figure = get_object_or_404(Figure.objects.current(), slug=slug)
    if not may_record_value(request.user, figure, on=localdate()):
        raise PermissionDenied
    return figure


def _scope_asked(request: SignedInRequest) -> dict[str, object]:
    return {"scope": whole_number(request.GET.get("scope", ""), default=0) or None}

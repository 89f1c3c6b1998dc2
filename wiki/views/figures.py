"""Figures: which are to be renewed, and each with its values and the answers that cite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, allowed_to
from accounts.models import User
from accounts.views.paging import Page, numbered_page
from accounts.views.sent_forms import acts_once
from wiki.access import may_edit_figures, may_read_wiki, may_record_value, may_write_texts
from wiki.domain.citations import value_in_words
from wiki.domain.figures import (
    FigureChanged,
    SlugTaken,
    archive_figure,
    create_figure,
    edit_figure,
    fingerprint_of,
    reopen_figure,
)
from wiki.domain.pauses import owners_stood_in_for
from wiki.forms.figures import ALL, ARCHIVED, RENEW, FigureFilterForm, FigureForm
from wiki.models import Answer, Figure, FigureValue
from wiki.models.figures import FigureQuerySet

FIGURES_A_PAGE = 50
VALUES_A_PAGE = 30
ANSWERS_SHOWN = 30
MOST_TO_CITE = 200


@dataclass(frozen=True, kw_only=True)
class Told:
    """A current value as a page shows it."""

    value: FigureValue
    words: str
    validity: str


@require_safe
@allowed_to(may_read_wiki)
def figures(request: SignedInRequest) -> HttpResponse:
    form, language = FigureFilterForm(request.GET, user=request.user), request.user.language
    found = _found(form, language).select_related("owner")
    page: Page[Figure] = numbered_page(found, request.GET, size=FIGURES_A_PAGE)
    context = {
        "form": form,
        "tabs": _tabs(form),
        "shown": form.shown,
        "page": page,
        "rows": _with_values(page.rows, language),
        "may_edit": may_edit_figures(request.user),
    }
    return render(request, "wiki/figures.html", context)


@require_safe
@allowed_to(may_read_wiki)
def figure(request: SignedInRequest, slug: str) -> HttpResponse:
    user = request.user
    figures = Figure.objects.with_validity(on=localdate()).select_related("owner")
    figure = get_object_or_404(figures, slug=slug)
    current = _with_values([figure], user.language)[0][1]
    answers = list(_citing(user, figure))
    context = {
        "figure": figure,
        "unit": figure.unit(user.language),
        "source": figure.source(user.language),
        "current": current,
        "page": _earlier_values(request, figure, current),
        "answers": answers[:ANSWERS_SHOWN],
        "more_answers": len(answers) > ANSWERS_SHOWN,
        "may_edit": may_edit_figures(user),
        "may_cite": may_write_texts(user, on=localdate()),
        "may_record": figure.archived_at is None and may_record_value(user, figure, on=localdate()),
    }
    return render(request, "wiki/figure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_figures)
@acts_once
def figure_new(request: SignedInRequest) -> HttpResponse:
    form = FigureForm(request.POST or None, initial={"slug": request.GET.get("slug"), "owner": request.user})
    if form.is_valid():
        try:
            figure = create_figure(slug=form.cleaned_data["slug"], text=form.text, by=request.user, at=now())
        except SlugTaken:
            form.add_error("slug", _("Another figure has this short name."))
        else:
            messages.success(request, _("Figure added. Record its first value."))
            return redirect("wiki:figure_value_new", figure.slug)
    return render(request, "wiki/figure_new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_figures)
def figure_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    figure = get_object_or_404(Figure.objects.current().select_related("owner"), slug=slug)
    form = FigureForm(request.POST or None, figure=figure)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            edit_figure(figure=figure, text=form.text, as_of=seen, by=request.user, at=now())
        except FigureChanged:
            standing = fingerprint_of(Figure.objects.get(pk=figure.pk))
            form.refuse(
                _(
                    "Someone else changed this figure while you were editing it. Nothing of yours is saved "
                    "yet: save again to put yours in its place."
                ),
                standing=standing,
            )
        else:
            messages.success(request, _("Saved."))
            return redirect("wiki:figure", figure.slug)
    return render(request, "wiki/figure_edit.html", {"form": form, "figure": figure})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(may_edit_figures)
def figure_archive(request: SignedInRequest, slug: str) -> HttpResponse:
    """Archive a figure, or bring an archived one back."""
    figure = get_object_or_404(Figure, slug=slug)
    if request.method != "POST":
        citing = Answer.objects.published().filter(published__figures__figure=figure).count()
        return render(request, "wiki/figure_archive.html", {"figure": figure, "citing": citing})
    if figure.archived_at is None:
        archive_figure(figure=figure, by=request.user, at=now())
        messages.success(request, _("Figure archived. Its values are kept."))
    else:
        reopen_figure(figure=figure, by=request.user, at=now())
        messages.success(request, _("Figure brought back."))
    return redirect("wiki:figure", figure.slug)


def figures_to_cite(user: User) -> QuerySet[Figure]:
    """What the editor offers to cite, in the order of the user's language."""
    return Figure.objects.current().by_label(user.language)[:MOST_TO_CITE]


def _found(form: FigureFilterForm, language: str) -> FigureQuerySet:
    """What the list is narrowed to: the most urgent first, or by name."""
    on, shown = localdate(), form.shown
    figures = Figure.objects.filter(archived_at__isnull=shown != ARCHIVED)
    if form.without_owner:
        figures = figures.orphaned()
    elif form.asks_for_own:
        figures = figures.owned_by(form.user, *owners_stood_in_for(user=form.user, on=on))
    elif form.chosen_owner is not None:
        figures = figures.owned_by(form.chosen_owner)
    if shown == RENEW:
        return figures.to_renew(on=on).with_validity(on=on).most_urgent_first()
    return figures.with_validity(on=on).by_label(language)


def _tabs(form: FigureFilterForm) -> list[dict[str, object]]:
    labels = {RENEW: _("To renew"), ALL: pgettext("figures", "All"), ARCHIVED: _("Archived")}
    return [
        {"url": f"?show={show}", "label": label, "current": show == form.shown}
        for show, label in labels.items()
    ]


def _with_values(figures: Sequence[Figure], language: str) -> list[tuple[Figure, list[Told]]]:
    """Each figure with its current values, the company's first."""
    values: dict[int, list[Told]] = {figure.pk: [] for figure in figures}
    found = FigureValue.objects.current().filter(figure__in=values).select_related("figure", "scope")
    for value in found.order_by("scope__path"):
        values[value.figure_id].append(_told(value, language))
    return [(figure, values[figure.pk]) for figure in figures]


def _told(value: FigureValue, language: str) -> Told:
    return Told(value=value, words=value_in_words(value, language), validity=value.validity_on(localdate()))


def _earlier_values(request: SignedInRequest, figure: Figure, current: Sequence[Told]) -> Page[Any]:
    """What came before, and what was wrong: a page of it, each value with its words."""
    values = figure.values.exclude(pk__in=[told.value.pk for told in current])
    values = values.select_related("figure", "scope", "recorded_by", "replaced_by")
    page: Page[Any] = numbered_page(values.order_by("-as_of", "-pk"), request.GET, size=VALUES_A_PAGE)
    for value in page.rows:
        value.words = value_in_words(value, request.user.language)
    return page


def _citing(user: User, figure: Figure) -> QuerySet[Answer]:
    """The published answers that cite the figure; one more than is shown tells that there are others."""
    answers = (
        Answer.objects.visible_to(user, on=localdate()).published().filter(published__figures__figure=figure)
    )
    answers = answers.as_shown(on=localdate()).with_question_title(user.language)
    return answers.most_overdue_first()[: ANSWERS_SHOWN + 1]

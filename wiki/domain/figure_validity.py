"""Until when answers may tell the figures that they cite: one of the bounds of their review dates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Case, DateField, Exists, F, OuterRef, Value, When
from django.db.models.functions import Coalesce, Least

from wiki.models import Figure, FigureValue, RevisionFigure, Scope
from wiki.models.answers import AnswerQuerySet
from wiki.models.figure_values import nearest_value

# By figure, the last day on which it may be told; None where that is no day any more.
Ends = tuple[tuple[int, date | None], ...]


def refresh_figures_until(*, answers: AnswerQuerySet, on: date) -> None:
    """Derive `figures_until` of these answers again on the day `on`, on which something about them changed,
    and what follows for `next_review_on`.

    The first is the last day of the first of their figures to end. From the day on which one is missing,
    archived or past its end, until none is, it stays the eve of that day: what others are told, and when,
    counts from it. A value that ended by itself has stored that eve before; else it is the eve of `on`.

    One statement for each group of scopes that tell the same values, which are few, however many answers.
    """
    published = answers.filter(published__isnull=False)
    cited = RevisionFigure.objects.filter(revision__in=published.values("published"))
    figures = list(Figure.objects.filter(pk__in=cited.values("figure")))
    if not figures:
        bound = answers.filter(figures_until__isnull=False)
        bound.update(figures_until=None, next_review_on=F("own_review_on"))
        return
    scopes = Scope.objects.filter(pk__in=answers.values("scope"))
    for ends, keys in _scopes_by_ends(scopes, figures, on=on).items():
        first = _first_end(ends, on=on)
        answers.filter(scope__in=keys).update(figures_until=first, next_review_on=_soonest(first))


def _scopes_by_ends(
    scopes: Iterable[Scope], figures: Sequence[Figure], *, on: date
) -> Mapping[Ends, list[int]]:
    values: dict[int, list[FigureValue]] = defaultdict(list)
    for value in FigureValue.objects.current().filter(figure__in=figures):
        values[value.figure_id].append(value)
    groups: dict[Ends, list[int]] = defaultdict(list)
    for scope in scopes:
        groups[_ends_in(scope, figures, values, on=on)].append(scope.pk)
    return groups


def _ends_in(
    scope: Scope, figures: Sequence[Figure], values: Mapping[int, Sequence[FigureValue]], *, on: date
) -> Ends:
    """Of the figures that end in this scope; those whose value holds until the next are left out."""
    ends: list[tuple[int, date | None]] = []
    for figure in figures:
        value = nearest_value(values.get(figure.pk, ()), lineage=scope.lineage)
        if value is None or figure.archived_at is not None:
            ends.append((figure.pk, None))
        elif value.valid_until is not None:
            ends.append((figure.pk, value.valid_until if value.valid_until >= on else None))
    return tuple(ends)


def _first_end(ends: Ends, *, on: date) -> Case:
    """For an answer in a scope where the figures end so: the first of these days that it cites."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for figure, day in ends:
        by_day[day or date.min].append(figure)
    stale_since = Case(
        When(figures_until__lt=on, then=F("figures_until")),
        default=Value(on - timedelta(days=1)),
        output_field=DateField(),
    )
    citing = RevisionFigure.objects.filter(revision=OuterRef("published"))
    return Case(
        *(
            When(
                Exists(citing.filter(figure__in=by_day[day])),
                then=stale_since if day == date.min else Value(day),
            )
            for day in sorted(by_day)
        ),
        default=Value(None),
        output_field=DateField(),
    )


def _soonest(figures_until: Case) -> Case:
    """`domain.freshness` says the same of one answer: what was never verified is not bound by figures."""
    own = F("own_review_on")
    return Case(When(verified_on=None, then=own), default=Least(own, Coalesce(figures_until, own)))

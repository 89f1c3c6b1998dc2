"""Until when answers may tell the figures that they cite: one of the bounds of their review dates."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import cast

from django.utils.timezone import localdate

from wiki.models import Answer, Figure, FigureValue, Publication, RevisionFigure
from wiki.models.figure_values import nearest_value


def figures_end(answers: Sequence[Answer]) -> dict[int, list[date]]:
    """By verified answer, the last days of the figures that its published text cites.

    Where a figure has no value or is archived it is the eve of the day since when that is so: stale at once.
    """
    citations = RevisionFigure.objects.filter(revision__in=[answer.published_id for answer in answers])
    cited: dict[int, list[Figure]] = defaultdict(list)
    for citation in citations.select_related("figure"):
        cited[citation.revision_id].append(citation.figure)
    values: dict[int, list[FigureValue]] = defaultdict(list)
    figures = {figure.pk for found in cited.values() for figure in found}
    if figures:
        for value in FigureValue.objects.current().filter(figure__in=figures):
            values[value.figure_id].append(value)
    told_since = _told_since(answers, cited)
    return {
        answer.pk: [
            day
            for figure in cited[answer.published_id]
            if (day := _figure_ends(answer, figure, values[figure.pk], told_since[answer.pk, figure.pk]))
        ]
        for answer in answers
        if answer.published_id in cited
    }


def _figure_ends(
    answer: Answer, figure: Figure, values: Sequence[FigureValue], told_since: date
) -> date | None:
    """The last day on which the answer may tell the figure; None while its value has no end.

    Never before the eve of the day on which it began to tell it: until then nothing of it was stale.
    """
    eve = told_since - timedelta(days=1)
    if figure.archived_at is not None:
        return max(eve, localdate(figure.archived_at) - timedelta(days=1))
    value = nearest_value(values, lineage=answer.scope.lineage)
    if value is None:
        return eve
    return max(eve, value.valid_until) if value.valid_until else None


def _told_since(
    answers: Sequence[Answer], cited: Mapping[int, Sequence[Figure]]
) -> dict[tuple[int, int], date]:
    """By answer and figure, the day from which publications have told it without a break until now.

    A new revision that cites it still does not begin anew: else each small change would put off the day
    on which others are told.
    """
    citing = {answer.pk: answer for answer in answers if answer.published_id in cited}
    if not citing:
        return {}
    told = RevisionFigure.objects.filter(revision__publications__answer__in=citing)
    pairs = set(told.values_list("revision", "figure"))
    publications: dict[int, list[Publication]] = defaultdict(list)
    for publication in Publication.objects.filter(answer__in=citing).order_by("-starts_at", "-pk"):
        publications[publication.answer_id].append(publication)
    return {
        (answer.pk, figure.pk): _run_began(publications[answer.pk], figure, pairs)
        for answer in citing.values()
        for figure in cited[cast("int", answer.published_id)]
    }


def _run_began(
    publications: Sequence[Publication], figure: Figure, pairs: Collection[tuple[int, int]]
) -> date:
    """Of publications, the latest first: the day of the first in the last unbroken run that cites it."""
    began = publications[0].starts_at
    for publication in publications[1:]:
        if publication.ends_at != began or (publication.revision_id, figure.pk) not in pairs:
            break
        began = publication.starts_at
    return localdate(began)

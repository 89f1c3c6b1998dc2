"""Until when answers may tell the figures that they cite: one of the bounds of their review dates."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from django.utils.timezone import localdate

from wiki.models import Answer, Figure, FigureValue, RevisionFigure
from wiki.models.figure_values import nearest_value


def figures_end(answers: Sequence[Answer]) -> dict[int, list[date]]:
    """By verified answer, the last days of the figures that its published text cites.

    Where a figure has no value or is archived that day lies in the past: the answer is stale at once.
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
    return {
        answer.pk: [
            day
            for figure in cited[answer.published_id]
            if (day := _figure_ends(answer, figure, values[figure.pk]))
        ]
        for answer in answers
        if answer.published_id in cited
    }


def _figure_ends(answer: Answer, figure: Figure, values: Sequence[FigureValue]) -> date | None:
    """The last day on which the answer may tell the figure; None while its value has no end."""
    if figure.archived_at is not None:
        return localdate(figure.archived_at) - timedelta(days=1)
    value = nearest_value(values, lineage=answer.scope.lineage)
    return value.valid_until if value else cast("date", answer.verified_on) - timedelta(days=1)

"""The figures of an answer as they were told: kept with the line, and put back into its words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from recruiting.models import AnswerGiven, FigureTold
from wiki.domain.citations import Citation, cite_figures
from wiki.models import AnswerRevision


@dataclass(frozen=True, kw_only=True)
class ToldCitation:
    """A figure in a record's text: the number and the words of that day."""

    number: str
    words: str


def cited_in(revision: AnswerRevision, *, on: date) -> list[Citation]:
    """The figures of its text that had a value on the day, by short name; read now if they must be."""
    if not hasattr(revision, "cited"):
        cite_figures([revision], on=on)
    return [cited for _slug, cited in sorted(revision.cited.items()) if cited.value is not None]


def figures_on_screen(revision: AnswerRevision | None, *, on: date) -> str:
    """Names the values that a text tells, to know later whether they still are the ones."""
    cited = cited_in(revision, on=on) if revision else []
    return "-".join(str(citation.value.pk) for citation in cited if citation.value)


def keep_figures_told(given: AnswerGiven) -> None:
    """Store what the answer's figures came to when it was told; a correction tells those of its line."""
    if given.revision is None:
        return
    if (earlier := _told_before(given)) is not None:
        told = [(row.value_id, row.words) for row in earlier]
    else:
        cited = cited_in(given.revision, on=localdate(_first(given).given_at))
        told = [(citation.value.pk, citation.words) for citation in cited if citation.value]
    FigureTold.objects.bulk_create(
        FigureTold(answer_given=given, value_id=value, words=words) for value, words in told
    )


def show_figures_told(revision: AnswerRevision, told: Iterable[FigureTold]) -> None:
    """Put the figures kept with a line into the revision's `cited`; the others had no value then."""
    by_slug = {row.value.figure.slug: row for row in told}
    cited: dict[str, ToldCitation | Citation] = {}
    for slug, citation in revision.cited.items():
        row = by_slug.get(slug)
        cited[slug] = (
            ToldCitation(number=row.value.plain, words=row.words) if row else replace(citation, value=None)
        )
    revision.cited = cited


def _first(given: AnswerGiven) -> AnswerGiven:
    while given.corrects is not None:
        given = given.corrects
    return given


def _told_before(given: AnswerGiven) -> list[FigureTold] | None:
    """Of the latest line among those it corrects that kept any."""
    line = given.corrects
    while line is not None:
        if rows := list(line.figures_told.all()):
            return rows
        line = line.corrects
    return None

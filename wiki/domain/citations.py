"""Figures as answers tell them: found in texts, linked to revisions, put into words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.dates import in_words
from accounts.models import Language
from ledger.domain.fingerprints import fingerprint
from wiki import markdown
from wiki.models import Answer, AnswerRevision, Figure, FigureValue, RevisionFigure, Scope, Validity
from wiki.models.figure_values import nearest_value

_PARTS = ("short_answer", "details", "example")


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A figure in one answer: `figure` is None for an unknown short name, `value` where there is none."""

    slug: str
    figure: Figure | None
    value: FigureValue | None
    language: str

    @property
    def label(self) -> str:
        return self.figure.label(self.language) if self.figure else self.slug.replace("-", " ")

    @property
    def number(self) -> str:
        """For machines; empty where there is no value."""
        return self.value.plain if self.value else ""

    @property
    def words(self) -> str:
        """In the answer's language: "11.4% (as of 30 June 2026, payroll)"."""
        with override(self.language):
            if self.figure is None or self.value is None:
                return _("[figure missing: %(label)s]") % {"label": self.label}
            said = {
                "value": value_in_words(self.value, self.language),
                "date": in_words(self.value.as_of, "DATE_FORMAT"),
                "source": self.figure.source(self.language),
            }
            if said["source"]:
                return _("%(value)s (as of %(date)s, %(source)s)") % said
            return _("%(value)s (as of %(date)s)") % said

    def validity_on(self, on: date) -> Validity:
        """An archived figure is told as last known, and renewed by nobody: as if it had no value."""
        if self.figure is None or self.value is None or self.figure.archived_at is not None:
            return Validity.MISSING
        return self.value.validity_on(on)


def value_in_words(value: FigureValue, language: str) -> str:
    """The number with its unit, as the language writes them."""
    figure = value.figure
    with override(language):
        number = str(number_format(value.plain, value.decimals, use_l10n=True, force_grouping=True))
    unit = figure.unit(language)
    close = unit == "%" and language == Language.ENGLISH
    return f"{number}{unit}" if close or not unit else f"{number}\u00a0{unit}"


def cite_in_answers(answers: Iterable[Answer], *, on: date) -> None:
    """`cite_figures` for what may be said of these answers, whose scopes are at hand."""
    revisions = []
    for answer in answers:
        if answer.published is not None:
            answer.published.answer = answer
            revisions.append(answer.published)
    cite_figures(revisions, on=on)


def cite_figures(revisions: Collection[AnswerRevision], *, on: date) -> None:
    """Give each revision, as `cited`, the figures its text names, as they were known on the day `on`.

    Two queries whatever their number, and none where no text cites.
    """
    named = {id(revision): _slugs_in(revision) for revision in revisions}
    figures = _figures(set().union(*named.values()), on=on)
    for revision in revisions:
        slugs = named[id(revision)]
        revision.cited = (
            _citations(slugs, figures, revision.answer.scope, revision.answer.language) if slugs else {}
        )


def citations_in(text: str, *, scope: Scope, language: str, on: date) -> dict[str, Citation]:
    """The known figures that a text not saved yet names, as an answer of that scope would tell them."""
    slugs = set(markdown.FIGURE.findall(text))
    return _citations(slugs, _figures(slugs, on=on), scope, language, unknown=False)


class _Text(Protocol):
    """A revision, or what is about to become one."""

    @property
    def short_answer(self) -> str: ...
    @property
    def details(self) -> str: ...
    @property
    def example(self) -> str: ...


def hold_figures(texts: Iterable[_Text]) -> None:
    """Keep the figures that these texts cite from being valued until the transaction ends.

    Asked for before any answer's row, as the verbs of figures do: who waits for one holds none of the other.
    """
    slugs = set().union(*map(_slugs_in, texts))
    if slugs:
        figures = Figure.objects.filter(slug__in=slugs).order_by("pk")
        list(figures.select_for_update(no_key=True).values_list("pk"))


def figures_seen(revision: AnswerRevision) -> str:
    """What tells whether figures still read as they did on screen; empty for a text that cites none.

    Of the words, after `cite_figures`: a corrected unit or another scope's value counts like a new value.
    """
    if not revision.cited:
        return ""
    return fingerprint(*sorted((slug, citation.words) for slug, citation in revision.cited.items()))


def told(text: str, cited: Mapping[str, markdown.CitedFigure]) -> str:
    """A plain text with its figures in words."""
    return markdown.FIGURE.sub(lambda place: cited[place[1]].words, text)


def link_figures(*, revision: AnswerRevision) -> None:
    """Record which figures the revision cites; those that do not exist yet are linked once they do."""
    slugs = set(markdown.FIGURE.findall(revision.short_answer))
    slugs |= markdown.figure_slugs(revision.details) | markdown.figure_slugs(revision.example)
    if slugs:
        links = [
            RevisionFigure(revision=revision, figure=found) for found in Figure.objects.filter(slug__in=slugs)
        ]
        RevisionFigure.objects.bulk_create(links, ignore_conflicts=True)


def link_revisions(*, figure: Figure) -> None:
    """Link a new figure to the revisions whose texts have been waiting for it."""
    place = f"[[figure:{figure.slug}]]"
    naming = Q()
    for part in _PARTS:
        naming |= Q(**{f"{part}__contains": place})
    for revision in AnswerRevision.objects.filter(naming).order_by("pk").iterator(500):
        link_figures(revision=revision)


def _slugs_in(text: _Text) -> set[str]:
    texts = (str(getattr(text, part)) for part in _PARTS)
    return {slug for text in texts if "[[figure:" in text for slug in markdown.FIGURE.findall(text)}


def _figures(slugs: Collection[str], *, on: date) -> dict[str, tuple[Figure, list[FigureValue]]]:
    """By short name: the figure, and its current value in each scope."""
    if not slugs:
        return {}
    values: dict[int, list[FigureValue]] = defaultdict(list)
    figures = Figure.objects.filter(slug__in=slugs).in_bulk()
    for value in FigureValue.objects.current(on=on).filter(figure__in=figures):
        value.figure = figures[value.figure_id]
        values[value.figure_id].append(value)
    return {figure.slug: (figure, values[figure.pk]) for figure in figures.values()}


def _citations(
    slugs: Iterable[str],
    figures: Mapping[str, tuple[Figure, Sequence[FigureValue]]],
    scope: Scope,
    language: str,
    *,
    unknown: bool = True,
) -> dict[str, Citation]:
    cited = {}
    for slug in slugs:
        figure, values = figures.get(slug, (None, ()))
        if figure is not None or unknown:
            value = nearest_value(values, lineage=scope.lineage)
            cited[slug] = Citation(slug=slug, figure=figure, value=value, language=language)
    return cited

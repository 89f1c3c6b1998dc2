"""What would make a text more candid: advice to its writer, never a refusal. Reads plain text only."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from wiki.domain.citations import Citation, told
from wiki.models import AnswerKind, AnswerRevision

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# What candidates have heard everywhere, and which says nothing of this company.
_EVASIVE = {
    "en": (
        "best in class",
        "competitive salary",
        "dynamic environment",
        "dynamic team",
        "fast-paced",
        "human scale",
        "like a family",
        "market rate",
        "normal for the sector",
        "work hard, play hard",
        "world-class",
    ),
    "fr": (
        "à taille humaine",
        "comme une famille",
        "dans la moyenne du marché",
        "environnement dynamique",
        "équipe dynamique",
        "esprit start-up",
        "normal pour le secteur",
        "rémunération attractive",
        "salaire attractif",
        "salaire compétitif",
        "selon profil",
    ),
}


def hints_for(
    revision: AnswerRevision, *, language: str, cited: Mapping[str, Citation] | None = None
) -> list[str]:
    """What is missing or evasive in a revision, whose text names the figures `cited`.

    A candid “not measured” needs no figure.
    """
    cited = cited or {}
    said = told(f"{revision.short_answer}\n{revision.details}", cited)
    hints = [*_missing_figures(cited), _vague(f"{said}\n{revision.example}", language)]
    if revision.kind == AnswerKind.ANSWERED:
        hints += [_without_figure(said), "" if revision.example.strip() else _no_example()]
    return [hint for hint in hints if hint]


def _missing_figures(cited: Mapping[str, Citation]) -> Iterator[str]:
    for slug, citation in sorted(cited.items()):
        if citation.figure is None:
            yield _("No figure is called “%(name)s”: add it, or cite another.") % {"name": slug}
        elif citation.value is None:
            yield _("“%(label)s” has no value yet: record one.") % {"label": citation.figure}


def _without_figure(said: str) -> str:
    if not _DIGIT.search(said):
        return _("No figure: candidates ask for one. If it is not measured, say so.")
    return "" if _YEAR.search(said) else _("No date: say when the figures were counted.")


def _no_example() -> str:
    return _("No example: add one concrete thing that happened here.")


def _vague(text: str, language: str) -> str:
    folded = text.casefold().replace("’", "'")
    found = [phrase for phrase in _EVASIVE.get(language, ()) if phrase in folded]
    if not found:
        return ""
    return _("Words that say little: %(words)s.") % {"words": ", ".join(f"“{phrase}”" for phrase in found)}

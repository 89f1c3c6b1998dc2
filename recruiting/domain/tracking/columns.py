"""What a file may hold for each kind: the headings in both languages, and what a cell is.

The words of a file are no interface text: a file made in one language is read in the other, whatever
the catalogue says that day. So both stand here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language
from recruiting.models import GentlerForm, Outcome, SessionFormat, SessionStatus, Stage
from wiki.search.words import fold

_BETWEEN = re.compile(r"[\s_*-]+")


class Kind(models.TextChoices):
    POSITIONS = "positions", _("Positions")
    CANDIDATES = "candidates", _("Candidates")
    APPLICATIONS = "applications", _("Applications")
    SESSIONS = "sessions", _("Sessions")


@dataclass(frozen=True, kw_only=True)
class Column:
    key: str
    en: str
    fr: str
    holds: str | Promise = ""  # what a cell may be, said on the page
    required: bool = False
    choices: type[models.TextChoices] | None = None  # the words it may be, in either language

    @property
    def words(self) -> list[str]:
        return [str(choice.label) for choice in self.choices or ()]

    @property
    def label(self) -> str:
        return self.fr if (get_language() or "").startswith(Language.FRENCH) else self.en

    @property
    def headings(self) -> set[str]:
        return {heading(self.en), heading(self.fr), heading(self.key)}


def heading(text: str) -> str:
    """The same for every way of writing a heading: capitals, accents, blanks, hyphens and underscores."""
    words = (fold(word) for word in _BETWEEN.split(text.lower()))
    return " ".join(word for word in words if word)


_REFERENCE = _("How the tracking system names it: a line with a known reference changes what is there.")
_LANGUAGE = _("French or English. Empty: yours.")
_SCOPE = _("The name of a scope that exists.")
_DAY = _("A day, such as 2026-11-30 or 30/11/2026.")
_CANDIDATE = _("The candidate’s reference or e-mail address.")
_POSITION = _("The position’s reference, or its title if no other position has it.")

COLUMNS: Mapping[str, Sequence[Column]] = {
    Kind.POSITIONS: (
        Column(key="reference", en="Reference", fr="Référence", holds=_REFERENCE),
        Column(key="title", en="Title", fr="Intitulé", required=True),
        Column(key="language", en="Language", fr="Langue", holds=_LANGUAGE),
        Column(key="team", en="Team", fr="Équipe", holds=_SCOPE),
        Column(key="department", en="Department", fr="Service", holds=_SCOPE),
        Column(key="job_family", en="Job family", fr="Métier", holds=_SCOPE),
        Column(key="site", en="Site", fr="Site", holds=_SCOPE),
        Column(
            key="hiring_manager",
            en="Hiring manager",
            fr="Manager recruteur",
            holds=_("The e-mail address of someone who reads the wiki. They are asked for the role sheet."),
        ),
        Column(
            key="applicants_abound",
            en="Many people apply",
            fr="Beaucoup de candidatures",
            holds=_("Yes or no."),
        ),
        Column(key="filled", en="Filled", fr="Pourvu", holds=_("Yes or no.")),
    ),
    Kind.CANDIDATES: (
        Column(key="reference", en="Reference", fr="Référence", holds=_REFERENCE),
        Column(
            key="name", en="Name", fr="Nom", required=True, holds=_("First name first: hosts see it alone.")
        ),
        Column(
            key="email",
            en="E-mail address",
            fr="Adresse e-mail",
            holds=_("Needed where there is no reference: it tells who is known already."),
        ),
        Column(key="language", en="Language", fr="Langue", holds=_LANGUAGE),
        Column(key="source", en="Source", fr="Origine"),
    ),
    Kind.APPLICATIONS: (
        Column(key="candidate", en="Candidate", fr="Candidat", required=True, holds=_CANDIDATE),
        Column(key="position", en="Position", fr="Poste", required=True, holds=_POSITION),
        Column(key="stage", en="Stage", fr="Étape", choices=Stage),
        Column(
            key="outcome",
            en="Outcome",
            fr="Issue",
            choices=Outcome,
            holds=_("Empty while nothing is decided."),
        ),
        Column(key="decided_on", en="Decided on", fr="Décision le", holds=_DAY),
        Column(key="starts_on", en="Starts on", fr="Arrivée le", holds=_DAY),
    ),
    Kind.SESSIONS: (
        Column(key="reference", en="Reference", fr="Référence", holds=_REFERENCE),
        Column(key="candidate", en="Candidate", fr="Candidat", required=True, holds=_CANDIDATE),
        Column(key="position", en="Position", fr="Poste", required=True, holds=_POSITION),
        Column(
            key="starts_at",
            en="Starts at",
            fr="Début",
            required=True,
            holds=_("Day and time where the company is, such as 30/11/2026 14:30."),
        ),
        Column(key="length_minutes", en="Minutes", fr="Minutes", holds=_("Empty: 45.")),
        Column(
            key="format",
            en="Format",
            fr="Format",
            choices=SessionFormat,
            holds=_("Empty: video call."),
        ),
        Column(
            key="place",
            en="Address or link",
            fr="Adresse ou lien",
            holds=_("Where to go, what to open or which number to call."),
        ),
        Column(
            key="gentler_form",
            en="Gentler form",
            fr="Forme plus douce",
            choices=GentlerForm,
            holds=_("Empty: none."),
        ),
        Column(
            key="language", en="Language", fr="Langue", holds=_("French or English. Empty: the position’s.")
        ),
        Column(key="stage", en="Stage", fr="Étape", choices=Stage, holds=_("Empty: the application’s.")),
        Column(
            key="hosts",
            en="Hosts",
            fr="Hôtes",
            holds=_("E-mail addresses of people who read the wiki, with spaces between them."),
        ),
        Column(key="status", en="Status", fr="Statut", choices=SessionStatus, holds=_("Empty: planned.")),
    ),
}
# A session takes the whole of its verb, with what its hosts are told, so fewer go in one file.
MOST_ROWS: Mapping[str, int] = {
    Kind.POSITIONS: 20_000,
    Kind.CANDIDATES: 20_000,
    Kind.APPLICATIONS: 20_000,
    Kind.SESSIONS: 2_000,
}

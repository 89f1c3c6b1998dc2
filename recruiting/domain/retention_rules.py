"""How long each kind of personal data is kept, in words; `personal_data` holds the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long something is kept, and what happens then; `verb` does it, "" where nothing has to.

    `outlives`: it says nothing of a candidate, and stays as it is when one is erased. What does not outlive
    them must say how erasure reaches it: `manage.py check` fails otherwise.
    """

    kept: str
    then: str
    verb: str = ""
    outlives: bool = False


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How erasure comes from a candidate to fields, and what it leaves in them.

    `path` is the lookup from the model to the candidate. What no key leads to is found by the function that
    `by` names. A field is left empty, or as `leaves` says where the row may not be without words; with
    `removes` the row goes.
    """

    path: str = ""
    by: str = ""
    leaves: Mapping[str, Any] = field(default_factory=dict)
    removes: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Fields of one model that are kept for the same reason, as long, for the same readers.

    `withheld`: why a candidate who asks for what is held about them is not given these.
    """

    model: str
    fields: tuple[str, ...]
    why: str
    readers: str
    rule: Rule
    reach: Reach | None = None
    withheld: str = ""

    @property
    def names(self) -> list[str]:
        return [f"{self.model}.{field}" for field in self.fields]


RECRUITERS = "Recruiters and leads"
HOSTS = "Hosts of the session, recruiters and leads"
READERS = "Everyone who reads the wiki"

CANDIDATE = Rule(
    kept="Until the candidate’s file expires: see “When a candidate’s file expires”",
    then="Emptied; the row stays without the candidate",
    verb="recruiting.domain.erasure.erase_candidate",
)
RECORD = Rule(
    kept="Until the candidate’s file expires",
    then="Emptied; the question, the revision, the figures, how it was answered and the date remain",
    verb="recruiting.domain.erasure.erase_candidate",
)
POSITION = Rule(
    kept="As long as the company keeps the position; no candidate is named in it",
    then="Left: a record needs the position’s name",
    outlives=True,
)
PEOPLE = Rule(
    kept="While the account is active, and after it is closed for the history that names the person",
    then="Pseudonymised on request; users are never deleted",
    outlives=True,
)
COMPANY = Rule(
    kept="As long as the wiki: it is the company’s own text, and history is not rewritten",
    then="Left; a name written by mistake is taken out by a new text, and a lead empties an old one",
    outlives=True,
)
SECRET = Rule(
    kept="Until it is used, revoked or expired",
    then="Useless: only its hash was ever kept",
    outlives=True,
)
NOT_PERSONAL = Rule(kept="With its row", then="Left: it holds no words about a person", outlives=True)

"""How long each kind of personal data is kept, in words; `personal_data` holds the register."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How long something is kept, and what happens then; `verb` does it, "" where nothing does yet."""

    kept: str
    then: str
    verb: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Fields of one model that are kept for the same reason, as long, for the same readers."""

    model: str
    fields: tuple[str, ...]
    why: str
    readers: str
    rule: Rule

    @property
    def names(self) -> list[str]:
        return [f"{self.model}.{field}" for field in self.fields]


RECRUITERS = "Recruiters and leads"
HOSTS = "Hosts of the session, recruiters and leads"
READERS = "Everyone who reads the wiki"

CANDIDATE = Rule(
    kept="Until the candidate’s file expires: see “When a candidate’s file expires”",
    then="Emptied; the row stays without the candidate",
)
RECORD = Rule(
    kept="Until the candidate’s file expires",
    then="Emptied; the question, the revision, the figures, how it was answered and the date remain",
)
POSITION = Rule(
    kept="As long as the company keeps the position; no candidate is named in it",
    then="Left: a record needs the position’s name",
)
PEOPLE = Rule(
    kept="While the account is active, and after it is closed for the history that names the person",
    then="Pseudonymised on request; users are never deleted",
)
COMPANY = Rule(
    kept="As long as the wiki: it is the company’s own text, and history is not rewritten",
    then="Left; a name written by mistake is taken out by a new text, and a lead empties an old one",
)
SECRET = Rule(kept="Until it is used, revoked or expired", then="Useless: only its hash was ever kept")
NOT_PERSONAL = Rule(kept="With its row", then="Left: it holds no words about a person")

"""The register as the page that a data protection officer reads: docs/personal-data.md."""

from recruiting.domain.candidate_retention import (
    HIRED_KEPT,
    KEPT_WITH_CONSENT,
    KEPT_WITHOUT_CONSENT,
    SILENT_KEPT,
)
from recruiting.domain.personal_data import PARTS
from recruiting.domain.retention_rules import Kept

_HEAD = f"""# Personal data

Every field of free words in the product's own tables: why it is there, who reads it, how long it is kept,
and what happens then. Made from `recruiting/domain/personal_data.py` by `python manage.py personal_data`; a
check (`python manage.py check`) fails when a field of the product has no rule.

## When a candidate's file expires

Computed from the last contact, the outcome and the consent, never stored
(`recruiting/domain/candidate_retention.py`):

- not retained, declined or withdrawn: {KEPT_WITHOUT_CONSENT} months after the last contact; with the
  candidate's consent to be contacted again, {KEPT_WITH_CONSENT} months;
- hired: {HIRED_KEPT} months after the first day, which leaves the time to ask at 30 and 90 days whether what
  they were told was true; the personnel file is kept elsewhere, by its own rule;
- still in process: kept; but a file in which nothing has happened for {SILENT_KEPT} months expires like the
  others.

The last contact is the latest of: the application, a session that took place, a decision, something sent to
the candidate. With several applications the one that expires last counts.

A candidate who still has a session to come is kept until it has taken place. Whose file has expired is
erased the next night (`erase_expired_candidates`), and anybody when a lead says so. Where the column
"done by" is empty, nothing has to be done.

## Elsewhere

Tables of libraries: sign-in addresses, second factors and sessions of the people who use the product
(django-allauth, Django), removed with the account or when they expire; tasks of the worker, which hold ids.
The web server's log and the database's backups hold what they are set to hold: see `operations.md`.
"""


def personal_data_page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD]
    for title, entries in PARTS.items():
        parts.append(f"## {title}\n")
        parts.append("| field | why | who reads it | how long | then | done by |")
        parts.append("| --- | --- | --- | --- | --- | --- |")
        parts += [_row(kept) for kept in entries]
        parts.append("")
    return "\n".join(parts)


def _row(kept: Kept) -> str:
    fields = ", ".join(f"`{name}`" for name in kept.fields)
    rule = kept.rule
    verb = f"`{rule.verb}`" if rule.verb else ""
    cells = (f"{kept.model}: {fields}", kept.why, kept.readers, rule.kept, rule.then, verb)
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")

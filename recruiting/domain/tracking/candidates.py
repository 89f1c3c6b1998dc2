"""Lines about candidates: matched by reference, else by e-mail address."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Language, User
from recruiting.domain.candidates import FACTS, CandidateFacts, add_candidates, edit_candidates
from recruiting.domain.tracking.cells import BadCell, Cells, choice_of, text_of
from recruiting.domain.tracking.columns import Kind
from recruiting.domain.tracking.files import Row
from recruiting.domain.tracking.lines import (
    Line,
    Outcome,
    Seen,
    changes_between,
    concluded,
    label_of,
    labels_of,
    refused,
    shown,
)
from recruiting.domain.tracking.standing import Standing
from recruiting.models import Candidate


class CandidateLines:
    """What a file of candidates would do, and doing it."""

    model = Candidate

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.standing = Standing()
        self.labels = labels_of(Kind.CANDIDATES)
        self.seen = Seen()

    def lines(self, rows: Sequence[Row]) -> Iterator[Line]:
        names = {row.cells.get(key, "") for row in rows for key in ("reference", "email")}
        self.known = KnownCandidates(names, self.standing)
        for row in rows:
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        cells = Cells(row, self.labels)
        told = self._told(cells)
        title = cells.text("name") or cells.text("email") or cells.text("reference")
        reference, email = told.get("reference", ""), told.get("email", "")
        target = self.known.by_reference.get(reference)
        same = self.known.by_email.get(email.lower(), []) if email else []
        if target is None and not cells.wrong:
            target = self._by_address(cells, reference, same)
        elif any(candidate != target for candidate in same):
            cells.refuse("email", _("Someone else has this address."))
        if target is not None and target.anonymised_at:
            cells.wrong.append(_("What was known of this candidate has been erased."))
        keys = [(key, text) for key, text in (("reference", reference), ("email", email.lower())) if text]
        if again := self.seen.again(row.number, *keys):
            cells.wrong.append(again)
        if cells.wrong:
            return refused(row.number, title, cells.wrong)
        changes = changes_between(_standing(target), told, self.labels, _shown) if target else []
        return concluded(row.number, title, target=target, told=told, changes=changes)

    def _by_address(self, cells: Cells, reference: str, same: Sequence[Candidate]) -> Candidate | None:
        if len(same) > 1:
            cells.refuse("email", _("Several candidates have this address: give the reference."))
        elif same and reference and same[0].reference:
            message = _("Someone with this address is already known under the reference “%(reference)s”.")
            cells.refuse("email", message % {"reference": same[0].reference})
        return same[0] if same else None

    def _told(self, cells: Cells) -> dict[str, Any]:
        told: dict[str, Any] = {}
        cells.require("name")
        if "reference" not in cells and "email" not in cells:
            cells.wrong.append(_("Give a reference or an e-mail address: without one nobody is found again."))
        for name in ("reference", "name", "email", "source"):
            cells.read(name, text_of(Candidate, name), told)
        cells.read("language", choice_of(Language), told)
        return told

    def write(self, lines: Sequence[Line], *, at: datetime) -> None:
        empty = {"email": "", "language": self.by.language}
        new = [
            CandidateFacts(**(empty | dict(line.told))) for line in lines if line.outcome == Outcome.CREATED
        ]
        add_candidates(facts=new, by=self.by, at=at)
        changes = [
            (line.target, CandidateFacts(**(_standing(line.target) | dict(line.told))))
            for line in lines
            if line.outcome == Outcome.CHANGED
        ]
        if changes:
            edit_candidates(changes=changes, by=self.by, at=at)


class KnownCandidates:
    """Those whom a file names by reference or e-mail address, found in one reading of the table."""

    def __init__(self, names: set[str], standing: Standing) -> None:
        asked, addresses = names - {""}, {name.lower() for name in names if "@" in name}
        rows = Candidate.objects.order_by("pk").values_list(
            "pk", "reference", "email", "name", "language", "source", "anonymised_at"
        )
        found = [
            pk
            for pk, reference, email, *_rest in standing.read(rows)
            if (reference and reference in asked) or (email and email.lower() in addresses)
        ]
        self.by_reference: dict[str, Candidate] = {}
        self.by_email: dict[str, list[Candidate]] = {}
        for candidate in Candidate.objects.in_bulk(found).values():
            if candidate.reference:
                self.by_reference[candidate.reference] = candidate
            if candidate.email and not candidate.anonymised_at:
                self.by_email.setdefault(candidate.email.lower(), []).append(candidate)

    def named(self, cell: str) -> Candidate:
        """By reference, else by e-mail address. Raises BadCell."""
        same = self.by_email.get(cell.lower(), [])
        candidate = self.by_reference.get(cell) or (same[0] if len(same) == 1 else None)
        if candidate is None or candidate.anonymised_at:
            message = (
                _("Several candidates have the address “%(cell)s”: give the reference.")
                if len(same) > 1
                else _("No candidate has the reference or address “%(cell)s”: import the candidates first.")
            )
            raise BadCell(message % {"cell": cell[:120]})
        return candidate


def _standing(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in FACTS}


def _shown(name: str, value: Any) -> str:
    return label_of(Language, value) if name == "language" else shown(value)

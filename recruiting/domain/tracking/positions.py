"""Lines about positions: matched by reference, else by title; written by the verbs of the form."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Language, User
from recruiting.domain.positions import FACTS, PositionChange, PositionFacts, edit_positions, open_positions
from recruiting.domain.tracking.cells import BadCell, Cells, choice_of, person_of, readers, text_of, yes_or_no
from recruiting.domain.tracking.columns import Kind, heading
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
from recruiting.models import Position
from recruiting.models.positions import SCOPE_FIELDS
from wiki.models import Scope


class PositionLines:
    """What a file of positions would do, and doing it."""

    model = Position

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.standing = Standing()
        self.labels = labels_of(Kind.POSITIONS)
        self.people = readers(self.standing)
        self.scopes: dict[tuple[str, str], list[Scope]] = defaultdict(list)
        self.standing.read(Scope.objects.order_by("pk").values_list("pk", "kind", "name"))
        for scope in Scope.objects.all():
            self.scopes[scope.kind, heading(scope.name)].append(scope)
        self.known = KnownPositions(self.standing)
        self.seen = Seen()

    def lines(self, rows: Sequence[Row]) -> Iterator[Line]:
        for row in rows:
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        cells = Cells(row, self.labels)
        said = self._told(cells)
        title, reference = said.get("title", cells.text("title")), said.get("reference", "")
        target = self.known.by_reference.get(reference) if reference else None
        if target is None and not cells.wrong:
            try:
                target = self.known.of_title(title, unless_named=bool(reference))
            except BadCell as bad:
                cells.refuse("title", str(bad))
        keys = [("reference", reference)] if reference else [("title", heading(title))]
        keys += [("row", target.pk)] if target else []
        if again := self.seen.again(row.number, *keys):
            cells.wrong.append(again)
        if cells.wrong:
            return refused(row.number, title, cells.wrong)
        changes = changes_between(_standing(target), said, self.labels, _shown) if target else []
        return concluded(row.number, title, target=target, told=said, changes=changes)

    def _told(self, cells: Cells) -> dict[str, Any]:
        told: dict[str, Any] = {}
        cells.require("title")
        for name in ("reference", "title"):
            cells.read(name, text_of(Position, name), told)
        cells.read("language", choice_of(Language), told)
        for name, kind in SCOPE_FIELDS.items():
            cells.read(name, self._scope_of(kind), told)
        cells.read("hiring_manager", person_of(self.people), told)
        for name in ("applicants_abound", "filled"):
            cells.read(name, yes_or_no, told)
        return told

    def _scope_of(self, kind: str) -> Callable[[str], Scope]:
        def meaning(cell: str) -> Scope:
            found = self.scopes.get((kind, heading(cell)), [])
            if len(found) != 1:
                message = (
                    _("Several scopes are called “%(cell)s”.")
                    if found
                    else _("No scope is called “%(cell)s”.")
                )
                raise BadCell(message % {"cell": cell[:120]})
            return found[0]

        return meaning

    def write(self, lines: Sequence[Line], *, at: datetime) -> None:
        new = [line for line in lines if line.outcome == Outcome.CREATED]
        facts = [self._facts({"language": self.by.language} | dict(line.told)) for line in new]
        opened = open_positions(facts=facts, by=self.by, at=at)
        changes = [
            PositionChange(
                position=line.target,
                facts=self._facts(_standing(line.target) | dict(line.told)),
                filled=line.told.get("filled", line.target.filled_at is not None),
            )
            for line in lines
            if line.outcome == Outcome.CHANGED
        ]
        filled = zip(opened, facts, new, strict=True)
        changes += [
            PositionChange(position=position, facts=told, filled=True)
            for position, told, line in filled
            if line.told.get("filled")
        ]
        if changes:
            edit_positions(changes=changes, by=self.by, at=at)

    def _facts(self, told: dict[str, Any]) -> PositionFacts:
        return PositionFacts(**{name: said for name, said in told.items() if name in FACTS})


class KnownPositions:
    """The positions there are, as a file names them."""

    def __init__(self, standing: Standing) -> None:
        standing.read(Position.objects.order_by("pk").values_list())
        positions = Position.objects.with_scopes().with_role_sheet().order_by("pk")
        self.by_id: dict[int, Position] = {}
        self.by_reference: dict[str, Position] = {}
        self._by_title: dict[str, list[Position]] = defaultdict(list)
        for position in positions:
            self.by_id[position.pk] = position
            self._by_title[heading(position.title)].append(position)
            if position.reference:
                self.by_reference[position.reference] = position

    def of_title(self, title: str, *, unless_named: bool = False) -> Position | None:
        """The open one of that title, else the filled one. Raises BadCell when the title does not tell.

        `unless_named`: only among those that no reference names yet.
        """
        found = self._by_title.get(heading(title), [])
        if unless_named:
            found = [position for position in found if not position.reference]
        found = [position for position in found if position.filled_at is None] or found
        if len(found) > 1:
            message = _("Several positions are called “%(title)s”: give the reference.")
            raise BadCell(message % {"title": title})
        return found[0] if found else None

    def named(self, cell: str) -> Position:
        """By reference, else by title. Raises BadCell."""
        position = self.by_reference.get(cell) or self.of_title(cell)
        if position is None:
            raise BadCell(_("No position has the reference or title “%(cell)s”.") % {"cell": cell[:120]})
        return position


def _standing(position: Position) -> dict[str, Any]:
    told = {name: getattr(position, name) for name in FACTS}
    return told | {"filled": position.filled_at is not None}


def _shown(name: str, value: Any) -> str:
    return label_of(Language, value) if name == "language" else shown(value)

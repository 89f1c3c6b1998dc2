"""Lines about applications: matched by their candidate and their position."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User
from recruiting.domain.applications import (
    Progress,
    contradictions,
    edit_applications,
    open_applications,
    progress_of,
)
from recruiting.domain.tracking.candidates import KnownCandidates
from recruiting.domain.tracking.cells import Cells, choice_of, day
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
from recruiting.domain.tracking.positions import KnownPositions
from recruiting.domain.tracking.standing import Standing
from recruiting.models import Application, Candidate, Position, Stage
from recruiting.models import Outcome as Ending

WORDS: Mapping[str, type[models.TextChoices]] = {"stage": Stage, "outcome": Ending}
UNTOUCHED = Progress(stage=Stage.INTERVIEWS)


class ApplicationLines:
    """What a file of applications would do, and doing it."""

    model = Application

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.standing = Standing()
        self.labels = labels_of(Kind.APPLICATIONS)
        self.positions = KnownPositions(self.standing)
        self.seen = Seen()

    def lines(self, rows: Sequence[Row]) -> Iterator[Line]:
        self.candidates = KnownCandidates({row.cells.get("candidate", "") for row in rows}, self.standing)
        self.known = known_applications(self.candidates, self.standing)
        for row in rows:
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        cells = Cells(row, self.labels)
        title = f"{cells.text('candidate')}, {cells.text('position')}"
        parties = read_parties(cells, self.candidates, self.positions)
        told = self._told(cells)
        target = self.known.get((parties[0].pk, parties[1].pk)) if parties else None
        before = progress_of(target) if target else UNTOUCHED
        meant = Progress(**(vars(before) | told))
        if parties and not cells.wrong:
            title = f"{parties[0].name}, {parties[1].title}"
            for name, reason in contradictions(self._as_said(meant, told)).items():
                cells.refuse(name, reason)
        if parties and (again := self.seen.again(row.number, (parties[0].pk, parties[1].pk))):
            cells.wrong.append(again)
        if cells.wrong or not parties:
            return refused(row.number, title, cells.wrong)
        after = {name: said for name, said in vars(meant.settled).items() if name in told or name == "stage"}
        changes = changes_between(vars(before), after, self.labels, _shown) if target else []
        facts = {"progress": meant.settled, "parties": parties}
        return concluded(row.number, title, target=target, told=facts, changes=changes)

    def _as_said(self, meant: Progress, told: dict[str, Any]) -> Progress:
        """A line that leaves the stage out contradicts none: the outcome brings its own."""
        return meant if "stage" in told else meant.settled

    def _told(self, cells: Cells) -> dict[str, Any]:
        told: dict[str, Any] = {}
        cells.read("stage", choice_of(Stage), told)
        cells.read("outcome", choice_of(Ending), told)
        for name in ("decided_on", "starts_on"):
            cells.read(name, day, told)
        return told

    def write(self, lines: Sequence[Line], *, at: datetime) -> None:
        new = [line for line in lines if line.outcome == Outcome.CREATED]
        opened = open_applications(
            opened=[
                (line.told["parties"][1], line.told["parties"][0], _first_stage(line.told["progress"]))
                for line in new
            ],
            by=self.by,
            at=at,
        )
        pairs = [*zip(opened, new, strict=True)]
        changes = [(row, line.told["progress"]) for row, line in pairs if line.told["progress"].outcome]
        changes += [(line.target, line.told["progress"]) for line in lines if line.outcome == Outcome.CHANGED]
        if changes:
            edit_applications(changes=changes, by=self.by, at=at)


def _first_stage(progress: Progress) -> str:
    """Where it opens; one that is decided already moves on from there."""
    return Stage.INTERVIEWS if progress.outcome else progress.stage


def read_parties(
    cells: Cells, candidates: KnownCandidates, positions: KnownPositions
) -> tuple[Candidate, Position] | None:
    """Whose application for what the line is about; None, and why noted, when one is not known."""
    found: dict[str, Any] = {}
    for key, meaning in (("candidate", candidates.named), ("position", positions.named)):
        cells.require(key)
        cells.read(key, meaning, found)
    return (found["candidate"], found["position"]) if len(found) == len(("candidate", "position")) else None


def known_applications(candidates: KnownCandidates, standing: Standing) -> dict[tuple[int, int], Application]:
    """Those of the candidates, by candidate and position."""
    people = {one.pk for one in candidates.by_reference.values()}
    people |= {one.pk for same in candidates.by_email.values() for one in same}
    rows = Application.objects.order_by("pk").values_list(
        "pk", "candidate", "position", "stage", "outcome", "decided_on", "starts_on"
    )
    found = [pk for pk, candidate, *_rest in standing.read(rows) if candidate in people]
    applications = Application.objects.in_bulk(found).values()
    return {(row.candidate_id, row.position_id): row for row in applications}


def _shown(name: str, value: Any) -> str:
    return label_of(WORDS[name], value) if name in WORDS else shown(value)

"""Lines about sessions: matched by reference, else by their application and the moment they begin."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Language, User
from ledger.domain.activity import record_activity
from recruiting.domain.sessions import NEXT_STATUSES, SessionFacts, change_status, edit_session, plan_session
from recruiting.domain.tracking.applications import known_applications, read_parties
from recruiting.domain.tracking.candidates import KnownCandidates
from recruiting.domain.tracking.cells import (
    BadCell,
    Cells,
    choice_of,
    moment,
    people_of,
    readers,
    text_of,
)
from recruiting.domain.tracking.columns import Kind
from recruiting.domain.tracking.files import Row
from recruiting.domain.tracking.known_sessions import KnownSessions
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
from recruiting.models import Application, GentlerForm, Session, SessionFormat, SessionStatus, Stage
from recruiting.models.sessions import LONGEST, SHORTEST

FACTS = [field.name for field in fields(SessionFacts)]
WORDS: Mapping[str, type[models.TextChoices]] = {
    "format": SessionFormat,
    "gentler_form": GentlerForm,
    "language": Language,
    "stage": Stage,
    "status": SessionStatus,
}
MOST_DIGITS = 6  # of a number of minutes, with the noughts that some write before it


class SessionLines:
    """What a file of sessions would do, and doing it."""

    model = Session

    def __init__(self, *, by: User) -> None:
        self.by = by
        self.standing = Standing()
        self.labels = labels_of(Kind.SESSIONS)
        self.positions = KnownPositions(self.standing)
        self.people = readers(self.standing)
        self.seen = Seen()

    def lines(self, rows: Sequence[Row]) -> Iterator[Line]:
        self.candidates = KnownCandidates({row.cells.get("candidate", "") for row in rows}, self.standing)
        self.applications = known_applications(self.candidates, self.standing)
        self.known = KnownSessions(
            {row.cells.get("reference", "") for row in rows}, self.applications.values(), self.standing
        )
        for row in rows:
            yield self._line(row)

    def _line(self, row: Row) -> Line:
        cells = Cells(row, self.labels)
        title = f"{cells.text('candidate')}, {cells.text('starts_at')}"
        told = self._told(cells)
        application = self._application(cells)
        reference = told.get("reference", "")
        target = None if application is None else self.known.of(application, reference, told.get("starts_at"))
        self._check_target(cells, target, application, told)
        keys: list[Any] = [("reference", reference)] if reference else []
        if application and told.get("starts_at"):
            keys.append((application.pk, told["starts_at"]))
        if again := self.seen.again(row.number, *keys):
            cells.wrong.append(again)
        if cells.wrong or application is None:
            return refused(row.number, title, cells.wrong)
        changes = changes_between(_standing(target), told, self.labels, _shown) if target else []
        return concluded(
            row.number, title, target=target, told=told | {"application": application}, changes=changes
        )

    def _application(self, cells: Cells) -> Application | None:
        parties = read_parties(cells, self.candidates, self.positions)
        if parties is None:
            return None
        application = self.applications.get((parties[0].pk, parties[1].pk))
        if application is None:
            message = _("This candidate has not applied for this position: import the applications first.")
            cells.refuse("candidate", message)
        return application

    def _check_target(
        self, cells: Cells, target: Session | None, application: Application | None, told: dict[str, Any]
    ) -> None:
        status = target.status if target else SessionStatus.PLANNED
        wanted = told.get("status", status)
        if target and application and target.application_id != application.pk:
            cells.refuse("reference", _("This session is of another application."))
        elif wanted not in (status, *NEXT_STATUSES[status]):
            message = _("A session that is “%(before)s” cannot become “%(after)s”.")
            words = {"before": _shown("status", status), "after": _shown("status", wanted)}
            cells.refuse("status", message % words)
        elif target and not target.is_recordable and _moved(target, told):
            cells.wrong.append(_("This session is over. Reopen it to change it."))

    def _told(self, cells: Cells) -> dict[str, Any]:
        told: dict[str, Any] = {}
        cells.require("starts_at")
        for name in ("reference", "place"):
            cells.read(name, text_of(Session, name), told)
        cells.read("starts_at", moment, told)
        cells.read("length_minutes", _minutes, told)
        for name, choices in WORDS.items():
            cells.read(name, choice_of(choices), told)
        cells.read("hosts", people_of(self.people), told)
        return told

    def write(self, lines: Sequence[Line], *, at: datetime) -> None:
        for line in lines:
            if line.outcome == Outcome.CREATED:
                self._plan(line, at=at)
            elif line.outcome == Outcome.CHANGED:
                self._change(line, at=at)

    def _plan(self, line: Line, *, at: datetime) -> None:
        application: Application = line.told["application"]
        position = self.positions.by_id[application.position_id]
        agreed = {
            "stage": application.stage,
            "format": SessionFormat.VIDEO,
            "language": position.language,
            "length_minutes": 45,
            "hosts": [],
        }
        session = plan_session(
            application=application,
            facts=_facts(agreed | dict(line.told)),
            reference=line.told.get("reference", ""),
            by=self.by,
            at=at,
        )
        self._move(session, line, at=at)

    def _change(self, line: Line, *, at: datetime) -> None:
        session: Session = line.target
        if _moved(session, line.told):
            facts = _facts(_standing(session) | dict(line.told))
            edit_session(session=session, facts=facts, as_of=session.updated_at, by=self.by, at=at)
        reference = line.told.get("reference", session.reference)
        if reference != session.reference:
            Session.objects.filter(pk=session.pk).update(reference=reference)
            record_activity(actor=self.by, verb="name", subject=session, at=at, reference=reference)
        self._move(session, line, at=at)

    def _move(self, session: Session, line: Line, *, at: datetime) -> None:
        status = line.told.get("status", session.status)
        if status != session.status:
            change_status(session=session, status=SessionStatus(status), by=self.by, at=at)


def _minutes(cell: str) -> int:
    is_number = cell.isascii() and cell.isdecimal() and len(cell) <= MOST_DIGITS
    if not (is_number and SHORTEST <= int(cell) <= LONGEST):
        raise BadCell(_("Give between 5 and 480 minutes."))
    return int(cell)


def _facts(told: dict[str, Any]) -> SessionFacts:
    return SessionFacts(**{name: told[name] for name in FACTS if name in told})


def _standing(session: Session) -> dict[str, Any]:
    agreed = {name: getattr(session, name) for name in FACTS if name != "hosts"}
    hosts = sorted((host.user for host in session.hosts.all()), key=lambda user: user.pk)
    return agreed | {"hosts": hosts, "status": session.status, "reference": session.reference}


def _moved(session: Session, told: Any) -> bool:
    """Whether the line changes what is agreed, beyond status and reference."""
    standing = _standing(session)
    return any(name in FACTS and said != standing[name] for name, said in told.items())


def _shown(name: str, value: Any) -> str:
    return label_of(WORDS[name], value) if name in WORDS else shown(value)

"""The demonstration's positions, candidates and sessions, with what was asked and answered."""

import tomllib
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db.models import F
from django.utils.timezone import localdate

from ledger.models import MailState, OutgoingMail
from recruiting.domain.answers_given import Said, record_answer
from recruiting.domain.applications import CandidateFacts, edit_application, open_application
from recruiting.domain.demo.after_sessions import plan_what_follows
from recruiting.domain.demo.company import DEMO_FOLDER, DemoCompany
from recruiting.domain.positions import PositionFacts, open_position
from recruiting.domain.promises import USUAL_DELAY, Promised
from recruiting.domain.role_sheets import RoleSheetText, fill_role_sheet
from recruiting.domain.session_invitations import invitation_mails
from recruiting.domain.sessions import SessionFacts, change_status, edit_session, plan_session
from recruiting.models import Application, Delivery, Position, Session, SessionStatus, Stage
from recruiting.models.positions import SCOPE_FIELDS

POSITIONS_DAYS_AGO = 110
PLANNED_AHEAD_DAYS = 12
MOVED_ON_DAYS = 6  # an application's outcome comes so long after its last session
STEPS = {
    SessionStatus.PLANNED: [],
    SessionStatus.CONFIRMED: [SessionStatus.CONFIRMED],
    SessionStatus.HELD: [SessionStatus.CONFIRMED, SessionStatus.HELD],
    SessionStatus.DEBRIEFED: [SessionStatus.CONFIRMED, SessionStatus.HELD],
    SessionStatus.CLOSED: [SessionStatus.CONFIRMED, SessionStatus.HELD, SessionStatus.CLOSED],
    SessionStatus.CANCELLED: [SessionStatus.CANCELLED],
    SessionStatus.NO_SHOW: [SessionStatus.CONFIRMED, SessionStatus.NO_SHOW],
}


def plan_sessions(company: DemoCompany) -> None:
    """Plan the whole of sessions.toml on the company's timeline."""
    entries = tomllib.loads((DEMO_FOLDER / "sessions.toml").read_text(encoding="utf-8"))
    positions: dict[str, Position] = {}
    applications: dict[str, Application] = {}
    timeline, sophie = company.timeline, company.people["sophie"]
    for entry in entries["position"]:

        def open_it(at: datetime, entry: dict[str, Any] = entry) -> None:
            facts = _position_facts(company, entry)
            positions[entry["slug"]] = open_position(facts=facts, by=sophie, at=at)

        def fill_sheet(at: datetime, entry: dict[str, Any] = entry) -> None:
            _fill_sheet(company, positions[entry["slug"]], entry, at)

        timeline.plan(timeline.at(POSITIONS_DAYS_AGO), open_it)
        if "role_sheet" in entry:
            timeline.plan(timeline.at(POSITIONS_DAYS_AGO - 3), fill_sheet)
    for entry in entries["candidate"]:
        offsets = [s["day_offset"] for s in entries["session"] if s["candidate"] == entry["slug"]]

        held_before = min(offsets, default=0) < 0

        def apply(at: datetime, entry: dict[str, Any] = entry, held: bool = held_before) -> None:
            applications[entry["slug"]] = open_application(
                position=positions[entry["position"]],
                candidate=CandidateFacts(name=entry["name"], email=entry["email"], language=company.language),
                by=sophie,
                at=at,
                stage=Stage.INTERVIEWS if held else entry["stage"],
            )

        def move_on(at: datetime, entry: dict[str, Any] = entry) -> None:
            _move_on(company, applications[entry["slug"]], entry, at)

        first, last = min(offsets, default=0), max([o for o in offsets if o < 0], default=0)
        timeline.plan(timeline.at(max(1, -first) + PLANNED_AHEAD_DAYS + 4), apply)
        timeline.plan(timeline.at(max(0, -last - MOVED_ON_DAYS), time(17, 0)), move_on)
    for number, entry in enumerate(entries["session"]):
        _plan_session(company, entry, number, applications)


def _position_facts(company: DemoCompany, entry: dict[str, Any]) -> PositionFacts:
    scopes = [company.scopes[slug] for slug in entry["scopes"]]
    by_field: dict[str, Any] = {
        name: next((scope for scope in scopes if scope.kind == kind), None)
        for name, kind in SCOPE_FIELDS.items()
    }
    return PositionFacts(
        title=entry["title"][company.language],
        language=company.language,
        hiring_manager=company.people[entry["manager"]],
        applicants_abound=entry.get("applicants_abound", False),
        **by_field,
    )


def _fill_sheet(company: DemoCompany, position: Position, entry: dict[str, Any], at: datetime) -> None:
    said = {name: words[company.language] for name, words in entry["role_sheet"].items()}
    manager = company.people[entry["manager"]]
    fill_role_sheet(position=position, text=RoleSheetText(**said), as_of=None, by=manager, at=at)


def _move_on(company: DemoCompany, application: Application, entry: dict[str, Any], at: datetime) -> None:
    outcome = entry.get("outcome", "")
    starts = entry.get("start_day_offset")
    edit_application(
        application=application,
        stage=entry["stage"],
        outcome=outcome,
        decided_on=at.date() if outcome else None,
        starts_on=company.timeline.on + timedelta(days=starts) if starts is not None else None,
        by=company.people["sophie"],
        at=at,
    )


def _plan_session(
    company: DemoCompany, entry: dict[str, Any], number: int, applications: dict[str, Application]
) -> None:
    timeline, sophie = company.timeline, company.people["sophie"]
    hour, minute = map(int, entry["time"].split(":"))
    starts_at = timeline.at(-timeline.day_to_come(entry["day_offset"]), time(hour, minute))
    made: list[Session] = []

    def plan(at: datetime) -> None:
        made.append(_plan_and_move(company, entry, applications[entry["candidate"]], starts_at, at))

    planned_days_ago = max(1, PLANNED_AHEAD_DAYS - entry["day_offset"])
    timeline.plan(timeline.at(planned_days_ago, time(11, 0)), plan)
    for step, status in enumerate(STEPS[entry["status"]]):

        def move(at: datetime, status: SessionStatus = status) -> None:
            change_status(session=made[0], status=status, by=sophie, at=at)
            _pretend_they_left(made[0])

        held = starts_at + timedelta(minutes=entry["length_minutes"])
        when = timeline.at(planned_days_ago, time(15, 0)) if step == 0 else held + timedelta(hours=step * 20)
        if status == SessionStatus.HELD:
            when = held
        timeline.plan(when, move)
    for place, asked in enumerate(entry.get("asked", [])):

        def record(at: datetime, asked: dict[str, Any] = asked, place: int = place) -> None:
            _record(company, made[0], asked, f"demo-{number}-{place}", at)

        timeline.plan(starts_at + timedelta(minutes=4 + 6 * place), record)
    if entry["day_offset"] < 0:
        ends_at = starts_at + timedelta(minutes=entry["length_minutes"])
        plan_what_follows(company, entry, number, made, ends_at)


def _plan_and_move(
    company: DemoCompany, entry: dict[str, Any], application: Application, starts_at: datetime, at: datetime
) -> Session:
    """Some were first planned for another hour."""
    sophie, told = company.people["sophie"], entry.get("tell_candidate", False)
    facts = SessionFacts(
        stage=application.stage,
        format=entry["format"],
        language=company.language,
        starts_at=starts_at,
        length_minutes=entry["length_minutes"],
        hosts=[company.people[slug] for slug in entry["hosts"]],
        place=entry.get("place", {}).get(company.language, ""),
        gentler_form=entry.get("gentler_form", ""),
    )
    first = replace(facts, starts_at=starts_at + timedelta(hours=entry.get("moved_by_hours", 0)))
    session = plan_session(application=application, facts=first, tell_candidate=told, by=sophie, at=at)
    if first != facts:
        moved = at + timedelta(hours=2)
        edit_session(session=session, facts=facts, as_of=at, tell_candidate=told, by=sophie, at=moved)
    _pretend_they_left(session)
    return session


def _pretend_they_left(session: Session) -> None:
    """No mail server takes the demonstration's mails, and none of long ago is worth sending."""
    keys = [mail.pk for mail in invitation_mails(session) if mail.state == MailState.PENDING]
    sent = {"state": MailState.SENT, "attempts": 1, "sent_at": F("created_at")}
    OutgoingMail.objects.filter(pk__in=keys).update(**sent)


def _record(company: DemoCompany, session: Session, asked: dict[str, Any], key: str, at: datetime) -> None:
    host = company.people[asked["host"]]
    said = asked.get("said", {}).get(company.language, "")
    promised = None
    if asked["delivery"] == Delivery.TO_FOLLOW_UP:
        due_on = localdate(at) + USUAL_DELAY
        promised = Promised(text=asked["promised"][company.language], owner=host, due_on=due_on)
    how = Said(
        delivery=asked["delivery"],
        host=host,
        client_id=uuid5(NAMESPACE_URL, key),
        said=said,
        promised=promised,
    )
    question = company.questions[asked["question"]] if "question" in asked else None
    record_answer(
        session=session, question=question, how=how, by=host, at=at, words=asked["words"][company.language]
    )

"""How the demonstration’s hosts prepare: what candidates sent, briefings read, notes for who comes next."""

import tomllib
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from recruiting.domain.briefings import prepare_briefing
from recruiting.domain.demo.company import DEMO_FOLDER, DemoCompany
from recruiting.domain.host_notes import leave_note
from recruiting.domain.nearest import is_gap
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.reading import mark_read
from recruiting.models import Session

Act = Callable[[DemoCompany, dict[str, Any], datetime], object]


def plan_preparing(company: DemoCompany) -> None:
    """Plan the whole of preparing.toml on the company's timeline."""
    entries = tomllib.loads((DEMO_FOLDER / "preparing.toml").read_text(encoding="utf-8"))
    acts: dict[str, Act] = {"sent": _send, "read": _read, "note": _leave_note}
    for kind, act in acts.items():
        for entry in entries[kind]:
            at = company.timeline.at(entry["days_ago"], time(16, 30))
            company.timeline.plan(at, partial(act, company, entry))


def _session(company: DemoCompany, entry: dict[str, Any]) -> Session:
    """The candidate's on that day; addresses begin with the first name, as slugs do."""
    day = company.timeline.on + timedelta(days=company.timeline.day_to_come(entry["day_offset"]))
    sessions = Session.objects.filter(
        application__candidate__email__startswith=f"{entry['candidate']}."
    ).with_position_scopes()
    return next(session for session in sessions if localdate(session.starts_at) == day)


def _send(company: DemoCompany, entry: dict[str, Any], at: datetime) -> None:
    session = _session(company, entry)
    question = company.questions[entry["question"]] if "question" in entry else None
    add_candidate_question(
        session=session,
        words=entry["words"][company.language],
        question=question,
        gap=is_gap(question, session=session, on=localdate(at)),
        by=company.people["sophie"],
        at=at,
    )


def _read(company: DemoCompany, entry: dict[str, Any], at: datetime) -> None:
    session, host = _session(company, entry), company.people[entry["host"]]
    briefing = prepare_briefing(session=session, reader=host, at=at)
    shown = [item.revision.pk for item in briefing.items if item.revision]
    mark_read(session=session, revisions=shown, by=host, at=at)


def _leave_note(company: DemoCompany, entry: dict[str, Any], at: datetime) -> None:
    leave_note(
        session=_session(company, entry),
        text=entry["text"][company.language],
        by=company.people[entry["host"]],
        at=at,
    )

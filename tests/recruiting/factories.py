"""Plain makers of positions, applications and sessions, through the domain's own verbs."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from recruiting.domain.answers_given import Said, record_answer
from recruiting.domain.applications import CandidateFacts, open_application
from recruiting.domain.positions import PositionFacts, open_position
from recruiting.domain.promises import Promised, promise
from recruiting.domain.sessions import SessionFacts, plan_session
from recruiting.models import AnswerGiven, Application, Delivery, FollowUp, Position, Session
from tests.factories import AT, make_company, make_user
from wiki.models import Question

_numbers = count(1)


def make_position(title: str = "", *, language: str = "en", by: User | None = None, **facts: Any) -> Position:
    """A position that falls back to the company."""
    make_company()
    told = PositionFacts(title=title or f"Position {next(_numbers)}", language=language, **facts)
    return open_position(facts=told, by=by or make_user("recruiter"), at=AT)


def make_application(
    position: Position | None = None, *, name: str = "Ada Lovelace", email: str = "", by: User | None = None
) -> Application:
    by = by or make_user("recruiter")
    candidate = CandidateFacts(name=name, email=email, language="en")
    return open_application(position=position or make_position(by=by), candidate=candidate, by=by, at=AT)


def make_session(
    application: Application | None = None,
    *hosts: User,
    starts_at: datetime = AT + timedelta(days=7),
    by: User | None = None,
    **changes: Any,
) -> Session:
    """A video session in a week, in English."""
    by = by or make_user("recruiter")
    application = application or make_application(by=by)
    agreed = {"stage": "final", "format": "video", "language": "en", "length_minutes": 45} | changes
    facts = SessionFacts(starts_at=starts_at, hosts=hosts, **agreed)
    return plan_session(application=application, facts=facts, by=by, at=AT)


def how(host: User, delivery: str = Delivery.AS_WRITTEN, *, said: str = "", key: UUID | None = None) -> Said:
    return Said(delivery=delivery, host=host, client_id=key or uuid4(), said=said)


def make_given(
    session: Session,
    question: Question | None,
    host: User,
    *,
    delivery: str = Delivery.AS_WRITTEN,
    words: str = "",
    said: str = "",
    at: datetime = AT + timedelta(days=7),
) -> AnswerGiven:
    return record_answer(
        session=session, question=question, how=how(host, delivery, said=said), words=words, by=host, at=at
    )


def make_follow_up(
    session: Session,
    owner: User,
    *,
    promised: str = "The training plan",
    due_on: date = date(2026, 11, 2),
    by: User | None = None,
    at: datetime = AT,
    **rest: Any,
) -> FollowUp:
    return promise(
        session=session,
        candidate_question=rest.get("candidate_question"),
        promised=Promised(text=promised, owner=owner, due_on=due_on),
        client_id=rest.get("client_id") or uuid4(),
        by=by or owner,
        at=at,
    )

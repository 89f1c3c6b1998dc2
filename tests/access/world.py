"""A small company in which every role has something that is theirs and something that is not."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate, now
from PIL import Image

from accounts.domain.calendars import make_calendar_address
from accounts.models import Invitation, Role, User
from ledger.models import OutgoingMail
from recruiting.domain.answers_given import Said, record_answer
from recruiting.domain.applications import CandidateFacts, open_application
from recruiting.domain.contradiction_dismissals import dismiss_contradiction
from recruiting.domain.host_notes import leave_note
from recruiting.domain.positions import PositionFacts, open_position
from recruiting.domain.promises import Promised, promise
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.recall_closing import Closing, close_recall
from recruiting.domain.sessions import SessionFacts, plan_session
from recruiting.domain.tracking.imports import keep_import
from recruiting.domain.weekly_reports import make_weekly_report
from recruiting.models import AnswerGiven, Position, RecallOutcome, Session
from tests.factories import (
    AT,
    make_answer,
    make_company,
    make_figure,
    make_question,
    make_revision,
    make_user,
    make_value,
)
from tests.recruiting.factories import make_application, make_given, make_session
from wiki.domain.answers import publish_revision
from wiki.domain.challenges import challenge_answer
from wiki.domain.digests import send_owner_digests
from wiki.domain.images import store_image
from wiki.domain.pauses import pause_digests
from wiki.domain.verification_requests import ask_to_verify
from wiki.models import AnswerRevision

ROLES = (
    "anonymous",
    "nobody",
    "reader",
    "owner",
    "stand-in",
    "host",
    "editor",
    "recruiter",
    "lead",
    "administrator",
)


@dataclass
class World:
    users: dict[str, User] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)


def make_world() -> World:
    world = World()
    world.users = {
        "nobody": make_user(),
        "reader": make_user(Role.READER),
        "owner": make_user(Role.READER),
        "stand-in": make_user(Role.READER),  # of the owner
        "host": make_user(Role.READER),
        "editor": make_user(Role.EDITOR),
        "recruiter": make_user(Role.RECRUITER),
        "lead": make_user(Role.LEAD),
        "administrator": make_user(Role.ADMINISTRATOR),
    }
    make_company()
    _fill_wiki(world)
    _fill_recruiting(world)
    _fill_accounts(world)
    # Last: the owner had a digest of their own before.
    until = localdate() + timedelta(days=7)
    pause_digests(user=world.users["owner"], until=until, stand_in=world.users["stand-in"], at=AT)
    return world


def _fill_wiki(world: World) -> None:
    owner, reader = world.users["owner"], world.users["reader"]
    question = make_question("asked", why_en="Because.")
    answer = make_answer(question, owner=owner)
    draft = make_answer(make_question("unsaid"), owner=owner, published=False)
    challenge = challenge_answer(answer=answer, revision=answer.published, text="No.", by=reader, at=AT)
    picture = io.BytesIO()
    Image.new("L", (1, 1)).save(picture, "PNG")
    image = store_image(upload=SimpleUploadedFile("one.png", picture.getvalue()), by=owner, at=AT)
    request = ask_to_verify(
        answers=[answer.pk],
        event="A new agreement",
        reason="Hours.",
        due_on=AT.date(),
        by=world.users["lead"],
        at=AT,
    )
    figure, other_figure = make_figure("turnover", owner=owner), make_figure("headcount")
    world.ids |= {
        "figure": figure.slug,
        "other_figure": other_figure.slug,
        "value": make_value(figure).pk,
        "other_value": make_value(other_figure).pk,
        "request": request.pk,
        "question": question.slug,
        "category": question.category.slug,
        "scope": answer.scope.pk,
        "answer": answer.pk,
        "draft": draft.pk,
        "challenge": challenge.pk,
        "image": image.pk,
    }


def _fill_recruiting(world: World) -> None:
    recruiter, host = world.users["recruiter"], world.users["host"]
    facts = PositionFacts(title="Baker", language="en", hiring_manager=world.users["reader"])
    position = open_position(facts=facts, by=recruiter, at=AT)
    facts = PositionFacts(title="Miller", language="en", hiring_manager=recruiter)
    other_position = open_position(facts=facts, by=recruiter, at=AT)
    kept = keep_import(
        kind="candidates", text="Name,E-mail address\nBo,bo@example.com\n", by=recruiter, at=AT
    )
    application = open_application(
        position=position,
        candidate=CandidateFacts(name="Ada Example", email="ada@example.com", language="en"),
        by=recruiter,
        at=AT,
    )
    facts = SessionFacts(
        stage="final", format="video", language="en", starts_at=AT, length_minutes=45, hosts=[host]
    )
    hosted = plan_session(application=application, facts=facts, by=recruiter, at=AT)
    facts = SessionFacts(**(vars(facts) | {"hosts": [world.users["lead"]]}))
    other = plan_session(application=application, facts=facts, by=recruiter, at=AT)
    world.ids |= {
        "position": position.pk,
        "other_position": other_position.pk,
        "import": kept.pk,
        "application": application.pk,
        "session": hosted.pk,
        "other_session": other.pk,
        "asked": _ask(hosted, recruiter),
        "other_asked": _ask(other, recruiter),
        "given": _give(hosted, host, UUID(int=1)),
        "other_given": _give(other, world.users["lead"], UUID(int=2)),
        "note": leave_note(session=hosted, text="Prepare.", by=host, at=AT).pk,
        "other_note": leave_note(session=other, text="Prepare.", by=world.users["lead"], at=AT).pk,
    }
    world.ids |= {
        "follow_up": _promise(hosted, recruiter, UUID(int=3)),
        "owed": _promise(other, world.users["owner"], UUID(int=4)),
    }
    world.ids |= {"recalled": _recall(hosted, host), "settled": _recall(hosted, host)}
    given = AnswerGiven.objects.get(pk=world.ids["settled"])
    how = Closing(outcome=RecallOutcome.LEFT, reason="It does not concern their job.")
    holds = AnswerRevision.objects.get(answer=given.revision.answer_id, number=2)
    close_recall(given=given, how=how, as_of=holds.pk, by=recruiter, at=AT)
    make_weekly_report(iso_year=2026, iso_week=44, on=AT.date(), at=AT)
    contradicted, other_contradicted = _contradict(other_position, host), _contradict(other_position, host)
    dismissal = dismiss_contradiction(
        position=other_position,
        question=other_contradicted.candidate_question.question,
        word="Each was told of their own team.",
        as_of=other_contradicted.pk,
        by=recruiter,
        at=now(),
    )
    world.ids |= {
        "contradicted": contradicted.candidate_question.question.slug,
        "dismissed": dismissal.question.slug,
        "dismissal": dismissal.pk,
    }


def _contradict(position: Position, host: User) -> AnswerGiven:
    """The second of two lines in which candidates were told different things."""
    question = make_answer().question
    for delivery, said in (("as_written", ""), ("departed_from", "Otherwise.")):
        session = make_session(make_application(position), host)
        # Not at the world's time: what was told long ago contradicts nothing.
        given = make_given(session, question, host, delivery=delivery, said=said, at=now())
    return given


def _ask(session: Session, by: User) -> int:
    asked = add_candidate_question(session=session, words="And you?", question=None, gap=True, by=by, at=AT)
    return asked.pk


def _recall(session: Session, host: User) -> int:
    """A line in which something was told that does not hold any more."""
    answer = make_answer()
    how = Said(delivery="as_written", host=host, client_id=uuid4())
    given = record_answer(session=session, question=answer.question, how=how, by=host, at=AT)
    revision = make_revision(answer)
    publish_revision(answer=answer, revision=revision, by=host, at=AT)
    return given.pk


def _give(session: Session, host: User, key: UUID) -> int:
    how = Said(delivery="not_answered", host=host, client_id=key)
    return record_answer(session=session, question=None, how=how, words="Why?", by=host, at=AT).pk


def _promise(session: Session, owner: User, key: UUID) -> int:
    return promise(
        session=session,
        candidate_question=None,
        promised=Promised(text="The training plan", owner=owner, due_on=AT.date()),
        client_id=key,
        by=owner,
        at=AT,
    ).pk


def _fill_accounts(world: World) -> None:
    lead, reader = world.users["lead"], world.users["reader"]
    invitation = Invitation.objects.create(
        email="new@example.com",
        roles=["reader"],
        language="en",
        token_hash="0" * 64,
        invited_by=lead,
        created_at=AT,
        expires_at=AT + timedelta(days=7),
    )
    send_owner_digests(on=AT.date(), at=AT)
    mail = OutgoingMail.objects.get(recipient=world.users["owner"], kind="owner-digest")
    calendar = make_calendar_address(user=world.users["host"], as_of="", at=AT)
    world.ids |= {"person": reader.pk, "invitation": invitation.pk, "mail": mail.pk, "calendar": calendar}
    left = make_user(Role.READER, is_active=False)
    make_answer(make_question("left"), owner=left, by=lead, published=False)
    world.ids |= {"left": left.pk, "person": reader.pk, "invitation": invitation.pk, "mail": mail.pk}

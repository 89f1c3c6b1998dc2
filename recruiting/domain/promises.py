"""What was promised to a candidate: made by itself or with an answer, and restated when that is corrected."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.follow_ups import FollowUpChanged, withdraw_follow_up
from recruiting.models import AnswerGiven, CandidateQuestion, FollowUp, Session

USUAL_DELAY = timedelta(days=7)


class SessionOver(Exception):
    """The session is closed, or did not take place: nothing more was promised in it."""


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What someone said they would come back with, who, and by when."""

    text: str
    owner: User
    due_on: date


def promise(
    *,
    session: Session,
    candidate_question: CandidateQuestion | None,
    promised: Promised,
    client_id: UUID,
    by: User,
    at: datetime,
) -> FollowUp:
    """Keep what was promised, whose it is and by when. The same form sent twice promises once.

    Raises SessionOver.
    """
    if known := _known(session, client_id):
        return known
    try:
        with transaction.atomic():
            if not Session.objects.locked(session).is_recordable:
                raise SessionOver
            return _add(promised, session, candidate_question, client_id=client_id, by=by, at=at)
    except IntegrityError:
        # The same form arrived twice at once, and the other one was first.
        if known := _known(session, client_id):
            return known
        raise


def promise_with(*, given: AnswerGiven, promised: Promised, by: User, at: datetime) -> FollowUp:
    """Keep what was promised with a line of the record, in the transaction that records it."""
    return _add(promised, given.session, given.candidate_question, client_id=given.client_id, by=by, at=at)


def promised_by(given: AnswerGiven) -> FollowUp | None:
    """The open promise that a line, or one it corrects, came with."""
    line: AnswerGiven | None = given
    while line is not None:
        found = FollowUp.objects.open().filter(session=line.session_id, client_id=line.client_id).first()
        if found:
            return found
        line = line.corrects
    return None


def is_promised(given: AnswerGiven, promised: Promised) -> bool:
    """Whether an open promise of the line is the same."""
    standing = promised_by(given)
    return standing is not None and promised == Promised(
        text=standing.promised, owner=standing.owner, due_on=standing.due_on
    )


@transaction.atomic
def restate_promise(
    *, corrected: AnswerGiven, correction: AnswerGiven, promised: Promised | None, by: User, at: datetime
) -> None:
    """After a correction, the promise as told now: an earlier one is withdrawn unless it is the same."""
    if promised is not None and is_promised(corrected, promised):
        return
    if (standing := promised_by(corrected)) is not None:
        _withdraw_corrected(standing, by=by, at=at)
    if promised is not None:
        promise_with(given=correction, promised=promised, by=by, at=at)


def _add(
    promised: Promised,
    session: Session,
    candidate_question: CandidateQuestion | None,
    *,
    client_id: UUID,
    by: User,
    at: datetime,
) -> FollowUp:
    made = FollowUp.objects.create(
        session=session,
        candidate_question=candidate_question,
        promised=promised.text,
        owner=promised.owner,
        due_on=promised.due_on,
        client_id=client_id,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    record_activity(actor=by, verb="promise", subject=made, at=at, session=session.pk, owner=made.owner_id)
    return made


def _known(session: Session, client_id: UUID) -> FollowUp | None:
    return FollowUp.objects.filter(session=session, client_id=client_id).first()


def _withdraw_corrected(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Nothing if someone has kept or withdrawn it meanwhile."""
    word = gettext("The line it was recorded with was corrected.")
    with suppress(FollowUpChanged):
        withdraw_follow_up(follow_up=follow_up, word=word, by=by, at=at)

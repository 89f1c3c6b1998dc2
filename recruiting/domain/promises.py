"""What a host promised with an answer: made with the line, and restated when the line is corrected."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from recruiting.domain.follow_ups import FollowUpChanged, add_promise, withdraw_follow_up
from recruiting.models import AnswerGiven, FollowUp

USUAL_DELAY = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What a host said they would come back with."""

    text: str
    owner: User
    due_on: date


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
    *, corrected: AnswerGiven, promised: Promised | None, client_id: UUID, by: User, at: datetime
) -> None:
    """After a correction, the promise as told now: an earlier one is withdrawn unless it is the same."""
    if promised is not None and is_promised(corrected, promised):
        return
    if (standing := promised_by(corrected)) is not None:
        _withdraw_corrected(standing, by=by, at=at)
    if promised is not None:
        add_promise(
            session=corrected.session,
            candidate_question=corrected.candidate_question,
            promised=promised.text,
            owner=promised.owner,
            due_on=promised.due_on,
            client_id=client_id,
            by=by,
            at=at,
        )


def _withdraw_corrected(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Nothing if someone has kept or withdrawn it meanwhile."""
    word = gettext("The line it was recorded with was corrected.")
    with suppress(FollowUpChanged):
        withdraw_follow_up(follow_up=follow_up, word=word, by=by, at=at)

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.models import Answer, AnswerRevision, Challenge, Resolution


class AlreadyResolved(Exception):
    """Someone resolved the challenge first."""


@transaction.atomic
def challenge_answer(
    *, answer: Answer, revision: AnswerRevision, text: str, by: User, at: datetime
) -> Challenge:
    """Say that a published revision does not match reality."""
    challenge = Challenge.objects.create(answer=answer, revision=revision, by=by, text=text, created_at=at)
    record_activity(actor=by, verb="challenge", subject=answer, at=at, challenge=challenge.pk)
    return challenge


@transaction.atomic
def resolve_challenge(
    *, challenge: Challenge, resolution: Resolution, note: str, by: User, at: datetime
) -> None:
    """Close an open challenge. Raises AlreadyResolved; the update's own condition decides a race."""
    closed = (
        Challenge.objects.open()
        .filter(pk=challenge.pk)
        .update(resolved_at=at, resolved_by=by, resolution=resolution, resolution_note=note)
    )
    if not closed:
        raise AlreadyResolved
    record_activity(
        actor=by,
        verb="resolve",
        subject=challenge.answer,
        at=at,
        challenge=challenge.pk,
        resolution=resolution,
    )

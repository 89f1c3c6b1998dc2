"""A contradiction is dismissed with a word on why it may stay as it is, and brought back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.contradictions import Contradiction, contradictions_and_dismissed
from recruiting.models import ContradictionDismissal, Position
from wiki.models import Question


class CannotDismiss(Exception):
    """Nothing happened; the subclasses say why."""


class NothingContradicts(CannotDismiss):
    """Someone dismissed it first, or what was told goes together by now."""


class ToldSince(CannotDismiss):
    """More was told than what was on screen."""


class AlreadyBroughtBack(Exception):
    """Someone was first, or it is shown again by itself: something was told since."""


@transaction.atomic
def dismiss_contradiction(
    *, position: Position, question: Question, word: str, as_of: int | None, by: User, at: datetime
) -> ContradictionDismissal:
    """Settle what candidates for the position were told of the question, until a later line makes it anew.

    `as_of` is the id of the latest line that was on screen. Raises CannotDismiss.
    """
    if not word.strip():
        raise ValueError("A dismissal says why.")
    _hold(position)
    found = contradiction_at(position=position, question=question, at=at, language=position.language)
    if found is None or found.dismissal is not None:
        raise NothingContradicts
    if found.latest.pk != as_of:
        raise ToldSince
    dismissal = ContradictionDismissal.objects.create(
        position=position,
        question=question,
        latest=found.latest,
        word=word,
        dismissed_at=at,
        dismissed_by=by,
    )
    record_activity(actor=by, verb="dismiss", subject=dismissal, at=at, latest=found.latest.pk)
    return dismissal


@transaction.atomic
def bring_back_contradiction(*, dismissal: ContradictionDismissal, by: User, at: datetime) -> None:
    """Show it again; that it was dismissed, when and why stays readable. Raises AlreadyBroughtBack."""
    _hold(dismissal.position)
    found = contradiction_at(
        position=dismissal.position, question=dismissal.question, at=at, language=dismissal.position.language
    )
    if found is None or found.dismissal != dismissal:
        raise AlreadyBroughtBack
    # With those before it: an earlier one would keep it hidden if the latest line was corrected since.
    ContradictionDismissal.objects.in_force().filter(
        position=dismissal.position, question=dismissal.question
    ).update(brought_back_at=at, brought_back_by=by)
    record_activity(actor=by, verb="bring-back", subject=dismissal, at=at)


def contradiction_at(
    *, position: Position, question: Question, at: datetime, language: str
) -> Contradiction | None:
    """Of one question on one position, dismissed or not."""
    found = contradictions_and_dismissed(at=at, language=language, position=position)
    return next((one for one in found if one.question == question), None)


def dismissals_of(position: Position, *, language: str) -> list[ContradictionDismissal]:
    """All there were, also those brought back or made void by what was told since; the latest first."""
    titles = Question.objects.with_title(language)
    dismissals = ContradictionDismissal.objects.filter(position=position)
    people = dismissals.select_related("dismissed_by", "brought_back_by")
    return list(people.prefetch_related(Prefetch("question", titles)))


def _hold(position: Position) -> None:
    # Held until the end: of two who decide on one contradiction, the second sees what the first did.
    Position.objects.select_for_update(no_key=True, of=("self",)).get(pk=position.pk)

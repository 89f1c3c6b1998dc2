"""The review queue: what asks for attention, and acts on several answers at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from wiki.access import may_edit_answer
from wiki.domain.answers import FiguresChanged, NotPublished, verify_answer
from wiki.domain.citations import hold_figures
from wiki.models import Answer, AnswerRevision, Category, Freshness
from wiki.models.answers import AnswerQuerySet

COUNTED_UP_TO = 1000
TEXTS_AT_ONCE = 10  # what one person can honestly read before saying that all of it is still true


class ReviewState(models.TextChoices):
    """What the queue can be narrowed to; without one, all that needs attention."""

    STALE = Freshness.STALE.value, Freshness.STALE.label
    DUE_SOON = Freshness.DUE_SOON.value, Freshness.DUE_SOON.label
    NEVER_VERIFIED = Freshness.NEVER_VERIFIED.value, Freshness.NEVER_VERIFIED.label
    CHALLENGED = "challenged", _("Challenged")
    ORPHAN = "orphan", _("Orphan")
    ANY = "any", _("All published answers")


@dataclass(frozen=True, kw_only=True)
class BulkVerification:
    """What became of the answers of one bulk verification; the reasons are for the person to read."""

    verified: list[Answer]
    changed: list[Answer]
    refused: list[Answer]


class TooManyTexts(Exception):
    """More answers than can be read at once."""


def review_queue(
    *,
    on: date,
    state: str = "",
    kept_by: User | None = None,
    category: Category | None = None,
    owner: User | None = None,
    without_owner: bool = False,
) -> AnswerQuerySet:
    """Published answers in a state on the day `on`; every argument narrows it further."""
    answers = _in_state(Answer.objects.published(), state, on=on)
    if kept_by is not None:
        answers = answers.kept_by(kept_by, on=on)
    if category is not None:
        answers = answers.filter(question__category=category)
    if owner is not None:
        answers = answers.owned_by(owner)
    return answers.filter(owner=None) if without_owner else answers


def count_up_to_limit(queue: AnswerQuerySet) -> int:
    """How many there are, at most one more than COUNTED_UP_TO."""
    return queue.order_by()[: COUNTED_UP_TO + 1].count()


@transaction.atomic
def verify_in_bulk(
    *, seen: Mapping[int, int], by: User, at: datetime, figures: Mapping[int, str] | None = None
) -> BulkVerification:
    """Verify the answers whose published revision is still the one that was on screen.

    `seen` gives a revision's id for each answer's. The others are left as they are and reported; ids of
    answers that the user may not know of are passed over. With `figures`, the `figures_seen` of each answer's
    text, empty where it is not named: those whose figures read otherwise by now are reported as changed too.
    Raises TooManyTexts.
    """
    if len(seen) > TEXTS_AT_ONCE:
        raise TooManyTexts
    on = localdate(at)
    outcome = BulkVerification(verified=[], changed=[], refused=[])
    _lock(seen)
    revisions = AnswerRevision.objects.in_bulk(seen.values())
    hold_figures(revisions.values())
    for answer in chosen_answers(ids=seen, reader=by, on=on):
        told = None if figures is None else figures.get(answer.pk, "")
        revision = revisions.get(seen[answer.pk])
        if not may_edit_answer(by, answer, on=on):
            outcome.refused.append(answer)
        elif revision is not None and _verified(answer, revision, figures=told, by=by, at=at):
            outcome.verified.append(answer)
        else:
            outcome.changed.append(answer)
    return outcome


def chosen_answers(*, ids: Collection[int], reader: User, on: date) -> AnswerQuerySet:
    """Those of the ids that the reader may know of, most overdue first, with their question's title."""
    answers = Answer.objects.visible_to(reader, on=on).filter(pk__in=ids)
    return answers.with_question_title(reader.language).most_overdue_first()


def _lock(ids: Collection[int]) -> None:
    """Hold the answers in the order of their keys, as who derives the dates of many does: no deadlock."""
    held = Answer.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    list(held.values_list("pk", flat=True))


def _verified(
    answer: Answer, revision: AnswerRevision, *, figures: str | None, by: User, at: datetime
) -> bool:
    try:
        verify_answer(answer=answer, revision=revision, figures=figures, by=by, at=at, in_bulk=True)
    except (NotPublished, FiguresChanged):
        return False
    return True


def _in_state(answers: AnswerQuerySet, state: str, *, on: date) -> AnswerQuerySet:
    match state:
        case "":
            return answers.to_review(on=on)
        case ReviewState.ANY:
            return answers
        case ReviewState.CHALLENGED:
            return answers.challenged()
        case ReviewState.ORPHAN:
            return answers.orphaned()
        case _:
            return answers.in_state(state, on=on)

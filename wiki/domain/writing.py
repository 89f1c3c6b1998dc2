"""What the editor's buttons do: each is one act, though it saves, publishes and verifies."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from wiki.domain.answers import FiguresChanged, PlaceTaken, create_answer, publish_revision, verify_answer
from wiki.domain.citations import cite_figures, figures_seen, hold_figures
from wiki.domain.ownership import reopen_answer
from wiki.domain.revisions import RevisionText, save_revision
from wiki.models import Answer, AnswerRevision, Question, Scope


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What is to happen to a text beyond being saved; `still_true` counts only with `publish`.

    `figures` are the `figures_seen` of the text that the writer started from, when they read that it is true.
    """

    publish: bool = False
    still_true: bool = False
    figures: str | None = None


@transaction.atomic
def write_revision(
    *, answer: Answer, base: int, text: RevisionText, intent: Intent, by: User, at: datetime
) -> AnswerRevision:
    """Save a text and, as asked, publish it and take the word that the whole of it is true.

    Raises EditConflict, and Archived and FiguresChanged when publishing, and then nothing of it has happened.
    """
    if intent.publish and intent.still_true and intent.figures is not None:
        _check_figures(answer, base=base, text=text, seen=intent.figures, at=at)
    revision = save_revision(answer=answer, base=base, text=text, by=by, at=at)
    if intent.publish:
        publish_draft(answer=answer, revision=revision, still_true=intent.still_true, by=by, at=at)
    return revision


@transaction.atomic
def publish_draft(
    *,
    answer: Answer,
    revision: AnswerRevision,
    still_true: bool,
    by: User,
    at: datetime,
    figures: str | None = None,
) -> None:
    """Publish the latest revision. Raises EditConflict when it is not the latest any more, and Archived.

    With `figures`, the `figures_seen` of the page on which the user read that it is `still_true`: raises
    FiguresChanged when they read otherwise by now, and nothing is published.
    """
    publish_revision(answer=answer, revision=revision, by=by, at=at, head=revision.number)
    if still_true:
        verify_answer(answer=answer, revision=revision, figures=figures, by=by, at=at)


@transaction.atomic
def write_first_text(
    *,
    question: Question,
    scope: Scope,
    language: str,
    text: RevisionText,
    intent: Intent,
    by: User,
    at: datetime,
) -> Answer:
    """Open an answer and save its first text; its owner is the category's, else its author.

    An archived answer of that place comes back with its history. Raises PlaceTaken when the place
    has an answer in use.
    """
    answer = _archived_answer(question=question, scope=scope, language=language, by=by, at=at)
    if answer is None:
        answer = _new_answer(question=question, scope=scope, language=language, by=by, at=at)
    write_revision(answer=answer, base=answer.head, text=text, intent=intent, by=by, at=at)
    return answer


def _check_figures(answer: Answer, *, base: int, text: RevisionText, seen: str, at: datetime) -> None:
    """Refuse a word on figures that read otherwise than when the writer began. Raises FiguresChanged."""
    begun_from = AnswerRevision.objects.select_related("answer__scope").filter(answer=answer, number=base)
    start = begun_from.first()
    if start is None:
        return
    hold_figures([start, text])
    cite_figures([start], on=localdate(at))
    if figures_seen(start) != seen:
        raise FiguresChanged


def _new_answer(*, question: Question, scope: Scope, language: str, by: User, at: datetime) -> Answer:
    default_owner = question.category.default_owner
    owner = default_owner if default_owner and default_owner.may_own else by
    try:
        # Of two people who open the same place at once, the unique constraint refuses the second.
        with transaction.atomic():
            return create_answer(question=question, scope=scope, language=language, owner=owner, by=by, at=at)
    except IntegrityError:
        taken = Answer.objects.get(question=question, scope=scope, language=language)
        raise PlaceTaken(taken) from None


def _archived_answer(
    *, question: Question, scope: Scope, language: str, by: User, at: datetime
) -> Answer | None:
    answer = (
        Answer.objects.select_for_update()
        .filter(question=question, scope=scope, language=language, archived_at__isnull=False)
        .first()
    )
    if answer is not None:
        reopen_answer(answer=answer, by=by, at=at)
    return answer

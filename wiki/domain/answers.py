"""The verbs of an answer's life: create, publish, withdraw, verify; `revisions` has those of its text."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.domain.citations import cite_in_answers, figures_seen, hold_figures
from wiki.domain.freshness import refresh_published_dates, refresh_review_dates
from wiki.domain.harm import refresh_weights
from wiki.domain.revisions import EditConflict
from wiki.domain.search_index import index_answer, remove_answer
from wiki.domain.verification_requests import close_what_is_confirmed
from wiki.models import Answer, AnswerRevision, Publication, Question, Scope, Verification


class PlaceTaken(Exception):
    """The question already has an answer for that scope and language: `answer`."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("an answer exists for this scope and language")
        self.answer = answer


class NotPublished(Exception):
    """The act needs a published revision and there is none, or not the one that was read."""


class FiguresChanged(Exception):
    """A figure of the text reads otherwise than it did on the page that was read."""


class Archived(Exception):
    """Someone archived the answer since the page was read: nothing of it may be said."""


@transaction.atomic
def create_answer(
    *,
    question: Question,
    scope: Scope,
    language: str,
    by: User,
    at: datetime,
    owner: User | None = None,
    deputy: User | None = None,
) -> Answer:
    """Open the place for an answer, without text yet. Raises IntegrityError if the place is taken."""
    answer = Answer.objects.create(
        question=question, scope=scope, language=language, owner=owner, deputy=deputy
    )
    refresh_weights(Answer.objects.filter(pk=answer.pk))
    record_activity(actor=by, verb="create", subject=answer, at=at)
    return answer


@transaction.atomic
def publish_revision(
    *,
    answer: Answer,
    revision: AnswerRevision,
    by: User,
    at: datetime,
    reason: str = "",
    head: int | None = None,
) -> Publication:
    """Make a revision the one that may be said, closing the publication before it.

    One that is published already stays as it is: a button pressed twice is one act. With `head`, the
    number of the latest revision that the user saw: raises EditConflict when someone has saved a later.
    Raises Archived.
    """
    hold_figures([revision])
    answer = Answer.objects.locked(answer)
    if answer.archived_at is not None:
        raise Archived
    if head is not None and answer.head != head:
        raise EditConflict(AnswerRevision.objects.filter(answer=answer).order_by("-number").first())
    if answer.published_id == revision.pk:
        return Publication.objects.get(answer=answer, ends_at=None)
    _end_publication(answer, at=at)
    publication = Publication.objects.create(
        answer=answer, revision=revision, starts_at=at, by=by, reason=reason
    )
    answer.published = revision
    if answer.first_review_on is None:
        answer.first_review_on = localdate(at)
    answer.save(update_fields=["published", "first_review_on"])
    refresh_published_dates(answer=answer, on=localdate(at))
    index_answer(answer=answer)
    record_activity(actor=by, verb="publish", subject=answer, at=at, revision=revision.number)
    return publication


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: User, at: datetime, reason: str) -> None:
    """End the publication: nothing of this answer may be said any more. Raises NotPublished."""
    answer = Answer.objects.locked(answer)
    if answer.published is None:
        raise NotPublished
    number = answer.published.number
    _end_publication(answer, at=at, reason=reason)
    answer.published = None
    answer.save(update_fields=["published"])
    refresh_published_dates(answer=answer, on=localdate(at))
    close_what_is_confirmed(answer=answer, at=at)
    remove_answer(answer=answer)
    record_activity(actor=by, verb="withdraw", subject=answer, at=at, revision=number)


@transaction.atomic
def verify_answer(
    *,
    answer: Answer,
    revision: AnswerRevision,
    by: User,
    at: datetime,
    note: str = "",
    holds_until: date | None = None,
    in_bulk: bool = False,
    figures: str | None = None,
) -> Verification:
    """Take the user's word that the published revision, which they had on screen, is still true.

    Raises NotPublished when another revision has been published since the page was read. With `figures`,
    the `figures_seen` of that page: raises FiguresChanged when they read otherwise by now.
    """
    hold_figures([revision])
    answer = Answer.objects.locked(answer)
    if answer.published_id != revision.pk:
        raise NotPublished
    if figures is not None:
        cite_in_answers([answer], on=localdate(at))
        if answer.published is None or figures_seen(answer.published) != figures:
            raise FiguresChanged
    verification = Verification.objects.create(
        answer=answer,
        revision=revision,
        by=by,
        at=at,
        on=localdate(at),
        note=note,
        holds_until=holds_until,
        in_bulk=in_bulk,
    )
    refresh_review_dates(answer=answer)
    record_activity(actor=by, verb="verify", subject=answer, at=at, revision=revision.number)
    close_what_is_confirmed(answer=answer, at=at)
    return verification


def _end_publication(answer: Answer, *, at: datetime, **fields: str) -> None:
    # `at` may lie before its start: of two requests the later may come first, and clocks are set back.
    ends_at = Greatest("starts_at", Value(at))
    Publication.objects.filter(answer=answer, ends_at=None).update(ends_at=ends_at, **fields)

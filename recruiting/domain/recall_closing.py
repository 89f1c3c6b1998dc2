"""Closing a recall: a correction by mail, a word that the candidate was told otherwise, or a reason."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.recall_mails import queue_correction
from recruiting.domain.recalls import open_recalls, with_what_pages_show
from recruiting.domain.told_otherwise import Told, told_otherwise
from recruiting.models import AnswerGiven, Candidate, Recall, RecallOutcome
from wiki.domain.citations import told


class CannotClose(Exception):
    """The recall cannot be closed so; the subclasses say why."""


class AlreadyClosed(CannotClose):
    """Someone closed it first, or it is over: the candidate started, or the text told is in force again."""


class AnswerChanged(CannotClose):
    """What holds now is not what was on screen any more."""


class CannotBeMailed(CannotClose):
    """The candidate has no address, or was anonymised."""


class WordsMustNotLeave(CannotClose):
    """The mail holds the words of an answer that may not be given in writing."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What is mailed to the candidate, in their language."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Closing:
    """How a recall ends: with a `correction` that is mailed, else with a `reason`."""

    outcome: RecallOutcome
    reason: str = ""
    correction: Correction | None = None


def close_recall(
    *, given: AnswerGiven, how: Closing, as_of: int | None, by: User, at: datetime
) -> list[Recall]:
    """Settle what one candidate was told of one answer: this line, and others of the same answer with it.

    `as_of` is the id of the revision that was on screen as what holds now, None for none. Raises CannotClose;
    then nothing happened.
    """
    try:
        with transaction.atomic():
            standing = _standing(given, as_of=as_of, at=at)
            if how.correction is not None:
                _check_may_leave(standing, how.correction)
            closed = _write(standing, how, by=by, at=at)
            if how.correction is not None:
                queue_correction(recall=closed[0], candidate=standing.candidate, by=by, at=at)
            return closed
    except IntegrityError as error:
        raise AlreadyClosed from error


def _standing(given: AnswerGiven, *, as_of: int | None, at: datetime) -> Told:
    candidate = given.session.application.candidate_id
    # Held until the end: of two who close what one candidate was told, the second sees what the first did.
    Candidate.objects.select_for_update(no_key=True).get(pk=candidate)
    on = localdate(at)
    line = with_what_pages_show(open_recalls(on=on), language=given.language).filter(pk=given.pk).first()
    if line is None:
        raise AlreadyClosed
    standing = told_otherwise(line, on=on)
    if (standing.now.pk if standing.now else None) != as_of:
        raise AnswerChanged
    return standing


def _check_may_leave(standing: Told, correction: Correction) -> None:
    if not standing.can_be_mailed:
        raise CannotBeMailed
    if holds_words_that_must_not_leave(standing, correction):
        raise WordsMustNotLeave


def holds_words_that_must_not_leave(standing: Told, correction: Correction) -> bool:
    """Whether the mail repeats, as it stands, an answer that may not be given in writing."""
    if standing.now is None or standing.may_be_written:
        return False
    words = _plain(told(standing.now.short_answer, standing.now.cited))
    return words in _plain(correction.text) or words in _plain(correction.subject)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _write(standing: Told, how: Closing, *, by: User, at: datetime) -> list[Recall]:
    closed = []
    for line in (standing.given, *standing.also):
        recall = Recall.objects.create(
            answer_given=line,
            revision_id=getattr(line, "cause_revision", None),
            challenge_id=getattr(line, "cause_challenge", None),
            outcome=how.outcome,
            reason=how.reason,
            sent_subject=how.correction.subject if how.correction else "",
            sent_text=how.correction.text if how.correction else "",
            closed_at=at,
            closed_by=by,
        )
        record_activity(actor=by, verb="close", subject=recall, at=at, answer_given=line.pk)
        closed.append(recall)
    return closed

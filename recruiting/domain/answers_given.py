"""Recording what was said in a session. Append-only: a correction is a new row beside the first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import count_given
from recruiting.domain.figures_told import figures_on_screen, keep_figures_told
from recruiting.domain.nearest import nearest_answers
from recruiting.domain.promises import Promised, is_promised, promise_with, restate_promise
from recruiting.domain.questions_asked import find_or_add_question, may_settle, settle_question
from recruiting.domain.recording_rules import (
    AlreadyCorrected,
    NothingAsked,
    RevisionChanged,
    SessionNotOpen,
    check_delivery,
    check_host,
    check_still_involved,
)
from recruiting.models import AnswerGiven, CandidateQuestion, Session
from recruiting.models.answers_given import NEEDS_REVISION
from wiki.models import AnswerRevision, Question

# The same person who records the same again so soon has two devices open, or did not see that it was done.
SAME_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a question was answered, by whom. `client_id` is made once by the form that is sent."""

    delivery: str
    host: User
    client_id: UUID
    said: str = ""
    promised: Promised | None = None


def record_answer(
    *,
    session: Session,
    question: Question | None,
    how: Said,
    by: User,
    at: datetime,
    words: str = "",
    asked: CandidateQuestion | None = None,
    revision: AnswerRevision | None = None,
    figures: str | None = None,
) -> AnswerGiven:
    """Link the session to the exact revision in force for its scopes and language, and its figures as told.

    `question` is None for one that the wiki does not know; `asked` names the row of a question sent
    beforehand; `revision` is the one that was on screen, `figures` what `figures_on_screen` said of it.
    Idempotent on (session, client_id): the same form sent twice returns the first row, and so does the same
    content that the same person sends from another device within SAME_MOMENT. Raises CannotRecord, and
    PermissionDenied for someone who neither hosts the session any more nor recruits.
    """
    if known := _recorded(session, how):
        return known
    try:
        with transaction.atomic():
            return _record(
                session=session,
                question=question or (asked.question if asked else None),
                how=how,
                by=by,
                at=at,
                words=words,
                asked=asked,
                shown=_Shown(revision, figures),
            )
    except IntegrityError:
        # The same form arrived twice at once, and the other one was first.
        if known := _recorded(session, how):
            return known
        raise


def correct_answer(*, given: AnswerGiven, how: Said, by: User, at: datetime) -> AnswerGiven:
    """Say again how a question was answered; the first line stays readable. Raises CannotRecord.

    The revision is the first line's: a correction tells better what was said, not what was in force.
    """
    if known := _recorded(given.session, how):
        return known
    if how.host.pk != given.host_id:
        check_host(given.session, how.host)
    check_delivery(how.delivery, how.said, given.revision)
    try:
        with transaction.atomic():
            # Held until the end: nobody closes it meanwhile.
            session = Session.objects.locked(given.session)
            if not session.is_recordable:
                raise SessionNotOpen
            check_still_involved(session, by)
            correction = _add(
                AnswerGiven(
                    session=given.session,
                    candidate_question=given.candidate_question,
                    revision=given.revision,
                    language=given.language,
                    corrects=given,
                ),
                how=how,
                by=by,
                at=at,
                verb="correct-answer",
            )
            restate_promise(corrected=given, correction=correction, promised=how.promised, by=by, at=at)
            return correction
    except IntegrityError as error:
        if known := _recorded(given.session, how):
            return known
        raise AlreadyCorrected from error


@dataclass(frozen=True)
class _Shown:
    """What whoever records had on screen."""

    revision: AnswerRevision | None
    figures: str | None

    def check(self, in_force: AnswerRevision | None, how: Said, at: datetime) -> None:
        if self.revision is None or how.delivery not in NEEDS_REVISION:
            return
        same_figures = self.figures in (None, figures_on_screen(in_force, on=localdate(at)))
        if self.revision != in_force or not same_figures:
            raise RevisionChanged(in_force)


def _record(
    *,
    session: Session,
    question: Question | None,
    how: Said,
    by: User,
    at: datetime,
    words: str,
    asked: CandidateQuestion | None,
    shown: _Shown,
) -> AnswerGiven:
    # Held until the end: nobody closes it meanwhile, and two hosts do not both add the same question.
    session = Session.objects.locked(session)
    if not session.is_recordable:
        raise SessionNotOpen
    check_still_involved(session, by)
    if question is None and not words and asked is None:
        raise NothingAsked
    check_host(session, how.host)
    in_force = _revision_in_force(session, question, shown=shown.revision, at=at)
    shown.check(in_force, how, at)
    check_delivery(how.delivery, how.said, in_force)
    gap = in_force is None
    if asked is not None and may_settle(asked=asked, question=question, gap=gap):
        settle_question(asked=asked, question=question, gap=gap, by=by, at=at)
    else:
        words = words or (asked.words if asked else "")
        asked = find_or_add_question(session=session, words=words, question=question, gap=gap, by=by, at=at)
    if same := _recorded_in_this_moment(asked, how, in_force, by=by, at=at):
        return same
    language = in_force.answer.language if in_force else session.language
    given = AnswerGiven(session=session, candidate_question=asked, revision=in_force, language=language)
    given = _add(given, how=how, by=by, at=at, verb="record-answer")
    if how.promised:
        promise_with(given=given, promised=how.promised, by=by, at=at)
    return given


def _add(given: AnswerGiven, *, how: Said, by: User, at: datetime, verb: str) -> AnswerGiven:
    given.host, given.delivery, given.said = how.host, how.delivery, how.said
    given.client_id, given.given_at, given.recorded_by = how.client_id, at, by
    given.save(force_insert=True)
    if given.revision and (_was_told(given) or _was_told(given.corrects)):
        count_given(answer=given.revision.answer_id, at=at)
    if given.delivery in NEEDS_REVISION:
        keep_figures_told(given)
    record_activity(actor=by, verb=verb, subject=given.session, at=at, answer_given=given.pk)
    return given


def _was_told(given: AnswerGiven | None) -> bool:
    """Whether the candidate heard something of a published answer."""
    return given is not None and given.delivery in NEEDS_REVISION


def _recorded(session: Session, how: Said) -> AnswerGiven | None:
    return session.answers_given.filter(client_id=how.client_id).first()


def _recorded_in_this_moment(
    asked: CandidateQuestion, how: Said, revision: AnswerRevision | None, *, by: User, at: datetime
) -> AnswerGiven | None:
    """The same answer to the same question, recorded by the same person a moment ago."""
    same = asked.answers_given.standing().filter(
        recorded_by=by, host=how.host, delivery=how.delivery, said=how.said, revision=revision, corrects=None
    )
    found = same.filter(given_at__gt=at - SAME_MOMENT, given_at__lte=at).first()
    if found is not None and how.promised and not is_promised(found, how.promised):
        return None
    return found


def _revision_in_force(
    session: Session, question: Question | None, *, shown: AnswerRevision | None, at: datetime
) -> AnswerRevision | None:
    """The nearest published revision, in the language of the one on screen if there was one."""
    if question is None:
        return None
    nearest = nearest_answers(
        position=session.application.position,
        language=shown.answer.language if shown else session.language,
        questions=[question.pk],
        on=localdate(at),
    ).get(question.pk)
    return nearest.answer.published if nearest else None

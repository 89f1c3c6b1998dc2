"""What the candidate asks: sent beforehand, or asked in the session."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs_after_question
from recruiting.models import CandidateQuestion, Session
from wiki.models import Question


class SessionOver(Exception):
    """The session was closed, cancelled or missed: its record stays as it is."""


class AlreadyMatched(Exception):
    """Someone else matched the words to another question meanwhile."""


@transaction.atomic
def add_candidate_question(
    *, session: Session, words: str, question: Question | None, gap: bool, by: User, at: datetime
) -> CandidateQuestion:
    """Keep a question as the candidate asked it; at least its words or its match must be there.

    Raises SessionOver.
    """
    if not Session.objects.locked(session).is_recordable:
        raise SessionOver
    asked = CandidateQuestion.objects.create(
        session=session,
        words=words,
        question=question,
        wording=_wording(question, session),
        gap=gap,
        asked_at=at,
        recorded_by=by,
    )
    if question is not None:
        refresh_needs_after_question(session=session, at=at)
    record_activity(actor=by, verb="ask", subject=session, at=at, candidate_question=asked.pk)
    return asked


def find_or_add_question(
    *, session: Session, words: str, question: Question | None, gap: bool, by: User, at: datetime
) -> CandidateQuestion:
    """The session's row for this question in these words, made when there is none.

    Without words any row of the question will do, so that one sent beforehand is answered, not doubled.
    """
    same = session.questions.filter(question=question)
    if words or question is None:
        same = same.filter(words=words)
    # A line recorded while it was a gap stays one: the wiki's answer came later.
    found = same.filter(Q(gap=gap) | Q(answers_given=None)).order_by("pk").first()
    if found is None:
        return add_candidate_question(session=session, words=words, question=question, gap=gap, by=by, at=at)
    settle_question(asked=found, question=question, gap=gap, by=by, at=at)
    return found


@transaction.atomic
def match_question(
    *, asked: CandidateQuestion, question: Question, gap: bool, by: User, at: datetime
) -> CandidateQuestion:
    """Say which question of the wiki the candidate's words mean. Raises SessionOver and AlreadyMatched.

    What was recorded as a gap in the session stays one.
    """
    if not Session.objects.locked(asked.session).is_recordable:
        raise SessionOver
    asked.refresh_from_db()
    if asked.question_id not in (None, question.pk):
        raise AlreadyMatched
    gap = asked.gap if asked.answers_given.exists() else gap
    settle_question(asked=asked, question=question, gap=gap, by=by, at=at)
    return asked


def may_settle(*, asked: CandidateQuestion, question: Question | None, gap: bool) -> bool:
    """Whether no line stands under the row that another match, or no gap any more, would tell otherwise."""
    asked.refresh_from_db()  # another host may have matched it since the page was opened
    return _is_settled(asked, question, gap) or not asked.answers_given.exists()


@transaction.atomic
def settle_question(
    *, asked: CandidateQuestion, question: Question | None, gap: bool, by: User, at: datetime
) -> None:
    """Match a row to a question of the wiki and say, as of now, whether it is a gap."""
    if _is_settled(asked, question, gap):
        return
    before = asked.question_id
    asked.question, asked.gap = question or asked.question, gap
    if asked.question_id != before:
        asked.wording = _wording(asked.question, asked.session)
    asked.save(update_fields=["question", "wording", "gap"])
    match = {"candidate_question": asked.pk, "question": asked.question_id, "gap": gap}
    record_activity(actor=by, verb="match-question", subject=asked.session, at=at, **match)
    if asked.question_id != before:
        refresh_needs_after_question(session=asked.session, at=at)


def _is_settled(asked: CandidateQuestion, question: Question | None, gap: bool) -> bool:
    return (asked.question_id, asked.gap) == (question.pk if question else asked.question_id, gap)


def _wording(question: Question | None, session: Session) -> str:
    """How the wiki puts the question today, in the session's language."""
    if question is None:
        return ""
    return str(Question.objects.with_title(session.language).get(pk=question.pk).title)

"""What the candidate asks: sent beforehand, or asked in the session."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.demand import refresh_needs_after_question
from recruiting.models import CandidateQuestion, Session
from wiki.models import Question


class SessionOver(Exception):
    """The session was closed, cancelled or missed: its record stays as it is."""


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
        session=session, words=words, question=question, gap=gap, asked_at=at, recorded_by=by
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
    found = same.order_by("pk").first()
    if found is None:
        return add_candidate_question(session=session, words=words, question=question, gap=gap, by=by, at=at)
    return settle_question(asked=found, question=question, gap=gap, at=at)


def settle_question(
    *, asked: CandidateQuestion, question: Question | None, gap: bool, at: datetime
) -> CandidateQuestion:
    """Match a row to a question of the wiki and say, as of now, whether it is a gap."""
    question = question or asked.question
    if (asked.question_id, asked.gap) != (question.pk if question else None, gap):
        matched_anew = asked.question_id != (question.pk if question else None)
        asked.question, asked.gap = question, gap
        asked.save(update_fields=["question", "gap"])
        if matched_anew:
            refresh_needs_after_question(session=asked.session, at=at)
    return asked

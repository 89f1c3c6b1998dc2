"""What candidates usually ask after a question."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from wiki.models import Question


@transaction.atomic
def add_next_question(*, question: Question, following: Question, by: User, at: datetime) -> None:
    """Adding twice adds once; no question follows itself."""
    if following == question:
        return
    question.next_questions.add(following)
    record_activity(actor=by, verb="edit", subject=question, at=at)


@transaction.atomic
def remove_next_question(*, question: Question, following: Question, by: User, at: datetime) -> None:
    question.next_questions.remove(following)
    record_activity(actor=by, verb="edit", subject=question, at=at)

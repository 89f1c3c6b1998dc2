"""Finding, while the candidate waits, the question just asked and the answer to give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from recruiting.domain.nearest import NearestAnswer, nearest_answers
from recruiting.models import CandidateQuestion, Session
from wiki.models import AnswerRevision, Question
from wiki.search import search

RESULTS = 8


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A question that may be the one asked, with the answer that holds for this session."""

    question: Question
    nearest: NearestAnswer | None
    asked: CandidateQuestion | None = None

    @property
    def revision(self) -> AnswerRevision | None:
        return self.nearest.answer.published if self.nearest else None


def picks(
    *, session: Session, questions: Sequence[int], on: date, asked: Sequence[CandidateQuestion] = ()
) -> list[Pick]:
    """These questions, in this order, each with its answer and the row of the candidate's question.

    One that was archived since the candidate sent it, or since the page was opened, is among them without an
    answer: it was asked all the same.
    """
    titled = Question.objects.with_title(session.language).in_bulk(questions)
    nearest = nearest_answers(
        position=session.application.position, language=session.language, questions=questions, on=on
    )
    rows = {row.question_id: row for row in reversed(asked)}
    return [
        Pick(question=titled[key], nearest=nearest.get(key), asked=rows.get(key))
        for key in questions
        if key in titled
    ]


def find_questions(*, query: str, language: str, user: User, on: date) -> list[int]:
    """Ids of the questions that best match free wording, best first; the last word may be unfinished."""
    found = search(query=query, user=user, language=language, on=on, limit=RESULTS, prefix=True)
    return [hit.question.pk for hit in found.hits]


def essential_questions(*, language: str) -> list[Question]:
    """The twenty, to pick from when typing is too slow."""
    return list(Question.objects.essential().with_title(language).in_order())

"""What was said in a session, in the words of that day, and what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.timezone import localdate

from recruiting.models import AnswerGiven, CandidateQuestion, Session
from recruiting.models.answers_given import NEEDS_REVISION
from wiki.domain.citations import cite_figures
from wiki.models import Answer, AnswerRevision, Question


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer as first recorded, and the corrections that followed, oldest first."""

    given: AnswerGiven
    corrections: Sequence[AnswerGiven]

    @property
    def standing(self) -> AnswerGiven:
        """What holds now: the last correction, or the line itself."""
        return self.corrections[-1] if self.corrections else self.given

    @property
    def asked(self) -> CandidateQuestion:
        return self.given.candidate_question

    @property
    def revision(self) -> AnswerRevision | None:
        return self.given.revision

    @property
    def was_told(self) -> bool:
        """Whether the candidate heard something of the published answer."""
        return self.standing.delivery in NEEDS_REVISION

    @property
    def now(self) -> AnswerRevision | None:
        """The revision that may be said today: None once withdrawn, or archived, or its question archived."""
        answer = self._answer
        in_use = answer is not None and answer.archived_at is None and answer.question.archived_at is None
        return answer.published if answer and in_use else None

    @property
    def is_withdrawn(self) -> bool:
        return self.revision is not None and self.now is None

    @property
    def has_changed(self) -> bool:
        return self.revision is not None and self.now is not None and self.now != self.revision

    @property
    def _answer(self) -> Answer | None:
        return self.revision.answer if self.revision else None


def read_record(session: Session) -> list[Line]:
    """Everything said, in order, with the figures as they were known that day.

    One query for the lines, one for the questions' titles, and two a day for figures.
    """
    titles = Question.objects.with_title(session.language)
    rows = list(
        session.answers_given.select_related(
            "candidate_question",
            "revision__answer__published",
            "revision__answer__question",
            "revision__answer__scope",
            "host",
            "recorded_by",
        ).prefetch_related(Prefetch("candidate_question__question", queryset=titles))
    )
    for day in {localdate(row.given_at) for row in rows}:
        said = [row.revision for row in rows if row.revision and localdate(row.given_at) == day]
        cite_figures(said, on=day)
    following = {row.corrects_id: row for row in rows if row.corrects_id is not None}
    return [Line(given=row, corrections=_chain(row, following)) for row in rows if row.corrects_id is None]


def questions_in_order(session: Session) -> list[CandidateQuestion]:
    """Everything the candidate asked, as it came, with the titles of the questions they match."""
    titles = Question.objects.with_title(session.language)
    return list(session.questions.prefetch_related(Prefetch("question", titles)))


def asked_without_answer(session: Session) -> list[CandidateQuestion]:
    """Questions kept for the session of which nothing was recorded yet, in order."""
    titles = Question.objects.with_title(session.language)
    return list(session.questions.filter(answers_given=None).prefetch_related(Prefetch("question", titles)))


def _chain(row: AnswerGiven, following: dict[int, AnswerGiven]) -> list[AnswerGiven]:
    corrections = []
    while (after := following.get(row.pk)) is not None:
        corrections.append(after)
        row = after
    return corrections

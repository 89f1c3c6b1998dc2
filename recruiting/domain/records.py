"""What was said in a session, in the words of that day, and what has changed since."""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Prefetch
from django.utils.timezone import localdate

from recruiting.domain.figures_told import show_figures_told
from recruiting.models import AnswerGiven, CandidateQuestion, FigureTold, FollowUp, Session
from recruiting.models.answers_given import NEEDS_REVISION, AnswerGivenQuerySet
from wiki.domain.citations import cite_figures
from wiki.models import Answer, AnswerRevision, Figure, Question


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
        """The revision that may be said today."""
        return self._answer.text_in_force if self._answer else None

    @property
    def is_withdrawn(self) -> bool:
        return self.revision is not None and self.now is None

    @property
    def has_changed(self) -> bool:
        return self.revision is not None and self.now is not None and self.now != self.revision

    @property
    def is_archived(self) -> bool:
        answer = self._answer
        return answer is not None and (
            answer.archived_at is not None or answer.question.archived_at is not None
        )

    @property
    def has_no_owner(self) -> bool:
        """Whether nobody keeps the answer any more, as the wiki sees it, though it may still be said."""
        return getattr(self.given, "orphan", False)

    @property
    def figures_told(self) -> Sequence[FigureTold]:
        """Of the first row that was told: a correction tells the same."""
        rows = (list(row.figures_told.all()) for row in (self.given, *self.corrections))
        return next((told for told in rows if told), [])

    @property
    def _answer(self) -> Answer | None:
        return self.revision.answer if self.revision else None


def read_record(session: Session) -> list[Line]:
    """Everything said, in order, with the figures as they were told.

    As many queries however many lines; two more for each day whose lines kept no figures.
    """
    rows = list(
        _with_names(session)
        .select_related(
            "candidate_question__question",
            "revision__answer__published",
            "revision__answer__question",
            "revision__answer__scope",
            "recorded_by",
        )
        .prefetch_related(Prefetch("figures_told", FigureTold.objects.select_related("value__figure")))
        .annotate(orphan=Exists(Answer.objects.orphaned().filter(pk=OuterRef("revision__answer"))))
    )
    lines = _lines(rows)
    _show_figures([line for line in lines if line.revision])
    return lines


def read_latest(session: Session, *, most: int) -> list[Line]:
    """The last questions of which something was recorded, newest first, as names and deliveries only."""
    # SQLite, asked for those that correct nothing, reads them by that index, of all sessions there ever were.
    newest = session.answers_given.order_by("-given_at", "-pk").values_list("candidate_question", "corrects")
    first = [question for question, corrects in newest if corrects is None]
    asked = list(dict.fromkeys(first[:most]))
    lines = _lines(list(_with_names(session).filter(candidate_question__in=asked)))
    return sorted(lines, key=lambda line: (line.given.given_at, line.given.pk), reverse=True)[:most]


def state_of_record(session: Session) -> str:
    """Another text whenever a line or a question was added: what a page that looks again compares."""
    lines = session.answers_given.aggregate(count=Count("pk"), last=Max("pk"))
    return f"{lines['count']}-{lines['last'] or 0}-{session.questions.count()}"


def _with_names(session: Session) -> AnswerGivenQuerySet:
    return session.answers_given.select_related("candidate_question", "host")


def _lines(rows: Sequence[AnswerGiven]) -> list[Line]:
    following = {row.corrects_id: row for row in rows if row.corrects_id is not None}
    return [Line(given=row, corrections=_chain(row, following)) for row in rows if row.corrects_id is None]


def _show_figures(lines: Sequence[Line]) -> None:
    """In the words of each line what it kept, else what was known on its day; and what differs today."""
    by_day: dict[date | None, list[AnswerRevision]] = defaultdict(list)
    for line in lines:
        if line.revision:
            day = None if line.figures_told else localdate(line.given.given_at)
            by_day[day].append(line.revision)
    for day, revisions in by_day.items():
        cite_figures(revisions, on=day or localdate(lines[0].given.given_at))
    for line in lines:
        if line.figures_told and line.revision:
            show_figures_told(line.revision, line.figures_told)


def newer_values(lines: Sequence[Line], *, on: date) -> dict[int, list[Figure]]:
    """By line, the figures told that come to something else today, for the answer's scope."""
    told = [line for line in lines if line.figures_told and line.revision]
    copies = {line.given.pk: copy(line.revision) for line in told}
    cite_figures([revision for revision in copies.values() if revision], on=on)
    return {
        line.given.pk: [
            row.value.figure
            for row in line.figures_told
            if (now := copies[line.given.pk].cited.get(row.value.figure.slug)) is None  # type: ignore[union-attr]
            or now.value is None
            or now.value.pk != row.value_id
        ]
        for line in told
    }


def questions_in_order(session: Session) -> list[CandidateQuestion]:
    """Everything the candidate asked, as it came, with today's titles of the questions they match."""
    titles = Question.objects.with_title(session.language)
    return list(session.questions.prefetch_related(Prefetch("question", titles)))


def asked_without_answer(session: Session) -> list[CandidateQuestion]:
    """Questions kept for the session of which nothing was recorded yet, in order."""
    return list(session.questions.filter(answers_given=None).select_related("question"))


def follow_ups_of(session: Session) -> list[FollowUp]:
    """What was promised, kept or not, by the day it is due."""
    return list(session.follow_ups.select_related("owner", "closed_by", "session"))


def _chain(row: AnswerGiven, following: dict[int, AnswerGiven]) -> list[AnswerGiven]:
    corrections = []
    while (after := following.get(row.pk)) is not None:
        corrections.append(after)
        row = after
    return corrections

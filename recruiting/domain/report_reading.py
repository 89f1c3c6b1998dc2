"""A weekly report with the names of today, in the reader's language, beside the report before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.local_days import start_of
from accounts.models import User
from recruiting.domain.report_content import Gap, ReportedAnswer
from recruiting.models import CandidateQuestion, WeeklyReport
from wiki.models import Answer, Question

MOST_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Count:
    name: str
    label: str
    value: int
    change: int | None  # against the report before, None for the first

    @property
    def comparison(self) -> str:
        if self.change is None:
            return ""
        if not self.change:
            return _("no change")
        if self.change > 0:
            return ngettext("%(n)d more", "%(n)d more", self.change) % {"n": self.change}
        return ngettext("%(n)d fewer", "%(n)d fewer", -self.change) % {"n": -self.change}


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    answer: Answer
    owner: User | None
    state: str
    challenged: bool
    orphan: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """`question` is None for one that the wiki does not know; then its words alone say it."""

    question: Question | None
    words: Sequence[str]
    count: int


@dataclass(frozen=True, kw_only=True)
class ReadReport:
    report: WeeklyReport
    previous: WeeklyReport | None
    answers: Sequence[AnswerLine]  # that nobody vouches for when they are needed, the most harmful first
    unconfirmed: int  # how many they were chosen from
    orphans: Sequence[AnswerLine]
    gaps: Sequence[GapLine]

    @cached_property
    def counts(self) -> Mapping[str, Count]:
        labels = {
            "fresh": pgettext("count", "Fresh"),
            "due_soon": pgettext("count", "Due soon"),
            "stale": pgettext("count", "Stale"),
            "never_verified": pgettext("count", "Never verified"),
            "orphan": pgettext("count", "Orphan"),
            "challenged": pgettext("count", "Challenged"),
        }
        return {name: self._count(name, label) for name, label in labels.items()}

    @property
    def departed(self) -> list[User]:
        """The former owners of the orphans shown, each once."""
        owners = {line.owner.pk: line.owner for line in self.orphans if line.owner}
        return list(owners.values())

    @property
    def nothing_published(self) -> bool:
        """Whether there was no published answer at all, so that none can have been confirmed."""
        return not any(self.report.counts.values())

    @cached_property
    def nothing_asked(self) -> bool:
        """Whether no question was recorded in the week, so that none can have had an answer."""
        until = start_of(self.report.counted_on)
        asked = CandidateQuestion.objects.filter(
            asked_at__gte=start_of(self.report.first_day), asked_at__lt=until
        )
        return not self.gaps and not asked.exists()

    @property
    def follows_directly(self) -> bool:
        """Whether the report before is last week's, and not an older one."""
        return self.previous is not None and self.previous.counted_on == self.report.first_day

    def _count(self, name: str, label: str) -> Count:
        value = self.report.counts[name]
        change = value - self.previous.counts[name] if self.previous else None
        return Count(name=name, label=label, value=value, change=change)


def read_report(report: WeeklyReport, *, language: str) -> ReadReport:
    """In five queries, however long the report."""
    rows = [ReportedAnswer(*row) for row in report.content["answers"]]
    unconfirmed = [row for row in rows if row.unconfirmed]
    shown = unconfirmed[:MOST_SHOWN]
    orphans = [row for row in rows if row.orphan][:MOST_SHOWN]
    answers = _answers({row.answer for row in shown + orphans}, language)
    people = User.objects.in_bulk({row.owner for row in shown + orphans if row.owner})

    def line(row: ReportedAnswer) -> AnswerLine:
        return AnswerLine(
            answer=answers[row.answer],
            owner=people.get(row.owner or 0),
            state=row.state,
            challenged=row.challenged,
            orphan=row.orphan,
            reason=row.harm.reason(on=report.counted_on),
        )

    return ReadReport(
        report=report,
        previous=WeeklyReport.objects.before(report).counted().first(),
        answers=[line(row) for row in shown],
        unconfirmed=len(unconfirmed) + report.content["left_out"],
        orphans=[line(row) for row in orphans],
        gaps=_gap_lines([Gap(*row) for row in report.content["gaps"]], language),
    )


def _answers(ids: set[int], language: str) -> dict[int, Answer]:
    answers = Answer.objects.select_related("question", "scope").with_question_title(language)
    return dict(answers.in_bulk(ids))


def _gap_lines(gaps: Sequence[Gap], language: str) -> list[GapLine]:
    asked = CandidateQuestion.objects.in_bulk([pk for gap in gaps for pk in gap.asked])
    known = {gap.question for gap in gaps if gap.question}
    questions = Question.objects.with_title(language).in_bulk(known)
    return [
        GapLine(
            question=questions.get(gap.question or 0),
            words=[asked[pk].words for pk in gap.asked if pk in asked and asked[pk].words],
            count=len(gap.asked),
        )
        for gap in gaps
    ]

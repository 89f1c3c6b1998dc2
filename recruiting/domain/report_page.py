"""What a weekly report has beyond its mail: figures and rows, with the names of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from recruiting.domain.report_reading import Count
from recruiting.domain.report_rows import Edit, OwnerFigures, Unchanged, Unused, Verifier, Waiting
from recruiting.domain.report_sessions import SessionLine, read_sessions
from recruiting.models import WeeklyReport
from wiki.models import Answer

KINDS: Mapping[str, Any] = {
    "owners": OwnerFigures,
    "verifiers": Verifier,
    "major": Edit,
    "waiting": Waiting,
    "unchanged": Unchanged,
    "unused": Unused,
}
SHOWN = {"owners": 20, "unused": 50}  # on the page; the spreadsheet has all that are kept


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it was kept, with the answer and the person that its ids name today."""

    facts: Any
    answer: Answer | None
    person: User | None


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """Without any figures in a report that was made before they were kept."""

    figures: Mapping[str, Count]
    rows: Mapping[str, Sequence[Row]]
    sessions: Sequence[SessionLine]

    @property
    def left(self) -> Mapping[str, int]:
        """How many more there are than the rows tell."""
        return {
            kind: max(0, self.figures[kind].value - len(rows))
            for kind, rows in self.rows.items()
            if kind in self.figures
        }

    @property
    def unchanged_by(self) -> Mapping[User | None, Sequence[Row]]:
        """The answers verified in bulk without a change for long, under who verified them."""
        people = dict.fromkeys(row.person for row in self.rows["unchanged"])
        return {person: [row for row in self.rows["unchanged"] if row.person == person] for person in people}


def read_page(report: WeeklyReport, *, reader: User, whole: bool = False) -> ReportPage:
    """In a fixed number of queries; `whole` with all the rows kept, else those the page has room for."""
    kept = {
        kind: [make._make(row) for row in _kept(report, kind)[: None if whole else SHOWN.get(kind)]]
        for kind, make in KINDS.items()
    }
    facts = [row for rows in kept.values() for row in rows]
    answers = Answer.objects.select_related("question", "scope").with_question_title(reader.language)
    named = answers.in_bulk({row.answer for row in facts if hasattr(row, "answer")})
    people = User.objects.in_bulk({row.person for row in facts if row.person})

    def row(facts: Any) -> Row:
        answer = named.get(getattr(facts, "answer", 0))
        return Row(facts=facts, answer=answer, person=people.get(facts.person or 0))

    return ReportPage(
        figures=_figures(report),
        sessions=read_sessions(report, reader=reader),
        rows={kind: [row(each) for each in rows] for kind, rows in kept.items()},
    )


def _kept(report: WeeklyReport, kind: str) -> Sequence[Any]:
    rows: Sequence[Any] = report.content.get("rows", {}).get(kind, [])
    return rows


def _figures(report: WeeklyReport) -> dict[str, Count]:
    """Its counts against those of the report before, where that kept them too."""
    before = WeeklyReport.objects.before(report).figures().first() or {}
    return {
        name: Count(
            name=name,
            label="",  # the page has its own words for each
            value=value,
            change=value - before[name] if name in before else None,
        )
        for name, value in report.content.get("figures", {}).items()
    }

"""The whole list of a weekly report as a spreadsheet: the mail's attachment and the page's download."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import User
from ledger.domain.links import absolute
from recruiting.domain.report_content import MOST_ANSWERS, ReportedAnswer
from recruiting.domain.spreadsheets import Cell, csv_lines
from recruiting.models import WeeklyReport
from wiki.models import Answer, Freshness

CHUNK = 500  # answers whose names are looked up at once


def report_as_csv(report: WeeklyReport, *, language: str) -> bytes:
    return "".join(csv_lines(csv_rows(report, language=language), language=language)).encode()


def csv_rows(report: WeeklyReport, *, language: str) -> Iterator[Sequence[Cell]]:
    """A heading, then the listed answers as they stood, most harmful first, with today's names.

    Words are in the active language, questions in `language`.
    """
    yield _heading()
    rows = [ReportedAnswer(*row) for row in report.content["answers"]]
    owners = User.objects.in_bulk({row.owner for row in rows if row.owner})
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        answers = (
            Answer.objects.select_related("question", "scope")
            .with_question_title(language)
            .in_bulk([row.answer for row in chunk])
        )
        for row in chunk:
            yield _line(row, answers[row.answer], owners.get(row.owner or 0))
    if left_out := report.content["left_out"]:
        yield [_left_out(left_out)]


def _heading() -> list[Cell]:
    return [
        gettext("Question"),
        gettext("Scope"),
        gettext("Language"),
        gettext("Freshness"),
        gettext("Challenged"),
        gettext("Orphan"),
        gettext("Owner"),
        gettext("Last confirmed on"),
        gettext("Due on"),
        gettext("Given in 90 days"),
        gettext("Link"),
    ]


def _line(row: ReportedAnswer, answer: Answer, owner: User | None) -> list[Cell]:
    return [
        answer.question_title,
        answer.scope.name,
        answer.get_language_display(),
        str(Freshness(row.state).label),
        gettext("yes") if row.challenged else gettext("no"),
        gettext("yes") if row.orphan else gettext("no"),
        owner.name if owner else "",
        row.verified_on or "",
        row.due_on or "",
        row.given,
        absolute(reverse("wiki:answer", args=[row.answer])),
    ]


def _left_out(count: int) -> str:
    words = ngettext(
        "The list stops after %(most)d answers; %(count)d more is in the review queue.",
        "The list stops after %(most)d answers; %(count)d more are in the review queue.",
        count,
    )
    return words % {"most": MOST_ANSWERS, "count": count}

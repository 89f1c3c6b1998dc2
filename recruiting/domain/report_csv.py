"""The whole list of a weekly report as a spreadsheet: the mail's attachment and the page's download."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.models import Language, User
from ledger.domain.links import absolute
from recruiting.domain.report_content import MOST_ANSWERS, ReportedAnswer, day_of
from recruiting.domain.spreadsheets import Cell, Link, csv_lines
from recruiting.models import WeeklyReport
from wiki.models import Answer, Freshness

CHUNK = 500  # answers whose names are looked up at once


class Place(NamedTuple):
    """What an answer is an answer to, with today's names."""

    question: str
    scope: str
    language: str


def report_as_csv(report: WeeklyReport, *, language: str) -> bytes:
    return "".join(csv_lines(csv_rows(report, language=language), language=language)).encode()


def csv_rows(report: WeeklyReport, *, language: str) -> Iterator[Sequence[Cell]]:
    """A heading, then the listed answers as they stood, orphans first, then the most harmful.

    With today's names, and for each what places it there.
    Words are in the active language, questions in `language`.
    """
    yield _heading()
    rows = [ReportedAnswer(*row) for row in report.content["answers"]]
    rows.sort(key=lambda row: not row.orphan)  # within either, the order by harm stays
    people = User.objects.filter(pk__in={row.owner for row in rows if row.owner})
    owners = dict(people.values_list("pk", "name"))
    words = _words()
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        places = _places([row.answer for row in chunk], language)
        for row in chunk:
            reason = row.harm.reason(on=report.counted_on, beside_due_day=True)
            owner = owners.get(row.owner or 0, "")
            yield _line(row, places[row.answer], owner=owner, reason=reason, words=words)
    if left_out := report.content["left_out"]:
        yield [_left_out(left_out)]


def _places(answers: Sequence[int], language: str) -> dict[int, Place]:
    named = Answer.objects.with_question_title(language).filter(pk__in=answers)
    fields: tuple[str, ...] = ("pk", "question_title", "scope__name", "language")
    return {row[0]: Place(*row[1:]) for row in named.values_list(*fields)}


def _words() -> dict[str, str]:
    """What rows are told in, looked up once for the thousands of them."""
    return {str(value): str(label) for value, label in [*Freshness.choices, *Language.choices]}


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
        gettext("Why it matters"),
        gettext("Link"),
    ]


def _line(row: ReportedAnswer, place: Place, *, owner: str, reason: str, words: dict[str, str]) -> list[Cell]:
    return [
        place.question,
        place.scope,
        words[place.language],
        words[row.state],
        gettext("yes") if row.challenged else "",
        gettext("yes") if row.orphan else "",
        owner,
        day_of(row.verified_on),
        day_of(row.due_on),
        row.given,
        reason,
        Link(absolute(reverse("wiki:answer", args=[row.answer]))),
    ]


def _left_out(count: int) -> str:
    words = ngettext(
        "The list stops after %(most)d answers; %(count)d more is in the review queue.",
        "The list stops after %(most)d answers; %(count)d more are in the review queue.",
        count,
    )
    return words % {"most": MOST_ANSWERS, "count": count}

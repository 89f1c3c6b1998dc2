"""All the lists of a weekly report as one workbook, a sheet each, in the reader's language."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from accounts.models import User
from ledger.domain.links import absolute
from recruiting.domain.report_csv import csv_rows
from recruiting.domain.report_page import ReportPage, Row, read_page
from recruiting.domain.report_reading import GapLine, read_report
from recruiting.domain.report_sessions import SessionLine
from recruiting.domain.spreadsheets import Cell, Link
from recruiting.domain.workbooks import Sheet, workbook
from recruiting.models import WeeklyReport

WIDE, MIDDLING, NARROW = 60, 24, 14  # characters


def report_as_workbook(report: WeeklyReport, *, reader: User) -> bytes:
    page = read_page(report, reader=reader, whole=True)
    gaps = read_report(report, language=reader.language).gaps
    sheets = [_answers(report, reader.language), _owners(page), _gaps(gaps), _sessions(page), _unused(page)]
    return workbook(sheets, made_at=report.made_at)


def _answers(report: WeeklyReport, language: str) -> Sheet:
    rows = csv_rows(report, language=language)
    heading = [str(name) for name in next(rows)]
    widths = [WIDE, MIDDLING, *[NARROW] * (len(heading) - 4), WIDE, WIDE]
    return Sheet(pgettext("sheet", "Answers"), list(zip(heading, widths, strict=True)), rows)


def _owners(page: ReportPage) -> Sheet:
    columns = [
        (gettext("Owner"), MIDDLING),
        (pgettext("answers", "Owns"), NARROW),
        (pgettext("count", "Stale"), NARROW),
        (pgettext("count", "Never verified"), NARROW),
        (pgettext("count", "Due soon"), NARROW),
        (gettext("Longest overdue, in days"), NARROW),
        (pgettext("share", "In time"), NARROW),
    ]
    rows = ([_name(row), *row.facts[1:], row.facts.confirmed] for row in page.rows["owners"])
    return Sheet(pgettext("sheet", "Owners"), columns, rows)


def _gaps(gaps: Sequence[GapLine]) -> Sheet:
    columns = [
        (gettext("Question"), WIDE),
        (gettext("In the candidates’ words"), WIDE),
        (gettext("Times asked"), NARROW),
        (gettext("Link"), WIDE),
    ]
    return Sheet(pgettext("sheet", "Gaps"), columns, (_gap(gap) for gap in gaps))


def _gap(gap: GapLine) -> list[Cell]:
    words = " / ".join(gap.words)
    if gap.question is None:
        return [gettext("Not yet a question of the wiki"), words, gap.count]
    link = Link(absolute(reverse("wiki:question", args=[gap.question.slug])))
    return [gap.question.title, words, gap.count, link]


def _sessions(page: ReportPage) -> Sheet:
    columns = [
        (gettext("Position"), MIDDLING),
        (gettext("Day"), NARROW),
        (gettext("Hosts"), MIDDLING),
        (gettext("What is missing"), MIDDLING),
        (gettext("How many"), NARROW),
        (gettext("The first of them"), WIDE),
    ]
    return Sheet(pgettext("sheet", "Sessions not ready"), columns, _session_rows(page.sessions))


def _session_rows(lines: Sequence[SessionLine]) -> Iterator[list[Cell]]:
    for line in lines:
        hosts = ", ".join(host.user.name for host in line.session.hosts.all()) if line.may_open else ""
        for lack in line.lacks:
            named = lack.note or " / ".join(lack.titles)
            position = line.session.application.position.title
            yield [position, line.day, hosts, lack.label, lack.count, named]


def _unused(page: ReportPage) -> Sheet:
    columns = [
        (gettext("Question"), WIDE),
        (gettext("Scope"), MIDDLING),
        (gettext("Language"), NARROW),
        (gettext("Owner"), MIDDLING),
        (gettext("Published on"), NARROW),
        (gettext("Last given on"), NARROW),
        (gettext("Link"), WIDE),
    ]
    return Sheet(pgettext("sheet", "Unused"), columns, _unused_rows(page.rows["unused"]))


def _unused_rows(rows: Sequence[Row]) -> Iterator[list[Cell]]:
    for row in rows:
        if row.answer is not None:
            yield [
                row.answer.question_title,
                row.answer.scope.name,
                row.answer.get_language_display(),
                _name(row),
                row.facts.published_on,
                row.facts.given_on,
                Link(absolute(reverse("wiki:answer", args=[row.answer.pk]))),
            ]


def _name(row: Row) -> str:
    return row.person.name if row.person else ""

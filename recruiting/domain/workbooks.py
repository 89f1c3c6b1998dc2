"""Workbooks for a spreadsheet, written a row at a time; needs the extra `xlsx`.

Text is written as text, so that no cell is ever run as a formula; days and numbers as what they are.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from recruiting.domain.spreadsheets import Cell, Link

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # of a cell
SHORT_DATE = 14  # the format that each spreadsheet shows in the order of its own language


class Sheet(NamedTuple):
    """`columns` are a heading and a width in characters each; the name has at most 31."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]


class _Formats(NamedTuple):
    heading: "Format"
    day: "Format"
    share: "Format"
    link: "Format"


def can_write_workbooks() -> bool:
    """Whether the library that writes them is installed."""
    return find_spec("xlsxwriter") is not None


def workbook(sheets: Iterable[Sheet], *, made_at: datetime) -> bytes:
    """The file; the same rows at the same time give the same bytes."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - an extra that may be absent

    content = BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        formats = _Formats(
            heading=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            day=book.add_format({"num_format": SHORT_DATE, "align": "left"}),
            share=book.add_format({"num_format": "0%"}),
            link=book.get_default_url_format(),
        )
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    return content.getvalue()


def _write_sheet(worksheet: "Worksheet", sheet: Sheet, formats: _Formats) -> None:
    for column, (_heading, width) in enumerate(sheet.columns):
        worksheet.set_column(column, column, width)
    worksheet.freeze_panes(1, 0)
    for column, (heading, _width) in enumerate(sheet.columns):
        worksheet.write_string(0, column, heading, formats.heading)
    for place, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(worksheet, place, column, cell, formats)


def _write_cell(worksheet: "Worksheet", row: int, column: int, cell: Cell, formats: _Formats) -> None:
    match cell:
        case None | "":
            return
        case Link():
            worksheet.write_url(row, column, cell, formats.link, cell)
        case str():
            worksheet.write_string(row, column, _as_text(cell))
        case date():
            worksheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats.day)  # noqa: DTZ001 - a day has no zone
        case float():
            worksheet.write_number(row, column, cell, formats.share)
        case _:
            worksheet.write_number(row, column, cell)


def _as_text(text: str) -> str:
    """Short enough for a cell, and never what the library takes for markup of its own."""
    text = text[: LONGEST_TEXT - 1]
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text

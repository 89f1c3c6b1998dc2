"""Reading a tracking system's CSV: its encoding, its separator, its lines."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recruiting.domain.spreadsheets import BOM, unshielded
from recruiting.domain.tracking.columns import Column, heading

MOST_BYTES = 5 * 1024 * 1024
SEPARATORS = (";", ",", "\t")


class Unreadable(Exception):
    """The file as a whole cannot be read; the message says why, to whoever chose it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the file, numbered as a spreadsheet shows it: cells by column, only those with a text."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    rows: Sequence[Row]
    not_read: Sequence[str]  # headings that no column answers to


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without its mark, or Windows-1252. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("This file is larger than 5 MB. Split it into several files."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("This is an Excel workbook. Save it as “CSV UTF-8” and choose that file."))
    if b"\0" in content:
        raise Unreadable(_("This is no CSV file in UTF-8 or Windows-1252. Save it as “CSV UTF-8”."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("This is no CSV file in UTF-8 or Windows-1252. Save it as “CSV UTF-8”."))


def read_table(text: str, *, columns: Sequence[Column], most_rows: int) -> Table:
    """The lines of the text, empty ones left out. Raises Unreadable."""
    text = text.removeprefix(BOM)
    separator = _separator(text, columns)
    lines = _lines(text, separator)
    heads = next(lines, (1, []))[1]
    known = {head: column.key for column in columns for head in column.headings}
    keys = [known.get(heading(head), "") for head in heads]
    _check_headings(keys, columns)
    rows: list[Row] = []
    for number, cells in lines:
        if len(rows) == most_rows:
            message = _("This file has more than %(most)s lines. Split it.")
            raise Unreadable(message % {"most": in_thousands(most_rows)})
        if row := _row(number, keys, cells):
            rows.append(row)
    if not rows:
        raise Unreadable(_("This file has headings and no line below them."))
    return Table(
        rows=rows, not_read=[head for head, key in zip(heads, keys, strict=True) if head and not key]
    )


def in_thousands(number: int) -> str:
    """As people read a large number."""
    return str(number_format(number, use_l10n=True, force_grouping=True))


def _separator(text: str, columns: Sequence[Column]) -> str:
    """The one that makes the most known headings of the first line."""
    first = next(iter(text.splitlines()), "")
    known = {head for column in columns for head in column.headings}

    def recognised(separator: str) -> int:
        cells = next(csv.reader([first], delimiter=separator), [])
        return len(known.intersection(heading(cell) for cell in cells))

    try:
        return max(SEPARATORS, key=recognised)
    except csv.Error as error:
        raise Unreadable(_("The first line cannot be read. It must hold the headings.")) from error


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [unshielded(cell).strip() for cell in cells]
    except csv.Error as error:
        message = _("Line %(number)d cannot be read: its quotation marks do not match.")
        raise Unreadable(message % {"number": number + 1}) from error


def _row(number: int, keys: Sequence[str], cells: Sequence[str]) -> Row | None:
    """None for an empty line. A cell beyond the headings belongs to no column."""
    if not any(cells):
        return None
    if len(cells) > len(keys) and any(cells[len(keys) :]):
        message = _("Line %(number)d has more cells than there are headings.")
        raise Unreadable(message % {"number": number})
    return Row(
        number=number, cells={key: cell for key, cell in zip(keys, cells, strict=False) if key and cell}
    )


def _check_headings(keys: Sequence[str], columns: Sequence[Column]) -> None:
    missing = [column.label for column in columns if column.required and column.key not in keys]
    if missing:
        message = _("These columns are missing: %(names)s. The first line must hold the headings.")
        raise Unreadable(message % {"names": ", ".join(missing)})
    for column in columns:
        if keys.count(column.key) > 1:
            raise Unreadable(_("The column %(name)s is there twice.") % {"name": column.label})

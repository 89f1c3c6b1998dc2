"""CSV that opens in a spreadsheet as it is: never as a formula, and with its accents."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO

from accounts.models import Language

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel takes UTF-8 for the local 8-bit encoding

# What spreadsheets run as a formula, half and full width, behind any number of apostrophes and quotes:
# the apostrophes belong to the rule so that taking one off again always gives back the value. It counts
# where a cell begins, and after any separator in it: a spreadsheet in another language cuts there.
_BEGINNING = "(?<![^,;\t\r\n])"
_FORMULA = "['\"]*[=+\\-@\t\r\n\0＝＋－＠]"
_TO_SHIELD = re.compile(f"{_BEGINNING}(?={_FORMULA})")
_SHIELDED = re.compile(f"{_BEGINNING}'(?={_FORMULA})")


class Link(str):
    """An address of ours, which a workbook lets one click."""

    __slots__ = ()


Cell = str | int | float | date | None  # a float is a share


def shielded(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return _TO_SHIELD.sub("'", text)


def unshielded(cell: str) -> str:
    """The text that `shielded` was given."""
    return _SHIELDED.sub("", cell)


def csv_lines(rows: Iterable[Sequence[Cell]], *, language: str) -> Iterator[str]:
    """The file, a line at a time. French spreadsheets expect a semicolon, since their comma is decimal."""
    separator = ";" if language == Language.FRENCH else ","
    yield BOM
    for row in rows:
        line = StringIO()
        csv.writer(line, delimiter=separator).writerow(
            shielded(cell) if isinstance(cell, str) else cell for cell in row
        )
        yield line.getvalue()

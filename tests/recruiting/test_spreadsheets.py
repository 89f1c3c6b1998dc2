import csv
from io import StringIO

import pytest

from recruiting.domain.spreadsheets import csv_lines, shielded, unshielded

RUN = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠A1"]
LEFT = ["", "'", "''", "'quoted'", "1-1", " =1", "Why?", "é", "0", "a=b", "a, -b; c", ";'a"]


@pytest.mark.parametrize("text", RUN + [f"'{text}" for text in RUN] + [f"''{text}" for text in RUN] + LEFT)
def test_shielded_gives_back_every_text_and_runs_none(text):
    cell = shielded(text)
    assert cell[:1] not in set("=+-@\t\r\n\0＝＋－＠")
    assert unshielded(cell) == text


@pytest.mark.parametrize("expected", [",", ";", "\t"])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("run", RUN)
def test_csv_lines_run_nothing_where_another_separator_is_expected(run, language, expected):
    """An English file in a French spreadsheet is cut at semicolons, quoted or not."""
    texts = [f"Bob{separator}{quotes}{run};x,y\tz" for separator in ",;\t\r\n" for quotes in ("", "'", '"')]
    text = "".join(csv_lines([["Why?", *texts, 3]], language=language))
    cells = [cell for row in csv.reader(StringIO(text[1:], newline=""), delimiter=expected) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n\0＝＋－＠")]
    assert [unshielded(shielded(text)) for text in texts] == texts


@pytest.mark.parametrize("text", LEFT)
def test_shielded_leaves_plain_text_alone(text):
    assert shielded(text) == text


def test_csv_lines_quote_and_keep_numbers():
    rows = [["Why, exactly?", 3, None], ['"Because"\nof -1', -1, "=A1"]]
    text = "".join(csv_lines(rows, language="en"))
    assert text.startswith("\ufeff")
    assert list(csv.reader(StringIO(text[1:]))) == [
        ["Why, exactly?", "3", ""],
        ['"Because"\nof -1', "-1", "'=A1"],
    ]


def test_csv_lines_in_french_use_semicolons():
    assert "".join(csv_lines([["Un, deux", 3]], language="fr")) == "\ufeffUn, deux;3\r\n"

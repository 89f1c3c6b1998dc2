import pytest
from django.utils import translation

from recruiting.domain.spreadsheets import csv_lines
from recruiting.domain.tracking.columns import COLUMNS, Kind
from recruiting.domain.tracking.files import MOST_BYTES, Unreadable, decoded, read_table
from tests.recruiting.test_spreadsheets import LEFT, RUN

TEXT = "Name;E-mail address\nÉlodie Été;e@example.com\n"


def read(text, *, kind="candidates", most_rows=20):
    return read_table(text, columns=COLUMNS[kind], most_rows=most_rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_decoded_reads_what_spreadsheets_and_systems_write(encoding, separator, end):
    content = TEXT.replace(";", separator).replace("\n", end).encode(encoding)
    table = read(decoded(content))
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, {"name": "Élodie Été", "email": "e@example.com"})
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "This is an Excel workbook."),
        (TEXT.encode("utf-16"), "This is no CSV file"),
        (b"Name\n\x81", "This is no CSV file"),
        (b"x" * (MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_decoded_says_what_it_cannot_read(content, words):
    with pytest.raises(Unreadable, match=words):
        decoded(content)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "These columns are missing: Name."),
        ("E-mail address\na@b.fr\n", "These columns are missing: Name."),
        ("Name,Nom\nA,B\n", "The column Name is there twice."),
        ("Name\n\n\n", "headings and no line below"),
        ("Name\n" + "A\n" * 21, "This file has more than 20 lines."),
        ('Name,Source\n"A,b\n', "Line 2 cannot be read: its quotation marks do not match."),
        ('Name,Source\nA,"b"c\n', "Line 2 cannot be read"),
        ("Name,Source\nA,B,C\n", "Line 2 has more cells than there are headings."),
        (f"Name\n{'A' * 140_000}\n", "Line 2 cannot be read"),
    ],
)
def test_read_table_refuses_a_file_that_it_cannot_read_whole(text, words):
    with pytest.raises(Unreadable, match=words):
        read(text)


def test_read_table_passes_over_empty_lines_and_numbers_as_a_spreadsheet_does():
    table = read('Name,Phone\n\n"Ada\nLovelace",1\n,,\nBo,\n'.replace(",,\n", ",\n"))
    assert [(row.number, row.cells) for row in table.rows] == [
        (3, {"name": "Ada\nLovelace"}),
        (5, {"name": "Bo"}),
    ]
    assert table.not_read == ["Phone"]


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_templates_are_read_in_either_language(kind, language):
    with translation.override(language):
        heads = [column.label for column in COLUMNS[kind]]
    text = "".join(csv_lines([heads, ["1"] * len(heads)], language=language))
    with translation.override("en" if language == "fr" else "fr"):
        table = read(text, kind=kind)
    assert table.not_read == []
    assert set(table.rows[0].cells) == {column.key for column in COLUMNS[kind]}


@pytest.mark.parametrize(
    "heading", ["NOM", " nom ", "Name *", "name", "Adresse e-mail", "adresse_e_mail", "EMAIL"]
)
def test_headings_are_known_however_they_are_written(heading):
    assert read(f"Nom,{heading}\nA,\n" if "mail" in heading.lower() else f"{heading}\nA\n").not_read == []


@pytest.mark.parametrize("text", [t for t in RUN + LEFT if t.strip()])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_cells_that_a_spreadsheet_would_run_come_back_as_they_were(text, language):
    if "\0" in text or text != text.strip():
        return  # no column holds them: the file is refused, and blanks around a cell are none of it
    exported = "".join(csv_lines([["Name", "Source"], ["Ada", text]], language=language))
    assert read(decoded(exported.encode())).rows[0].cells["source"] == text

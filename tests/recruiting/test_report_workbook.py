"""The weekly report as a workbook, read back from its bytes: every cell as it is typed."""

import re
import sys
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.utils import translation

from recruiting.domain.report_workbook import report_as_workbook
from recruiting.domain.workbooks import Sheet, workbook
from recruiting.models import WeeklyReport
from tests.factories import make_answer, make_question, make_user
from tests.recruiting.reporting import AT, MONDAY, ask, give, make_report, make_session

pytestmark = pytest.mark.django_db

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EPOCH = date(1899, 12, 30)
DAY, SHARE = "14", "9"  # numbers of built-in formats


def opened(content: bytes) -> dict[str, list[list[object]]]:
    """The sheets by name, each cell as a text, a number or a day; a formula is a failure."""
    book = ZipFile(BytesIO(content))
    styles = _parsed(book.read("xl/styles.xml")).iterfind("m:cellXfs/m:xf", MAIN)
    formats = [style.get("numFmtId") for style in styles]
    names = _parsed(book.read("xl/workbook.xml")).iterfind("m:sheets/m:sheet", MAIN)
    return {
        str(sheet.get("name")): _cells(book.read(f"xl/worksheets/sheet{number}.xml"), formats)
        for number, sheet in enumerate(names, start=1)
    }


def _parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314 - of a file that we just wrote


def _cells(sheet: bytes, formats: list[str | None]) -> list[list[object]]:
    root = _parsed(sheet)
    assert root.find(".//m:f", MAIN) is None, "a formula"
    assert root.find(".//m:pane[@ySplit='1'][@state='frozen']", MAIN) is not None
    return [_row(row, formats) for row in root.iterfind(".//m:row", MAIN)]


def _row(row: ElementTree.Element, formats: list[str | None]) -> list[object]:
    values: list[object] = []
    for cell in row.iterfind("m:c", MAIN):
        column = ord(re.sub(r"\d", "", str(cell.get("r")))) - ord("A")
        values += [None] * (column - len(values))
        values.append(_value(cell, formats[int(cell.get("s", "0"))]))
    return values


def _value(cell: ElementTree.Element, form: str | None) -> object:
    if cell.get("t") == "inlineStr":
        return "".join(cell.find("m:is", MAIN).itertext())
    assert cell.get("t", "n") == "n"
    number = float(cell.findtext("m:v", namespaces=MAIN))
    if form == DAY:
        return EPOCH + timedelta(days=int(number))
    return number if form == SHARE else int(number)


def as_seen(report: WeeklyReport, reader) -> dict[str, list[list[object]]]:
    with translation.override(reader.language):
        return opened(report_as_workbook(report, reader=reader))


def test_workbook_has_each_list_as_a_sheet_with_typed_cells():
    owner = make_user("reader", name="Grace")
    stale = make_answer(
        make_question(en="Who leaves?"), owner=owner, verified_on=MONDAY - timedelta(days=130)
    )
    unused = make_answer(make_question(en="Who stays?"), owner=owner, at=AT - timedelta(days=400))
    missing = make_question("choir", en="A choir?", essential=True)
    session = make_session(owner, starts_at=AT + timedelta(days=1))
    give(stale, make_session())
    ask(make_session(), missing, gap=True, words="Do you sing?", at=AT - timedelta(days=2))
    sheets = as_seen(make_report(), make_user("lead"))
    assert list(sheets) == ["Answers", "Owners", "Gaps", "Sessions not ready", "Unused"]
    site = "http://127.0.0.1:8000"
    answers = {row[0]: row for row in sheets["Answers"]}
    assert answers["Question"][:3] == ["Question", "Scope", "Language"]
    assert answers["Who leaves?"] == [
        "Who leaves?",
        "Example company",
        "English",
        "Stale",
        *(None, None, "Grace", date(2026, 7, 16), date(2026, 10, 14), 1),
        "Given once in 90 days, stale for 40 days",
        f"{site}/wiki/answers/{stale.pk}/",
    ]
    assert sheets["Owners"][1:] == [["Grace", 2, 1, 1, 0, 40, 0.0]]
    assert sheets["Gaps"][1:] == [["A choir?", "Do you sing?", 1, f"{site}/wiki/question/choir/"]]
    assert sheets["Sessions not ready"][1:] == [
        ["Developer", date(2026, 11, 24), "Grace", "No answer", 1, "A choir?"],
        ["Developer", date(2026, 11, 24), "Grace", "No pay range on the role sheet", 1],
    ]
    assert session.is_to_come
    assert sheets["Unused"][1:] == [
        [
            *("Who stays?", "Example company", "English", "Grace"),
            *(date(2025, 10, 19), None, f"{site}/wiki/answers/{unused.pk}/"),
        ]
    ]


def test_workbook_speaks_the_reader_s_language():
    make_answer(make_question(fr="Qui part ?"), verified_on=MONDAY - timedelta(days=130))
    sheets = as_seen(make_report(), make_user("lead", language="fr"))
    assert list(sheets) == ["Réponses", "Responsables", "Lacunes", "Sessions non prêtes", "Non utilisées"]
    assert sheets["Réponses"][1][0] == "Qui part ?"


def test_workbook_of_an_empty_report_has_its_headings():
    sheets = as_seen(make_report(), make_user("lead"))
    assert [len(rows) for rows in sheets.values()] == [1, 1, 1, 1, 1]


def test_workbook_of_a_report_made_before_these_were_kept():
    report = make_report()
    del report.content["rows"], report.content["figures"]
    assert len(as_seen(report, make_user("lead"))) == 5


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2",
        "@SUM(A1)",
        "{=1}",
        "https://elsewhere.example/",
        "12",
        "  spaces  ",
        "two\nlines",
        "<b>&amp;</b>",
        "« Été » 🙂",
    ],
)
def test_workbook_keeps_text_as_text(text):
    content = workbook([Sheet("Text", [("Text", 10)], [[text]])], made_at=AT)
    assert opened(content)["Text"][1] == [text]


def test_workbook_does_not_take_text_for_markup_of_the_library():
    content = workbook([Sheet("Text", [("Text", 10)], [["<r></is></c><c><f>1+1</f></c></r>"]])], made_at=AT)
    assert opened(content)["Text"][1] == ["<r></is></c><c><f>1+1</f></c></r> "]


def test_workbook_escapes_what_a_file_cannot_hold_and_cuts_what_a_cell_cannot():
    content = workbook([Sheet("Text", [("Text", 10)], [["a\0b\x1f\ufffe"], ["x" * 40_000]])], made_at=AT)
    first, second = opened(content)["Text"][1:]
    assert first == ["a_x0000_b_x001F__xFFFE_"]
    assert second == ["x" * 32_766]


def test_the_same_report_gives_the_same_workbook():
    make_answer(verified_on=MONDAY - timedelta(days=130))
    report, reader = make_report(), make_user("lead")
    assert report_as_workbook(report, reader=reader) == report_as_workbook(report, reader=reader)


def test_report_xlsx_is_a_download(client_as):
    make_answer(make_question(en="=Who leaves?"), verified_on=MONDAY - timedelta(days=130))
    make_report()
    response = client_as(make_user("recruiter")).get("/reports/2026/47/report.xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == 'attachment; filename="contrechamp-2026-W47.xlsx"'
    assert opened(response.content)["Answers"][1][0] == "=Who leaves?"


def test_report_without_the_library_offers_only_csv(client_as, monkeypatch):
    make_report()
    client = client_as(make_user("lead"))
    assert "report.xlsx" in client.get("/reports/2026/47/").content.decode()
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    text = client.get("/reports/2026/47/").content.decode()
    assert "report.xlsx" not in text
    assert "Excel" not in text
    assert "answers.csv" in text
    assert client.get("/reports/2026/47/report.xlsx").status_code == 404

"""What one request may cost, counted in steps, never in time; and what leaves the site."""

import csv
from email import message_from_bytes
from email.policy import default
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import OutgoingMail
from recruiting.domain.weekly_reports import send_weekly_report
from recruiting.models import CandidateQuestion
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import make_given, make_session
from tests.security.crawl import body_of
from tests.security.pages import active_content
from wiki.diff import diff_words, left_side, right_side
from wiki.models.revisions import MARKDOWN_LENGTH
from wiki.search.queries import QUERY_LENGTH, QUERY_WORDS, analyse

QUERIES = {
    "long": "a" * 1_000_000,
    "many words": "turnover " * 100_000,
    "apostrophes": "l'" * 50_000,
    "hyphens": "a-" * 50_000,
    "joined": "-".join("ab" for _ in range(50_000)),
    "expanding": "\ufdfa" * 10_000,
    "combining": "e" + "\u0301" * 50_000,
    "operators": '") OR (" AND NEAR/3 * : ^ ' * 1000,
}


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_query_is_cut_before_it_is_read(text):
    query = analyse(text, language="fr", prefix=True)
    assert len(query.words) <= QUERY_WORDS
    assert all(len(form) <= QUERY_LENGTH * 18 for word in query.words for form in word.forms)


@pytest.mark.django_db
@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_search_costs_the_same_queries_whatever_is_typed(text, django_assert_max_num_queries):
    make_answer(make_question(en="What is the turnover?"))
    client = Client()
    client.force_login(make_user("reader"))
    with django_assert_max_num_queries(20):
        response = client.get(reverse("wiki:search"), {"q": text[:60_000]})
    assert response.status_code == 200
    assert active_content(response.text) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 5000, "b a " * 5000),
        ("a " * 10_000, "b a " * 5000),
        ("\n" * 20_000, "x\n" * 10_000),
        ("a\n" * 10_000, "b\na\n" * 5000),
        (" ".join(str(n % 7) for n in range(10_000)), " ".join(str(n % 5) for n in range(10_000))),
        ("x" * 20_000, "y" * 20_000),
    ],
    ids=["swapped", "half", "lines", "alternate", "few words", "one word"],
)
def test_comparing_hostile_texts_loses_nothing(before, after):
    """The longest texts there can be, made to defeat the comparison."""
    before, after = before[:MARKDOWN_LENGTH], after[:MARKDOWN_LENGTH]
    pieces = diff_words(before, after)
    assert "".join(piece.text for piece in left_side(pieces)) == before
    assert "".join(piece.text for piece in right_side(pieces)) == after


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\uff1d1+1", "'=1", "=cmd|' /C calc'!A0"]


@pytest.mark.django_db
def test_report_runs_no_formula_and_tells_every_title_whole():
    lead = make_user("lead", name="=HYPERLINK(A1)")
    for formula in FORMULAS:
        make_answer(make_question(en=formula + " title?"), owner=lead)
    send_weekly_report(on=AT.date(), at=AT)
    client = Client()
    client.force_login(lead)
    response = client.get(reverse("recruiting:report_csv", args=[2026, 44]))
    rows = list(csv.reader(StringIO(body_of(response).decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d") and cell]
    assert "'=HYPERLINK(A1)" in cells
    assert "'=1+1 title?" in cells
    [mail] = OutgoingMail.objects.filter(kind="weekly-report")
    [attachment] = message_from_bytes(bytes(mail.message), policy=default).iter_attachments()
    assert "'=1+1 title?" in attachment.get_content()


@pytest.mark.django_db
def test_mail_takes_no_header_and_no_code_from_names_and_questions():
    """A candidate's words and people's names, in the lead's mail: as text in both of its parts."""
    name = "Bob\r\nBcc: evil@example.com\r\n\r\n<script>a()</script>"
    lead = make_user("lead", name=name)
    session = make_session(None, lead)
    words = "<img src=x onerror=a()>\r\nBcc: evil@example.com"
    make_given(session, None, lead, delivery="not_answered", words=words, at=AT)
    CandidateQuestion.objects.update(asked_at=AT)
    make_answer(make_question(en=words), owner=lead)
    send_weekly_report(on=AT.date().replace(day=9), at=AT)
    [mail] = OutgoingMail.objects.filter(kind="weekly-report")
    message = message_from_bytes(bytes(mail.message), policy=default)
    assert message["Bcc"] is None
    assert message.defects == []
    assert [address.addr_spec for address in message["To"].addresses] == [lead.email]
    html = message.get_body(("html",)).get_content()
    assert "<img src=x" not in html
    assert "<script>" not in html
    assert "&lt;img src=x onerror=a()&gt;" in html
    assert "<img src=x onerror=a()>" in message.get_body(("plain",)).get_content()

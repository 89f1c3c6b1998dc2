"""Every door through which an answer is shown tells its figures, and never how a text cites them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import OutgoingMail
from recruiting.domain.weekly_reports import make_weekly_report
from recruiting.models import Delivery
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_figure,
    make_question,
    make_revision,
    make_scope,
    make_user,
    make_value,
)
from tests.recruiting.factories import make_given, make_session
from wiki.domain.answers import publish_revision
from wiki.domain.digests import send_owner_digests
from wiki.domain.search_index import index_answer
from wiki.models import SearchDocument
from wiki.search.words import index_tokens

pytestmark = pytest.mark.django_db
TOLD = "11.4% (as of 30 June 2026, payroll)"
RAW = "[[figure:"
CITES = "It was [[figure:turnover]] in the workshop."


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(AT + timedelta(days=8), tick=False):
        yield


@pytest.fixture
def lead():
    return make_user("lead")


@pytest.fixture
def figure():
    figure = make_figure("turnover", source_en="payroll")
    make_value(figure)
    return figure


@pytest.fixture
def answer(figure, lead):
    question = make_question("who-leaves", en="Who leaves?", essential=True)
    return make_answer(question, owner=lead, short=CITES, details=CITES, example=CITES)


def test_every_page_of_the_wiki_tells_the_figure(client_as, answer, lead):
    client = client_as(lead)
    make_revision(answer, short=f"Now {CITES}", details=CITES)
    pages = {
        reverse("wiki:question", args=["who-leaves"]): 3,
        reverse("wiki:answer", args=[answer.pk]): 5,  # the published text and the draft
        reverse("wiki:revision", args=[answer.pk, 1]): 3,
        reverse("wiki:answer_challenge", args=[answer.pk]): 3,
        f"{reverse('wiki:review_verify')}?answer={answer.pk}": 3,
        f"{reverse('wiki:search')}?q=workshop": 1,
        f"{reverse('wiki:search')}?q=workshop+leaves": 1,
    }
    for url, times in pages.items():
        text = client.get(url).content.decode()
        assert (text.count(TOLD), text.count(RAW)) == (times, 0), url


def test_pages_of_sessions_tell_the_figure(client_as, answer, lead):
    session = make_session(None, lead)
    given = make_given(session, answer.question, lead, delivery=Delivery.ADAPTED, said="Eleven.", at=AT)
    client = client_as(lead)
    pages = {
        reverse("recruiting:briefing", args=[session.pk]): 3,
        f"{reverse('recruiting:session_answer', args=[session.pk])}?q=workshop": 1,
        reverse("recruiting:record", args=[session.pk]): 2,
        reverse("recruiting:answer_correct", args=[session.pk, given.pk]): 1,
        reverse("recruiting:given_for_question", args=["who-leaves"]): 0,
        reverse("recruiting:session", args=[session.pk]): 0,
        reverse("wiki:category", args=[answer.question.category.slug]): 0,
        f"{reverse('wiki:review')}?show=all": 0,
        reverse("wiki:ready"): 0,
        reverse("home"): 0,
    }
    for url, times in pages.items():
        text = client.get(url).content.decode()
        assert (text.count(TOLD), text.count(RAW)) == (times, 0), url


def test_mails_and_reports_hold_no_place_of_a_figure(client_as, answer, lead):
    make_weekly_report(iso_year=2026, iso_week=45, on=AT.date(), at=AT)
    send_owner_digests(on=AT.date(), at=AT)
    mail = OutgoingMail.objects.get()
    assert RAW not in str(vars(mail))
    week = {"iso_year": 2026, "iso_week": 45}
    for name in ("recruiting:report", "recruiting:report_csv"):
        assert RAW not in client_as(lead).get(reverse(name, kwargs=week)).content.decode()


def test_a_record_tells_the_figures_of_its_day(client_as, figure, answer, lead):
    session = make_session(None, lead)
    make_given(session, answer.question, lead, delivery=Delivery.ADAPTED, said="Eleven.", at=AT)
    make_value(figure, "15", as_of=date(2026, 9, 30), at=AT + timedelta(days=2))
    client = client_as(lead)
    record = client.get(reverse("recruiting:record", args=[session.pk])).content.decode()
    assert (TOLD in record, "15.0%" in record) == (True, False)
    now = client.get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert (TOLD in now, "15.0%" in now) == (False, True)


def test_the_index_knows_neither_places_nor_values(answer):
    index_answer(answer=answer)
    document = SearchDocument.objects.get(answer=answer)
    assert document.short_answer.split() == ["eworkshop"]
    assert set(document.text.split()) == {"eworkshop", *index_tokens(answer.scope.name, "en").split()}


@pytest.mark.parametrize("name", ["wiki:question", "recruiting:briefing", "wiki:search"])
def test_pages_of_many_answers_read_figures_together(client_as, figure, lead, name):
    category = make_category()
    question = make_question("who-leaves", en="Who leaves?", category=category)
    session = make_session(None, lead)
    urls = {
        "wiki:question": reverse("wiki:question", args=["who-leaves"]),
        "recruiting:briefing": reverse("recruiting:briefing", args=[session.pk]),
        "wiki:search": f"{reverse('wiki:search')}?q=workshop",
    }
    client = client_as(lead)

    def queries(count: int) -> int:
        for _number in range(count):
            asked = make_question(en="Who else leaves?", category=category)
            make_answer(question, make_scope(), short=CITES, owner=lead)
            make_answer(asked, short=CITES, details=CITES, owner=lead)
        client.get(urls[name])
        with CaptureQueriesContext(connection) as found:
            text = client.get(urls[name]).content.decode()
        assert (TOLD in text, RAW in text) == (True, False)
        return len(found)

    assert queries(1) == queries(11)


def test_figures_of_a_second_text_are_told_once_it_is_published(client_as, answer, lead):
    make_figure("hours", label_en="Training hours")
    draft = make_revision(answer, short="Now [[figure:hours]].")
    publish_revision(answer=answer, revision=draft, by=lead, at=AT)
    text = client_as(lead).get(reverse("wiki:answer", args=[answer.pk])).content.decode()
    assert "Now [figure missing: Training hours]." in text
    assert "It cites “Training hours”, which has no value here." in text

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_answer, make_category, make_question, make_user
from wiki.domain.search_index import index_question

pytestmark = pytest.mark.django_db
URL = "/wiki/search/"


@pytest.fixture
def reader(client_as):
    return client_as(make_user("reader"))


@pytest.fixture
def pay():
    question = make_question("pay", en="How is <pay> set?")
    index_question(question=question)
    return question


def test_search_shows_questions_with_their_answer_and_marks_the_words(reader, pay):
    answer = make_answer(pay, short="Pay follows <b>grades</b> & years.")

    page = reader.get(URL, {"q": "pay grade"}).content.decode()

    assert "How is &lt;<mark>pay</mark>&gt; set?" in page
    assert "<mark>Pay</mark> follows &lt;b&gt;<mark>grades</mark>&lt;/b&gt; &amp; years." in page
    assert reverse("wiki:question", args=["pay"]) in page
    assert reverse("wiki:answer", args=[answer.pk]) in page
    assert "Never verified" in page
    assert "1 question found" in page


def test_search_answers_htmx_with_the_results_alone(reader, pay):
    fragment = reader.get(URL, {"q": "pay"}, headers={"HX-Request": "true"})

    assert fragment.content.decode().strip().startswith('<div class="stack" id="results">')
    assert "HX-Request" in fragment["Vary"]


def test_search_gives_the_whole_page_back_to_htmx_history(reader, pay):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<!doctype html>" in reader.get(URL, {"q": "pay"}, headers=headers).content.decode()


def test_search_without_words_offers_the_categories(reader):
    make_category(name_en="Working time")

    page = reader.get(URL).content.decode()

    assert "Working time" in page
    assert "Nothing found" not in page


def test_search_for_stop_words_alone_says_so(reader):
    assert "too common" in reader.get(URL, {"q": "is it"}).content.decode()


@pytest.mark.parametrize(("role", "may_add"), [("reader", False), ("editor", True)])
def test_search_without_hits_says_what_to_do(client_as, role, may_add):
    page = client_as(make_user(role)).get(URL, {"q": "unicorn"}).content.decode()

    assert "Nothing found" in page
    assert (reverse("wiki:question_new") in page) is may_add


def test_search_refuses_who_does_not_read_the_wiki(client_as):
    assert client_as(make_user("administrator")).get(URL, {"q": "pay"}).status_code == 403


def test_search_keeps_what_was_typed_up_to_its_length(reader):
    page = reader.get(URL, {"q": '"><script>' + "x" * 1_000_000}).content.decode()

    assert 'value="&quot;&gt;&lt;script&gt;' + "x" * 190 + '"' in page


@pytest.mark.parametrize("query", ["\0", "\0pay", "%00", "\ud800".encode("utf-8", "surrogatepass")])
def test_search_takes_what_no_database_would(reader, query):
    assert reader.get(URL, {"q": query}).status_code == 200


def test_search_makes_the_same_queries_for_one_hit_and_for_thirty(reader, pay):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get(URL, {"q": "pay unicorn"})
        return len(captured)

    make_answer(pay)
    few = queries()
    for number in range(30):
        question = make_question(en=f"Which pay is number {number}?")
        index_question(question=question)
        make_answer(question)

    assert queries() == few

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Activity
from tests.factories import make_answer, make_category, make_question, make_revision, make_scope, make_user
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.challenges import challenge_answer
from wiki.domain.review import (
    COUNTED_UP_TO,
    TooManyTexts,
    count_up_to_limit,
    review_queue,
    verify_in_bulk,
)
from wiki.models import Answer, Verification

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REVIEW, VERIFY, REASSIGN = "/wiki/review/", "/wiki/review/verify/", "/wiki/review/reassign/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def due_in(days: int, owner=None, **fields) -> Answer:
    """An answer verified so that its review is due that many days from today."""
    verified_on = TODAY + timedelta(days=days - 90)
    return make_answer(owner=owner, verified_on=verified_on, interval_days=90, **fields)


def challenge(answer: Answer) -> None:
    challenge_answer(answer=answer, revision=answer.published, text="No.", by=make_user("reader"), at=NOW)


def ids_on(response) -> list[int]:
    """The answers of the page, in its order."""
    links = re.findall(r'id="answer-\d+" href="/wiki/answers/(\d+)/"', response.content.decode())
    return [int(pk) for pk in links]


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def states():
    """One answer in each state, by name."""
    owner = make_user("reader")
    answers = {
        "stale": due_in(-1, owner),
        "due_soon": due_in(14, owner),
        "never_verified": make_answer(owner=owner),
        "fresh": due_in(15, owner),
        "challenged": due_in(40, owner),
        "orphan": due_in(50),
        "left": due_in(60, make_user("reader", is_active=False)),
    }
    challenge(answers["challenged"])
    make_answer(owner=owner, published=False)
    return answers


def pks(answers: dict[str, Answer], *names: str) -> list[int]:
    return [answers[name].pk for name in names]


def test_review_shows_what_needs_attention_unconfirmed_first(client_as, states):
    page = client_as(make_user("reader")).get(REVIEW)
    expected = pks(states, "never_verified", "stale", "due_soon", "challenged", "orphan", "left")
    assert ids_on(page) == expected
    assert "6 answers" in page.content.decode()


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("stale", ["stale"]),
        ("due_soon", ["due_soon"]),
        ("never_verified", ["never_verified"]),
        ("challenged", ["challenged"]),
        ("orphan", ["orphan", "left"]),
        ("any", ["never_verified", "stale", "due_soon", "fresh", "challenged", "orphan", "left"]),
    ],
)
def test_review_narrowed_to_a_state(client_as, states, state, names):
    page = client_as(make_user("reader")).get(REVIEW, {"state": state})
    assert ids_on(page) == pks(states, *names)


def test_review_opens_on_mine_for_those_who_keep_something(client_as):
    keeper = make_user("reader")
    own, as_deputy, other = due_in(-2, keeper), due_in(-1, make_user("reader"), deputy=keeper), due_in(-3)
    client = client_as(keeper)
    assert ids_on(client.get(REVIEW)) == [own.pk, as_deputy.pk]
    assert ids_on(client.get(REVIEW, {"show": "all"})) == [other.pk, own.pk, as_deputy.pk]


def test_review_says_where_one_is_the_deputy(client_as):
    keeper = make_user("reader")
    due_in(-2, keeper)
    due_in(-1, make_user("reader"), deputy=keeper)
    assert client_as(keeper).get(REVIEW).content.decode().count("You are deputy") == 1


def test_review_of_one_owner_shows_all_they_own(client_as):
    owner, lead = make_user("reader"), make_user("lead")
    fresh = due_in(60, owner)
    due_in(-1, lead)
    assert ids_on(client_as(lead).get(REVIEW, {"owner": owner.pk})) == [fresh.pk]
    assert ids_on(client_as(lead).get(REVIEW, {"owner": owner.pk, "state": "stale"})) == []


def test_review_of_no_one(client_as, states):
    assert ids_on(client_as(make_user("reader")).get(REVIEW, {"owner": "none"})) == pks(states, "orphan")


def test_review_names_owners_who_have_left(client_as, states):
    page = client_as(make_user("reader")).get(REVIEW).content.decode()
    assert f"{states['left'].owner.name} (left)</option>" in page


def test_review_does_not_reveal_people_by_their_id(client_as):
    hidden = make_user("administrator", name="Hidden Person")
    due_in(-1)
    assert (
        "Hidden Person"
        not in client_as(make_user("reader")).get(REVIEW, {"owner": hidden.pk}).content.decode()
    )


def test_review_narrowed_to_a_category(client_as):
    category = make_category("pay")
    wanted = due_in(-1, question=make_question(category=category))
    due_in(-1)
    assert ids_on(client_as(make_user("reader")).get(REVIEW, {"category": "pay"})) == [wanted.pk]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "category": "x", "owner": "x", "show": "x"},
        {"after": "x"},
        {"after": "2026-99-99_1"},
        {"before": "2026-01-01_-1"},
        {"after": "2026-01-01_" + "9" * 30},
        {"owner": "9" * 30},
        {"owner": "²"},
        {"category": "\x00"},
    ],
)
def test_review_survives_a_wrong_address(client_as, query):
    answer = due_in(-1)
    page = client_as(make_user("lead")).get(REVIEW, query)
    assert page.status_code == 200
    assert ids_on(page) in ([answer.pk], [])


def test_review_shows_the_question_in_the_readers_language(client_as):
    due_in(-1, question=make_question(en="Why leave?", fr="Pourquoi partir ?"))
    page = client_as(make_user("reader", language="fr")).get(REVIEW).content.decode()
    assert "Pourquoi partir ?" in page
    assert "Why leave?" not in page


def test_review_never_shows_drafts_or_archived(client_as):
    archived, draft = due_in(-1), due_in(-1, published=True)
    Answer.objects.filter(pk=archived.pk).update(archived_at=NOW, published=None)
    withdraw_answer(answer=draft, by=make_user("lead"), at=NOW, reason="Wrong")
    assert ids_on(client_as(make_user("lead")).get(REVIEW, {"state": "any"})) == []


def test_review_boxes_stand_before_what_one_may_verify(client_as):
    keeper = make_user("reader")
    own, other = due_in(-1, keeper), due_in(-1)
    boxes = re.findall(
        r'name="answer" value="(\d+)"', client_as(keeper).get(REVIEW, {"show": "all"}).content.decode()
    )
    assert boxes == [str(own.pk)]
    editor = client_as(make_user("editor")).get(REVIEW).content.decode()
    assert re.findall(r'name="answer" value="(\d+)"', editor) == [str(own.pk), str(other.pk)]
    assert REASSIGN not in editor
    assert REASSIGN in client_as(make_user("lead")).get(REVIEW).content.decode()


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_review_makes_as_many_queries_for_30_rows_as_for_1(client_as):
    client = client_as(make_user("lead"))
    category = make_category()
    due_in(-1, make_user("reader"), question=make_question(category=category))
    few = queries_of(client, REVIEW)
    for _number in range(40):
        due_in(-1, make_user("reader"), question=make_question(category=category))
    # A full page of what nobody vouches for needs not look at the rest of the order.
    assert queries_of(client, REVIEW) == few - 1 <= 12


def test_review_pages_through_both_parts_of_the_order_and_back(client_as, monkeypatch):
    monkeypatch.setattr("wiki.views.review.ANSWERS_A_PAGE", 2)
    expected = [due_in(days).pk for days in (-9, -5, -1, 3, 8, 12)]
    client, url, pages = client_as(make_user("lead")), f"{REVIEW}?show=all", []
    while url:
        page = client.get(url)
        pages.append(ids_on(page))
        url = page.context["page"].next_url and REVIEW + page.context["page"].next_url
    assert [pk for pks in pages for pk in pks] == expected
    back = []
    while previous := page.context["page"].previous_url:
        page = client.get(REVIEW + previous)
        back.append(ids_on(page))
    assert back == pages[-2::-1]


@pytest.mark.parametrize("place", ["0", "2_0_2026-11-02_1", "x_0_2026-11-02_1", "0_0_2026-11-02", "-1_0__1"])
def test_review_shows_its_first_page_for_a_place_that_is_none(client_as, place):
    answer = due_in(-1)
    assert ids_on(client_as(make_user("lead")).get(REVIEW, {"after": place})) == [answer.pk]


def test_verify_page_makes_as_many_queries_for_10_texts_as_for_1(client_as):
    client = client_as(make_user("editor"))
    answers = [due_in(-1, make_user("reader"), details="Much.") for _number in range(10)]
    queries_of(client, f"{VERIFY}?answer={answers[0].pk}")
    few = queries_of(client, f"{VERIFY}?answer={answers[0].pk}")
    assert queries_of(client, VERIFY + "?" + "&".join(f"answer={a.pk}" for a in answers)) == few


def test_count_stops_at_the_limit(monkeypatch):
    monkeypatch.setattr("wiki.domain.review.COUNTED_UP_TO", 2)
    for _number in range(4):
        due_in(-1)
    assert count_up_to_limit(review_queue(on=TODAY)) == 3
    assert COUNTED_UP_TO == 1000


def test_review_reads_its_first_page_from_the_index(client_as):
    due_in(-1)
    client = client_as(make_user("lead"))
    with CaptureQueriesContext(connection) as queries:
        client.get(REVIEW, {"state": "any"})
    [page, *_rest] = [query["sql"] for query in queries if query["sql"].endswith("LIMIT 31")]
    plan = plan_of(page)
    assert "answer_by_harm" in plan
    assert "Sort Key: wiki_answer" not in plan


def plan_of(sql: str) -> str:
    """How the database means to answer; on PostgreSQL, as for a table too large to be sorted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


# Bulk verification


def test_verify_page_shows_each_text(client_as):
    owner = make_user("reader")
    answers = [due_in(-1, owner, short="<b>Eight</b> per cent."), due_in(-2, owner, short="Nine.")]
    page = client_as(owner).get(VERIFY, {"answer": [a.pk for a in answers]}).content.decode()
    assert "&lt;b&gt;Eight&lt;/b&gt; per cent." in page
    assert "Nine." in page
    for answer in answers:
        assert f'name="seen" value="{answer.pk}:{answer.published_id}"' in page
    assert "These 2 texts are still true" in page


def test_verify_in_bulk_takes_the_word_for_each(client_as):
    owner = make_user("reader")
    answers = [due_in(-1, owner), due_in(-2, owner)]
    seen = [f"{a.pk}:{a.published_id}" for a in answers]
    response = client_as(owner).post(VERIFY, {"seen": seen, "back": "show=mine&state=stale"})
    assert response.url == f"{REVIEW}?show=mine&state=stale"
    assert said(response) == ["2 answers confirmed as still true."]
    for answer in answers:
        given = Verification.objects.filter(answer=answer).first()
        assert (given.by, given.on, given.in_bulk, given.revision_id) == (
            owner,
            TODAY,
            True,
            answer.published_id,
        )
        answer.refresh_from_db()
        assert answer.next_review_on == TODAY + timedelta(days=90)


def test_verify_in_bulk_leaves_and_names_what_changed_meanwhile(client_as):
    owner = make_user("reader")
    same = due_in(-1, owner)
    changed = due_in(-1, owner, question=make_question(en="Why leave?"))
    withdrawn = due_in(-1, owner, question=make_question(en="Who decides?"))
    seen = [f"{a.pk}:{a.published_id}" for a in (same, changed, withdrawn)]
    publish_revision(answer=changed, revision=make_revision(changed, by=owner), by=owner, at=NOW)
    withdraw_answer(answer=withdrawn, by=owner, at=NOW, reason="Wrong")
    response = client_as(owner).post(VERIFY, {"seen": seen})
    assert said(response) == [
        "1 answer confirmed as still true.",
        (
            "Not confirmed, because the text or a figure in it has changed since you read it: "
            "“Who decides?”; “Why leave?”."
        ),
    ]
    assert not Verification.objects.filter(in_bulk=True).exclude(answer=same).exists()


def test_verify_in_bulk_leaves_and_names_what_is_not_ones_own(client_as):
    reader = make_user("reader")
    own, other = due_in(-1, reader), due_in(-1, question=make_question(en="Why leave?"))
    seen = [f"{a.pk}:{a.published_id}" for a in (own, other)]
    response = client_as(reader).post(VERIFY, {"seen": seen})
    assert said(response) == [
        "1 answer confirmed as still true.",
        "Not confirmed, because it is not yours: “Why leave?”.",
    ]
    assert not Verification.objects.filter(answer=other, in_bulk=True).exists()


def test_verify_in_bulk_refuses_more_than_ten(client_as):
    editor = make_user("editor")
    answers = [due_in(-1) for _number in range(11)]
    response = client_as(editor).post(VERIFY, {"seen": [f"{a.pk}:{a.published_id}" for a in answers]})
    assert said(response) == ["Nothing was confirmed: at most ten texts can be confirmed at once."]
    with pytest.raises(TooManyTexts):
        verify_in_bulk(seen={a.pk: a.published_id for a in answers}, by=editor, at=NOW)
    assert not Verification.objects.filter(in_bulk=True).exists()


def test_verify_page_shows_ten_and_then_the_others(client_as):
    client = client_as(make_user("editor"))
    answers = [due_in(-20 + number) for number in range(12)]
    page = client.get(VERIFY, {"answer": [a.pk for a in answers], "back": "state=stale"})
    seen = re.findall(r'name="seen" value="([\d:]+)"', page.content.decode())
    later = re.findall(r'name="later" value="(\d+)"', page.content.decode())
    assert seen == [f"{a.pk}:{a.published_id}" for a in answers[:10]]
    assert later == [str(a.pk) for a in answers[10:]]
    response = client.post(VERIFY, {"seen": seen, "later": later, "back": "state=stale"}, follow=True)
    assert response.redirect_chain[0][0] == f"{VERIFY}?answer={later[0]}&answer={later[1]}&back=state%3Dstale"
    assert "These 2 texts are still true" in response.content.decode()


def test_verify_takes_no_revision_of_another_answer(client_as):
    owner = make_user("reader")
    mine, other = due_in(-1, owner), due_in(-1, owner)
    response = client_as(owner).post(VERIFY, {"seen": f"{mine.pk}:{other.published_id}"})
    assert said(response)[0].startswith("Not confirmed")
    assert not Verification.objects.filter(in_bulk=True).exists()


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("reader", False, 403),
        ("reader", True, 200),
        ("recruiter", False, 403),
        ("editor", False, 200),
        ("lead", False, 200),
        ("administrator", False, 403),
        ("administrator", True, 403),
    ],
)
def test_verify_by_role(client_as, role, own, status):
    user = make_user(role)
    answer = due_in(-1, user if own else make_user("reader"))
    client = client_as(user)
    assert client.get(VERIFY, {"answer": answer.pk}).status_code == status
    posted = client.post(VERIFY, {"seen": f"{answer.pk}:{answer.published_id}"})
    assert posted.status_code == (302 if status == 200 else status)
    assert Verification.objects.filter(in_bulk=True).exists() == (status == 200)


def test_verify_knows_no_answer_that_the_user_may_not_see(client_as):
    draft = make_answer(published=False)
    revision = draft.revisions.get()
    client = client_as(make_user("reader"))
    assert client.get(VERIFY, {"answer": draft.pk}).status_code == 404
    assert client.post(VERIFY, {"seen": f"{draft.pk}:{revision.pk}"}).status_code == 404
    assert client.get(VERIFY, {"answer": 999999}).status_code == 404


@pytest.mark.parametrize("data", [{}, {"seen": "x"}, {"seen": "1"}, {"seen": "1:x"}, {"seen": "x:1"}])
def test_verify_without_a_choice_goes_back_to_the_queue(client_as, data):
    client = client_as(make_user("editor"))
    response = client.post(VERIFY, data | {"back": "//evil.example/\r\nX: 1"})
    assert response.status_code == 302
    assert response.url.startswith(f"{REVIEW}?")
    assert said(response) == ["Choose at least one answer."]


# Bulk reassignment


def test_reassign_gives_all_to_the_new_owner_and_verifies_nothing(client_as):
    lead, new = make_user("lead"), make_user("reader", name="Zoe")
    answers = [due_in(-1, make_user("reader")), due_in(-2), due_in(-3, new)]
    client = client_as(lead)
    page = client.get(REASSIGN, {"answer": [a.pk for a in answers]}).content.decode()
    assert "Give these 3 answers to another owner" in page
    data = {"answer": [a.pk for a in answers], "owner": new.pk, "back": "show=all"}
    before = Verification.objects.count()
    response = client.post(REASSIGN, data)
    assert (response.url, said(response)) == (f"{REVIEW}?show=all", ["2 answers given to Zoe."])
    assert set(Answer.objects.values_list("owner", flat=True)) == {new.pk}
    assert Verification.objects.count() == before
    assert Activity.objects.filter(verb="assign-owner", actor=lead).count() == 2


def test_reassign_only_to_active_people_who_read(client_as):
    answer, client = due_in(-1), client_as(make_user("lead"))
    for person in (make_user("reader", is_active=False), make_user("administrator"), make_user()):
        response = client.post(REASSIGN, {"answer": answer.pk, "owner": person.pk})
        assert "error-summary" in response.content.decode()
    answer.refresh_from_db()
    assert answer.owner is None


@pytest.mark.parametrize("role", ["reader", "editor", "recruiter", "administrator"])
def test_reassign_is_for_leads(client_as, role):
    user = make_user(role)
    answer = due_in(-1, user)
    client = client_as(user)
    assert client.get(REASSIGN, {"answer": answer.pk}).status_code == 403
    assert client.post(REASSIGN, {"answer": answer.pk, "owner": user.pk}).status_code == 403


def test_reassign_of_nothing_known_is_not_found(client_as):
    client = client_as(make_user("lead"))
    assert client.get(REASSIGN, {"answer": 999999}).status_code == 404
    assert client.get(REASSIGN).url == REVIEW


@pytest.mark.parametrize("name", ["wiki:review", "wiki:review_verify"])
def test_review_is_for_those_who_read_the_wiki(client, client_as, name):
    assert client.get(reverse(name)).status_code == 302
    assert client_as(make_user("administrator")).get(reverse(name)).status_code == 403
    assert client_as(make_user()).get(reverse(name)).status_code == 403


def test_review_row_tells_scope_language_owner_and_dates(client_as):
    owner = make_user("reader", name="Ada")
    due_in(-1, owner, scope=make_scope("Lyon"), language="fr")
    page = client_as(owner).get(REVIEW).content.decode()
    for words in ("Lyon", "French", "Ada", "Stale", "due on 22 November 2026"):
        assert words in page


def test_review_says_more_than_it_counts(client_as, monkeypatch):
    monkeypatch.setattr("wiki.domain.review.COUNTED_UP_TO", 1)
    monkeypatch.setattr("wiki.views.review.COUNTED_UP_TO", 1)
    due_in(-1)
    due_in(-2)
    assert "1+ answers" in client_as(make_user("reader")).get(REVIEW).content.decode()

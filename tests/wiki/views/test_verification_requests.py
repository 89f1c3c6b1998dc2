import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from ledger.models import OutgoingMail
from tests.factories import make_answer, make_category, make_question, make_scope, make_user
from wiki.domain.answers import verify_answer, withdraw_answer
from wiki.domain.verification_requests import ask_to_verify, close_request, withdraw_answers
from wiki.models import Answer, VerificationRequest

SignIn = Callable[[User], Client]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY, DUE = NOW.date(), date(2026, 12, 7)
LIST, CHOOSE, NEW = (
    "/wiki/review/requests/",
    "/wiki/review/requests/choose/",
    "/wiki/review/requests/new/",
)
WORDS = {"event": "New works agreement", "reason": "Hours have changed.", "due_on": "2026-12-07"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead() -> User:
    return make_user("lead", name="Claire")


def kept(owner: User | None = None, **fields) -> Answer:
    return make_answer(owner=owner or make_user("reader"), verified_on=TODAY - timedelta(days=1), **fields)


def ask(by: User, *answers: Answer, at: datetime = NOW, due_on: date = DUE, **words) -> VerificationRequest:
    given = {"event": "New works agreement", "reason": "Hours have changed."} | words
    return ask_to_verify(answers=[answer.pk for answer in answers], due_on=due_on, by=by, at=at, **given)


def verify(answer: Answer, *, at: datetime = NOW + timedelta(hours=1), note: str = "") -> None:
    verify_answer(answer=answer, revision=answer.published, by=answer.owner, at=at, note=note)


def address(request: VerificationRequest, act: str = "") -> str:
    return reverse(f"wiki:verification_request{act}", args=[request.pk])


def text_of(response: HttpResponse) -> str:
    """What is read on a page, without its markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def chosen_on(response: HttpResponse) -> list[int]:
    boxes = re.findall(r'name="answer" value="(\d+)" form="selection"', response.content.decode())
    return [int(pk) for pk in boxes]


def test_requests_are_listed_open_and_closed(client_as: SignIn, lead: User) -> None:
    answers = [kept(), kept()]
    ask(lead, *answers, event="Later", due_on=DUE + timedelta(days=1))
    ask(lead, *answers, event="Sooner")
    closed = ask(lead, answers[0], event="Done with")
    verify(answers[0])
    close_request(request=closed, by=lead, at=NOW + timedelta(hours=2))
    client = client_as(lead)
    page = text_of(client.get(LIST))
    assert page.index("Sooner") < page.index("Later")
    assert "1 of 2 answers confirmed To verify by 7 December 2026 Asked by Claire on 23 November 2026" in page
    assert "Done with" not in page
    page = text_of(client.get(LIST, {"show": "closed"}))
    assert "Done with 1 of 1 answer confirmed Closed on 23 November 2026" in page
    assert "Sooner" not in page


def test_requests_past_their_date_say_so(client_as: SignIn, lead: User) -> None:
    request = ask(lead, kept(), due_on=TODAY)
    assert "Past its date" not in text_of(client_as(lead).get(LIST))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client = client_as(lead)
        assert "Past its date" in text_of(client.get(LIST))
        assert "Past its date" in text_of(client.get(address(request)))


def test_requests_say_when_there_is_none(client_as: SignIn, lead: User) -> None:
    assert "No open request" in text_of(client_as(lead).get(LIST))
    assert "No closed request" in text_of(client_as(lead).get(LIST, {"show": "closed"}))
    assert "Nobody is waiting for you" in text_of(client_as(make_user("reader")).get(LIST))


def test_request_shows_who_confirmed_what(client_as: SignIn, lead: User) -> None:
    ada, zoe = make_user("reader", name="Ada"), make_user("reader", name="Zoe")
    waiting = kept(ada, question=make_question(en="Why leave?"), scope=make_scope("Lyon"))
    confirmed = kept(ada, question=make_question(en="Who decides?"))
    gone = kept(zoe, question=make_question(en="What is promised?"))
    request = ask(lead, confirmed, waiting, gone)
    verify(confirmed, note="Checked with <b>payroll</b>.")
    withdraw_answer(answer=gone, by=lead, at=NOW, reason="Wrong.")
    response = client_as(lead).get(address(request))
    page = text_of(response)
    assert "1 of 2 answers confirmed" in page
    assert "Why leave? Lyon English Ada Waiting" in page
    assert "Who decides? Example company English Ada Confirmed as it stood by Ada on 23 November 2026" in page
    assert "Checked with &lt;b&gt;payroll&lt;/b&gt;." in page
    assert "What is promised? Example company English Zoe No longer published" in page
    assert page.index("Why leave?") < page.index("Who decides?") < page.index("What is promised?")
    assert "Ada 1 of 2" in page
    assert f"/wiki/answers/{gone.pk}/" not in response.content.decode()


def test_request_heads_its_answers_with_a_noun_in_french(client_as: SignIn) -> None:
    lead = make_user("lead", language="fr")
    shown = client_as(lead).get(address(ask(lead, kept())))
    headings = re.findall(r'<th scope="col">(.*?)</th>', shown.content.decode())
    assert headings[:3] == ["Réponse", "Responsable", "Vérification"]


def test_request_names_orphans_and_leads_give_them_an_owner(client_as: SignIn, lead: User) -> None:
    orphan, owner = make_answer(verified_on=TODAY), make_user("reader")
    request = ask(lead, orphan, kept(owner))
    page = client_as(lead).get(address(request)).content.decode()
    assert "One answer is waiting and has no owner to confirm it." in page
    assert f'href="/wiki/review/reassign/?answer={orphan.pk}&amp;back="' in page
    assert "no owner to confirm" not in client_as(owner).get(address(request)).content.decode()


def test_request_warns_of_orphans_among_the_chosen_answers(client_as: SignIn, lead: User) -> None:
    orphan, kept_one = make_answer(verified_on=TODAY), kept(make_user("reader"))
    page = client_as(lead).get(NEW, {"answer": [orphan.pk, kept_one.pk]}).content.decode()
    assert "One of these answers has no owner, so nobody will be told: name one below." in page
    assert 'name="new_owner"' in page
    page = client_as(lead).get(NEW, {"answer": [kept_one.pk]}).content.decode()
    assert 'name="new_owner"' not in page


@pytest.mark.parametrize("taken", [True, False])
def test_request_gives_its_orphans_an_owner_who_is_asked_too(
    client_as: SignIn, lead: User, taken: bool
) -> None:
    ada = make_user("reader")
    orphan, kept_one = make_answer(verified_on=TODAY), kept(make_user("reader"))
    chosen = {"answer": [orphan.pk, kept_one.pk], "new_owner": ada.pk if taken else ""}
    client_as(lead).post(NEW, WORDS | chosen)
    orphan.refresh_from_db()
    kept_one.refresh_from_db()
    assert orphan.owner == (ada if taken else None)
    assert kept_one.owner != ada
    asked = OutgoingMail.objects.filter(kind="verification-request")
    assert set(asked.values_list("recipient", flat=True)) == {kept_one.owner_id} | (
        {ada.pk} if taken else set()
    )
    assert VerificationRequest.objects.get().requested.count() == 2
    page = client_as(lead).get(NEW, {"answer": [kept_one.pk]}).content.decode()
    assert "assign it first" not in page


def test_request_is_changed_only_by_leads_while_it_is_open(client_as: SignIn, lead: User) -> None:
    owner = make_user("reader")
    request = ask(lead, kept(owner), kept(owner))
    for user in (owner, make_user("editor")):
        page = client_as(user).get(address(request)).content.decode()
        assert 'type="checkbox"' not in page
        assert address(request, "_close") not in page
    page = client_as(lead).get(address(request)).content.decode()
    assert page.count('name="answer"') == 2
    assert address(request, "_close") in page
    close_request(request=request, by=lead, at=NOW)
    page = client_as(lead).get(address(request))
    assert address(request, "_close") not in page.content.decode()
    assert "Closed by Claire on 23 November 2026" in text_of(page)


def test_request_of_others_is_not_found(client_as: SignIn, lead: User) -> None:
    request = ask(lead, kept())
    reader = client_as(make_user("reader"))
    assert reader.get(address(request)).status_code == 404
    assert "New works agreement" not in text_of(reader.get(LIST))


def test_choose_shows_nothing_until_asked(client_as: SignIn, lead: User) -> None:
    answer = kept()
    client = client_as(lead)
    assert chosen_on(client.get(CHOOSE)) == []
    assert chosen_on(client.get(CHOOSE, {"category": ""})) == [answer.pk]


def test_choose_narrows_by_category_scope_and_words(client_as: SignIn, lead: User) -> None:
    hours, site = make_category("hours"), make_scope("Lyon")
    first = kept(question=make_question(category=hours), scope=site, short="Overtime is paid.")
    second = kept(question=make_question(category=hours))
    client = client_as(lead)
    given = {"category": "hours", "scope": "", "words": ""}
    assert chosen_on(client.get(CHOOSE, given)) == [first.pk, second.pk]
    assert chosen_on(client.get(CHOOSE, given | {"scope": site.pk})) == [first.pk]
    assert chosen_on(client.get(CHOOSE, given | {"words": "overtime"})) == [first.pk]
    page = client.get(CHOOSE, given | {"words": "xylophone"})
    assert "No published answer matches." in text_of(page)


@pytest.mark.parametrize(
    "query", [{"category": "\x00"}, {"category": "", "scope": "9" * 30}, {"category": "", "words": "x" * 999}]
)
def test_choose_survives_a_wrong_address(client_as: SignIn, lead: User, query: dict[str, str]) -> None:
    kept()
    assert client_as(lead).get(CHOOSE, query).status_code == 200


def test_choose_says_when_there_are_too_many(
    client_as: SignIn, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.views.verification_request_acts.MOST_ASKED", 2)
    answers = [kept() for _ in range(3)]
    client = client_as(lead)
    page = client.get(CHOOSE, {"category": ""})
    assert "More than 2 answers match, and a request asks for at most 2" in text_of(page)
    assert len(chosen_on(page)) == 2
    response = client.post(NEW, {"answer": [answer.pk for answer in answers]})
    assert (response.url, said(response)) == (
        CHOOSE,
        ["A request asks for at most 2 answers. Choose fewer."],
    )


def test_new_asks_why_and_by_when(client_as: SignIn, lead: User) -> None:
    answers = [kept(), kept()]
    keys = [answer.pk for answer in answers]
    client = client_as(lead)
    for response in (
        client.get(NEW, {"answer": keys, "back": "show=all"}),
        client.post(NEW, {"answer": keys}),
    ):
        page = response.content.decode()
        assert "Ask to verify these 2 answers again" in text_of(response)
        assert 'value="2026-12-07"' in page
        assert "error-summary" not in page
    response = client.post(NEW, {"answer": keys, "form_key": "a"} | WORDS)
    request = VerificationRequest.objects.get()
    assert response.url == address(request)
    assert (request.event, request.reason, request.due_on, request.asked_by) == (
        "New works agreement",
        "Hours have changed.",
        DUE,
        lead,
    )
    assert set(request.requested.values_list("answer", flat=True)) == set(keys)


def test_new_sent_twice_asks_once(client_as: SignIn, lead: User) -> None:
    data = {"answer": kept().pk, "form_key": "a"} | WORDS
    client = client_as(lead)
    assert client.post(NEW, data).url == client.post(NEW, data).url
    assert VerificationRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"due_on": "2026-11-22"}, "Choose today or a later day."),
        ({"due_on": "2027-11-24"}, "Choose a day within a year."),
        ({"due_on": "soon"}, "Enter a valid date."),
        ({"event": ""}, "This field is required."),
        ({"reason": " "}, "This field is required."),
    ],
)
def test_new_keeps_what_was_typed_and_says_what_is_wrong(
    client_as: SignIn, lead: User, broken: dict[str, str], message: str
) -> None:
    answer = kept()
    response = client_as(lead).post(NEW, {"answer": answer.pk} | WORDS | broken)
    page = response.content.decode()
    assert message in page
    assert f'<input type="hidden" name="answer" value="{answer.pk}">' in page
    assert ("New works agreement" in page) == ("event" not in broken)
    assert not VerificationRequest.objects.exists()


@pytest.mark.parametrize("data", [{}, {"answer": "x"}, {"answer": "999999"}])
def test_new_without_answers_leads_to_their_choice(
    client_as: SignIn, lead: User, data: dict[str, str]
) -> None:
    response = client_as(lead).get(NEW, data)
    assert (response.url, said(response)) == (CHOOSE, ["Choose at least one answer."])


def test_add_offers_what_is_not_asked_for_yet(client_as: SignIn, lead: User) -> None:
    present, new = kept(), kept()
    request = ask(lead, present)
    client = client_as(lead)
    assert chosen_on(client.get(address(request, "_add"), {"category": ""})) == [new.pk]
    response = client.post(address(request, "_add"), {"answer": new.pk})
    assert (response.url, said(response)) == (address(request), ["1 answer added."])
    response = client.post(address(request, "_add"), {"answer": new.pk})
    assert response.url == address(request, "_add")
    assert said(response)[-1] == "Choose at least one answer."


def test_add_is_refused_after_the_date(client_as: SignIn, lead: User) -> None:
    request, new = ask(lead, kept(), due_on=TODAY), kept()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client = client_as(lead)
        response = client.post(address(request, "_add"), {"answer": new.pk})
        assert response.url == address(request)
        assert said(response) == ["The date of this request has passed: make a new one for other answers."]
        assert address(request, "_add") not in client.get(address(request)).content.decode()


def test_withdraw_no_longer_asks(client_as: SignIn, lead: User) -> None:
    first, second = kept(), kept()
    request = ask(lead, first, second)
    client = client_as(lead)
    response = client.post(address(request, "_withdraw"), {"answer": first.pk})
    assert (response.url, said(response)) == (address(request), ["1 answer is no longer asked for."])
    assert "0 of 1 answer confirmed" in text_of(client.get(address(request)))
    response = client.post(address(request, "_withdraw"))
    assert said(response)[-1] == "Choose at least one answer."


def test_close_says_what_becomes_of_what_waits(client_as: SignIn, lead: User) -> None:
    first, second = kept(), kept()
    request = ask(lead, first, second)
    verify(first)
    client = client_as(lead)
    page = text_of(client.get(address(request, "_close")))
    assert "1 of 2 answers confirmed The answer that still waits is listed as not confirmed" in page
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert client.post(address(request, "_close")).url == address(request)
    page = text_of(client.get(address(request)))
    assert "Closed verification request" in page
    assert "1 of 2 answers confirmed" in page
    assert "Not confirmed" in page
    assert "Waiting" not in page


@pytest.mark.parametrize(
    ("act", "method"),
    [("_add", "get"), ("_add", "post"), ("_close", "get"), ("_close", "post"), ("_withdraw", "post")],
)
def test_what_is_closed_stays_as_it_is(client_as: SignIn, lead: User, act: str, method: str) -> None:
    answer = kept()
    request = ask(lead, answer)
    close_request(request=request, by=lead, at=NOW)
    response = getattr(client_as(lead), method)(address(request, act), {"answer": answer.pk})
    assert response.url == address(request)
    assert said(response) == ["This request is closed and can no longer be changed."]


def test_answer_page_names_what_waits_for_it(client_as: SignIn, lead: User) -> None:
    owner, reader = make_user("reader"), make_user("reader")
    answer = kept(owner)
    request = ask(lead, answer)
    url = reverse("wiki:answer", args=[answer.pk])
    page = client_as(owner).get(url)
    words = "Claire asks to verify this again by 7 December 2026: New works agreement ."
    assert words in text_of(page)
    assert "Hours have changed." in text_of(page)
    content = page.content.decode()
    assert content.index(address(request)) < content.index("/verify/")
    assert "Claire asks" not in text_of(client_as(reader).get(url))
    verify(answer)
    assert "Claire asks" not in text_of(client_as(owner).get(url))


def test_verify_page_names_what_waits(client_as: SignIn, lead: User) -> None:
    owner = make_user("reader")
    answer, other = kept(owner), kept(owner)
    ask(lead, answer)
    page = text_of(client_as(owner).get("/wiki/review/verify/", {"answer": [answer.pk, other.pk]}))
    assert page.count("Claire asks to verify this again by 7 December 2026") == 1


def test_queue_offers_to_ask_again_to_leads(client_as: SignIn, lead: User) -> None:
    kept()
    for user, offered in ((lead, True), (make_user("editor"), False)):
        page = client_as(user).get("/wiki/review/", {"state": "any"}).content.decode()
        assert LIST in page
        assert (f'formaction="{NEW}"' in page) == offered


def queries_of(client: Client, url: str, query: dict[str, str] | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, query).status_code == 200
    return len(queries)


def test_pages_make_as_many_queries_for_30_rows_as_for_1(client_as: SignIn, lead: User) -> None:
    client = client_as(lead)
    everything = {"category": ""}
    request = ask(lead, _confirmed())
    pages = (LIST, address(request), address(request, "_add"), CHOOSE, address(request, "_close"))
    one = kept()
    few = [queries_of(client, url, everything) for url in pages]
    few_new = queries_of(client, NEW, {"answer": [one.pk]})
    answers = [_confirmed() for _ in range(30)]
    many = ask(lead, one, *answers)
    withdraw_answers(request=many, answers=[answers[0].pk], by=lead, at=NOW)
    for _ in range(18):
        ask(lead, one)
    pages = (LIST, address(many), address(request, "_add"), CHOOSE, address(many, "_close"))
    assert [queries_of(client, url, everything) for url in pages] == few
    assert queries_of(client, NEW, {"answer": [answer.pk for answer in answers]}) == few_new
    assert max(few) <= 14


def _confirmed() -> Answer:
    answer = kept()
    request = ask(make_user("lead"), answer)
    verify(answer)
    close_request(request=request, by=request.asked_by, at=NOW + timedelta(hours=2))
    return answer


def test_asking_makes_no_query_an_answer(client_as: SignIn, lead: User) -> None:
    owner = make_user("reader")
    answers = [kept(owner) for _ in range(31)]
    counts = []
    for some in (answers[:1], answers[1:]):
        with CaptureQueriesContext(connection) as queries:
            ask(lead, *some)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize(("show", "index"), [("", "verification_request_open"), ("closed", "")])
def test_list_is_read_in_its_order(client_as: SignIn, lead: User, show: str, index: str) -> None:
    client = client_as(lead)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST, {"show": show})
    [page] = [query["sql"] for query in queries if 'ORDER BY "wiki_verificationrequest' in query["sql"]]
    plan = plan_of(page)
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort Key" not in plan

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.domain.messages import parse
from ledger.models import Activity, OutgoingMail
from tests.factories import make_answer, make_category, make_company, make_question, make_scope, make_user
from wiki.domain.answers import create_answer
from wiki.domain.ready import Step, assign_questions, readiness
from wiki.models import Answer, Question

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
READY, ASSIGN = "/wiki/ready/", "/wiki/ready/assign/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def essential(en: str | None = None, **fields) -> Question:
    return make_question(en=en, essential=True, **fields)


def steps(language: str = "en") -> list[str]:
    return [entry.step for entry in readiness(language=language, title_language="en", on=TODAY).questions]


def place(question: Question, owner=None, language: str = "en") -> Answer:
    return create_answer(
        question=question, scope=make_company(), language=language, owner=owner, by=make_user("lead"), at=NOW
    )


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_readiness_tells_each_step():
    owner = make_user("reader")
    essential()
    place(essential())
    place(essential(), owner)
    place(essential(), make_user("reader", is_active=False))
    make_answer(essential(), owner=owner, published=False)
    make_answer(essential(), owner=owner)
    make_answer(essential(), owner=owner, verified_on=TODAY - timedelta(days=91))
    make_answer(essential(), owner=owner, verified_on=TODAY - timedelta(days=90))
    make_answer(essential(), owner=owner, verified_on=TODAY)
    make_question()
    essential(archived_at=NOW)
    assert steps() == [
        Step.NOT_ASSIGNED,
        Step.NOT_ASSIGNED,
        Step.NOT_STARTED,
        Step.NOT_ASSIGNED,
        Step.DRAFT,
        Step.NEVER_VERIFIED,
        Step.STALE,
        Step.READY,
        Step.READY,
    ]
    assert set(steps("fr")) == {Step.NOT_ASSIGNED}


def test_readiness_counts_only_the_company_and_what_is_not_archived():
    question = essential()
    make_answer(question, make_scope("Lyon"), verified_on=TODAY)
    archived = make_answer(question, verified_on=TODAY)
    Answer.objects.filter(pk=archived.pk).update(archived_at=NOW, published=None)
    assert steps() == [Step.NOT_ASSIGNED]


def test_readiness_says_yes_when_all_is_published_verified_and_not_stale():
    owner = make_user("reader")
    for _number in range(2):
        make_answer(essential(), owner=owner, verified_on=TODAY)
    state = readiness(language="en", title_language="en", on=TODAY)
    assert (state.may_offer, state.ready, state.total, state.missing) == (True, 2, 2, [])


def test_readiness_without_questions_is_no():
    make_company()
    assert not readiness(language="en", title_language="en", on=TODAY).may_offer


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_ready_page_says_what_is_missing_and_who_can_mend_it(client_as):
    ada, bob = make_user("reader", name="Ada"), make_user("reader", name="Bob")
    essential("Why do people leave?")
    place(essential(), ada)
    place(essential(), bob)
    make_answer(essential(), owner=ada, published=False)
    make_answer(essential(), by=bob, published=False)
    make_answer(essential(), owner=ada, verified_on=date(2026, 1, 5))
    make_answer(essential(), owner=ada, verified_on=TODAY)
    words = words_of(client_as(make_user("reader")).get(READY))
    assert "Why do people leave?" in words
    assert "Not yet" in words
    assert "1 question is not assigned: an editor or a lead can choose who should answer" in words
    assert "2 answers are to be written: Ada, Bob" in words
    assert "2 drafts are to be published: Ada, an editor or a lead" in words
    assert "1 answer is stale: Ada" in words
    assert "1 of 7 ready" in words


def test_ready_page_says_yes(client_as):
    make_answer(essential(), owner=make_user("reader"), verified_on=TODAY)
    words = words_of(client_as(make_user("reader")).get(READY))
    assert "The company may offer reverse interviews: every essential answer is published" in words


def test_ready_page_is_in_the_users_language_and_shows_the_other_on_demand(client_as):
    make_answer(essential("Why?", fr="Pourquoi ?"), language="fr", verified_on=TODAY)
    client = client_as(make_user("reader", language="fr"))
    page = client.get(READY)
    assert page.context["language"] == "fr"
    assert page.context["state_of_readiness"].may_offer
    assert "Pourquoi ?" in page.content.decode()
    other = client.get(READY, {"language": "en"})
    assert not other.context["state_of_readiness"].may_offer
    assert client.get(READY, {"language": "xx"}).context["language"] == "fr"


def test_ready_page_without_a_company_leads_to_the_set_up(client_as):
    essential()
    lead = client_as(make_user("lead")).get(READY).content.decode()
    assert 'href="/wiki/scopes/new/"' in lead
    assert ASSIGN not in lead
    assert "A lead can set it up." in client_as(make_user("editor")).get(READY).content.decode()


def test_ready_page_without_questions(client_as):
    make_company()
    assert "No essential question" in client_as(make_user("lead")).get(READY).content.decode()


def test_ready_page_shows_no_text_of_drafts(client_as):
    make_answer(essential(), published=False, short="Secret draft words")
    assert "Secret draft" not in client_as(make_user("lead")).get(READY).content.decode()


def test_ready_page_makes_as_many_queries_for_30_rows_as_for_1(client_as):
    client = client_as(make_user("lead"))
    category = make_category()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(READY).status_code == 200
        return len(found)

    make_answer(essential(category=category), owner=make_user("reader"), verified_on=TODAY)
    few = queries()
    for _number in range(15):
        make_answer(essential(category=category), owner=make_user("reader"))
        place(essential(category=category), make_user("reader"))
    assert queries() == few <= 12


# Assigning


def test_assign_opens_the_places_and_sends_one_mail(client_as, settings):
    settings.SITE_URL, settings.EMAIL_HOST = "https://answers.example.com", "smtp.example.com"
    make_company()
    lead, person = make_user("lead", name="Lea"), make_user("reader", name="Ada", email="ada@example.com")
    category = make_category(name_en="Departures", rank=1)
    first = essential("Why do people leave?", category=category, rank=1)
    second = essential("How many leave?", category=category, rank=2)
    third = essential()
    already = place(third, make_user("reader"))
    data = {"questions": [third.pk, second.pk, first.pk], "owner": person.pk, "language": "en"}
    response = client_as(lead).post(ASSIGN, data)
    assert response.url == f"{READY}?language=en"
    assert said(response) == ["3 questions assigned to Ada, with a mail that lists them."]
    assert set(Answer.objects.values_list("owner", flat=True)) == {person.pk}
    assert set(Answer.objects.values_list("language", flat=True)) == {"en"}
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.to_address) == ("assignment", person, "ada@example.com")
    assert mail.subject == "3 questions from candidates for you to answer"
    text = parse(bytes(mail.message)).get_body(("plain",)).get_content().replace("\r\n", "\n")
    link = "https://answers.example.com/wiki/answers/{}/edit/"
    answers = {answer.question_id: answer for answer in Answer.objects.all()}
    assert "Lea asks you to write the company’s answers to these 3 questions, in English." in text
    assert f"1. Why do people leave?\n   Departures\n   {link.format(answers[first.pk].pk)}\n" in text
    assert f"2. How many leave?\n   Departures\n   {link.format(answers[second.pk].pk)}\n" in text
    html = parse(bytes(mail.message)).get_body(("html",)).get_content()
    assert f'href="{link.format(already.pk)}"' in html
    assert Activity.objects.filter(verb="assign-owner", actor=lead).count() == 3


def test_assign_mails_in_the_persons_language():
    person = make_user("reader", language="fr")
    assign_questions(
        questions=[essential("Why?", fr="Pourquoi <partir> ?")],
        scope=make_company(),
        language="fr",
        owner=person,
        by=make_user("lead"),
        at=NOW,
    )
    mail = OutgoingMail.objects.get()
    assert mail.language == "fr"
    assert "Pourquoi <partir> ?" in parse(bytes(mail.message)).get_body(("plain",)).get_content()
    assert "Pourquoi &lt;partir&gt; ?" in parse(bytes(mail.message)).get_body(("html",)).get_content()


def test_assign_twice_changes_nothing_and_sends_nothing(client_as):
    make_company()
    person, client = make_user("reader", name="Ada"), client_as(make_user("editor"))
    data = {"questions": essential().pk, "owner": person.pk, "language": "en"}
    client.post(ASSIGN, data)
    response = client.post(ASSIGN, data)
    assert said(response)[-1] == "Ada already owns these. No mail was sent."
    assert (OutgoingMail.objects.count(), Answer.objects.count()) == (1, 1)


def test_assign_brings_back_an_archived_place(client_as):
    answer = make_answer(essential(), published=False)
    Answer.objects.filter(pk=answer.pk).update(archived_at=NOW)
    person = make_user("reader")
    data = {"questions": answer.question_id, "owner": person.pk, "language": "en"}
    client_as(make_user("lead")).post(ASSIGN, data)
    answer.refresh_from_db()
    assert (answer.archived_at, answer.owner) == (None, person)
    assert Activity.objects.about(answer).filter(verb="reopen").exists()


def test_assign_refuses_what_is_not_offered_and_keeps_the_choice(client_as):
    make_company()
    question, other = essential(), make_question()
    client = client_as(make_user("lead"))
    wrong = [
        {"questions": question.pk, "language": "en"},
        {"questions": question.pk, "owner": make_user("administrator").pk, "language": "en"},
        {"questions": question.pk, "owner": make_user("reader", is_active=False).pk, "language": "en"},
        {"questions": question.pk, "owner": make_user("reader").pk, "language": "xx"},
        {"questions": other.pk, "owner": make_user("reader").pk, "language": "en"},
        {"questions": "x", "owner": make_user("reader").pk, "language": "en"},
        {"owner": make_user("reader").pk, "language": "en"},
    ]
    pages = [client.post(ASSIGN, data).content.decode() for data in wrong]
    assert all("error-summary" in page for page in pages)
    assert re.search(rf'value="{question.pk}"[^>]* checked', pages[0])
    assert "Choose at least one question." in pages[-1]
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("reader", 403), ("recruiter", 403), ("editor", 302), ("lead", 302), ("administrator", 403)],
)
def test_assign_by_role(client_as, role, status):
    make_company()
    data = {"questions": essential().pk, "owner": make_user("reader").pk, "language": "en"}
    client = client_as(make_user(role))
    assert client.post(ASSIGN, data).status_code == status
    assert client.get(ASSIGN).status_code == 405
    assert Answer.objects.exists() == (status == 302)


def test_ready_is_for_those_who_read_the_wiki(client, client_as):
    assert client.get(READY).status_code == 302
    assert client_as(make_user("administrator")).get(READY).status_code == 403
    assert client_as(make_user("reader")).get(READY).status_code == 200


def test_assign_says_that_the_mail_waits_without_a_mail_server(client_as, settings):
    settings.EMAIL_HOST = ""
    make_company()
    data = {"questions": [essential().pk], "owner": make_user("reader").pk, "language": "en"}
    response = client_as(make_user("lead")).post(ASSIGN, data)
    assert said(response)[-1].startswith("No mail server is set up: the mail waits in the outbox")

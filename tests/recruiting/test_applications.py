import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from ledger.models import Activity
from recruiting.domain.applications import AlreadyApplied, open_application
from recruiting.models import Application, Candidate, CandidateQuestion, Session, SessionStatus
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import make_application, make_position, make_session
from wiki.domain.search_index import index_question
from wiki.models import AnswerDemand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client(client_as):
    return client_as(make_user("recruiter"))


def add(client, position, **data):
    address = reverse("recruiting:application_new", args=[position.pk])
    return client.post(address, {"language": "en", "stage": "final"} | data)


def test_application_new_adds_someone_new(client):
    position = make_position()
    done = add(client, position, name="Ada Lovelace", email="ada@example.com", source="A friend")
    application = Application.objects.get()
    assert done.headers["Location"] == reverse("recruiting:application", args=[application.pk])
    candidate = application.candidate
    assert (candidate.name, candidate.email, candidate.source) == (
        "Ada Lovelace",
        "ada@example.com",
        "A friend",
    )
    assert (application.position, application.stage) == (position, "final")


def test_application_new_takes_someone_known(client):
    known = make_application().candidate
    add(client, make_position(), candidate=known.pk)
    assert Application.objects.filter(candidate=known).count() == 2
    assert Candidate.objects.count() == 1


def test_application_new_needs_someone(client):
    refused = add(client, make_position())
    assert refused.context["form"].errors["name"] == [
        "Enter the candidate’s name, or choose someone already known."
    ]


def test_application_new_does_not_make_the_same_person_twice(client):
    known = make_application(email="ada@example.com").candidate
    refused = add(client, make_position(), name="Ada", email="ADA@example.com")
    assert "is already known" in refused.content.decode()
    assert known in refused.context["form"].fields["candidate"].queryset
    assert Candidate.objects.count() == 1


def test_application_new_says_when_someone_has_already_applied(client):
    application = make_application(email="ada@example.com")
    refused = add(client, application.position, name="Ada", email="ada@example.com")
    assert "has already applied" in refused.content.decode()
    assert add(client, application.position, candidate=application.candidate.pk).status_code == 200
    assert Application.objects.count() == 1


def test_application_new_finds_the_known_by_name_and_offers_ten(client):
    recruiter, elsewhere = make_user("recruiter"), make_position()
    for number in range(11):
        make_application(elsewhere, name=f"Person {number}", by=recruiter)
    address = reverse("recruiting:application_new", args=[make_position().pk])
    assert len(client.get(address).context["form"].fields["candidate"].queryset) == 10
    found = client.get(address, {"q": "person 3"}).context["form"].fields["candidate"].queryset
    assert [candidate.name for candidate in found] == ["Person 3"]


@pytest.mark.parametrize("value", ["0", "x", "²", "9" * 30])
def test_application_new_refuses_a_candidate_that_does_not_exist(client, value):
    assert "candidate" in add(client, make_position(), candidate=value).context["form"].errors


def test_open_application_refuses_the_second_one():
    application, recruiter = make_application(), make_user("recruiter")
    with pytest.raises(AlreadyApplied):
        open_application(position=application.position, candidate=application.candidate, by=recruiter, at=AT)


def edit(client, application, **typed):
    address = reverse("recruiting:application_edit", args=[application.pk])
    seen = client.get(address).context["form"]["seen"].value()
    return client.post(address, {"stage": "final", "seen": seen} | typed)


def test_application_edit_records_how_it_ended(client):
    application = make_application()
    edit(client, application, outcome="accepted", decided_on="2026-11-02", starts_on="2027-01-04")
    application.refresh_from_db()
    assert (application.stage, application.outcome) == ("hired", "accepted")
    assert (str(application.decided_on), str(application.starts_on)) == ("2026-11-02", "2027-01-04")


@pytest.mark.parametrize("outcome", ["declined", "refused", "withdrawn"])
def test_application_edit_with_an_outcome_closes(client, outcome):
    application = make_application()
    assert edit(client, application, outcome=outcome, decided_on="2026-11-02").status_code == 302
    application.refresh_from_db()
    assert (application.stage, application.outcome) == ("closed", outcome)


DECIDED = {"decided_on": "2026-11-02"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"outcome": "declined"}, "decided_on"),
        (DECIDED, "outcome"),
        ({"outcome": "declined", "starts_on": "2027-01-04"} | DECIDED, "starts_on"),
        ({"starts_on": "2027-01-04"}, "starts_on"),
        ({"outcome": "accepted", "starts_on": "2026-11-01"} | DECIDED, "starts_on"),
        ({"stage": "closed"}, "outcome"),
        ({"stage": "hired"}, "outcome"),
        ({"stage": "hired", "outcome": "declined"} | DECIDED, "stage"),
        ({"stage": "closed", "outcome": "accepted"} | DECIDED, "stage"),
    ],
)
def test_application_edit_refuses_what_does_not_hold_together(client, data, field):
    assert list(edit(client, make_application(), **data).context["form"].errors) == [field]


def test_application_edit_opens_again_once_the_outcome_is_taken_back(client):
    application = make_application()
    edit(client, application, outcome="declined", decided_on="2026-11-02")
    assert edit(client, application, stage="offer_made").status_code == 302
    application.refresh_from_db()
    assert (application.stage, application.outcome, application.decided_on) == ("offer_made", "", None)


def test_application_edit_tells_the_second_of_two(client):
    application = make_application()
    address = reverse("recruiting:application_edit", args=[application.pk])
    seen = client.get(address).context["form"]["seen"].value()
    edit(client, application, stage="offer_made")
    refused = client.post(address, {"stage": "screening", "seen": seen})
    assert "It now stands at: Offer made, Not decided." in refused.content.decode()
    client.post(address, {"stage": "screening", "seen": refused.context["form"]["seen"].value()})
    application.refresh_from_db()
    assert application.stage == "screening"


@pytest.mark.parametrize("wrong", [{"outcome": "accepted"}, {"outcome": "declined", "stage": "hired"}])
def test_database_keeps_no_outcome_without_its_stage(wrong):
    application = make_application()
    with pytest.raises(IntegrityError, match="application_outcome_closes"):
        Application.objects.filter(pk=application.pk).update(**wrong)


def test_application_says_of_a_session_that_the_end_has_overtaken_it(client):
    session = make_session()
    edit(client, session.application, outcome="withdrawn", decided_on="2026-11-02")
    page = client.get(reverse("recruiting:application", args=[session.application_id])).content.decode()
    assert "No longer expected" in page
    assert "Cancel them, so that their hosts know." in page


def test_application_shows_its_sessions(client):
    session = make_session()
    page = client.get(reverse("recruiting:application", args=[session.application_id]))
    assert reverse("recruiting:session", args=[session.pk]) in page.content.decode()


@pytest.mark.parametrize("gap", [True, False])
def test_candidate_question_new_says_whether_it_is_a_gap(client, gap):
    session = make_session()
    question = make_question() if gap else make_answer().question
    client.post(
        reverse("recruiting:candidate_question_new", args=[session.pk]),
        {"words": "Who leaves?", "question": question.pk},
    )
    asked = CandidateQuestion.objects.get()
    assert (asked.session, asked.words, asked.question, asked.gap) == (session, "Who leaves?", question, gap)


def test_candidate_question_new_needs_words_or_a_question(client):
    address = reverse("recruiting:candidate_question_new", args=[make_session().pk])
    refused = client.post(address, {})
    assert refused.status_code == 422
    assert "Enter the candidate’s words" in refused.content.decode()


def test_candidate_question_new_leaves_a_closed_session_as_it_is(client):
    session = make_session()
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED)
    address = reverse("recruiting:candidate_question_new", args=[session.pk])
    refused = client.post(address, {"words": "Who leaves?"})
    assert refused.status_code == 422
    assert "This session is over. Reopen it to change it." in refused.content.decode()
    assert "Who leaves?" in refused.content.decode()
    assert not CandidateQuestion.objects.exists()


@pytest.mark.parametrize("name", ["Ada Lovelace", "Ada\u00a0Lovelace", "  Ada\tLovelace "])
def test_first_name_is_all_that_stands_before_any_space(name):
    assert Candidate(name=name).first_name == "Ada"


def test_application_new_marks_neither_the_choice_nor_the_name_as_optional(client):
    page = client.get(reverse("recruiting:application_new", args=[make_position().pk]))
    assert "Choose someone already known, or give a name below." in page.content.decode()
    assert page.content.decode().count("(optional)") == 2  # address and source


def test_candidate_question_match_makes_the_answer_needed_at_once(client):
    session, answer = make_session(), make_answer()
    asked = session.questions.create(
        words="Who leaves?", gap=True, asked_at=AT, recorded_by=session.organiser
    )
    page = client.get(reverse("recruiting:session", args=[session.pk])).content.decode()
    address = reverse("recruiting:candidate_question_match", args=[session.pk, asked.pk])
    assert address in page
    assert "Not matched to the wiki yet" in page
    assert "Who leaves?" in client.get(address).content.decode()
    refused = client.post(address, {})
    assert refused.status_code == 422
    assert "Choose the question that the candidate’s words match." in refused.content.decode()
    for said in ("The question is matched.", "This question is matched already."):
        response = client.post(address, {"question": answer.question_id}, follow=True)
        assert said in response.content.decode()
    asked.refresh_from_db()
    assert (asked.question, asked.gap) == (answer.question, False)
    assert AnswerDemand.objects.get().answer == answer
    [activity] = Activity.objects.about(session).filter(verb="match-question")
    assert activity.detail == {
        "candidate_question": asked.pk,
        "question": answer.question_id,
        "gap": False,
    }


@pytest.mark.parametrize(
    ("words", "query"), [("What training is there?", ""), ("Pay?", "?q=training")], ids=["asked", "typed"]
)
def test_candidate_question_match_offers_first_what_fits_the_words(client, monkeypatch, words, query):
    monkeypatch.setattr("recruiting.forms.questions_asked.CHOICES_SHOWN", 1)
    for text in ("Who decides?", "How does training work here?"):
        index_question(question=make_question(en=text))
    session = make_session()
    asked = session.questions.create(words=words, gap=True, asked_at=AT, recorded_by=session.organiser)
    address = reverse("recruiting:candidate_question_match", args=[session.pk, asked.pk])
    closest, _all, rest = client.get(address + query).content.decode().partition("All questions")
    assert "Closest to these words" in closest
    assert "How does training work here?" in closest
    assert "Who decides?" not in closest
    assert "Who decides?" in rest


def test_candidate_question_match_leaves_a_closed_session_as_it_is(client):
    session, question = make_session(), make_question()
    asked = session.questions.create(
        words="Who leaves?", gap=True, asked_at=AT, recorded_by=session.organiser
    )
    Session.objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED)
    address = reverse("recruiting:candidate_question_match", args=[session.pk, asked.pk])
    refused = client.post(address, {"question": question.pk})
    assert refused.status_code == 422
    assert "This session is over. Reopen it to change it." in refused.content.decode()
    asked.refresh_from_db()
    assert asked.question is None

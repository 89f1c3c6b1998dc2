from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SiteSettings, User
from ledger.models import OutgoingMail
from recruiting.domain.leaving import kept_by
from recruiting.models import Session, SessionStatus
from tests.accounts.pages import text_of
from tests.factories import AT, make_answer, make_category, make_figure, make_question, make_user
from tests.recruiting.factories import make_application, make_session
from wiki.domain.ownership import assign_owner
from wiki.models import Answer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def deactivate_url(person: User) -> str:
    return reverse("recruiting:person_deactivate", args=[person.pk])


def hand_over_url(person: User) -> str:
    return reverse("recruiting:person_hand_over", args=[person.pk])


def hosts(session: Session) -> list[User]:
    return [host.user for host in session.hosts.all()]


def of(answer: Answer) -> str:
    return f"category_{answer.question.category_id}"


def test_kept_by_names_the_sessions_to_come_and_those_not_over_that_they_organise():
    person = make_user("recruiter")
    today = make_session(None, person, starts_at=AT - timedelta(hours=2))
    coming = make_session(None, person, starts_at=AT + DAY)
    make_session(None, person, starts_at=AT - DAY)
    cancelled = make_session(None, person, starts_at=AT + DAY, by=person)
    Session.objects.filter(pk=cancelled.pk).update(status=SessionStatus.CANCELLED)
    to_record = make_session(starts_at=AT - DAY, by=person)
    kept = kept_by(person=person, language="en", at=AT)
    assert (kept.hosted, kept.organised, kept.anything) == ([today, coming], [to_record], True)


@pytest.mark.parametrize("role", ["reader", "editor", "recruiter"])
def test_pages_are_refused_to(client_as, role):
    client, other = client_as(make_user(role)), make_user("reader")
    assert client.post(deactivate_url(other)).status_code == 403
    assert client.get(hand_over_url(other)).status_code == 403
    other.refresh_from_db()
    assert other.is_active


def test_page_asks_for_each_part_with_those_suggested_first(client_as):
    person, ines = make_user("reader", name="Gilles"), make_user("reader", name="Ines")
    make_user("reader", name="Marc")
    answer = make_answer(owner=person, deputy=ines, by=make_user("administrator"))
    page = client_as(make_user("lead", name="Lead")).get(deactivate_url(person))
    form = page.context["form"]
    assert list(form.fields) == [of(answer)]
    choices = form.fields[of(answer)].choices
    assert choices[1] == ("Suggested", [(str(ines.pk), "Ines: deputy of 1")])
    assert choices[2] == ("none", "No one: leave without an owner")
    assert [name for _pk, name in choices[3][1]] == ["Ines", "Lead", "Marc"]
    assert form.fields[of(answer)].help_text == "1 answer. Suggested: Ines (deputy of 1)."
    assert reverse("wiki:answer", args=[answer.pk]) in page.text


def test_page_says_how_much_it_is_and_why_someone_is_suggested(client_as):
    person, ines = make_user("reader"), make_user("editor", name="Ines")
    pay = make_category(default_owner=ines)
    for deputy in (ines, None):
        make_answer(
            make_question(category=pay),
            owner=person,
            by=ines,
            deputy=deputy,
            verified_on=AT.date() - 200 * DAY,
        )
    make_answer(make_question(category=pay), owner=person, by=ines, published=False)
    make_answer(make_question(category=pay), owner=ines)
    left_over = make_category(default_owner=person)
    form = client_as(make_user("lead")).get(deactivate_url(person)).context["form"]
    assert form.fields[f"category_{pay.pk}"].help_text == (
        "3 answers, 2 stale, 1 draft. "
        "Suggested: Ines (deputy of 1, last worked on 3, default owner, owner of 1 other)."
    )
    assert form.fields[f"category_{left_over.pk}"].help_text == "default owner of the category"
    assert form.fields[f"category_{left_over.pk}"].choices[1] == ("none", "No default owner")


def test_nothing_chosen_is_an_error_for_each_part_and_closes_nothing(client_as):
    person = make_user("recruiter")
    answer = make_answer(owner=person)
    make_answer(owner=make_user("editor"), deputy=person)
    session = make_session(None, person, by=person)
    page = client_as(make_user("lead")).post(deactivate_url(person))
    assert list(page.context["form"].errors) == ["deputy", f"session_{session.pk}", "organiser", of(answer)]
    assert f'<a href="#id_{of(answer)}">' in page.text
    person.refresh_from_db()
    assert person.is_active
    assert Answer.objects.owned_by(person).get() == answer


def test_what_was_chosen_beside_an_error_stays_chosen(client_as):
    person, ines = make_user("reader"), make_user("reader")
    first, second = make_answer(owner=person), make_answer(owner=person)
    page = client_as(make_user("lead")).post(deactivate_url(person), {of(first): ines.pk})
    assert list(page.context["form"].errors) == [of(second)]
    assert page.context["form"][of(first)].value() == str(ines.pk)
    assert not Answer.objects.owned_by(ines).exists()


def test_deactivating_hands_everything_over(client_as):
    lead, person, ines = make_user("lead"), make_user("recruiter", name="Gilles"), make_user("reader")
    answer = make_answer(owner=person)
    seconded = make_answer(owner=lead, deputy=person)
    session = make_session(None, person, by=person)
    client = client_as(lead)
    response = client.post(
        deactivate_url(person),
        {of(answer): ines.pk, "deputy": ines.pk, f"session_{session.pk}": ines.pk, "organiser": lead.pk},
    )
    assert response.headers["Location"] == reverse("accounts:people")
    person.refresh_from_db()
    session.refresh_from_db()
    assert not person.is_active
    assert Answer.objects.get(pk=answer.pk).owner == ines
    assert Answer.objects.get(pk=seconded.pk).deputy == ines
    assert (hosts(session), session.organiser) == ([ines], lead)
    page = client.get(reverse("accounts:people")).text
    assert "Gilles can no longer sign in." in page
    assert "2 people take over, and each is told by mail what they keep now." in page
    assert OutgoingMail.objects.filter(kind="handover").count() == 2
    again = client.post(deactivate_url(person), {of(answer): ines.pk})
    assert again.headers["Location"] == reverse("accounts:person_edit", args=[person.pk])
    assert OutgoingMail.objects.filter(kind="handover").count() == 2


def test_figures_are_handed_over_by_one_choice(client_as):
    person, ines = make_user("reader"), make_user("reader")
    figure = make_figure(owner=person, label_en="Turnover")
    client = client_as(make_user("lead"))
    page = client.post(deactivate_url(person))
    assert page.context["form"].errors == {"figures": ["Choose who takes over, or no one."]}
    assert reverse("wiki:figure", args=[figure.slug]) in page.text
    client.post(deactivate_url(person), {"figures": ines.pk})
    figure.refresh_from_db()
    assert figure.owner == ines
    text = text_of(OutgoingMail.objects.get()).replace("\r\n", "\n")
    assert "You own this figure now: you record its new values." in text
    assert "- Turnover\n  http" in text


@pytest.mark.parametrize("shortcut", ["one", "suggested", "none"])
def test_one_choice_holds_for_the_categories_without_another(client_as, shortcut):
    person, ines = make_user("reader"), make_user("reader", name="Ines")
    marc, deputy = make_user("reader", name="Marc"), make_user("reader", name="Deputy")
    first, second = make_answer(owner=person, deputy=deputy), make_answer(owner=person, deputy=deputy)
    everything = str(ines.pk) if shortcut == "one" else shortcut
    client = client_as(make_user("lead"))
    client.post(deactivate_url(person), {"everything": everything, of(second): marc.pk})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.owner == {"one": ines, "suggested": deputy, "none": person}[shortcut]
    assert second.owner == marc
    left = "1 answer has no owner. It stands first in the leads’ weekly report meanwhile."
    assert (left in client.get(reverse("accounts:people")).text) is (shortcut == "none")


def test_category_without_a_suggestion_is_asked_for(client_as):
    person = make_user("reader")
    first = make_answer(owner=person, deputy=make_user("reader"), by=make_user("administrator"))
    second = make_answer(owner=person, by=make_user("administrator"))
    page = client_as(make_user("lead")).post(deactivate_url(person), {"everything": "suggested"})
    assert page.context["form"].errors == {
        of(second): ["Nobody is suggested here: choose who takes over, or no one."]
    }
    assert Answer.objects.get(pk=first.pk).owner == person


@pytest.mark.parametrize("value", ["0", "999999999999999999999", "none ", "é", "suggested"])
def test_a_choice_that_is_not_offered_changes_nothing(client_as, value):
    person = make_user("reader")
    answer = make_answer(owner=person)
    page = client_as(make_user("lead")).post(deactivate_url(person), {of(answer): value})
    assert list(page.context["form"].errors) == [of(answer)]
    person.refresh_from_db()
    assert person.is_active


def test_person_who_leaves_and_other_hosts_are_not_offered(client_as):
    person, ines, marc = make_user("reader"), make_user("reader"), make_user("reader")
    session = make_session(None, person, ines)
    form = client_as(make_user("lead")).get(deactivate_url(person)).context["form"]
    field = form.fields[f"session_{session.pk}"]
    assert field.choices[1] == ("none", "No one else: the other hosts stay")
    offered = [pk for pk, _name in field.choices[2][1]]
    assert str(marc.pk) in offered
    assert not {str(person.pk), str(ines.pk)} & set(offered)


def test_answer_given_between_page_and_post_goes_with_its_category_or_is_asked_for(client_as):
    lead, person, ines = make_user("lead"), make_user("reader"), make_user("reader")
    category = make_category()
    seen = make_answer(make_question(category=category), owner=person)
    same = make_answer(make_question(category=category), owner=lead)
    other = make_answer(owner=lead)
    client = client_as(lead)
    client.get(deactivate_url(person))
    assign_owner(answers=[same, other], owner=person, by=lead, at=AT)
    refused = client.post(deactivate_url(person), {of(seen): ines.pk})
    assert list(refused.context["form"].errors) == [of(other)]
    client.post(deactivate_url(person), {of(seen): ines.pk, of(other): "none"})
    assert set(Answer.objects.owned_by(ines)) == {seen, same}
    assert Answer.objects.owned_by(person).get() == other


def test_who_keeps_nothing_is_deactivated_with_one_press(client_as):
    person = make_user("reader")
    client = client_as(make_user("lead"))
    page = client.get(deactivate_url(person))
    assert list(page.context["form"].fields) == []
    client.post(deactivate_url(person))
    person.refresh_from_db()
    assert not person.is_active
    assert not OutgoingMail.objects.exists()


def test_page_says_that_who_leaves_keeps_the_wiki(client_as):
    lead, keeper = make_user("lead"), make_user("editor", name="Kim")
    SiteSettings.objects.create(pk=1, keeper=keeper)
    client = client_as(lead)
    told = "Kim is named as the wiki’s keeper"
    assert told in client.get(f"/people/{keeper.pk}/deactivate/").content.decode()
    assert told not in client.get(f"/people/{make_user('reader').pk}/deactivate/").content.decode()


def test_last_lead_is_told_at_once(client_as):
    lead = make_user("lead", "administrator")
    make_answer(owner=lead)
    make_user("lead", is_active=False)
    client = client_as(lead)
    for response in (client.get(deactivate_url(lead)), client.post(deactivate_url(lead))):
        assert "This is the last active lead" in response.text
        assert "<select" not in response.text
    lead.refresh_from_db()
    assert lead.is_active


def test_administrator_reads_numbers_alone(client_as):
    person = make_user("reader")
    make_answer(make_question(en="Is it secret?"), owner=person)
    make_session(make_application(name="Ada Lovelace"), person)
    client = client_as(make_user("administrator"))
    page = client.get(deactivate_url(person))
    assert not {"Is it secret?", "Ada", "<select"} & {
        word for word in ("Is it secret?", "Ada", "<select") if word in page.text
    }
    make_user("lead")
    client.post(deactivate_url(person), {of(Answer.objects.get()): make_user("reader").pk})
    person.refresh_from_db()
    assert not person.is_active
    assert Answer.objects.get().owner == person
    assert OutgoingMail.objects.exclude(kind="session-invitation").get().kind == "departure"


def test_administrator_deactivates_no_lead(client_as):
    make_user("lead")
    assert client_as(make_user("administrator")).post(deactivate_url(make_user("lead"))).status_code == 403


@pytest.mark.parametrize("roles", [["reader"], ["administrator"]])
def test_hand_over_of_one_who_may_own_no_longer(client_as, roles):
    person, ines = make_user(*roles, is_active=roles != ["reader"]), make_user("reader")
    answer = make_answer(owner=person, by=ines)
    client = client_as(make_user("lead"))
    assert client.get(hand_over_url(person)).context["form"].kept.wiki.owned == 1
    response = client.post(hand_over_url(person), {of(answer): ines.pk})
    assert response.headers["Location"] == reverse("accounts:people")
    assert Answer.objects.get().owner == ines
    after = client.get(hand_over_url(person), follow=True)
    assert "There is nothing to hand over from" in after.text


def test_hand_over_is_for_those_who_may_own_no_longer(client_as):
    person, ines = make_user("reader"), make_user("reader")
    answer = make_answer(owner=person)
    client_as(make_user("lead")).post(hand_over_url(person), {of(answer): ines.pk})
    assert Answer.objects.get().owner == person


@pytest.mark.parametrize("name", ["person_deactivate", "person_hand_over"])
def test_pages_count_their_queries(client_as, name):
    client = client_as(make_user("lead"))
    person = make_user("recruiter", is_active=name == "person_deactivate")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"recruiting:{name}", args=[person.pk])).status_code == 200
        return len(captured)

    def add() -> None:
        make_answer(owner=person, deputy=make_user("reader"), verified_on=AT.date())
        make_answer(owner=make_user("editor"), deputy=person)
        make_session(None, person, make_user("reader"), by=person)

    add()
    few = queries()
    for _number in range(30):
        add()
    assert queries() == few


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """What someone else does after the form was found good, and before anything is written."""
    acts = [act]

    def execute_after(execute, sql, params, many, context):
        if acts and sql.startswith("SAVEPOINT"):
            acts.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(execute_after):
        yield
    assert acts == []


@pytest.mark.parametrize("url_of", [deactivate_url, hand_over_url])
def test_successor_who_leaves_in_that_moment_is_refused_and_told(client_as, url_of):
    person, ines = make_user("reader", is_active=url_of is deactivate_url), make_user("reader")
    answer = make_answer(owner=person)
    client = client_as(make_user("lead"))
    with meanwhile(lambda: User.objects.filter(pk=ines.pk).update(is_active=False)):
        page = client.post(url_of(person), {of(answer): ines.pk})
    [message] = page.context["form"].non_field_errors()
    assert message.startswith("Something changed while you were choosing. Nothing is done yet")
    assert Answer.objects.get().owner == person
    assert User.objects.get(pk=person.pk).is_active is person.is_active


def test_lead_who_is_the_last_from_that_moment_on_stays(client_as):
    lead, other = make_user("lead"), make_user("lead")
    with meanwhile(lambda: User.objects.filter(pk=other.pk).update(is_active=False)):
        page = client_as(lead).post(deactivate_url(lead))
    assert "This is the last active lead" in page.text
    assert User.objects.get(pk=lead.pk).is_active

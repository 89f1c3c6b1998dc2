import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SiteSettings, User
from ledger.models import Activity, OutgoingMail
from recruiting.domain.leaving import all_in_hands_of
from recruiting.forms.people_by_name import MOST_IN_A_LIST
from recruiting.models import Position, Session, SessionStatus
from tests.accounts.pages import text_of
from tests.factories import AT, make_answer, make_category, make_figure, make_question, make_user
from tests.recruiting.factories import make_application, make_position, make_session
from wiki.domain.ownership import assign_owner
from wiki.domain.pauses import pause_digests
from wiki.domain.verification_requests import ask_to_verify
from wiki.models import Answer, DigestPause, Figure, VerificationRequest

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


def test_all_in_hands_of_names_the_sessions_to_come_and_those_not_over_that_they_organise():
    person = make_user("recruiter")
    today = make_session(None, person, starts_at=AT - timedelta(hours=2))
    coming = make_session(None, person, starts_at=AT + DAY)
    make_session(None, person, starts_at=AT - DAY)
    cancelled = make_session(None, person, starts_at=AT + DAY, by=person)
    Session.objects.filter(pk=cancelled.pk).update(status=SessionStatus.CANCELLED)
    to_record = make_session(starts_at=AT - DAY, by=person)
    kept = all_in_hands_of(person=person, by=make_user("lead"), language="en", at=AT)
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


@pytest.mark.parametrize(
    ("number", "notes"),
    [
        (1, ("1 answer of another owner", "1 category", "1 session that is not over")),
        (2, ("2 answers of other owners", "2 categories", "2 sessions that are not over")),
    ],
)
def test_page_counts_one_thing_as_one(client_as, number, notes):
    person = make_user("recruiter")
    for _ in range(number):
        make_answer(owner=make_user("editor"), deputy=person)
        make_category(default_owner=person)
        make_session(by=person)
    page = client_as(make_user("lead")).get(deactivate_url(person))
    counts = page.text.partition('<dl class="stats">')[2].partition("</dl>")[0]
    words = " ".join(re.sub("<[^>]*>", " ", counts).split())
    assert all(note in words for note in notes)


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


def test_unanswered_questions_are_one_error_that_names_each_and_offers_the_shortcut(client_as):
    person, pay, hours = make_user("reader"), make_category(name_en="Pay"), make_category(name_en="Hours")
    for category in (pay, hours):
        make_answer(make_question(category=category), owner=person)
    make_figure(owner=person)
    client = client_as(make_user("lead"))

    page = client.post(deactivate_url(person))

    [summary] = re.findall(r'<div class="error-summary".*?</div>', page.text, re.DOTALL)
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', summary) == [
        ("#id_everything", "One choice for all categories: whoever is suggested first in each"),
        (f"#id_category_{pay.pk}", "Pay"),
        (f"#id_category_{hours.pk}", "Hours"),
        ("#id_figures", "New owner of the figures"),
    ]
    assert summary.count("Choose who takes over each of these, or no one:") == 1
    page = client.post(deactivate_url(person), {"everything": "none", of(Answer.objects.all()[0]): "x"})
    [summary] = re.findall(r'<div class="error-summary".*?</div>', page.text, re.DOTALL)
    assert re.findall(r'<a href="(.*?)">', summary) == ["#id_figures", f"#id_category_{pay.pk}"]


@pytest.fixture
def _many_people():
    for number in range(MOST_IN_A_LIST + 1):
        make_user("reader", name=f"Reader number {number}.")


@pytest.mark.usefixtures("_many_people")
def test_where_people_are_many_each_is_on_the_page_once(client_as):
    person, ines = make_user("reader"), make_user("reader", name="Ines")
    for _number in range(2):
        make_answer(owner=person, deputy=ines)
        make_session(None, person)
    page = client_as(make_user("lead")).get(deactivate_url(person))
    assert page.text.count("Reader number 7.") == 1
    form = page.context["form"]
    assert form.fields["everything"].choices[-1] == ("other", "Someone else, by name")
    first = form.category_rows[0][1].field
    assert [value for value, _label in first.choices] == ["", "Suggested", "none", "other"]


@pytest.mark.usefixtures("_many_people")
@pytest.mark.parametrize(
    "written", ["INES  Belkacem", "ines@example.test", "Ines Belkacem (ines@example.test)"]
)
def test_someone_is_chosen_by_name_or_address(client_as, written):
    person, ines = make_user("reader"), make_user("reader", name="Ines Belkacem", email="ines@example.test")
    first, second = make_answer(owner=person), make_answer(owner=person)
    seconded, session = make_answer(owner=make_user("editor"), deputy=person), make_session(None, person)
    sent = {f"session_{session.pk}": "other", f"session_{session.pk}_name": written}
    sent |= {"everything": "other", "everything_name": written, "deputy": "other", "deputy_name": written}
    client_as(make_user("lead")).post(deactivate_url(person), sent | {of(second): "none"})
    owners = dict(Answer.objects.values_list("pk", "owner"))
    assert (owners[first.pk], owners[second.pk]) == (ines.pk, person.pk)
    assert Answer.objects.get(pk=seconded.pk).deputy == ines
    assert hosts(session) == [ines]


@pytest.mark.usefixtures("_many_people")
@pytest.mark.parametrize(
    ("choice", "written", "message"),
    [
        ("other", "", "Write the name or the address of who takes over."),
        ("other", "Nobody", "“Nobody” is nobody who may take over: check the name or the address."),
        ("other", "Twin", "Several people are called Twin: write the address."),
        ("", "Twin", "Choose “Someone else, by name” for the name to count."),
        ("", "", "Choose who takes over, or no one."),
    ],
)
def test_name_that_is_not_one_person_is_refused_and_kept(client_as, choice, written, message):
    person = make_user("reader")
    make_user("reader", name="Twin")
    make_user("reader", name="Twin")
    answer = make_answer(owner=person)
    page = client_as(make_user("lead")).post(
        deactivate_url(person), {of(answer): choice, f"{of(answer)}_name": written}
    )
    assert page.context["form"].errors == {of(answer): [message]}
    assert page.context["form"][f"{of(answer)}_name"].value() == written
    assert Answer.objects.get().owner == person


@pytest.mark.usefixtures("_many_people")
def test_host_of_the_session_is_not_chosen_by_name(client_as):
    person, ines = make_user("reader"), make_user("reader", name="Ines")
    name = f"session_{make_session(None, person, ines).pk}"
    page = client_as(make_user("lead")).post(deactivate_url(person), {name: "other", f"{name}_name": "Ines"})
    assert page.context["form"].errors == {
        name: ["They host it already: choose someone else, or no one else."]
    }


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


def test_figure_or_deputy_given_between_page_and_post_is_asked_for(client_as):
    lead, person = make_user("lead"), make_user("reader")
    client = client_as(lead)
    client.get(deactivate_url(person))
    figure, answer = make_figure(owner=person), make_answer(owner=lead, deputy=person)
    refused = client.post(deactivate_url(person))
    assert list(refused.context["form"].errors) == ["deputy", "figures"]
    client.post(deactivate_url(person), {"deputy": "none", "figures": lead.pk})
    assert (Answer.objects.get(pk=answer.pk).deputy, Figure.objects.get(pk=figure.pk).owner) == (None, lead)


@pytest.mark.parametrize("given", ["figure", "deputy"])
def test_what_is_given_in_the_moment_of_the_post_is_asked_for(client_as, given):
    lead, person, ines = make_user("lead"), make_user("reader"), make_user("reader")
    owned, figure, seconded = make_answer(owner=person), make_figure(owner=lead), make_answer(owner=lead)
    rows = Figure.objects.filter(pk=figure.pk) if given == "figure" else Answer.objects.filter(pk=seconded.pk)
    changed = {"owner": person} if given == "figure" else {"deputy": person}
    client = client_as(lead)
    with meanwhile(lambda: rows.update(**changed)):
        page = client.post(deactivate_url(person), {of(owned): ines.pk})
    [message] = page.context["form"].non_field_errors()
    assert message.startswith("Something changed while you were choosing. Nothing is done yet")
    assert rows.filter(**changed).exists()
    assert Answer.objects.get(pk=owned.pk).owner == person


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


def test_page_says_what_follows_by_itself_and_so_it_does(client_as):
    claire, person = make_user("lead", name="Claire"), make_user("lead", name="Gilles")
    away = make_user("reader", name="Nadia")
    pause_digests(user=away, until=AT.date() + 3 * DAY, stand_in=person, at=AT)
    asked = ask_to_verify(
        answers=[make_answer().pk], event="Secret move", reason="-", due_on=AT.date() + DAY, by=person, at=AT
    )
    told = "One open verification request passes to Claire, who is told when everything is confirmed."
    client = client_as(claire)
    page = client.get(deactivate_url(person)).text
    assert "Nadia, away until 5 November 2026" in page
    assert told in page
    assert "Secret move" in page

    client.post(deactivate_url(person))

    asked.refresh_from_db()
    assert (asked.asked_by, asked.is_open) == (claire, True)
    assert not DigestPause.objects.exists()
    entry = Activity.objects.about(asked).get(verb="hand-over")
    assert entry.detail == {"before": person.pk, "after": claire.pk}


def test_administrator_reads_to_whom_requests_pass_but_not_of_what(client_as):
    person, keeper = make_user("editor", "lead"), make_user("lead", name="Kim")
    make_user("lead")
    SiteSettings.objects.create(pk=1, keeper=keeper)
    ask_to_verify(
        answers=[make_answer().pk], event="Secret move", reason="-", due_on=AT.date(), by=person, at=AT
    )
    person.groups.set(Group.objects.filter(name="reader"))
    client = client_as(make_user("administrator"))
    page = client.get(deactivate_url(person)).text
    assert "One open verification request passes to Kim" in page
    assert "Secret move" not in page
    client.post(deactivate_url(person))
    assert VerificationRequest.objects.get().asked_by == keeper


def test_figures_left_without_an_owner_are_said(client_as):
    person = make_user("reader")
    make_figure(owner=person)
    page = client_as(make_user("lead")).post(deactivate_url(person), {"figures": "none"}, follow=True)
    assert "1 figure has no owner. Nobody is reminded to renew it meanwhile." in page.text


def test_positions_are_handed_over_by_one_choice(client_as):
    person, ines = make_user("reader"), make_user("reader", name="Ines")
    position = make_position("Baker", hiring_manager=person)
    client = client_as(make_user("lead"))
    page = client.post(deactivate_url(person))
    assert page.context["form"].errors == {"hiring_manager": ["Choose who takes over, or no one."]}
    assert (
        f'<a class="row-title" href="{reverse("recruiting:position", args=[position.pk])}">Baker' in page.text
    )
    client.post(deactivate_url(person), {"hiring_manager": ines.pk})
    position.refresh_from_db()
    assert position.hiring_manager == ines


@pytest.mark.usefixtures("_many_people")
def test_hiring_manager_is_chosen_by_name(client_as):
    person, ines = make_user("reader"), make_user("reader", name="Ines Belkacem")
    make_position(hiring_manager=person)
    sent = {"hiring_manager": "other", "hiring_manager_name": "Ines Belkacem"}
    client_as(make_user("lead")).post(deactivate_url(person), sent)
    assert Position.objects.get().hiring_manager == ines


def test_position_left_without_a_hiring_manager_says_so_on_its_page(client_as):
    person = make_user("reader")
    position = make_position(hiring_manager=person)
    client = client_as(make_user("lead"))
    client.post(deactivate_url(person), {"hiring_manager": "none"})
    assert "Name the hiring manager" in client.get(reverse("recruiting:position", args=[position.pk])).text


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
    make_position("Secret job", hiring_manager=person)
    client = client_as(make_user("administrator"))
    page = client.get(deactivate_url(person))
    assert not [word for word in ("Is it secret?", "Ada", "Secret job", "<select") if word in page.text]
    assert "whose hiring manager they are" in page.text
    make_user("lead")
    client.post(deactivate_url(person), {of(Answer.objects.get()): make_user("reader").pk})
    person.refresh_from_db()
    assert not person.is_active
    assert Answer.objects.get().owner == person
    mails = OutgoingMail.objects.exclude(kind__in=["session-invitation", "role-sheet"])
    assert mails.get().kind == "departure"


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
        make_position(hiring_manager=person)

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

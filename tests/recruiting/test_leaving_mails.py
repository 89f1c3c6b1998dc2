from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.domain.people import deactivate_person, edit_person, fingerprint_of
from accounts.models import User
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.models import OutgoingMail
from recruiting.domain import leaving_mails
from recruiting.domain.handing_over import (
    hand_over,
)
from recruiting.domain.leaving import Succession
from recruiting.models import RoleSheet
from tests.accounts import pages
from tests.factories import AT, make_answer, make_category, make_figure, make_question, make_user
from tests.recruiting.factories import make_application, make_position, make_session
from wiki.models import Answer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def hand_over_url(person: User) -> str:
    return reverse("recruiting:person_hand_over", args=[person.pk])


def text_of(mail: OutgoingMail) -> str:
    return pages.text_of(mail).replace("\r\n", "\n")


def test_each_successor_is_told_everything_in_one_mail():
    person, lead = make_user("reader", name="Gilles"), make_user("lead", name="Claire")
    ines, marc = make_user("reader", language="fr"), make_user("recruiter", name="Marc")
    pay, other = make_category(name_en="Pay", default_owner=person), make_category()
    stale = make_answer(
        make_question(en="What do you pay?", category=pay), owner=person, verified_on=AT.date() - 200 * DAY
    )
    draft = make_answer(make_question(en="Is there a bonus?", category=pay), owner=person, published=False)
    make_answer(make_question(fr="Qui part ?", category=other), owner=person)
    seconded = make_answer(make_question(en="Who decides?"), owner=ines, deputy=person)
    application = make_application(make_position("Baker"), name="Ada Lovelace")
    session = make_session(application, person, starts_at=AT + DAY, by=person)

    hand_over(
        person=person,
        succession=Succession(
            owners={pay.pk: marc, other.pk: ines}, deputy=marc, hosts={session.pk: marc}, organiser=marc
        ),
        by=lead,
        at=AT,
    )

    mails = {mail.recipient: mail for mail in OutgoingMail.objects.exclude(kind__startswith="session-")}
    assert mails.keys() == {ines, marc}
    assert (mails[marc].kind, mails[marc].subject) == ("handover", "You take over from Gilles")
    text = text_of(mails[marc])
    assert "Claire has handed over to you what Gilles looked after" in text
    assert "You host this session." in text
    assert "You organise this session." in text
    assert text.count("Ada, Baker\n   Tuesday 3 November 2026, 10:00") == 2
    assert text.index("You host") < text.index("You own these 2 answers now.")
    assert "1. What do you pay?\n   Pay · Example company · English\n   Stale · due on 15 July 2026" in text
    assert "2. Is there a bonus?\n   Pay · Example company · English\n   Draft\n" in text
    assert "- Pay\n" in text
    assert "You are the deputy for this answer" in text
    assert "1. Who decides?" in text
    for answer in (stale, draft, seconded):
        assert reverse("wiki:answer", args=[answer.pk]) in text
    in_french = text_of(mails[ines])
    assert "Qui part ?" in in_french
    assert "Ada" not in in_french


def test_handover_of_very_many_lists_the_first_and_says_where_the_rest_is(monkeypatch):
    monkeypatch.setattr(leaving_mails, "MOST_LISTED", 2)
    person, ines, category = make_user("reader"), make_user("reader"), make_category()
    for number in range(4):
        make_answer(make_question(en=f"Question {number}?", category=category), owner=person)
    succession = Succession(owners={category.pk: ines})
    hand_over(person=person, succession=succession, by=make_user("lead"), at=AT)
    text = text_of(OutgoingMail.objects.exclude(kind__startswith="session-").get())
    assert "You own these 4 answers now." in text
    assert "2. Question 1?" in text
    assert "Question 2?" not in text
    assert (
        "2 more are in your review queue.\n   http://127.0.0.1:8000/wiki/review/?show=mine&state=any\n"
        in text
    )


def test_host_who_does_not_recruit_reads_the_first_name_alone():
    person, ines = make_user("reader"), make_user("reader")
    session = make_session(make_application(name="Ada Lovelace"), person, starts_at=AT + DAY)
    hand_over(person=person, succession=Succession(hosts={session.pk: ines}), by=make_user("lead"), at=AT)
    text = text_of(OutgoingMail.objects.exclude(kind__startswith="session-").get())
    assert "Ada, " in text
    assert "Lovelace" not in text


def test_successor_reads_for_which_positions_they_hire_and_what_is_missing():
    person, ines = make_user("reader"), make_user("reader")
    baker = make_position("Baker", hiring_manager=person)
    make_position("Miller", hiring_manager=person)
    RoleSheet.objects.create(position=baker, pay_range="30 to 35 k€", updated_at=AT, updated_by=person)
    OutgoingMail.objects.all().delete()
    hand_over(person=person, succession=Succession(hiring_manager=ines), by=make_user("lead"), at=AT)
    text = text_of(OutgoingMail.objects.get())
    assert "You are the hiring manager of these 2 positions: their role sheets are yours." in text
    assert "- Baker\n  http" in text
    assert "- Miller: the pay range is missing\n" in text
    assert reverse("recruiting:role_sheet", args=[baker.pk]) in text


def test_handover_is_dropped_for_one_who_may_own_no_longer():
    person, ines = make_user("reader"), make_user("reader")
    answer = make_answer(owner=person)
    succession = Succession(owners={answer.question.category_id: ines})
    hand_over(person=person, succession=succession, by=make_user("lead"), at=AT)
    assert still_concerns_recipient(OutgoingMail.objects.exclude(kind__startswith="session-").get())
    User.objects.filter(pk=ines.pk).update(is_active=False)
    assert not still_concerns_recipient(OutgoingMail.objects.exclude(kind__startswith="session-").get())


def test_leads_are_told_what_an_administrator_leaves_in_nobodys_hands():
    omar, person = make_user("administrator", name="Omar"), make_user("reader", name="Gilles")
    claire, lea = make_user("lead"), make_user("lead", language="fr")
    make_user("lead", is_active=False)
    for _number in range(2):
        make_answer(owner=person)
    make_answer(owner=claire, deputy=person)
    make_category(default_owner=person)
    make_figure(owner=person)
    make_session(None, person, starts_at=AT + DAY, by=person)
    make_position(hiring_manager=person)
    deactivate_person(person=person, by=omar, at=AT)
    mails = {mail.recipient: mail for mail in OutgoingMail.objects.filter(kind="departure")}
    assert mails.keys() == {claire, lea}
    assert mails[claire].subject == "Who takes over from Gilles?"
    text = text_of(mails[claire])
    assert "Omar has closed the account of Gilles." in text
    assert (
        "- 2 answers that they owned\n- 1 answer whose deputy they were\n"
        "- 1 category whose default owner they were\n- 1 figure that they owned\n"
        "- 1 session to come, as a host\n"
        "- 1 session as organiser\n"
        "- 1 open position, as its hiring manager\n"
    ) in text
    assert hand_over_url(person) in text
    assert set(Answer.objects.orphaned()) == set(Answer.objects.owned_by(person))
    assert still_concerns_recipient(mails[claire])
    claire.groups.clear()
    assert not still_concerns_recipient(OutgoingMail.objects.get(recipient=claire))


def test_leads_are_told_of_one_whose_roles_read_no_longer():
    omar, person, lead = make_user("administrator"), make_user("reader", name="Gilles"), make_user("lead")
    make_answer(owner=person)
    facts = {"name": "Gilles", "email": person.email, "job_title": "", "language": "en"}
    for by, roles in (
        (omar, ["editor"]),
        (omar, ["administrator"]),
        (omar, []),
        (lead, ["reader"]),
        (lead, []),
    ):
        as_of = fingerprint_of(User.objects.get(pk=person.pk))
        edit_person(person=person, roles=roles, as_of=as_of, by=by, at=AT, **facts)
    mail = OutgoingMail.objects.exclude(kind__startswith="session-").get()
    assert mail.recipient == lead
    assert "has changed the roles of Gilles, who no longer reads the wiki." in text_of(mail)


def test_leads_are_told_nothing_when_nothing_is_left():
    make_user("lead")
    deactivate_person(person=make_user("reader"), by=make_user("administrator"), at=AT)
    assert not OutgoingMail.objects.exclude(kind__startswith="session-").exists()

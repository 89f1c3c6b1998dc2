from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.models import OutgoingMail
from recruiting.domain.positions import PositionFacts, edit_position
from recruiting.domain.role_sheet_mails import ask_for_role_sheet
from recruiting.domain.role_sheets import RoleSheetChanged, RoleSheetText, fill_role_sheet
from recruiting.models import Position, RoleSheet
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def fill(position, *, pay_range="40 to 45 k€", as_of=None, by=None, at=AT, **text):
    by = by or make_user("recruiter")
    told = RoleSheetText(pay_range=pay_range, **text)
    return fill_role_sheet(position=position, text=told, as_of=as_of, by=by, at=at)


def address(name, position):
    return reverse(f"recruiting:{name}", args=[position.pk])


def test_role_sheet_edit_is_filled_by_the_hiring_manager_who_sees_no_candidate(client_as):
    manager = make_user("reader")
    position = make_position("Baker", hiring_manager=manager)
    make_application(position, name="Ada Lovelace")
    client = client_as(manager)
    done = client.post(
        address("role_sheet_edit", position), {"pay_range": " 40 to 45 k€ ", "success": "One.\r\nTwo."}
    )
    assert done.headers["Location"] == address("role_sheet", position)
    sheet = RoleSheet.objects.get()
    assert (sheet.position, sheet.pay_range, sheet.success) == (position, "40 to 45 k€", "One.\nTwo.")
    assert (sheet.updated_by, sheet.updated_at) == (manager, AT)
    page = client.get(address("role_sheet", position)).content.decode()
    assert "40 to 45 k€" in page
    assert "Not said yet: Why the position is open," in page
    assert "Ada" not in page


def test_role_sheet_is_for_nobody_else(client_as):
    position = make_position(hiring_manager=make_user("reader"))
    host = make_user("reader")
    make_session(make_application(position), host)
    for stranger in (host, make_user("editor"), make_user("administrator"), make_user()):
        client = client_as(stranger)
        for name in ("role_sheet", "role_sheet_edit"):
            assert client.get(address(name, position)).status_code in (403, 404)
            assert client.post(address("role_sheet_edit", position), {}).status_code in (403, 404)
    assert not RoleSheet.objects.exists()


def test_role_sheet_is_no_longer_of_a_hiring_manager_who_reads_the_wiki_no_more(client_as):
    manager = make_user("reader")
    position = make_position(hiring_manager=manager)
    manager.groups.clear()
    assert client_as(manager).get(address("role_sheet", position)).status_code == 403


def test_role_sheet_edit_tells_the_second_of_two_who_fill_it_first(client_as):
    manager = make_user("reader")
    position = make_position(hiring_manager=manager)
    client = client_as(manager)
    fill(position, by=make_user("recruiter", name="Sophie"))
    refused = client.post(address("role_sheet_edit", position), {"pay_range": "50 k€", "seen": ""})
    assert "Sophie filled this role sheet while you were at it." in refused.content.decode()
    assert refused.context["form"]["pay_range"].value() == "50 k€"
    seen = refused.context["form"]["seen"].value()
    client.post(address("role_sheet_edit", position), {"pay_range": "50 k€", "seen": seen})
    assert RoleSheet.objects.get().pay_range == "50 k€"


def test_fill_role_sheet_compares_with_what_was_read():
    position = make_position()
    first = fill(position)
    fill(position, as_of=first.updated_at, at=AT + DAY)
    with pytest.raises(RoleSheetChanged):
        fill(position, as_of=AT, at=AT + DAY)


@pytest.mark.parametrize(("pay_range", "ready"), [("40 k€", True), ("", False)])
def test_position_is_ready_for_sessions_with_a_pay_range(client_as, pay_range, ready):
    manager = make_user("reader")
    position = make_position(hiring_manager=manager)
    fill(position, pay_range=pay_range, why_open="It is new.")
    position = Position.objects.with_role_sheet().get()
    assert position.ready_for_sessions is ready
    assert list(Position.objects.waiting_for(manager)) == ([] if ready else [position])
    client, words = (
        client_as(make_user("recruiter")),
        "Ready for sessions" if ready else "The pay range is missing",
    )
    application = make_application(position)
    for page in (reverse("recruiting:positions"), address("position", position)):
        assert words in client.get(page).content.decode()
    planning = client.get(reverse("recruiting:session_new", args=[application.pk])).content.decode()
    assert ("The position is not ready for sessions" in planning) is not ready


def test_home_shows_the_role_sheets_to_fill_and_no_filled_position(client_as):
    manager = make_user("reader")
    position = make_position("Baker", hiring_manager=manager)
    gone = make_position("Miller", hiring_manager=manager)
    Position.objects.filter(pk=gone.pk).update(filled_at=AT)
    page = client_as(manager).get(reverse("home"))
    assert page.context["mine"].role_sheets == [position]
    assert "Role sheets to fill" in page.content.decode()
    fill(position)
    assert client_as(manager).get(reverse("home")).context["mine"].is_nothing


def rename(position, manager, *, by):
    facts = PositionFacts(title=position.title, language="en", hiring_manager=manager)
    edit_position(position=position, facts=facts, filled=False, by=by, at=AT)


def test_naming_a_hiring_manager_asks_them_and_replies_reach_the_recruiter():
    recruiter, first, second = make_user("recruiter"), make_user("reader"), make_user("reader", language="fr")
    position = make_position("Baker", hiring_manager=first, by=recruiter)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.subject) == (
        "role-sheet",
        first,
        "Five minutes for your position: Baker",
    )
    text = bytes(mail.message).decode()
    assert f"Reply-To: {recruiter.email}" in text
    assert f"/positions/{position.pk}/role-sheet/edit/" in text
    rename(position, first, by=recruiter)  # no news
    assert OutgoingMail.objects.count() == 1
    rename(position, second, by=recruiter)
    assert OutgoingMail.objects.latest("pk").recipient == second


def test_nobody_is_asked_who_names_themselves_or_whose_position_is_ready():
    recruiter = make_user("recruiter")
    make_position(hiring_manager=recruiter, by=recruiter)
    position = make_position(by=recruiter)
    fill(position)
    rename(Position.objects.with_role_sheet().get(pk=position.pk), make_user("reader"), by=recruiter)
    assert not OutgoingMail.objects.exists()


def test_mail_concerns_only_who_still_hires_for_an_open_position_that_is_not_ready():
    recruiter, manager = make_user("recruiter"), make_user("reader")
    position = make_position(hiring_manager=manager, by=recruiter)
    mail = OutgoingMail.objects.get()
    assert still_concerns_recipient(mail)
    Position.objects.update(filled_at=AT)
    assert not still_concerns_recipient(mail)
    Position.objects.update(filled_at=None, hiring_manager=make_user("reader"))
    assert not still_concerns_recipient(mail)
    Position.objects.update(hiring_manager=manager)
    assert still_concerns_recipient(mail)
    manager.groups.clear()
    assert not still_concerns_recipient(mail)
    manager.groups.add(recruiter.groups.get())
    fill(position)
    assert not still_concerns_recipient(mail)


def test_role_sheet_ask_asks_once_a_day_and_says_so(client_as):
    recruiter = make_user("recruiter")
    position = make_position("Baker", by=recruiter)
    client = client_as(recruiter)

    def ask():
        return client.post(address("role_sheet_ask", position), follow=True).content.decode()

    assert "Name the hiring manager first." in ask()
    Position.objects.update(hiring_manager=make_user("reader", name="Paul"))
    assert "Paul is asked for the role sheet by mail." in ask()
    assert "Last asked on 2 November 2026" in ask()
    assert OutgoingMail.objects.count() == 1
    assert ask_for_role_sheet(position=Position.objects.get(), by=recruiter, at=AT + DAY)
    fill(position)
    assert "Nobody needs to be asked" in ask()


def test_position_says_when_its_hiring_manager_can_be_asked_no_longer(client_as):
    manager = make_user("reader")
    position = make_position(hiring_manager=manager)
    manager.is_active = False
    manager.save()
    page = client_as(make_user("recruiter")).get(address("position", position)).content.decode()
    assert "The hiring manager no longer reads the wiki: name someone else." in page


def test_home_makes_as_many_queries_for_thirty_role_sheets_as_for_one(client_as):
    manager, recruiter = make_user("reader"), make_user("recruiter")
    client, counts = client_as(manager), []
    for number in (1, 29):
        for _ in range(number):
            make_position(hiring_manager=manager, by=recruiter)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("home")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

from datetime import timedelta
from threading import Barrier, Event, Thread
from time import sleep

import pytest
import time_machine
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from accounts.domain.people import LastLead
from accounts.models import User
from ledger.domain.activity import record_activity
from ledger.models import Activity, OutgoingMail
from recruiting.domain.handing_over import (
    NoSuccessor,
    hand_over,
    hand_over_and_deactivate,
)
from recruiting.domain.leaving import Succession
from recruiting.models import Position, Session
from tests.factories import AT, make_answer, make_category, make_question, make_user
from tests.recruiting.factories import make_position, make_session
from wiki.domain.handing_over import NotChosen
from wiki.models import Answer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(AT, tick=False):
        yield


def hosts(session: Session) -> list[User]:
    return [host.user for host in session.hosts.all()]


def test_hand_over_gives_sessions_to_other_hosts():
    person, ines, lead = make_user("reader"), make_user("reader"), make_user("lead")
    first = make_session(None, person, starts_at=AT + DAY)
    second = make_session(None, person, ines, starts_at=AT + 2 * DAY)
    past = make_session(None, person, starts_at=AT - DAY)
    succession = Succession(hosts={first.pk: ines, second.pk: None})

    hand_over(person=person, succession=succession, by=lead, at=AT + timedelta(hours=1))

    assert (hosts(first), hosts(second), hosts(past)) == ([ines], [ines], [person])
    first.refresh_from_db()
    assert first.updated_at == AT + timedelta(hours=1)  # a form left open is told
    entry = Activity.objects.about(first).get(verb="hand-over")
    assert entry.detail == {"before": person.pk, "after": ines.pk}


def test_hand_over_names_another_organiser():
    person, sophie = make_user("recruiter"), make_user("recruiter")
    session = make_session(by=person)
    hand_over(person=person, succession=Succession(organiser=sophie), by=make_user("lead"), at=AT)
    session.refresh_from_db()
    assert session.organiser == sophie
    entry = Activity.objects.about(session).get(verb="assign-organiser")
    assert entry.detail == {"before": person.pk, "after": sophie.pk}


@pytest.mark.parametrize("someone", [True, False])
def test_hand_over_names_another_hiring_manager_of_open_positions(someone):
    person, other = make_user("reader"), make_user("reader")
    position, filled = make_position(hiring_manager=person), make_position(hiring_manager=person)
    kept_by_other = make_position(hiring_manager=other)
    Position.objects.filter(pk=filled.pk).update(filled_at=AT)
    successor = make_user("reader") if someone else None

    hand_over(person=person, succession=Succession(hiring_manager=successor), by=make_user("lead"), at=AT)

    managers = dict(Position.objects.values_list("pk", "hiring_manager"))
    assert managers == {
        position.pk: successor and successor.pk,
        filled.pk: person.pk,
        kept_by_other.pk: other.pk,
    }
    entry = Activity.objects.about(position).get(verb="hand-over")
    assert entry.detail == {"before": person.pk, "after": successor and successor.pk}


def test_position_given_meanwhile_is_not_left_to_who_leaves():
    person, lead = make_user("reader"), make_user("lead")
    make_position(hiring_manager=person)
    with pytest.raises(NotChosen):
        hand_over_and_deactivate(person=person, succession=Succession(), by=lead, at=AT)
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize(("roles", "active"), [(["administrator"], True), (["reader"], False)])
def test_nobody_hires_in_their_place_who_may_not(roles, active):
    person, chosen = make_user("reader"), make_user(*roles, is_active=active)
    position = make_position(hiring_manager=person)
    with pytest.raises(NoSuccessor):
        hand_over(person=person, succession=Succession(hiring_manager=chosen), by=make_user("lead"), at=AT)
    position.refresh_from_db()
    assert position.hiring_manager == person


def test_session_planned_meanwhile_is_not_handed_over_unseen():
    person, lead = make_user("recruiter"), make_user("lead")
    seen = make_session(None, person)
    late = make_session(None, person)
    for succession in (Succession(hosts={seen.pk: lead}), Succession(hosts={seen.pk: lead, late.pk: lead})):
        Session.objects.update(organiser=person)
        with pytest.raises(NotChosen):
            hand_over_and_deactivate(person=person, succession=succession, by=lead, at=AT)
    assert (hosts(seen), hosts(late)) == ([person], [person])
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize(
    ("roles", "active", "organises"),
    [(["administrator"], True, False), (["reader"], False, False), (["reader"], True, True)],
)
def test_nobody_takes_over_who_may_not(roles, active, organises):
    person, lead = make_user("reader"), make_user("lead")
    answer, session = make_answer(owner=person), make_session(by=person)
    chosen = make_user(*roles, is_active=active)
    succession = Succession(
        owners={answer.question.category_id: lead if organises else chosen},
        organiser=chosen if organises else lead,
    )
    with pytest.raises(NoSuccessor):
        hand_over(person=person, succession=succession, by=lead, at=AT)
    session.refresh_from_db()
    assert (Answer.objects.get().owner, session.organiser) == (person, person)
    assert not OutgoingMail.objects.exists()


def test_nobody_is_their_own_successor():
    person = make_user("reader")
    answer = make_answer(owner=person)
    succession = Succession(owners={answer.question.category_id: person})
    with pytest.raises(NoSuccessor):
        hand_over(person=person, succession=succession, by=make_user("lead"), at=AT)


def test_hand_over_and_deactivate_is_both_or_neither():
    lead, ines = make_user("lead"), make_user("reader")
    answer = make_answer(owner=lead)
    succession = Succession(owners={answer.question.category_id: ines})
    with pytest.raises(LastLead):
        hand_over_and_deactivate(person=lead, succession=succession, by=lead, at=AT)
    assert Answer.objects.get().owner == lead
    assert not OutgoingMail.objects.exists()


def test_hand_over_counts_its_queries():
    lead, ines, marc = make_user("lead"), make_user("reader"), make_user("reader")
    category = make_category()

    def queries(number: int) -> int:
        person = make_user("reader")
        for _answer in range(number):
            make_answer(make_question(category=category), owner=person, deputy=ines)
            make_answer(make_question(category=category), owner=lead, deputy=person)
        succession = Succession(owners={category.pk: ines}, deputy=marc)
        with CaptureQueriesContext(connection) as captured:
            hand_over(person=person, succession=succession, by=lead, at=AT)
        return len(captured)

    assert queries(1) == queries(30)


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_do_not_become_each_others_successors():
    lead, people = make_user("lead"), [make_user("reader"), make_user("reader")]
    category = make_category()
    for person in people:
        make_answer(make_question(category=category), owner=person)
    barrier, refused = Barrier(2), []

    def leave(person: User, successor: User) -> None:
        barrier.wait()
        try:
            succession = Succession(owners={category.pk: successor})
            hand_over_and_deactivate(person=person, succession=succession, by=lead, at=AT)
        except NoSuccessor:
            refused.append(person)
        connections.close_all()

    threads = [Thread(target=leave, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [stays] = refused
    assert set(Answer.objects.values_list("owner", flat=True)) == {stays.pk}
    assert User.objects.get(pk=stays.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_hand_over_and_who_writes_at_the_same_moment_both_come_to_an_end():
    """The writer holds the answer and is about to be named as who did it; the accounts are held meanwhile."""
    person, ines, lead = make_user("reader"), make_user("reader"), make_user("lead")
    answer = make_answer(owner=person)
    held, errors = Event(), []

    def write() -> None:
        try:
            with transaction.atomic():
                Answer.objects.locked(answer)
                held.set()
                sleep(0.3)
                record_activity(actor=ines, verb="write", subject=answer, at=AT)
        except OperationalError as error:
            errors.append(error)
        connections.close_all()

    writer = Thread(target=write)
    writer.start()
    held.wait()
    succession = Succession(owners={answer.question.category_id: ines})
    hand_over(person=person, succession=succession, by=lead, at=AT)
    writer.join()
    assert errors == []
    assert Answer.objects.get().owner == ines
    assert Activity.objects.about(answer).filter(verb="write").exists()

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from ledger.domain.delivery import deliver_due_mail
from ledger.domain.holds import (
    NotHeld,
    NothingHeld,
    begin_hold,
    drop_all,
    drop_mail,
    open_hold,
    release_all,
    release_mail,
)
from ledger.domain.mail_server import smtp_connection
from ledger.domain.outbox import send_again
from ledger.models import Activity, HoldCause, OutboxHold, OutgoingMail
from tests.ledger.conftest import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def lead(db) -> User:
    return User.objects.create_user("lead@example.com", name="Lead")


def hold(*, at=AT) -> OutboxHold | None:
    return begin_hold(cause=HoldCause.ASKED, at=at)


def deliver(at=AT + HOUR):
    return deliver_due_mail(now=lambda: at, connection_factory=smtp_connection).counts


def states() -> dict[str, str]:
    return dict(OutgoingMail.objects.values_list("to_address", "state"))


def test_begin_hold_keeps_every_undecided_mail_from_leaving(queue, sink):
    waiting, being_sent, sent = queue("ada@example.com"), queue("bob@example.com"), queue("eve@example.com")
    OutgoingMail.objects.filter(pk=being_sent.pk).update(state="sending", lease_until=AT)
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent")
    begun = hold()
    assert deliver() == {}
    assert sink.recipients == []
    assert set(OutgoingMail.objects.held()) == {waiting, being_sent}
    [activity] = Activity.objects.about(begun)
    assert (activity.verb, activity.actor) == ("begin-hold", None)
    assert activity.detail == {"cause": "asked", "mails": 2}


def test_begin_hold_while_one_is_open_holds_what_came_since(queue):
    first = hold()
    queue()
    assert hold(at=AT + HOUR) is None
    assert open_hold() == first
    assert OutgoingMail.objects.held().count() == 1


@pytest.mark.django_db
def test_hold_one_open_is_the_databases_word():
    OutboxHold.objects.create(since=AT, cause="asked", released_at=AT)
    OutboxHold.objects.create(since=AT, cause="asked", released_at=AT)
    OutboxHold.objects.create(since=AT, cause="asked")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxHold.objects.create(since=AT, cause="restored")


def test_mail_held_undecided_is_the_databases_word(queue):
    queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.update(state="sent", held=True)


@pytest.mark.django_db(transaction=True)
def test_begin_hold_asked_by_eight_threads_begins_once():
    start, begun = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        begun.append(hold())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in begun if one]) == OutboxHold.objects.count() == 1


def test_queue_mail_while_held_holds_what_a_job_writes_and_not_what_a_person_causes(queue, lead, sink):
    hold()
    queue("job@example.com", recipient=lead, period="2026-11-23", scheduled=True)
    queue("person@example.com")
    # A person asks to verify again since the restore: the lost database cannot have sent that.
    queue("asked@example.com", recipient=lead, period="7/1", kind="request")
    deliver()
    assert sorted(sink.recipients) == ["asked@example.com", "person@example.com"]
    release_all(by=lead, at=AT)
    queue("later@example.com", recipient=lead, period="2026-11-24", scheduled=True)
    deliver()
    assert sorted(sink.recipients)[1:] == ["job@example.com", "later@example.com", "person@example.com"]


def test_release_mail_lets_one_go(queue, lead, sink):
    mail, other = queue("ada@example.com"), queue("bob@example.com")
    hold()
    release_mail(mail=mail, by=lead, at=AT + HOUR)
    deliver()
    assert sink.recipients == ["ada@example.com"]
    assert list(OutgoingMail.objects.held()) == [other]
    [activity] = Activity.objects.about(mail)
    assert (activity.verb, activity.actor, activity.at) == ("release", lead, AT + HOUR)
    with pytest.raises(NotHeld):
        release_mail(mail=mail, by=lead, at=AT)


def test_drop_mail_is_decided_by_a_person(queue, lead):
    mail = queue()
    hold()
    drop_mail(mail=mail, by=lead, at=AT)
    mail.refresh_from_db()
    assert (mail.state, mail.get_reason_display()) == ("dropped", "A person decided not to send it.")
    assert Activity.objects.about(mail).get().verb == "drop"
    for act in (drop_mail, release_mail):
        with pytest.raises(NotHeld):
            act(mail=mail, by=lead, at=AT)


def test_release_all_ends_the_hold(queue, lead, sink):
    for name in ("ada", "bob"):
        queue(f"{name}@example.com")
    begun = hold()
    assert release_all(by=lead, at=AT + HOUR) == 2
    assert open_hold() is None
    begun.refresh_from_db()
    assert (begun.released_at, begun.released_by) == (AT + HOUR, lead)
    deliver()
    assert sink.recipients == ["ada@example.com", "bob@example.com"]
    verbs = Activity.objects.about(begun).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["begin-hold", "release-all"]
    with pytest.raises(NothingHeld):
        release_all(by=lead, at=AT)


def test_drop_all_ends_the_hold_and_sends_nothing(queue, lead, sink):
    queue("ada@example.com")
    hold()
    queue("bob@example.com")  # a person caused it meanwhile
    assert drop_all(by=lead, at=AT) == 1
    deliver()
    assert states() == {"ada@example.com": "dropped", "bob@example.com": "sent"}
    with pytest.raises(NothingHeld):
        drop_all(by=lead, at=AT)


@pytest.mark.parametrize("alone", [True, False])
def test_drop_takes_a_mail_out_of_the_hands_of_a_worker(queue, lead, sink, alone):
    """It would be sent once the lease has run out; that it may have left already is said."""
    mail = queue()
    OutgoingMail.objects.update(state="sending", lease_until=AT + HOUR, lease_token="x")
    hold()
    if alone:
        drop_mail(mail=mail, by=lead, at=AT)
    else:
        assert drop_all(by=lead, at=AT) == 1
    deliver(at=AT + 2 * HOUR)
    mail.refresh_from_db()
    assert (mail.state, mail.held, mail.maybe_twice) == ("dropped", False, True)


def test_held_mail_expires_all_the_same(queue, sink):
    queue()
    hold()
    deliver(at=AT + timedelta(days=5))
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.reason, mail.held) == ("failed", "expired", False)


def test_hold_begun_during_an_attempt_stops_it_before_the_dialogue(queue, sink):
    queue()

    def connect():
        hold()
        return smtp_connection()

    deliver_due_mail(now=lambda: AT, connection_factory=connect)
    assert sink.recipients == []
    assert OutgoingMail.objects.held().count() == 1


def test_send_again_lets_a_held_mail_go(queue, lead, sink):
    mail = queue()
    hold()
    send_again(mail=mail, by=lead, at=AT)
    deliver()
    assert sink.recipients == ["ada@example.com"]

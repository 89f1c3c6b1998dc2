import socket
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ledger.domain import mail_kinds
from ledger.domain.delivery import LEASE, deliver_due_mail, wait_after
from ledger.domain.mail_kinds import register_mail_kind
from ledger.domain.mail_server import smtp_connection
from ledger.domain.outbox import send_again
from ledger.models import OutgoingMail
from tests.ledger.conftest import AT

pytestmark = pytest.mark.django_db


def deliver(at=AT):
    return deliver_due_mail(now=lambda: at, connection_factory=smtp_connection)


def states() -> dict[str, str]:
    return dict(OutgoingMail.objects.values_list("to_address", "state"))


def test_deliver_sends_the_frozen_bytes_once(queue, sink):
    mail = queue()
    assert str(deliver()) == "1 sent"
    assert sink.received == [("ada@example.com", bytes(mail.message))]
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts, mail.maybe_twice) == ("sent", AT, 1, False)
    assert str(deliver()) == "none due"
    assert len(sink.received) == 1


def test_deliver_many_uses_one_connection(queue, sink):
    for number in range(20):
        queue(f"person{number}@example.com")
    assert deliver().counts == {"sent": 20}
    assert sink.connections == 1


def test_deliver_blanks_a_private_link_once_sent(queue, sink):
    mail = queue(secret=True)
    deliver()
    mail.refresh_from_db()
    assert mail.is_erased
    assert sink.recipients == ["ada@example.com"]


def test_deliver_when_the_server_is_down_costs_no_attempt(queue, sink, settings):
    for number in range(3):
        queue(f"person{number}@example.com")
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    settings.EMAIL_PORT = closed
    assert deliver().server_down
    assert set(OutgoingMail.objects.values_list("state", "attempts", "lease_token")) == {("pending", 0, "")}
    settings.EMAIL_PORT = sink.port
    assert deliver(AT + timedelta(hours=24)).counts == {"sent": 3}
    assert set(sink.by_message_id.values()) == {1}
    assert set(OutgoingMail.objects.values_list("reason", flat=True)) == {""}


def test_deliver_refused_sign_in_counts_as_server_down(queue, sink, settings):
    queue()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    assert "AUTH" in deliver().server_down
    assert states() == {"ada@example.com": "pending"}


def test_deliver_temporary_refusal_waits_longer_each_time_then_fails(queue, sink):
    mail = queue()
    sink.refuse["ada@example.com"] = "450 4.2.1 Mailbox busy"
    at, waits = AT, []
    for _ in range(40):
        deliver(at)
        mail.refresh_from_db()
        if mail.state != "pending":
            break
        waits.append(mail.next_attempt_at - at)
        at = mail.next_attempt_at
    assert (mail.state, mail.reason, mail.last_error) == ("failed", "expired", "450 4.2.1 Mailbox busy")
    assert timedelta(seconds=54) <= waits[0] <= timedelta(seconds=66)
    assert timedelta(hours=5, minutes=24) <= waits[-1] <= timedelta(hours=6, minutes=36)
    assert waits[:9] == sorted(waits[:9])
    assert AT + timedelta(days=5) <= at <= AT + timedelta(days=5, hours=7)
    assert sink.received == []


def test_deliver_one_refused_recipient_fails_at_once_and_delays_nobody(queue, sink):
    for name in ("ada", "bob", "eve"):
        queue(f"{name}@example.com")
    sink.refuse["bob@example.com"] = "550 5.1.1 No such user"
    assert deliver().counts == {"sent": 2, "failed": 1}
    failed = OutgoingMail.objects.get(state="failed")
    assert (failed.to_address, failed.reason) == ("bob@example.com", "address-refused")
    assert failed.last_error == "550 5.1.1 No such user"
    assert sink.recipients == ["ada@example.com", "eve@example.com"]


def test_deliver_refused_message_fails(queue, sink):
    queue()
    sink.data_answer["ada@example.com"] = "554 5.7.1 Looks like spam"
    deliver()
    assert OutgoingMail.objects.values_list("state", "reason").get() == ("failed", "message-refused")


def test_deliver_temporary_answer_after_data_waits(queue, sink):
    queue()
    sink.data_answer["ada@example.com"] = "451 4.3.0 Try later"
    deliver()
    assert OutgoingMail.objects.values_list("state", "reason", "maybe_twice").get() == (
        "pending",
        "try-later",
        False,
    )


def test_deliver_broken_off_after_data_is_sent_again_with_the_same_bytes(queue, sink):
    for name in ("ada", "bob"):
        queue(f"{name}@example.com")
    sink.break_after_data.add("ada@example.com")
    assert deliver().counts == {"pending": 1, "sent": 1}
    sink.break_after_data.clear()
    assert deliver(AT + timedelta(minutes=2)).counts == {"sent": 1}
    assert sink.recipients == ["ada@example.com", "bob@example.com", "ada@example.com"]
    assert sink.received[0] == sink.received[2]
    assert dict(OutgoingMail.objects.values_list("to_address", "maybe_twice")) == {
        "ada@example.com": True,
        "bob@example.com": False,
    }


def test_deliver_slow_server_times_out_and_goes_on(queue, sink, settings):
    settings.EMAIL_TIMEOUT = 0.3
    sink.seconds_to_answer = 0.8
    queue()
    assert deliver().counts == {"pending": 1}
    assert OutgoingMail.objects.values_list("reason", flat=True).get() == "broken-off"


def test_deliver_poisonous_mail_delays_nobody(queue, sink):
    queue("poison@example.com")
    queue("ada@example.com")
    OutgoingMail.objects.filter(to_address="poison@example.com").update(message=b"\xff no mail at all")
    assert deliver().counts == {"pending": 1, "sent": 1}
    assert sink.recipients == ["ada@example.com"]


def test_deliver_expired_mail_is_given_up_unsent(queue, sink):
    queue(expires_at=AT + timedelta(hours=1))
    assert deliver(AT + timedelta(hours=1)).counts == {"failed": 1}
    assert OutgoingMail.objects.get().reason == "expired"
    assert sink.received == []


def test_deliver_to_an_inactive_account_is_dropped(queue, sink, django_user_model):
    ada = django_user_model.objects.create_user("ada@example.com", name="Ada")
    queue(recipient=ada)
    django_user_model.objects.update(is_active=False)
    assert deliver().counts == {"dropped": 1}
    assert OutgoingMail.objects.get().reason == "inactive"
    assert sink.connections == 0


def test_deliver_what_no_longer_concerns_the_recipient_is_dropped(queue, sink, monkeypatch):
    monkeypatch.setattr(mail_kinds, "_kinds", {})
    register_mail_kind(
        kind="trial", label="Trial", still_concerns=lambda mail: mail.to_address != "ada@example.com"
    )
    queue("ada@example.com")
    queue("bob@example.com")
    deliver()
    assert states() == {"ada@example.com": "dropped", "bob@example.com": "sent"}
    assert sink.recipients == ["bob@example.com"]


def test_deliver_leaves_alone_what_another_worker_holds(queue, sink):
    queue()
    OutgoingMail.objects.update(state="sending", lease_until=AT + LEASE, lease_token="other")
    assert str(deliver()) == "none due"
    assert deliver(AT + LEASE).counts == {"sent": 1}
    assert OutgoingMail.objects.get().maybe_twice


def test_deliver_by_a_worker_that_slept_through_its_lease_sends_nothing(queue, sink):
    """The clock passes the lease's end between taking the mail and sending it."""
    queue()

    def connect_late():
        OutgoingMail.objects.update(lease_token="another worker", lease_until=AT + 3 * LEASE)
        return smtp_connection()

    done = deliver_due_mail(now=lambda: AT, connection_factory=connect_late)
    assert str(done) == "none due"
    assert sink.received == []
    assert OutgoingMail.objects.get().lease_token == "another worker"


def test_deliver_records_nothing_over_another_workers_lease(queue, sink):
    """Another worker takes the mail during our dialogue: our late outcome must not be written."""
    queue()

    def now():
        if sink.received:
            OutgoingMail.objects.update(lease_token="another worker")
        return AT

    assert str(deliver_due_mail(now=now, connection_factory=smtp_connection)) == "none due"
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.lease_token) == ("sending", "another worker")


def test_deliver_stops_between_two_mails_when_told(queue, sink):
    for name in ("ada", "bob"):
        queue(f"{name}@example.com")
    deliver_due_mail(now=lambda: AT, connection_factory=smtp_connection, stop=lambda: bool(sink.received))
    assert states() == {"ada@example.com": "sent", "bob@example.com": "pending"}


@pytest.mark.django_db(transaction=True)
def test_deliver_by_four_threads_sends_each_mail_once(queue, sink):
    for number in range(40):
        queue(f"person{number}@example.com")
    start = threading.Barrier(4)

    def work():
        start.wait()
        deliver()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.received) == 40
    assert set(sink.by_message_id.values()) == {1}


def test_send_again_delivers_the_same_bytes(queue, sink, django_user_model):
    lead = django_user_model.objects.create_user("lead@example.com", name="Lead")
    mail = queue()
    deliver()
    send_again(mail=mail, by=lead, at=AT + timedelta(days=1))
    deliver(AT + timedelta(days=1))
    assert sink.received[0] == sink.received[1]


def test_wait_after_doubles_up_to_six_hours_and_spreads():
    assert wait_after(attempts=10_000, mail_id=1) <= timedelta(hours=6, minutes=36)
    assert len({wait_after(attempts=1, mail_id=number) for number in range(100)}) == 100
    assert wait_after(attempts=3, mail_id=5) == 4 * wait_after(attempts=1, mail_id=5)


def test_deliver_outbox_without_a_mail_server_lets_mails_wait(queue, settings, capsys):
    settings.EMAIL_HOST = ""
    queue()
    call_command("deliver_outbox")
    assert capsys.readouterr().out == "No mail server is set up (EMAIL_HOST): 1 mail waits.\n"
    queue()
    call_command("deliver_outbox")
    assert capsys.readouterr().out == "No mail server is set up (EMAIL_HOST): 2 mails wait.\n"
    assert states() == {"ada@example.com": "pending"}


def test_deliver_outbox_says_what_it_did(queue, sink, capsys):
    queue(at=timezone.now())
    call_command("deliver_outbox")
    assert capsys.readouterr().out == "Mails: 1 sent\n"

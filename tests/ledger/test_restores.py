import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from ledger.domain.holds import open_hold, release_all
from ledger.domain.mail_server import smtp_connection
from ledger.domain.restores import count_sending, deliver_and_count, hold_if_restored
from ledger.domain.worker import beat
from ledger.models import OutboxHold, OutboxMark, OutgoingMail
from tests.factories import make_user
from tests.ledger.conftest import AT

ROOT = Path(__file__).resolve().parents[2]
MINUTE = timedelta(minutes=1)
WEEK = timedelta(weeks=1)


def go_back(mark: OutboxMark) -> None:
    """What a restore does to the mark."""
    OutboxMark.objects.all().delete()
    OutboxMark.objects.create(pk=1, history=mark.history, number=mark.number, at=mark.at)


@pytest.mark.django_db
def test_hold_if_restored_on_a_new_site_holds_nothing(tmp_path):
    assert not hold_if_restored(folder=tmp_path, at=AT)
    count_sending(folder=tmp_path, at=AT)
    assert not hold_if_restored(folder=tmp_path, at=AT)


@pytest.mark.django_db
def test_hold_if_restored_when_the_database_is_behind_the_note(tmp_path):
    count_sending(folder=tmp_path, at=AT)
    copy = OutboxMark.objects.get()
    count_sending(folder=tmp_path, at=AT)
    go_back(copy)
    assert hold_if_restored(folder=tmp_path, at=AT + MINUTE)
    assert open_hold().cause == "restored"


@pytest.mark.django_db
def test_hold_if_restored_after_a_release_begins_no_other(tmp_path):
    lead = make_user("lead")
    count_sending(folder=tmp_path, at=AT)
    copy = OutboxMark.objects.get()
    count_sending(folder=tmp_path, at=AT)
    go_back(copy)
    hold_if_restored(folder=tmp_path, at=AT)
    release_all(by=lead, at=AT)
    for later in (MINUTE, WEEK):
        assert not hold_if_restored(folder=tmp_path, at=AT + later)
    assert OutboxHold.objects.count() == 1


@pytest.mark.django_db
def test_hold_if_restored_of_several_machines_begins_once(tmp_path):
    lead = make_user("lead")
    machines = [tmp_path / name for name in ("one", "two", "three")]
    for machine in machines:
        machine.mkdir()
        count_sending(folder=machine, at=AT)
    copy = OutboxMark.objects.get()
    for machine in machines:
        count_sending(folder=machine, at=AT)
    for machine in machines:  # nobody's note runs ahead of the database
        assert not hold_if_restored(folder=machine, at=AT + WEEK)
    go_back(copy)
    assert hold_if_restored(folder=machines[0], at=AT)
    release_all(by=lead, at=AT)
    assert not hold_if_restored(folder=machines[1], at=AT)
    # The third was off meanwhile; the first kept working.
    beat(at=AT + WEEK)
    assert not hold_if_restored(folder=machines[2], at=AT + WEEK)
    assert OutboxHold.objects.count() == 1


@pytest.mark.django_db
def test_hold_if_restored_after_a_week_off_or_with_the_clock_set_back_holds_nothing(tmp_path):
    count_sending(folder=tmp_path, at=AT)
    for now in (AT + WEEK, AT - timedelta(hours=2), AT - WEEK):
        assert not hold_if_restored(folder=tmp_path, at=now)
        count_sending(folder=tmp_path, at=now)


@pytest.mark.django_db
@pytest.mark.parametrize(("silence", "holds"), [(4 * MINUTE, False), (6 * MINUTE, True)])
def test_hold_if_restored_on_a_machine_that_knows_nothing_asks_who_is_at_work(tmp_path, silence, holds):
    (tmp_path / "new").mkdir()
    count_sending(folder=tmp_path, at=AT - WEEK)
    beat(at=AT)
    assert hold_if_restored(folder=tmp_path / "new", at=AT + silence) is holds


@pytest.mark.django_db
def test_hold_if_restored_takes_the_upgrade_to_marks_for_no_restore(tmp_path, queue):
    queue()
    beat(at=AT - WEEK)
    assert not hold_if_restored(folder=tmp_path, at=AT)


@pytest.mark.django_db
def test_hold_if_restored_with_a_copy_from_before_marks(tmp_path, queue):
    queue("waiting@example.com")
    OutgoingMail.objects.filter(pk=queue("sent@example.com").pk).update(state="sent")
    count_sending(folder=tmp_path, at=AT)
    OutboxMark.objects.all().delete()
    assert hold_if_restored(folder=tmp_path, at=AT)
    assert [mail.to_address for mail in OutgoingMail.objects.held()] == ["waiting@example.com"]
    release_all(by=make_user("lead"), at=AT)
    assert not hold_if_restored(folder=tmp_path, at=AT + WEEK)


@pytest.mark.django_db
def test_hold_if_restored_takes_a_site_begun_anew_in_the_same_folder_for_no_restore(tmp_path, queue):
    count_sending(folder=tmp_path, at=AT)
    OutboxMark.objects.all().delete()
    queue()
    assert not hold_if_restored(folder=tmp_path, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["", "nonsense", "a b", "a 1 2", "é 1"])
def test_hold_if_restored_with_a_damaged_note_asks_who_is_at_work(tmp_path, damage):
    count_sending(folder=tmp_path, at=AT)
    (tmp_path / "outbox_mark").write_text(damage, encoding="utf-8")
    assert not hold_if_restored(folder=tmp_path, at=AT + MINUTE)


@pytest.mark.django_db
def test_count_sending_that_cannot_note_says_so_and_goes_on(tmp_path, caplog):
    count_sending(folder=tmp_path / "not there", at=AT)
    assert OutboxMark.objects.get().number == 1
    assert "a restore would not be noticed" in caplog.text


def test_deliver_and_count_counts_a_round_that_sends_and_no_other(queue, sink, tmp_path):
    def numbers() -> list[int]:
        return list(OutboxMark.objects.values_list("number", flat=True))

    def connect():
        # Counted before the first mail leaves.
        assert numbers() == [1]
        return smtp_connection()

    for _ in range(2):
        queue()
    for _ in range(2):
        deliver_and_count(folder=tmp_path, now=lambda: AT, connection_factory=connect)
    assert len(sink.received) == 2
    assert numbers() == [2]


def test_a_copy_made_while_mails_were_leaving_is_noticed(queue, sink, tmp_path):
    queue()
    copies = []

    def connect():
        copies.append(OutboxMark.objects.get())
        return smtp_connection()

    deliver_and_count(folder=tmp_path, now=lambda: AT, connection_factory=connect)
    go_back(copies[0])
    assert hold_if_restored(folder=tmp_path, at=AT)


def test_hold_outbox_says_what_it_did(queue, capsys):
    queue()
    call_command("hold_outbox")
    call_command("hold_outbox")
    assert capsys.readouterr().out.splitlines() == [
        "Sending is held: 1 mail waits for a decision on the outbox page.",
        "Sending was held already: 1 mail waits for a decision on the outbox page.",
    ]
    assert open_hold().cause == "asked"


QUEUE = """
from django.utils.timezone import now
from accounts.domain.mails import queue_account_change
from accounts.models import User
user, _ = User.objects.get_or_create(email="ada@example.com", defaults={"name": "Ada"})
queue_account_change(user=user, change="password_changed", at=now())
"""


@pytest.mark.parametrize("noticed", ["by itself", "on a fresh host", "by the command"])
def test_a_restored_copy_sends_no_mail_again(tmp_path, sink, noticed):
    """The whole way: real commands, a real copy of the file, a real mail server."""
    data = tmp_path / "data"
    data.mkdir()
    database, copy = data / "contrechamp.sqlite3", tmp_path / "copy.sqlite3"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "EMAIL_"))}
    environment = {
        **kept,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
        "EMAIL_USE_TLS": "false",
        "PYTHONWARNINGS": "ignore",
    }

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**environment, "DATA_DIR": str(data)},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    manage("migrate", "-v0")
    manage("shell", "-v0", "-c", QUEUE)
    manage("deliver_outbox")
    manage("shell", "-v0", "-c", QUEUE)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    manage("deliver_outbox")
    assert len(sink.received) == 2
    if noticed == "on a fresh host":
        data = tmp_path / "fresh"
        data.mkdir()
        # An hour passes.
        with closing(sqlite3.connect(copy)) as restored:
            restored.execute("update ledger_outboxmark set at = datetime(at, '-1 hour')")
            restored.commit()
    for leftover in data.glob("*.sqlite3*"):
        leftover.unlink()
    shutil.copy(copy, data / "contrechamp.sqlite3")
    if noticed == "by the command":
        (data / "outbox_mark").unlink()
        manage("hold_outbox")
    said = manage("deliver_outbox")
    assert "Sending is held: 1 mail waits for a decision" in said
    assert len(sink.received) == 2
    manage("shell", "-v0", "-c", QUEUE)  # what a person causes now still goes
    manage("deliver_outbox")
    assert len(sink.received) == 3
    assert set(sink.by_message_id.values()) == {1}

"""Notice by itself that the database is an older copy, before any mail leaves twice.

A number in the database is counted up before and after each round of sending, and noted in a file beside it.
After a restore the number lies below the noted one: mails left since that the copy does not know of.
A number, not the time, so that a clock set back means nothing, and neither does a week without running.
"""

import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError, transaction
from django.db.models import F

from ledger.domain.delivery import DeliveryRound, deliver_due_mail
from ledger.domain.holds import begin_hold
from ledger.domain.worker import is_late, last_beat
from ledger.models import HoldCause, MailState, OutboxMark, OutgoingMail

logger = logging.getLogger(__name__)

NOTE = "outbox_mark"  # the file's name, in DATA_DIR


@dataclass(frozen=True)
class Noted:
    """What this machine last saw of the database."""

    history: str
    number: int


def hold_if_restored(*, folder: Path, at: datetime) -> bool:
    """Begin a hold if the database is older than what is noted in the folder; whether one began now."""
    mark, noted = _mark(), _read(folder)
    began = False
    if _is_restored(mark, noted, at=at):
        began = _begin(mark, at=at)
        mark = _mark()
    if mark and noted != (seen := Noted(mark.history, mark.number)):
        _write(folder, seen)
    return began


def deliver_and_count(
    *,
    folder: Path,
    now: Callable[[], datetime],
    connection_factory: Callable[[], EmailBackend],
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryRound:
    """A round of sending, counted before its first mail, and after its last for a copy made meanwhile."""
    begun: list[datetime] = []

    def count() -> None:
        begun.append(now())
        count_sending(folder=folder, at=begun[-1])

    done = deliver_due_mail(now=now, connection_factory=connection_factory, stop=stop, before_first=count)
    if begun:
        count()
    return done


def count_sending(*, folder: Path, at: datetime) -> None:
    """Move the database's number on, and note it."""
    _count_up(at=at)
    if mark := _mark():
        _write(folder, Noted(mark.history, mark.number))


def _count_up(*, at: datetime) -> None:
    """A new database gets its first number."""
    if not OutboxMark.objects.update(number=F("number") + 1, at=at):
        # Two workers may meet on a new database: the first one's row counts.
        with suppress(IntegrityError), transaction.atomic():
            OutboxMark.objects.create(pk=1, history=_new_history(), number=1, at=at)


def _is_restored(mark: OutboxMark | None, noted: Noted | None, *, at: datetime) -> bool:
    if mark is None:
        # A new database has sent nothing; a copy from before there were marks has.
        return noted is not None and OutgoingMail.objects.filter(state=MailState.SENT).exists()
    if noted is None or noted.history != mark.history:
        # A machine that never saw this database: new among others at work, or a copy that just came here.
        return _is_quiet(mark, at=at)
    return mark.number < noted.number


def _is_quiet(mark: OutboxMark, *, at: datetime) -> bool:
    """Whether nobody has worked on the database lately."""
    return is_late(mark.at, now=at) and is_late(last_beat(), now=at)


@transaction.atomic
def _begin(mark: OutboxMark | None, *, at: datetime) -> bool:
    """Begin the hold and a new history, so that other machines' notes do not begin another one."""
    if mark is None:
        _count_up(at=at)
    elif not OutboxMark.objects.filter(history=mark.history).update(history=_new_history(), at=at):
        return False  # another worker saw the same restore and was first
    hold = begin_hold(cause=HoldCause.RESTORED, at=at)
    if hold:
        logger.warning("the database was restored: mails are held until a person releases them")
    return hold is not None


def _new_history() -> str:
    return secrets.token_hex(16)


def _mark() -> OutboxMark | None:
    return OutboxMark.objects.first()


def _read(folder: Path) -> Noted | None:
    """None when nothing is noted, or nothing that we wrote."""
    try:
        history, number = (folder / NOTE).read_text(encoding="ascii").split()
        return Noted(history, int(number))
    except (OSError, ValueError):
        return None


def _write(folder: Path, seen: Noted) -> None:
    """Replace the file whole. Where nothing can be written, mails go all the same."""
    draft = folder / f"{NOTE}.{os.getpid()}"
    try:
        draft.write_text(f"{seen.history} {seen.number}\n", encoding="ascii")
        draft.replace(folder / NOTE)
    except OSError as error:
        logger.warning("the outbox cannot note how far it is, so a restore would not be noticed: %s", error)

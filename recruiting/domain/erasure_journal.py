"""Who was erased, noted beside the database and not in it: a copy restored later is erased again.

A line holds the day, the candidate's id, and when they became known, to the microsecond: the same id of
another line of databases is someone else. No name.
"""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from recruiting.models import Candidate

logger = logging.getLogger(__name__)


class JournalUnwritable(Exception):
    """Nothing is erased that is not noted: a restored backup would bring it back for good."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    on: date
    candidate: int
    known_since: datetime

    @classmethod
    def of(cls, candidate: Candidate, *, on: date) -> "Entry":
        return cls(on=on, candidate=candidate.pk, known_since=candidate.created_at)

    def __str__(self) -> str:
        known_since = self.known_since.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{self.on.isoformat()} {self.candidate} {known_since}"


def note_erased(*, journal: Path, entries: Sequence[Entry]) -> None:
    """Add the lines, safe on the disk when this returns. Raises JournalUnwritable."""
    lines = "".join(f"{entry}\n" for entry in entries).encode("ascii")
    try:
        new = not journal.exists()
        descriptor = os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _write(descriptor, lines if _ends_in_line(descriptor) else b"\n" + lines)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if new:
            _keep_name(journal.parent)
    except OSError as error:
        raise JournalUnwritable(str(error)) from error


def read_journal(journal: Path) -> Iterator[Entry]:
    """Every line, the oldest first. One that was broken off while it was written is left out, and logged."""
    try:
        with journal.open(encoding="ascii", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if entry := _read(line):
                    yield entry
                elif line.strip():
                    logger.warning("line %d of the journal of erasures cannot be read", number)
    except FileNotFoundError:
        return


def _read(line: str) -> Entry | None:
    try:
        on, candidate, known_since = line.split()
        return Entry(
            on=date.fromisoformat(on),
            candidate=int(candidate),
            known_since=datetime.fromisoformat(known_since),
        )
    except ValueError:
        return None


def _ends_in_line(descriptor: int) -> bool:
    """Whether what stands there is whole lines: a crash may have left half of one."""
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _write(descriptor: int, lines: bytes) -> None:
    while lines:
        lines = lines[os.write(descriptor, lines) :]


def _keep_name(folder: Path) -> None:
    """A new file's name is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

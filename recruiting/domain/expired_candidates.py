"""Erasing those whose file has expired, and again those whom a restored backup brought back."""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from recruiting.domain.candidate_retention import expired_among
from recruiting.domain.erasure import (
    erase_candidates,
    hold_candidates,
    leave_nothing_in_the_log,
)
from recruiting.domain.erasure_journal import JournalUnwritable, read_journal
from recruiting.models import Candidate

logger = logging.getLogger(__name__)
One = TypeVar("One")

ERASURE = "erasure"  # the job's name
READ, ERASED_AT_ONCE = 500, 50  # candidates: looked at in one go, erased in one transaction
# Nobody's file expires sooner after they became known.
SHORTEST_KEPT = timedelta(days=89)


class ErasureIncomplete(Exception):
    """Some could not be erased; the others were."""


def run_erasure(*, journal: Path, at: datetime) -> str:
    """The worker's job of each night, and what it did in a line."""
    again = erase_again(journal=journal, at=at)
    expired = erase_expired(journal=journal, at=at)
    leave_nothing_in_the_log()
    said = [_("Candidates erased: %(number)d") % {"number": expired}] if expired else []
    if again:
        said.append(_("erased again after a restore: %(number)d") % {"number": again})
    return ", ".join(said) or _("Nobody to erase")


def erase_expired(*, journal: Path, at: datetime) -> int:
    """Erase every candidate past the last day of their file, in transactions of their own; how many.

    Safe to stop anywhere and to run again. Raises ErasureIncomplete.
    """
    return _each_batch(expired_candidates(at=at), journal=journal, at=at, only_expired=True)


def erase_again(*, journal: Path, at: datetime) -> int:
    """Erase whom the journal names and the database holds, as a copy from before does; how many."""
    return _each_batch(noted_and_not_erased(journal=journal), journal=journal, at=at, only_expired=False)


def expired_candidates(*, at: datetime) -> Iterator[int]:
    """The ids of those past the last day of their file; as many in memory at once however many there are."""
    known = Candidate.objects.filter(anonymised_at=None, created_at__lt=at - SHORTEST_KEPT).order_by("pk")
    last = 0
    while read := list(known.filter(pk__gt=last)[:READ]):
        last = read[-1].pk
        yield from (candidate.pk for candidate in expired_among(read, at=at))


def noted_and_not_erased(*, journal: Path) -> Iterator[int]:
    """The ids of those whom the journal names and the database does not know to be erased."""
    for entries in _batched(read_journal(journal), READ):
        noted = {(entry.candidate, entry.known_since) for entry in entries}
        standing = Candidate.objects.filter(anonymised_at=None, pk__in={pk for pk, _since in noted})
        yield from (row.pk for row in standing.order_by("pk") if (row.pk, row.created_at) in noted)


def _each_batch(found: Iterator[int], *, journal: Path, at: datetime, only_expired: bool) -> int:
    done = 0
    failed: list[int] = []
    for ids in _batched(found, ERASED_AT_ONCE):
        try:
            done += _erase(ids, journal=journal, at=at, only_expired=only_expired)
        except (OperationalError, JournalUnwritable):
            raise
        except Exception:  # noqa: BLE001 - whatever is wrong with one must not keep the others
            refused = [pk for pk in ids if not _alone(pk, journal=journal, at=at, only_expired=only_expired)]
            done, failed = done + len(ids) - len(refused), failed + refused
    if failed:
        raise ErasureIncomplete(f"{done} erased; not erased: {', '.join(map(str, failed))}")
    return done


def _alone(pk: int, *, journal: Path, at: datetime, only_expired: bool) -> bool:
    """Whether nothing is wrong with this one."""
    try:
        _erase([pk], journal=journal, at=at, only_expired=only_expired)
    except (OperationalError, JournalUnwritable):
        raise
    except Exception as error:  # noqa: BLE001
        # Without its words, which may quote the row.
        logger.error("candidate %d cannot be erased: %s", pk, type(error).__name__)  # noqa: TRY400
        return False
    return True


@transaction.atomic
def _erase(ids: Collection[int], *, journal: Path, at: datetime, only_expired: bool) -> int:
    """Looked at again once they are held: someone may have met them meanwhile."""
    if only_expired:
        ids = [candidate.pk for candidate in expired_among(hold_candidates(ids), at=at)]
    return len(erase_candidates(candidates=ids, by=None, at=at, journal=journal)) if ids else 0


def _batched(found: Iterable[One], size: int) -> Iterator[list[One]]:
    rest = iter(found)
    while batch := list(islice(rest, size)):
        yield batch

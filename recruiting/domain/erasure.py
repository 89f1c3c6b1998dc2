"""Erasing a candidate: no name, address or words about them stay, and all that is counted does.

What is emptied, and how it is found, is said field by field in the register (`personal_data`).
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from ledger.domain.activity import record_activities
from recruiting.domain.erasure_endings import end_what_is_open
from recruiting.domain.erasure_journal import Entry, note_erased
from recruiting.domain.erasure_search import Erased
from recruiting.domain.personal_data import reached
from recruiting.domain.retention_rules import Kept
from recruiting.models import Application, Candidate, FollowUp, Session
from recruiting.models.answers_given import AppendOnlyQuerySet


def erase_candidate(*, candidate: Candidate, by: User | None, at: datetime, journal: Path) -> bool:
    """Erase one, for good; False if that was done already. `by` is None when nobody asked for it today.

    Sessions to come are cancelled and their hosts told, promises withdrawn, mails not sent any more. Raises
    JournalUnwritable; then nothing happened.
    """
    done = bool(erase_candidates(candidates=[candidate.pk], by=by, at=at, journal=journal))
    if done:
        candidate.refresh_from_db()
        leave_nothing_in_the_log()
    return done


@transaction.atomic
def erase_candidates(
    *, candidates: Collection[int], by: User | None, at: datetime, journal: Path
) -> list[Candidate]:
    """The same for several in one transaction, by their ids; those that were erased now."""
    held = hold_candidates(candidates)
    if not held:
        return []
    ids = [candidate.pk for candidate in held]
    _hold_what_is_theirs(ids)
    erased = Erased.of(held, at=at)
    for verb in dict.fromkeys(kept.reach.by for kept in reached() if kept.reach and kept.reach.by):
        import_string(verb)(erased)
    for kept in reached():
        _empty(kept, ids)
    Candidate.objects.filter(pk__in=ids).update(anonymised_at=at, consented_at=None)
    end_what_is_open(candidates=ids, by=by, at=at)
    record_activities(actor=by, verb="erase", acts=((candidate, {}) for candidate in held), at=at)
    # Last of all before the transaction ends: what is noted and then not committed is erased the next night.
    note_erased(journal=journal, entries=[Entry.of(candidate, on=at.date()) for candidate in held])
    return held


def hold_candidates(ids: Collection[int]) -> list[Candidate]:
    """Those not erased yet, held until the transaction ends."""
    rows = Candidate.objects.select_for_update().filter(pk__in=ids, anonymised_at=None)
    return list(rows.order_by("pk"))


def _hold_what_is_theirs(ids: Collection[int]) -> None:
    """From the candidate down, as whoever plans, records and promises holds it."""
    if not connection.features.has_select_for_update:  # SQLite holds everything already
        return
    for rows in (
        Application.objects.filter(candidate__in=ids),
        Session.objects.filter(application__candidate__in=ids),
        FollowUp.objects.filter(session__application__candidate__in=ids),
    ):
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _empty(kept: Kept, ids: Collection[int]) -> None:
    """What a key leads to."""
    if kept.reach is None or not kept.reach.path:
        return
    model: type[models.Model] = apps.get_model(kept.model)
    rows = model.objects.filter(**{f"{kept.reach.path}__in": ids})  # type: ignore[attr-defined]
    if kept.reach.removes:
        rows.delete()
    elif isinstance(rows, AppendOnlyQuerySet):
        rows.erase(*kept.fields)
    else:
        rows.update(**{name: kept.reach.leaves.get(name, "") for name in kept.fields})


def leave_nothing_in_the_log() -> None:
    """Bring what SQLite wrote beside its file into it, where it overwrites what is deleted.

    Never waits: while others read, they or the next checkpoint do it.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""The nightly removal of what is no longer needed, from every app."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ledger.domain.retention import (
    expired_sign_ins,
    old_job_runs,
    old_mails,
    remove_expired_cache_rows,
    remove_in_batches,
)
from ledger.domain.sent_forms import forget_sent_forms
from recruiting.domain.tracking.imports import old_imports
from wiki.domain.images import remove_unused_images, unused_files
from wiki.domain.pauses import past_pauses

RETENTION = "retention"  # the job's name


def run_retention(*, period: str, at: datetime) -> str:  # noqa: ARG001 - what is old is old at any hour
    """The worker's job, and what it did in a line."""
    return apply_retention(at=at)


def apply_retention(*, at: datetime) -> str:
    """Remove what `at` makes too old, and say how much of what. Safe to stop anywhere and to run again."""
    forget_sent_forms(at=at)
    remove_expired_cache_rows(at=at)
    removed = [len(remove_unused_images(at=at))]
    removed += [remove_in_batches(rows) for rows in _too_old(at=at).values()]
    return _in_words([_("Unused images: %(number)d"), *_too_old(at=at)], removed)


def retention_to_come(*, at: datetime) -> str:
    """What `apply_retention` would say, without removing anything."""
    found = [len(unused_files(at=at))]
    found += [rows.count() for rows in _too_old(at=at).values()]
    return _in_words([_("Unused images: %(number)d"), *_too_old(at=at)], found)


def _too_old(*, at: datetime) -> "Mapping[str, QuerySet[Any]]":
    return {
        _("Expired sign-ins: %(number)d"): expired_sign_ins(at=at),
        _("Old mails: %(number)d"): old_mails(at=at),
        _("Old job runs: %(number)d"): old_job_runs(at=at),
        _("Past pauses of digests: %(number)d"): past_pauses(on=localdate(at)),
        _("Unfinished imports: %(number)d"): old_imports(at=at),
    }


def _in_words(words: Iterable[str], numbers: Iterable[int]) -> str:
    said = [text % {"number": number} for text, number in zip(words, numbers, strict=True) if number]
    return ", ".join(said) or _("Nothing to remove")

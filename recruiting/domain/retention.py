"""The nightly removal of what is no longer needed, from every app."""

from datetime import datetime

from django.utils.translation import gettext as _

from ledger.domain.retention import (
    remove_expired_cache_rows,
    remove_expired_sign_ins,
    remove_old_job_runs,
    remove_old_mails,
)
from ledger.domain.sent_forms import forget_sent_forms
from recruiting.domain.tracking.imports import remove_old_imports
from wiki.domain.images import remove_unused_images

RETENTION = "retention"  # the job's name


def run_retention(*, period: str, at: datetime) -> str:  # noqa: ARG001 - what is old is old at any hour
    """The worker's job, and what it did in a line."""
    return apply_retention(at=at)


def apply_retention(*, at: datetime) -> str:
    """Remove what `at` makes too old, and say how much of what. Safe to stop anywhere and to run again."""
    forget_sent_forms(at=at)
    remove_expired_cache_rows(at=at)
    removed = {
        _("Unused images: %(number)d"): len(remove_unused_images(at=at)),
        _("Unfinished imports: %(number)d"): remove_old_imports(at=at),
        _("Expired sign-ins: %(number)d"): remove_expired_sign_ins(at=at),
        _("Old mails: %(number)d"): remove_old_mails(at=at),
        _("Old job runs: %(number)d"): remove_old_job_runs(at=at),
    }
    said = [words % {"number": number} for words, number in removed.items() if number]
    return ", ".join(said) or _("Nothing to remove")

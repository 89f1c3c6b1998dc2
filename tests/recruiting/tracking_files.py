"""Files of a tracking system, and what becomes of them."""

from accounts.models import User
from recruiting.domain.tracking.imports import confirm_import, keep_import, preview_import
from recruiting.domain.tracking.lines import Preview
from tests.factories import AT


def preview_of(kind: str, *lines: str, by: User) -> Preview:
    kept = keep_import(kind=kind, text="\n".join(lines), by=by, at=AT)
    return preview_import(kept=kept, by=by)


def imported(kind: str, *lines: str, by: User) -> Preview:
    """Confirmed as previewed; a file that may not be is a failure of the test."""
    kept = keep_import(kind=kind, text="\n".join(lines), by=by, at=AT)
    seen = preview_import(kept=kept, by=by)
    assert seen.may_be_confirmed, [line.words for line in seen.lines if line.reasons]
    return confirm_import(kept=kept, as_of=seen.fingerprint, by=by, at=AT)


def told(preview: Preview) -> list[tuple[int, str, str]]:
    """Of each line its number, what happens and why."""
    return [(line.number, str(line.outcome), line.words) for line in preview.lines]

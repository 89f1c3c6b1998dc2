"""Who keeps an answer, and how often it is reviewed. Changing either never verifies."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activities, record_activity
from wiki.domain.citations import hold_figures
from wiki.domain.freshness import refresh_review_dates
from wiki.domain.verification_request_mails import tell_new_owner
from wiki.models import Answer


class StillPublished(Exception):
    """The answer may be said today: it is withdrawn first, so that its publication ends on a date."""


@transaction.atomic
def assign_owner(*, answers: Sequence[Answer], owner: User, by: User, at: datetime) -> int:
    """Give every answer this owner; the number of those that changed hands."""
    changed = [answer for answer in answers if answer.owner_id != owner.pk]
    acts = [(answer, {"before": answer.owner_id, "after": owner.pk}) for answer in changed]
    record_activities(actor=by, verb="assign-owner", acts=acts, at=at)
    Answer.objects.filter(pk__in=[answer.pk for answer in changed]).update(owner=owner)
    for answer in changed:
        answer.owner = owner
    tell_new_owner(answers=[answer.pk for answer in changed], owner=owner, at=at)
    return len(changed)


@transaction.atomic
def assign_deputy(*, answers: Sequence[Answer], deputy: User | None, by: User, at: datetime) -> list[Answer]:
    """Give every answer this deputy; those that have them now. None for those that the deputy owns."""
    given = [answer for answer in answers if deputy is not None and answer.owner_id != deputy.pk]
    pks = {answer.pk for answer in given}
    before = {answer.pk: answer.deputy_id for answer in answers}
    Answer.objects.filter(pk__in=list(before)).update(deputy=None)
    Answer.objects.filter(pk__in=list(pks)).update(deputy=deputy)
    for answer in answers:
        answer.deputy = deputy if answer.pk in pks else None
    acts = [(answer, {"before": before[answer.pk], "after": answer.deputy_id}) for answer in answers]
    record_activities(actor=by, verb="assign-deputy", acts=acts, at=at)
    return given


@transaction.atomic
def set_keeping(
    *,
    answer: Answer,
    owner: User | None,
    deputy: User | None,
    interval_days: int | None,
    by: User,
    at: datetime,
) -> None:
    """Set owner, deputy and the answer's own review interval in one act."""
    if answer.published is not None:
        hold_figures([answer.published])
    # Read again: the review dates follow from what is published now, not when the page was opened.
    answer = Answer.objects.locked(answer)
    before = {"owner": answer.owner_id, "deputy": answer.deputy_id, "interval": answer.interval_days}
    answer.owner, answer.deputy, answer.interval_days = owner, deputy, interval_days
    answer.save(update_fields=["owner", "deputy", "interval_days"])
    refresh_review_dates(answer=answer)
    record_activity(actor=by, verb="set-keeping", subject=answer, at=at, before=before)
    if owner is not None and owner.pk != before["owner"]:
        tell_new_owner(answers=[answer.pk], owner=owner, at=at)


@transaction.atomic
def archive_answer(*, answer: Answer, by: User, at: datetime) -> None:
    """Take an answer out of the wiki's pages; its history stays. Raises StillPublished."""
    answer = Answer.objects.locked(answer)
    if answer.published is not None:
        raise StillPublished
    answer.archived_at = at
    answer.save(update_fields=["archived_at"])
    record_activity(actor=by, verb="archive", subject=answer, at=at)


@transaction.atomic
def reopen_answer(*, answer: Answer, by: User, at: datetime) -> None:
    """Bring an archived answer back with its history; nothing of it may be said until it is published."""
    answer.archived_at = None
    answer.save(update_fields=["archived_at"])
    record_activity(actor=by, verb="reopen", subject=answer, at=at)

"""Who has read which answers: a host's word, for the exact revisions that were shown."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.domain.nearest import position_scopes
from recruiting.models import Host, ReadReceipt, Session
from wiki.models import Answer, AnswerRevision

Unread = Mapping[int, Sequence[int]]  # by host, the answers whose text they have not read


class NotShown(Exception):
    """One of the revisions was never published, or not for the session's scopes: no page showed it."""


@transaction.atomic
def mark_read(*, session: Session, revisions: Collection[int], by: User, at: datetime) -> int:
    """Take the host's word that they have read these revisions; how many are new. Raises NotShown.

    A revision that another has replaced meanwhile is taken too, since it is what was read: whether it
    still counts follows from the revisions made after it.
    """
    wanted = set(revisions)
    shown = AnswerRevision.objects.ever_published().filter(
        pk__in=wanted, answer__scope__in=position_scopes(session.application.position)
    )
    if set(shown.values_list("pk", flat=True)) != wanted:
        raise NotShown
    known = ReadReceipt.objects.filter(user=by, revision__in=wanted).values_list("revision", flat=True)
    new = sorted(wanted - set(known))
    # Two taps in one moment: the constraint keeps the first.
    ReadReceipt.objects.bulk_create(
        [ReadReceipt(user=by, revision_id=revision, read_at=at) for revision in new], ignore_conflicts=True
    )
    if new:
        record_activity(actor=by, verb="read", subject=session, at=at, revisions=new)
    return len(new)


def hosts_of(sessions: Collection[Session]) -> Mapping[int, list[int]]:
    """By session the hosts who can prepare for it: not those who have left or read the wiki no more."""
    hosts: dict[int, list[int]] = defaultdict(list)
    rows = Host.objects.filter(
        session__in=[session.pk for session in sessions], user__in=User.objects.who_read_the_wiki()
    )
    for session, user in rows.order_by("pk").values_list("session", "user"):
        hosts[session].append(user)
    return hosts


def answers_read(*, users: Collection[int], answers: Collection[int]) -> set[tuple[int, int]]:
    """Which of these users have read which of these answers as they may be said now."""
    receipts = ReadReceipt.objects.standing().filter(user__in=users, revision__answer__in=answers)
    return set(receipts.values_list("user", "revision__answer"))


def last_read(*, user: User, answers: Collection[Answer]) -> Mapping[int, ReadReceipt]:
    """By answer the user's latest receipt, whatever has become of the text since."""
    receipts = ReadReceipt.objects.filter(user=user, revision__answer__in=[answer.pk for answer in answers])
    rows = receipts.select_related("revision").order_by("read_at", "revision__number")
    return {receipt.revision.answer_id: receipt for receipt in rows}

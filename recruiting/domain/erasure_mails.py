"""Mails to a candidate who is erased, and mails to others that name them: their text goes, that there was one
stays."""

import re
from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet

from ledger.domain.messages import read
from ledger.models import MailReason, MailState, OutgoingMail
from recruiting.domain.debrief_mails import DEBRIEF_REMINDER, DEBRIEF_REQUEST
from recruiting.domain.erasure_search import Erased
from recruiting.domain.follow_up_mails import FOLLOW_UP_REMINDER
from recruiting.domain.leaving_mails import DEPARTURE, HANDOVER
from recruiting.domain.recall_mails import ANSWER_CORRECTION
from recruiting.domain.reminders import SESSION_REMINDER
from recruiting.domain.role_sheet_mails import ROLE_SHEET
from recruiting.domain.session_candidate_mails import CANDIDATE_CANCELLATION, CANDIDATE_INVITATION
from recruiting.domain.session_mails import SESSION_CANCELLATION, SESSION_INVITATION
from recruiting.domain.weekly_reports import KIND as WEEKLY_REPORT
from recruiting.domain.writing_to_candidates import CANDIDATE_FOLLOW_UP
from recruiting.models import FollowUp, Recall

BY_PERIOD, BY_LINK, NAMES_NOBODY = "by period", "by link", "names nobody"
# How a mail of each kind of ours is known to be about a candidate: the row its period names, or the links in
# its text where it is about several. A test asks that a new kind is here.
FOUND: Mapping[str, str] = {
    SESSION_INVITATION: BY_PERIOD,
    SESSION_CANCELLATION: BY_PERIOD,
    SESSION_REMINDER: BY_PERIOD,
    DEBRIEF_REQUEST: BY_PERIOD,
    DEBRIEF_REMINDER: BY_PERIOD,
    CANDIDATE_INVITATION: BY_PERIOD,
    CANDIDATE_CANCELLATION: BY_PERIOD,
    CANDIDATE_FOLLOW_UP: BY_PERIOD,
    ANSWER_CORRECTION: BY_PERIOD,
    FOLLOW_UP_REMINDER: BY_LINK,
    HANDOVER: BY_LINK,
    WEEKLY_REPORT: NAMES_NOBODY,
    DEPARTURE: NAMES_NOBODY,
    ROLE_SHEET: NAMES_NOBODY,
}
_PERIOD = re.compile(r"(session|follow-up|recall)-(\d+)(?!\d)")
_LINK = re.compile(r"/(session|follow-up)s/(\d+)/")
BATCH = 500
Rows = Mapping[str, frozenset[int]]


def erase_mails(erased: Erased) -> None:
    """Also those still waiting, which are not sent any more."""
    found = sorted(mails_naming(erased))
    for start in range(0, len(found), BATCH):
        _empty(OutgoingMail.objects.filter(pk__in=found[start : start + BATCH]), erased)


def mails_naming(erased: Erased) -> set[int]:
    """The ids of mails to the candidates at whatever address, and to others about them."""
    addresses = {address.lower() for address in erased.addresses}
    # Read once and compared here: each address by itself would be a reading of the whole table.
    to_candidates = OutgoingMail.objects.filter(recipient=None).values_list("pk", "to_address")
    theirs = {pk for pk, address in to_candidates.iterator() if address.lower() in addresses}
    return theirs.union(_about(_rows_of(erased), erased))


def _rows_of(erased: Erased) -> Rows:
    sessions = erased.sessions
    follow_ups = FollowUp.objects.filter(session__in=sessions).values_list("pk", flat=True)
    recalls = Recall.objects.filter(answer_given__session__in=sessions).values_list("pk", flat=True)
    return {"session": sessions, "follow-up": frozenset(follow_ups), "recall": frozenset(recalls)}


def _about(rows: Rows, erased: Erased) -> Iterator[int]:
    """The ids of the mails about one of the rows."""
    written = OutgoingMail.objects.filter(created_at__gte=erased.since).order_by("pk")
    periods = written.filter(kind__in=_kinds(BY_PERIOD)).exclude(period="")
    for pk, period in periods.values_list("pk", "period").iterator():
        if (named := _PERIOD.match(period)) and int(named[2]) in rows[named[1]]:
            yield pk
    if rows["session"]:
        mails = written.filter(kind__in=_kinds(BY_LINK)).exclude(message=b"")
        for pk, message in mails.values_list("pk", "message").iterator(chunk_size=100):
            if any(int(number) in rows[kind] for kind, number in _LINK.findall(read(bytes(message)).text)):
                yield pk


def _kinds(how: str) -> list[str]:
    return [kind for kind, found in FOUND.items() if found == how]


def _empty(mails: "QuerySet[OutgoingMail]", erased: Erased) -> None:
    mails.filter(state=MailState.SENDING, lease_until__gt=erased.at).update(maybe_twice=True)
    mails.filter(state__in=(MailState.PENDING, MailState.SENDING)).update(
        state=MailState.DROPPED,
        reason=MailReason.NOT_ENTITLED,
        held=False,
        lease_until=None,
        lease_token="",
    )
    mails.filter(recipient=None).update(subject="", message=b"", last_error="", to_address="")
    mails.filter(~Q(recipient=None)).update(subject="", message=b"", last_error="")

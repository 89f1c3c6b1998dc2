"""What is owed to a candidate: said otherwise, changed hands, kept, withdrawn, or taken up again."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from ledger.domain.activity import record_activity
from recruiting.models import FollowUp


class FollowUpChanged(Exception):
    """Someone kept it, withdrew it or took it up again meanwhile."""


class WasSent(Exception):
    """The candidate has read it: that is not taken back."""


@transaction.atomic
def change_follow_up(
    *,
    follow_up: FollowUp,
    promised: str,
    owner: User,
    due_on: date,
    as_of: datetime | None,
    by: User,
    at: datetime,
) -> None:
    """Say otherwise what is due, by whom, by when. Raises FollowUpChanged unless it stands as it was read.

    What was promised before stays with the session in its words, beside what is said of it now.
    """
    standing = _locked(follow_up)
    if not standing.is_open or standing.updated_at != as_of:
        raise FollowUpChanged
    if standing.promised not in ("", promised):
        _keep_earlier_words(standing, by=by, at=at)
    before = {"owner": standing.owner_id, "due_on": standing.due_on.isoformat()}
    _set(follow_up, at=at, promised=promised, owner=owner, due_on=due_on)
    record_activity(
        actor=by,
        verb="edit",
        subject=follow_up,
        at=at,
        before=before,
        after={"owner": owner.pk, "due_on": due_on.isoformat()},
    )


def keep_follow_up(*, follow_up: FollowUp, word: str, by: User, at: datetime) -> None:
    """It is done, however the candidate was told. Raises FollowUpChanged if it is not open any more."""
    _close(follow_up, by=by, at=at, verb="keep", kept_at=at, word=word)


def withdraw_follow_up(*, follow_up: FollowUp, word: str, by: User, at: datetime) -> None:
    """It will not be done; `word` says why. Raises FollowUpChanged if it is not open any more."""
    _close(follow_up, by=by, at=at, verb="withdraw", withdrawn_at=at, word=word)


@transaction.atomic
def reopen_follow_up(*, follow_up: FollowUp, by: User, at: datetime) -> None:
    """Take it up again. Raises WasSent once the candidate was written to, FollowUpChanged if it is open
    or its candidate was erased.

    It is then theirs who take it up, if its owner has left meanwhile.
    """
    standing = _locked(follow_up)
    if standing.is_open or standing.session.is_of_erased:
        raise FollowUpChanged
    if standing.was_sent:
        raise WasSent
    owner = standing.owner if standing.owner.may_own else by
    _set(follow_up, at=at, owner=owner, kept_at=None, withdrawn_at=None, closed_by=None, word="")
    record_activity(actor=by, verb="reopen", subject=follow_up, at=at, owner=owner.pk)


@transaction.atomic
def pass_on_follow_ups_of(*, person: User, by: User, at: datetime) -> None:
    """After a departure: what `person` still owes passes to the organiser of its session, else to a lead."""
    owed = FollowUp.objects.open().owned_by(person).select_related("session__organiser")
    lead = by if by.is_lead else User.objects.who_recruit().exclude(pk=person.pk).order_by("pk").first()
    for follow_up in owed.select_for_update(of=("self",)).order_by("pk"):
        organiser = follow_up.session.organiser
        owner = organiser if organiser != person and organiser.may_own else lead
        if owner is not None:
            _set(follow_up, at=at, owner=owner)
            after = {"before": person.pk, "after": owner.pk}
            record_activity(actor=by, verb="hand-over", subject=follow_up, at=at, **after)


@transaction.atomic
def close_as_sent(*, follow_up: FollowUp, subject: str, text: str, by: User, at: datetime) -> None:
    """Kept, by a mail to the candidate whose words stay with the session. Raises FollowUpChanged."""
    _close(follow_up, by=by, at=at, verb="send", kept_at=at, sent_subject=subject, sent_text=text)


@transaction.atomic
def _close(follow_up: FollowUp, *, by: User | None, at: datetime, verb: str, **fields: object) -> None:
    if not _locked(follow_up).is_open:
        raise FollowUpChanged
    _set(follow_up, at=at, closed_by=by, **fields)
    record_activity(actor=by, verb=verb, subject=follow_up, at=at)


def _keep_earlier_words(standing: FollowUp, *, by: User, at: datetime) -> None:
    """The promise as it was worded, in a row of its own: the candidate was told so."""
    earlier = FollowUp.objects.create(
        session=standing.session,
        candidate_question=standing.candidate_question,
        kind=standing.kind,
        promised=standing.promised,
        owner=standing.owner,
        due_on=standing.due_on,
        client_id=uuid4(),
        created_by=standing.created_by,
        created_at=standing.created_at,
        updated_at=at,
        withdrawn_at=at,
        closed_by=by,
        word=gettext("It was worded anew."),
    )
    record_activity(actor=by, verb="withdraw", subject=earlier, at=at, worded_anew=standing.pk)


def _locked(follow_up: FollowUp) -> FollowUp:
    return FollowUp.objects.select_for_update().get(pk=follow_up.pk)


def _set(follow_up: FollowUp, *, at: datetime, **fields: object) -> None:
    for name, value in {**fields, "updated_at": at}.items():
        setattr(follow_up, name, value)
    follow_up.save(update_fields=[*fields, "updated_at"])

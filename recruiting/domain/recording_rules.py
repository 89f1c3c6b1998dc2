"""What may stand in the record of a session, by whose hand, and why anything else is refused."""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from recruiting.models import Delivery, Session
from recruiting.models.answers_given import NEEDS_REVISION, NEEDS_WORDS
from wiki.models import AnswerRevision, Disclosure


class CannotRecord(Exception):
    """What was asked for cannot stand in a record; the subclasses say why."""


class SessionNotOpen(CannotRecord):
    """The session is closed, or did not take place."""


class NotAHost(CannotRecord):
    """The one said to have answered is not a host of the session."""


class NoAnswerToGive(CannotRecord):
    """As written, adapted and departed from need a published answer, and there is none."""


class AnswerIsInternal(CannotRecord):
    """An internal answer may not be said to a candidate, so it cannot have been given as it stands."""


class WordsMissing(CannotRecord):
    """The answer was not given as written, so what was said must be told."""


class NothingAsked(CannotRecord):
    """Neither a question of the wiki nor the candidate's words."""


class RevisionChanged(CannotRecord):
    """The words or figures that were on screen are not the ones in force any more; those of `now` are."""

    def __init__(self, now: AnswerRevision | None) -> None:
        super().__init__("another revision is in force")
        self.now = now


class AlreadyCorrected(CannotRecord):
    """The line was corrected meanwhile: the correction is the one to correct."""


def check_still_involved(session: Session, by: User) -> None:
    """The page was theirs when it was asked for; while the session is held, it still has to be."""
    if not Session.objects.visible_to(by).filter(pk=session.pk).exists():
        raise PermissionDenied


def check_host(session: Session, host: User) -> None:
    hosts = set(session.hosts.values_list("user", flat=True))
    # Before hosts are named, whoever records may have answered.
    if hosts and host.pk not in hosts:
        raise NotAHost


def check_delivery(delivery: str, said: str, revision: AnswerRevision | None) -> None:
    if delivery in NEEDS_REVISION and revision is None:
        raise NoAnswerToGive
    said_as_it_stands = delivery in (Delivery.AS_WRITTEN, Delivery.ADAPTED)
    if said_as_it_stands and revision is not None and revision.disclosure == Disclosure.INTERNAL:
        raise AnswerIsInternal
    if delivery in NEEDS_WORDS and not said.strip():
        raise WordsMissing

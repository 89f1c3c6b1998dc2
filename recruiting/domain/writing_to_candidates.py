"""A mail to a candidate that keeps what was promised: a person reads it over before it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts.dates import in_words
from accounts.models import User
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from recruiting.access import may_see_address
from recruiting.domain.follow_ups import close_as_sent
from recruiting.models import Candidate, FollowUp, FollowUpKind
from wiki.models import Scope

CANDIDATE_FOLLOW_UP = "candidate-follow-up"
# What a person must fill in stands between these.
TO_FILL_IN = ("[", "]")


class NoAddress(Exception):
    """The candidate gave no address, or asked to be forgotten."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    subject: str
    text: str


@transaction.atomic
def send_to_candidate(*, follow_up: FollowUp, letter: Letter, by: User, at: datetime) -> None:
    """Write to the candidate in their language, and keep the words with the session.

    An answer goes to the sender, or to the session's organiser when the sender may not see the candidate's
    address. Raises NoAddress, or FollowUpChanged when it was closed meanwhile.
    """
    session = follow_up.session
    candidate = Candidate.objects.get(pk=session.application.candidate_id)
    if not candidate.can_be_mailed:
        raise NoAddress
    close_as_sent(follow_up=follow_up, subject=letter.subject, text=letter.text, by=by, at=at)
    queue_mail(
        kind=CANDIDATE_FOLLOW_UP,
        recipient=None,
        to_address=candidate.email,
        language=candidate.language,
        template="candidate_follow_up",
        context={"letter": letter, "company": Scope.objects.company()},
        at=at,
        period=_period_of(follow_up),
        reply_to=by.email if may_see_address(by) else session.organiser.email,
    )


def mail_of(follow_up: FollowUp) -> OutgoingMail | None:
    """What was mailed to keep it; None too once the outbox has forgotten it."""
    [(_row, mail)] = with_letters([follow_up])
    return mail


def with_letters(follow_ups: Iterable[FollowUp]) -> list[tuple[FollowUp, OutgoingMail | None]]:
    """Each with what was mailed to keep it, in one query; what was sent may not have arrived."""
    rows = list(follow_ups)
    sent = [_period_of(row) for row in rows if row.was_sent]
    mails = OutgoingMail.objects.as_listed().filter(kind=CANDIDATE_FOLLOW_UP, period__in=sent)
    found = {mail.period: mail for mail in mails}
    return [(row, found.get(_period_of(row))) for row in rows]


def still_a_candidate(mail: OutgoingMail) -> bool:
    """Whether the address is still that of a candidate; they may have asked to be forgotten meanwhile."""
    return Candidate.objects.filter(email=mail.to_address, anonymised_at=None).exists()


def usual_letter(*, follow_up: FollowUp, by: User) -> Letter:
    """What one may begin with, in the candidate's language; what only a person knows is in brackets."""
    application = follow_up.session.application
    with translation.override(application.candidate.language):
        words = {
            "name": application.candidate.first_name,
            "position": application.position.title,
            "date": in_words(localtime(follow_up.session.starts_at), "DATE_FORMAT"),
            "sender": by.name,
            "promised": follow_up.promised,
        }
        subject, body = _SAID[FollowUpKind(follow_up.kind)]()
        parts = [gettext("Hello %(name)s,"), *body, "%(sender)s"]
        return Letter(subject=subject % words, text="\n\n".join(part % words for part in parts))


def _thanks() -> tuple[str, list[str]]:
    return gettext("Thank you for your questions: %(position)s"), [
        gettext(
            "Thank you for the time you gave us on %(date)s and for your questions. They helped us to tell "
            "you what the position of %(position)s is really like."
        ),
        gettext("If another question comes to mind, simply reply to this mail."),
    ]


def _news() -> tuple[str, list[str]]:
    return gettext("News of your application: %(position)s"), [
        gettext("We met on %(date)s, and I told you that you would hear from us within a week."),
        gettext("[Where the application stands, what comes next, and when.]"),
        gettext("If you have a question meanwhile, simply reply to this mail."),
    ]


def _promise() -> tuple[str, list[str]]:
    return gettext("As promised: %(position)s"), [
        gettext("When we met on %(date)s, we promised to come back to you on this: %(promised)s"),
        gettext("[What you have found out.]"),
        gettext("If you have another question, simply reply to this mail."),
    ]


_SAID = {FollowUpKind.THANKS: _thanks, FollowUpKind.NEWS: _news, FollowUpKind.PROMISE: _promise}


def _period_of(follow_up: FollowUp) -> str:
    return f"follow-up-{follow_up.pk}"

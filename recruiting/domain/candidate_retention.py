"""Until when a candidate's file is kept: computed from last contact, outcome and consent, never stored.

The periods are the design's: without consent to be contacted again 3 months, with it 24, which is also the
longest that the French data protection authority recommends after the last contact with a candidate
(CNIL, "Recrutement: les durées de conservation"). Nothing is erased here.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from recruiting.models import Application, Candidate, FollowUp, Outcome, Recall, Session, SessionStatus

# Months
KEPT_WITHOUT_CONSENT = 3
KEPT_WITH_CONSENT = 24
HIRED_KEPT = 6  # after the first day: reality checks come at 30 and 90 days
SILENT_KEPT = 24  # without outcome, since the last contact

TOOK_PLACE = (SessionStatus.HELD, SessionStatus.DEBRIEFED, SessionStatus.CLOSED)


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts:
    """What the rule looks at of one application."""

    outcome: str
    last_contact: date
    starts_on: date | None = None


def expires_on(applications: Collection[ApplicationFacts], *, consents: bool, known_since: date) -> date:
    """The last day on which the candidate's file may be kept; it is due for erasure from the next.

    The application that keeps it longest decides. A candidate without any is kept as one who was refused on
    the day they became known.
    """
    if not applications:
        return months_after(known_since, KEPT_WITH_CONSENT if consents else KEPT_WITHOUT_CONSENT)
    return max(application_expires_on(one, consents=consents) for one in applications)


def application_expires_on(application: ApplicationFacts, *, consents: bool) -> date:
    """As `expires_on`, of one application."""
    match application.outcome:
        case "":
            return months_after(application.last_contact, SILENT_KEPT)
        case Outcome.ACCEPTED:
            if application.starts_on is None:
                return months_after(application.last_contact, SILENT_KEPT)
            return months_after(max(application.starts_on, application.last_contact), HIRED_KEPT)
        case _:
            kept = KEPT_WITH_CONSENT if consents else KEPT_WITHOUT_CONSENT
            return months_after(application.last_contact, kept)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day.

    At most the last day there is: a first day at work in the year 9999 is a typing mistake, no fault.
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def facts_of(candidate: Candidate) -> list[ApplicationFacts]:
    """What `expires_on` needs of the candidate's applications, in four queries."""
    applications = list(Application.objects.filter(candidate=candidate).order_by("pk"))
    contacts: dict[int, list[date]] = {one.pk: [localdate(one.created_at)] for one in applications}
    for one in applications:
        if one.decided_on is not None:
            contacts[one.pk].append(one.decided_on)
    for application, day in _days_of_contact(applications):
        contacts[application].append(day)
    return [
        ApplicationFacts(outcome=one.outcome, last_contact=max(contacts[one.pk]), starts_on=one.starts_on)
        for one in applications
    ]


def _days_of_contact(applications: Collection[Application]) -> Iterable[tuple[int, date]]:
    """Sessions that took place, and what was sent to the candidate."""
    ids = [one.pk for one in applications]
    held = Session.objects.filter(application__in=ids, status__in=TOOK_PLACE)
    sent = FollowUp.objects.filter(session__application__in=ids, kept_at__isnull=False).exclude(sent_text="")
    corrected = Recall.objects.filter(answer_given__session__application__in=ids).exclude(sent_text="")
    for moments in (
        held.values_list("application", "starts_at"),
        sent.values_list("session__application", "kept_at"),
        corrected.values_list("answer_given__session__application", "closed_at"),
    ):
        for application, moment in moments:
            yield application, localdate(moment)

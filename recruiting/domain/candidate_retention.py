"""Until when a candidate's file is kept: computed from last contact, outcome and consent, never stored.

The periods are the design's: without consent to be contacted again 3 months, with it 24, which is also the
longest that the French data protection authority recommends after the last contact with a candidate
(CNIL, "Recrutement: les durées de conservation"). Nothing is erased here: `expired_candidates` does.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

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
    return facts_by_candidate([candidate])[candidate.pk]


def facts_by_candidate(candidates: Collection[Candidate]) -> dict[int, list[ApplicationFacts]]:
    """The same of many, in as many queries."""
    found: dict[int, list[ApplicationFacts]] = {candidate.pk: [] for candidate in candidates}
    applications = list(Application.objects.filter(candidate__in=found).order_by("pk"))
    contacts: dict[int, list[date]] = {one.pk: [localdate(one.created_at)] for one in applications}
    for one in applications:
        if one.decided_on is not None:
            contacts[one.pk].append(one.decided_on)
    for application, day in _days_of_contact(found):
        contacts[application].append(day)
    for one in applications:
        found[one.candidate_id].append(
            ApplicationFacts(outcome=one.outcome, last_contact=max(contacts[one.pk]), starts_on=one.starts_on)
        )
    return found


def file_expires_on(candidate: Candidate) -> date:
    """The last day on which what is held about the candidate may be kept."""
    return _expires_on(candidate, facts_of(candidate))


def expired_among(candidates: Collection[Candidate], *, at: datetime) -> list[Candidate]:
    """Those whose last day is past, unless they are expected: who comes next week is no closed file."""
    facts, on = facts_by_candidate(candidates), localdate(at)
    past = [one for one in candidates if _expires_on(one, facts[one.pk]) < on]
    expected = Session.objects.coming(since=at).filter(application__candidate__in=[one.pk for one in past])
    coming = set(expected.values_list("application__candidate", flat=True))
    return [one for one in past if one.pk not in coming]


def _expires_on(candidate: Candidate, facts: Collection[ApplicationFacts]) -> date:
    consents = candidate.consented_at is not None
    return expires_on(facts, consents=consents, known_since=localdate(candidate.created_at))


def _days_of_contact(candidates: Iterable[int]) -> Iterable[tuple[int, date]]:
    """Sessions that took place, and what was sent to the candidate."""
    ids = list(candidates)
    held = Session.objects.filter(application__candidate__in=ids, status__in=TOOK_PLACE)
    sent = FollowUp.objects.filter(session__application__candidate__in=ids, kept_at__isnull=False)
    corrected = Recall.objects.filter(answer_given__session__application__candidate__in=ids)
    for moments in (
        held.values_list("application", "starts_at"),
        sent.exclude(sent_text="").values_list("session__application", "kept_at"),
        corrected.exclude(sent_text="").values_list("answer_given__session__application", "closed_at"),
    ):
        for application, moment in moments:
            yield application, localdate(moment)

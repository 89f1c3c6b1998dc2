"""The mails that follow when someone leaves, one function each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from accounts.access import may_hand_over
from accounts.models import User
from ledger.domain.links import absolute
from ledger.domain.outbox import queue_mail
from ledger.models import OutgoingMail
from recruiting.domain.leaving import Kept, Received, all_in_hands_of
from recruiting.models import Position, Session
from wiki.models import Answer, Figure

MOST_LISTED = 100  # of a kind, in a mail; the rest is counted, and in the review queue
HANDOVER, DEPARTURE = "handover", "departure"


@dataclass(frozen=True, kw_only=True)
class AnswerEntry:
    """An answer of the mail; labels are put into the recipient's language when the mail is made."""

    answer: Answer
    link: str


@dataclass(frozen=True, kw_only=True)
class ListedAnswers:
    """The first of `count` answers."""

    entries: list[AnswerEntry]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


@dataclass(frozen=True, kw_only=True)
class FigureTakenOver:
    label: str
    link: str


@dataclass(frozen=True, kw_only=True)
class SessionEntry:
    session: Session
    candidate: str
    link: str


@dataclass(frozen=True, kw_only=True)
class PositionTakenOver:
    title: str
    lacks_pay_range: bool  # without which the position is not ready for sessions
    link: str  # to its role sheet


def queue_handover(
    *, successor: User, received: Received, person: User, by: User, at: datetime
) -> OutgoingMail | None:
    """Tell someone all that they took over from `person`, in the order of the wiki and of time."""
    context = {
        "by": by.name,
        "person": person.name,
        "owned": _answers(received.wiki.owned, reader=successor, on=localdate(at)),
        "deputy_of": _answers(received.wiki.deputy_of, reader=successor, on=localdate(at)),
        "categories": received.wiki.categories,
        "figures": _figures(received.wiki.figures, reader=successor),
        "hosts": _sessions(received.hosts),
        "organises": _sessions(received.organises),
        "hires_for": _positions(received.hires_for),
        "queue_link": absolute(f"{reverse('wiki:review')}?show=mine&state=any"),
    }
    return queue_mail(
        kind=HANDOVER,
        recipient=successor,
        to_address=successor.email,
        language=successor.language,
        template="handover",
        context=context,
        at=at,
        reply_to=by.email,
    )


def queue_departure(*, lead: User, kept: Kept, person: User, by: User, at: datetime) -> OutgoingMail | None:
    """Tell a lead how much someone who may own answers no longer has left in no one's hands."""
    with translation.override(lead.language):
        counts = list(_counted(kept))
    return queue_mail(
        kind=DEPARTURE,
        recipient=lead,
        to_address=lead.email,
        language=lead.language,
        template="departure",
        context={
            "by": by.name,
            "person": person.name,
            "is_active": person.is_active,
            "counts": counts,
            "link": absolute(reverse("recruiting:person_hand_over", args=[person.pk])),
        },
        at=at,
        reply_to=by.email,
    )


def tell_leads_of_departure(*, person: User, by: User, at: datetime) -> None:
    """Unless a lead did it, who chose successors or is led to choose them: tell all leads what is left."""
    kept = all_in_hands_of(person=person, by=by, language=person.language, at=at)
    if not may_hand_over(by) and kept.anything:
        for lead in User.objects.leads():
            queue_departure(lead=lead, kept=kept, person=person, by=by, at=at)


def hands_over_still(mail: OutgoingMail) -> bool:
    """Whether the recipient may still choose successors; asked again when the mail is about to go."""
    return mail.recipient is not None and may_hand_over(User.objects.get(pk=mail.recipient_id))


def _answers(answers: Sequence[Answer], *, reader: User, on: date) -> ListedAnswers:
    rows = Answer.objects.filter(pk__in=[answer.pk for answer in answers]).as_shown(on=on)
    rows = rows.with_question_title(reader.language)
    in_order = rows.order_by("question__category__rank", "question__category_id", "question__rank", "pk")
    entries = [
        AnswerEntry(answer=row, link=absolute(reverse("wiki:answer", args=[row.pk])))
        for row in in_order[:MOST_LISTED]
    ]
    return ListedAnswers(entries=entries, count=len(answers))


def _figures(figures: Iterable[Figure], *, reader: User) -> list[FigureTakenOver]:
    entries = [
        FigureTakenOver(
            label=figure.label(reader.language), link=absolute(reverse("wiki:figure", args=[figure.slug]))
        )
        for figure in figures
    ]
    return sorted(entries, key=lambda one: one.label)


def _sessions(sessions: Iterable[Session]) -> list[SessionEntry]:
    """With first names, whoever reads: a role may be taken away while the mail waits."""
    return [
        SessionEntry(
            session=session,
            candidate=session.application.candidate.first_name,
            link=absolute(reverse("recruiting:session", args=[session.pk])),
        )
        for session in sorted(sessions, key=lambda one: (one.starts_at, one.pk))
    ]


def _positions(positions: Sequence[Position]) -> list[PositionTakenOver]:
    rows = Position.objects.with_role_sheet().filter(pk__in=[position.pk for position in positions])
    return [
        PositionTakenOver(
            title=row.title,
            lacks_pay_range=not row.ready_for_sessions,
            link=absolute(reverse("recruiting:role_sheet", args=[row.pk])),
        )
        for row in rows.order_by("created_at", "pk")
    ]


def _counted(kept: Kept) -> Iterable[str]:
    if number := kept.wiki.owned:
        text = ngettext("%(number)d answer that they owned", "%(number)d answers that they owned", number)
        yield text % {"number": number}
    if number := len(kept.wiki.deputy_of):
        text = ngettext(
            "%(number)d answer whose deputy they were", "%(number)d answers whose deputy they were", number
        )
        yield text % {"number": number}
    if number := kept.wiki.default_owner_of:
        text = ngettext(
            "%(number)d category whose default owner they were",
            "%(number)d categories whose default owner they were",
            number,
        )
        yield text % {"number": number}
    if number := len(kept.wiki.figures):
        text = ngettext("%(number)d figure that they owned", "%(number)d figures that they owned", number)
        yield text % {"number": number}
    if number := len(kept.hosted):
        text = ngettext(
            "%(number)d session to come, as a host", "%(number)d sessions to come, as a host", number
        )
        yield text % {"number": number}
    if number := len(kept.organised):
        text = ngettext("%(number)d session as organiser", "%(number)d sessions as organiser", number)
        yield text % {"number": number}
    if number := len(kept.hires_for):
        text = ngettext(
            "%(number)d open position, as its hiring manager",
            "%(number)d open positions, as their hiring manager",
            number,
        )
        yield text % {"number": number}

"""Sessions of the coming fourteen days that are not ready, frozen, and read with the names of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.local_days import start_of
from accounts.models import User
from recruiting.access import sessions_visible_to
from recruiting.domain.readiness import COMING_DAYS, session_needs
from recruiting.domain.report_rows import NotReady, Part
from recruiting.models import Session, WeeklyReport
from wiki.models import Answer, Question

MOST_SESSIONS = 100  # the soonest ones are looked at
SHOWN = 5  # questions and answers named for each lack


@dataclass(frozen=True, kw_only=True)
class Lack:
    """One kind of thing that a session lacks: so many, the first of them named or a note on all of them."""

    label: str
    count: int
    questions: Sequence[Question] = ()
    answers: Sequence[Answer] = ()
    note: str = ""
    readers: Sequence[tuple[User, int]] = ()  # how many answers each has left to read
    is_counted: bool = True  # or it is there or not

    @property
    def titles(self) -> list[str]:
        return [
            *(question.title for question in self.questions),
            *(answer.question_title for answer in self.answers),
            *(person.name for person, _count in self.readers),
        ]

    @property
    def left(self) -> int:
        return self.count - len(self.titles) if self.titles else 0


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """Whoever may not open the session reads its position and its day alone, never who comes."""

    session: Session
    day: date
    may_open: bool
    lacks: Sequence[Lack]


def freeze_sessions(*, on: date) -> Part:
    """Those from the day `on` for fourteen days, the soonest first."""
    until = start_of(on + timedelta(days=COMING_DAYS))
    coming = Session.objects.coming(since=start_of(on)).filter(starts_at__lt=until)
    soonest = list(coming.with_position_scopes().order_by("starts_at", "pk")[:MOST_SESSIONS])
    needs = session_needs(soonest)
    rows = [
        NotReady(
            session=session.pk,
            starts=localdate(session.starts_at).isoformat(),
            missing=list(lacking.missing),
            stale=[likely.answer for likely in lacking.stale],
            never_verified=[likely.answer for likely in lacking.never_verified],
            challenged=[likely.answer for likely in lacking.challenged],
            unmatched=list(lacking.unmatched),
            unread=[(host, len(answers)) for host, answers in lacking.unread.items()],
            lacks_host=lacking.lacks_host,
            lacks_pay_range=lacking.lacks_pay_range,
        )
        for session in soonest
        if not (lacking := needs[session.pk]).is_ready
    ]
    return Part({"coming": coming.count(), "sessions": len(rows)}, {"sessions": rows})


def read_sessions(report: WeeklyReport, *, reader: User) -> list[SessionLine]:
    """In a fixed number of queries; a session that is no longer kept is left out."""
    rows = [NotReady(*row) for row in report.content.get("rows", {}).get("sessions", [])]
    ids = [row.session for row in rows]
    sessions = Session.objects.with_parties().in_bulk(ids)
    openable = set(sessions_visible_to(reader).filter(pk__in=ids).values_list("pk", flat=True))
    questions = Question.objects.with_title(reader.language).in_bulk(
        {question for row in rows for question in row.missing[:SHOWN]}
    )
    answers = dict(
        Answer.objects.select_related("scope")
        .with_question_title(reader.language)
        .in_bulk({answer for row in rows for ids in row.by_answer for answer in ids[:SHOWN]})
    )
    readers = User.objects.in_bulk(
        {host for row in rows if row.session in openable for host, _ in row.unread}
    )
    return [
        SessionLine(
            session=sessions[row.session],
            day=row.starts_on,
            may_open=row.session in openable,
            lacks=[
                *_lacks(row, questions, answers),
                *_lacks_of_people(row, readers if row.session in openable else {}),
            ],
        )
        for row in rows
        if row.session in sessions
    ]


def _lacks(row: NotReady, questions: Mapping[int, Question], answers: Mapping[int, Answer]) -> list[Lack]:
    missing = [questions[pk] for pk in row.missing[:SHOWN]]
    lacks = [Lack(label=_("No answer"), count=len(row.missing), questions=missing)]
    labels = (_("Stale on the day"), pgettext("count", "Never verified"), pgettext("count", "Challenged"))
    for label, ids in zip(labels, row.by_answer, strict=True):
        lacks.append(Lack(label=label, count=len(ids), answers=[answers[pk] for pk in ids[:SHOWN]]))
    # The candidate's words stay on the session's page: whoever reads the report may not read them.
    note = _("A recruiter or a lead matches them on the page of the session.")
    lacks.append(Lack(label=_("Questions not matched yet"), count=len(row.unmatched), note=note))
    return [lack for lack in lacks if lack.count]


def _lacks_of_people(row: NotReady, readers: Mapping[int, User]) -> list[Lack]:
    """Hosts are named to those alone who may open the session."""
    named = [(readers[host], count) for host, count in row.unread[:SHOWN] if host in readers]
    lacks = [
        Lack(label=pgettext("count", "Hosts who have answers to read"), count=len(row.unread), readers=named),
        Lack(label=_("No host is named"), count=int(row.lacks_host), is_counted=False),
        Lack(label=_("No pay range on the role sheet"), count=int(row.lacks_pay_range), is_counted=False),
    ]
    return [lack for lack in lacks if lack.count]

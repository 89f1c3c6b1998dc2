"""Sessions and answers given, in as few words as the tests of reports and home need."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from accounts.models import User
from recruiting.domain.weekly_reports import make_weekly_report
from recruiting.models import (
    AnswerGiven,
    Application,
    Candidate,
    CandidateQuestion,
    Delivery,
    Host,
    Position,
    Session,
    WeeklyReport,
)
from tests.factories import make_company, make_user
from wiki.models import Answer, Question

MONDAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight in Paris


def make_report(monday: date = MONDAY, at: datetime = AT) -> WeeklyReport:
    """The report of the week that closed before this Monday."""
    closed = (monday - timedelta(days=1)).isocalendar()
    report = make_weekly_report(iso_year=closed.year, iso_week=closed.week, on=monday, at=at)
    report.refresh_from_db()  # as it is kept, tuples turned into lists
    return report


def make_session(
    *hosts: User,
    starts_at: datetime = AT - timedelta(days=3),
    name: str = "Ada Lovelace",
    organiser: User | None = None,
    **facts,
) -> Session:
    make_company()
    position = Position.objects.create(title="Developer", language="en", created_at=AT)
    candidate = Candidate.objects.create(name=name, language="en", created_at=AT)
    application = Application.objects.create(candidate=candidate, position=position, created_at=AT)
    session = Session.objects.create(
        **{
            "application": application,
            "stage": "interviews",
            "format": "video",
            "language": "en",
            "starts_at": starts_at,
            "organiser": organiser or make_user("recruiter"),
            "created_at": AT,
            "updated_at": AT,
            **facts,
        }
    )
    for host in hosts:
        Host.objects.create(session=session, user=host)
    return session


def ask(session: Session, question: Question | None, *, at: datetime = AT, **fields) -> CandidateQuestion:
    return CandidateQuestion.objects.create(
        session=session, question=question, asked_at=at, recorded_by=session.organiser, **fields
    )


def give(
    answer: Answer,
    session: Session,
    *,
    at: datetime = AT - timedelta(days=3),
    delivery: str = Delivery.AS_WRITTEN,
    corrects: AnswerGiven | None = None,
) -> AnswerGiven:
    return AnswerGiven.objects.create(
        session=session,
        candidate_question=ask(session, answer.question, at=at),
        revision=answer.published,
        language="en",
        host=session.organiser,
        delivery=delivery,
        given_at=at,
        recorded_by=session.organiser,
        client_id=uuid4(),
        corrects=corrects,
    )

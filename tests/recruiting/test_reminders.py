from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.templatetags.periods import period_in_words
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.messages import parse
from ledger.models import OutgoingMail
from recruiting.domain import reminders
from recruiting.domain.questions_asked import add_candidate_question
from recruiting.domain.reading import mark_read
from recruiting.domain.reminders import run_session_reminders, send_session_reminders
from recruiting.domain.sessions import SessionFacts, change_status, edit_session
from recruiting.models import Host, Session, SessionStatus
from tests.factories import make_answer, make_company, make_question, make_user
from tests.recruiting.reporting import make_session

pytestmark = pytest.mark.django_db

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _company(db):
    make_company()


def eight(day: date) -> datetime:
    """Eight in Paris."""
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def paris(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 1)


def remind(day: date = MONDAY) -> int:
    return send_session_reminders(on=day, at=eight(day))


def text_of(mail: OutgoingMail) -> str:
    return parse(bytes(mail.message)).get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("day", "starts", "reminded"),
    [
        (MONDAY, paris(MONDAY, 10), True),  # planned late
        (MONDAY, paris(MONDAY + DAY, 23), True),
        (MONDAY, paris(MONDAY + 2 * DAY, 0), False),
        (MONDAY, paris(MONDAY, 7), False),  # begun
        (FRIDAY, paris(FRIDAY + 3 * DAY, 9), True),  # the next working day
        (FRIDAY, paris(FRIDAY + DAY, 9), True),
        (FRIDAY, paris(FRIDAY + 4 * DAY, 9), False),
        (FRIDAY + DAY, paris(FRIDAY + DAY, 9), True),  # a Saturday, that very day
        (FRIDAY + DAY, paris(FRIDAY + 3 * DAY, 9), False),  # nobody is troubled at the weekend for Monday
        (FRIDAY + 2 * DAY, paris(FRIDAY + 3 * DAY, 9), False),
    ],
)
def test_send_session_reminders_the_working_day_before(day, starts, reminded):
    make_session(make_user("reader"), starts_at=starts)
    assert remind(day) == int(reminded)


def test_send_session_reminders_once_for_each_host():
    hosts = [make_user("reader"), make_user("reader")]
    session = make_session(*hosts, starts_at=paris(MONDAY + DAY, 10))
    make_session(make_user("reader", is_active=False), starts_at=paris(MONDAY + DAY, 10))
    assert remind() == 2
    assert remind() == remind(MONDAY + DAY) == 0
    mails = OutgoingMail.objects.filter(kind="session-reminder")
    assert {mail.recipient_id for mail in mails} == {host.pk for host in hosts}
    assert {mail.expires_at for mail in mails} == {session.starts_at}
    late = make_user("reader")
    Host.objects.create(session=session, user=late)
    assert remind(MONDAY + DAY) == 1


def test_send_session_reminders_again_when_it_is_moved():
    session = make_session(make_user("reader"), starts_at=paris(MONDAY + DAY, 10))
    assert remind() == 1
    first = OutgoingMail.objects.get()
    Session.objects.filter(pk=session.pk).update(starts_at=paris(MONDAY + 2 * DAY, 10))
    assert not still_concerns_recipient(first)
    assert remind(MONDAY + DAY) == 1


def test_send_session_reminders_again_when_it_is_reinstated():
    """Whether or not the first one had left: the hosts may have heard that it was cancelled."""
    lead = make_user("lead")
    session = make_session(make_user("reader"), starts_at=paris(MONDAY + DAY, 10))
    for number, status in enumerate((SessionStatus.CANCELLED, SessionStatus.NO_SHOW), start=1):
        assert remind() == 1
        last = OutgoingMail.objects.latest("pk")
        change_status(session=session, status=status, by=lead, at=eight(MONDAY))
        change_status(session=session, status=SessionStatus.PLANNED, by=lead, at=eight(MONDAY))
        session.refresh_from_db()
        assert session.times_set_anew == number
        assert not still_concerns_recipient(last)
    assert remind() == 1
    last = OutgoingMail.objects.latest("pk")
    assert still_concerns_recipient(last)
    assert period_in_words(last.period) == "24 November 2026, 10:00"
    assert remind() == 0


def test_send_session_reminders_again_when_it_is_moved_away_and_back():
    lead, host = make_user("lead"), make_user("reader")
    session = make_session(host, starts_at=paris(MONDAY + DAY, 10))
    assert remind() == 1
    for starts_at in (session.starts_at + 9 * DAY, session.starts_at):
        facts = SessionFacts(
            stage="final",
            format="video",
            language="en",
            starts_at=starts_at,
            length_minutes=45,
            hosts=[host],
        )
        edit_session(session=session, facts=facts, as_of=session.updated_at, by=lead, at=eight(MONDAY))
    assert remind() == 1
    facts = replace(facts, length_minutes=60)
    edit_session(session=session, facts=facts, as_of=session.updated_at, by=lead, at=eight(MONDAY))
    assert remind() == 0


def test_session_reminder_says_what_a_host_may_know_and_needs():
    host = make_user("reader", name="Thomas")
    organiser = make_user("recruiter", name="Sophie", email="sophie@example.com")
    other = make_user("reader", name="Claire")
    make_question(essential=True)  # without an answer
    session = make_session(host, other, starts_at=paris(MONDAY + DAY, 10), organiser=organiser)
    add_candidate_question(
        session=session,
        words="May I work from the sea?",
        question=None,
        gap=True,
        by=organiser,
        at=eight(MONDAY),
    )
    remind()
    mail = OutgoingMail.objects.get(recipient=host)
    message = parse(bytes(mail.message))
    text = text_of(mail)
    assert mail.subject == "Your session on Tuesday 24 November 2026, 10:00: Developer"
    assert message["Reply-To"] == "sophie@example.com"
    for words in (
        "Ada",
        "Claire",
        "45 minutes",
        "2 questions that will probably be asked have no answer to give yet.",
    ):
        assert words in text
    assert f"/sessions/{session.pk}/briefing/" in text
    assert "Lovelace" not in text + message.get_body(("html",)).get_content() + mail.subject


def test_session_reminder_says_that_nothing_is_missing():
    make_session(make_user("reader"), starts_at=paris(MONDAY + DAY, 10))
    remind()
    assert "Every question that will probably be asked has an answer" in text_of(OutgoingMail.objects.get())


def test_session_reminder_says_how_many_answers_its_host_has_left_to_read():
    hosts = make_user("reader"), make_user("reader")
    answers = [make_answer(make_question(essential=True), verified_on=MONDAY) for _ in "12"]
    session = make_session(*hosts, starts_at=paris(MONDAY + DAY, 10))
    shown = [answer.published_id for answer in answers]
    mark_read(session=session, revisions=shown, by=hosts[0], at=eight(MONDAY))
    remind()
    texts = [text_of(OutgoingMail.objects.get(recipient=host)) for host in hosts]
    left = "2 answers are left for you to read."
    assert [left in text for text in texts] == [False, True]


def test_session_reminder_concerns_a_host_while_the_session_stands():
    host, lead = make_user("reader"), make_user("lead")
    session = make_session(host, starts_at=paris(MONDAY + DAY, 10))
    remind()
    mail = OutgoingMail.objects.get()
    assert still_concerns_recipient(mail)
    change_status(session=session, status="confirmed", by=lead, at=eight(MONDAY))
    assert still_concerns_recipient(mail)
    change_status(session=session, status="cancelled", by=lead, at=eight(MONDAY))
    assert not still_concerns_recipient(mail)
    change_status(session=session, status="planned", by=lead, at=eight(MONDAY))
    session.hosts.all().delete()
    assert not still_concerns_recipient(mail)


def test_run_session_reminders_says_what_it_did():
    make_session(make_user("reader"), make_user("reader"), starts_at=paris(MONDAY + DAY, 10))
    assert run_session_reminders(period="2026-11-23", at=eight(MONDAY)) == "2 reminders queued"
    with translation.override("en"):
        assert run_session_reminders(period="2026-11-23", at=eight(MONDAY)) == "0 reminders queued"


def test_send_session_reminders_one_that_fails_delays_no_other(monkeypatch):
    broken = make_session(make_user("reader"), starts_at=paris(MONDAY, 10))
    make_session(make_user("reader"), starts_at=paris(MONDAY, 11))
    whole = reminders.queue_mail

    def fail_for_one(**mail):
        if mail["context"]["session"] == broken:
            raise RuntimeError("not written")
        return whole(**mail)

    monkeypatch.setattr(reminders, "queue_mail", fail_for_one)
    with pytest.raises(RuntimeError):
        remind()
    assert OutgoingMail.objects.count() == 1


def test_send_session_reminders_reads_as_little_for_many_sessions_as_for_one():
    def queries(queued: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert remind() == queued
        return sum(query["sql"].startswith("SELECT") for query in captured)

    for_a_mail = 2  # whether it is queued, and whether sending is held
    make_session(make_user("reader"), starts_at=paris(MONDAY, 10))
    first, again = queries(1), queries(0)
    for _ in range(29):
        make_session(make_user("reader"), starts_at=paris(MONDAY, 10))
    assert queries(29) == first + 28 * for_a_mail
    assert queries(0) == again


def test_command_send_session_reminders(capsys):
    call_command("send_session_reminders", on=MONDAY)
    call_command("send_session_reminders", on=MONDAY)
    assert capsys.readouterr().out.splitlines() == [
        "Session reminders of 2026-11-23: 0 reminders queued.",
        "Session reminders of 2026-11-23: done before, nothing to do.",
    ]


def test_session_reminder_is_not_for_a_host_without_a_role():
    """The page of the session refuses them, and the mail names the candidate."""
    kept, gone = make_user("reader"), make_user("reader")
    make_session(kept, gone, starts_at=paris(MONDAY + DAY, 10))
    assert remind() == 2
    mail = OutgoingMail.objects.get(recipient=gone)
    gone.groups.clear()
    assert not still_concerns_recipient(mail)
    OutgoingMail.objects.all().delete()
    assert remind() == 1

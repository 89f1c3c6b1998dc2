import tracemalloc
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate

from ledger.domain.schedule import Daily, jobs
from ledger.domain.starting import start_all
from ledger.models import Activity, OutgoingMail
from recruiting.domain import expired_candidates as module
from recruiting.domain.candidate_retention import expired_among, file_expires_on, months_after
from recruiting.domain.candidates import record_consent
from recruiting.domain.erasure import erase_candidate
from recruiting.domain.erasure_journal import Entry, note_erased, read_journal
from recruiting.domain.expired_candidates import (
    ErasureIncomplete,
    erase_expired,
    expired_candidates,
    noted_and_not_erased,
    run_erasure,
)
from recruiting.models import (
    Application,
    Candidate,
    CandidateQuestion,
    Debrief,
    Outcome,
    Session,
    Stage,
)
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 30, 2, 45, tzinfo=UTC)
PEOPLE = 10_000
ENDS = (
    ("", Stage.INTERVIEWS),
    (Outcome.REFUSED, Stage.CLOSED),
    (Outcome.DECLINED, Stage.CLOSED),
    (Outcome.WITHDRAWN, Stage.CLOSED),
    (Outcome.ACCEPTED, Stage.HIRED),
)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "erasures"


def last_day(number: int) -> object:
    """The last day of the file of candidate `number`, told from the rule's words and not by its code."""
    known = localdate(NOW) - (number % 1101) * DAY
    outcome, _stage = ENDS[number % 5]
    if outcome == "":
        return months_after(known, 24)
    if outcome == Outcome.ACCEPTED:
        return months_after(known + 30 * DAY, 6)
    return months_after(known, 24 if number % 2 else 3)


def many_candidates(count: int = PEOPLE) -> list[int]:
    """Known for 0 to 1,100 days, ended in every way, half of them agreed; with words and a mail."""
    host, position = make_user("reader"), make_position()
    ages = {number: number % 1101 * DAY for number in range(count)}
    people = Candidate.objects.bulk_create(
        Candidate(
            name=f"Person {number}",
            email=f"person{number}@verger.example",
            language="en",
            created_at=NOW - age,
            consented_at=NOW - age if number % 2 else None,
        )
        for number, age in ages.items()
    )
    applications = Application.objects.bulk_create(
        Application(
            candidate=people[number],
            position=position,
            created_at=NOW - age,
            outcome=ENDS[number % 5][0],
            stage=ENDS[number % 5][1],
            decided_on=localdate(NOW - age) if ENDS[number % 5][0] else None,
            starts_on=localdate(NOW - age + 30 * DAY) if ENDS[number % 5][0] == Outcome.ACCEPTED else None,
        )
        for number, age in ages.items()
    )
    sessions = Session.objects.bulk_create(
        Session(
            application=applications[number],
            stage="final",
            format="video",
            language="en",
            starts_at=NOW - age,
            place=f"Person {number}'s kitchen",
            organiser=host,
            status="debriefed",
            created_at=NOW - age,
            updated_at=NOW - age,
        )
        for number, age in ages.items()
    )
    CandidateQuestion.objects.bulk_create(
        CandidateQuestion(session=session, words="And me?", asked_at=session.starts_at, recorded_by=host)
        for session in sessions
    )
    Debrief.objects.bulk_create(
        Debrief(session=session, host=host, landed="Well", submitted_at=NOW, updated_at=NOW)
        for session in sessions
    )
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind="candidate-invitation",
            period=f"session-{session.pk}-0",
            to_address=f"person{number}@verger.example",
            language="en",
            subject=f"Person {number}",
            message=b"x",
            message_id=f"<{number}@example.com>",
            state="sent",
            created_at=session.created_at,
            expires_at=session.created_at,
            next_attempt_at=session.created_at,
        )
        for number, session in enumerate(sessions)
    )
    if connection.vendor == "postgresql":
        # As it does by itself: planned for the empty tables of the test before, this takes minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return [person.pk for person in people]


def test_exactly_those_past_their_date_are_erased_of_10000(journal):
    ids = many_candidates()
    due = {pk for number, pk in enumerate(ids) if last_day(number) < localdate(NOW)}
    assert 3000 < len(due) < 8000
    assert list(expired_candidates(at=NOW)) == sorted(due)

    assert erase_expired(journal=journal, at=NOW) == len(due)

    erased = Candidate.objects.exclude(anonymised_at=None)
    assert set(erased.values_list("pk", flat=True)) == due
    assert not erased.exclude(name="", email="").exists()
    kept = Candidate.objects.filter(anonymised_at=None)
    assert kept.exclude(name="").exclude(email="").count() == PEOPLE - len(due)
    of_erased = {"application__candidate__in": erased}
    assert not Session.objects.filter(**of_erased).exclude(place="").exists()
    assert Session.objects.exclude(place="").count() == PEOPLE - len(due)
    assert CandidateQuestion.objects.filter(words="And me?").count() == PEOPLE - len(due)
    assert Debrief.objects.exclude(landed="").count() == PEOPLE - len(due)
    assert OutgoingMail.objects.exclude(message=b"").count() == PEOPLE - len(due)
    assert OutgoingMail.objects.exclude(to_address="").count() == PEOPLE - len(due)
    assert [entry.candidate for entry in read_journal(journal)] == sorted(due)
    assert erase_expired(journal=journal, at=NOW) == 0
    tomorrow = {pk for number, pk in enumerate(ids) if last_day(number) == localdate(NOW)}
    assert tomorrow
    assert list(expired_candidates(at=NOW + DAY)) == sorted(tomorrow)


def test_memory_does_not_grow_with_the_number_of_candidates(journal):
    many_candidates(3000)

    def peak(limit: int) -> int:
        tracemalloc.start()
        for number, _pk in enumerate(expired_candidates(at=NOW)):
            if number > limit:
                break
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(1)
    assert peak(3000) < 2 * peak(300)


def test_a_candidate_is_kept_to_the_end_of_their_last_day():
    application = make_application()
    Application.objects.update(outcome="refused", stage="closed", decided_on=AT.date())
    candidate = application.candidate
    last = file_expires_on(candidate)
    assert last == months_after(AT.date(), 3)
    late = datetime(last.year, last.month, last.day, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in Paris
    assert expired_among([candidate], at=late) == []
    assert expired_among([candidate], at=late + timedelta(seconds=1)) == [candidate]
    record_consent(candidate=candidate, consents=True, by=None, at=AT)
    assert file_expires_on(candidate) == months_after(AT.date(), 24)


def test_who_is_expected_is_not_erased_however_old_their_file(journal):
    application = make_application()
    Candidate.objects.update(created_at=AT - 900 * DAY)
    Application.objects.update(created_at=AT - 900 * DAY)
    session = make_session(application)
    assert erase_expired(journal=journal, at=AT) == 0
    Session.objects.filter(pk=session.pk).update(status="cancelled")
    assert erase_expired(journal=journal, at=AT) == 1


def test_one_that_cannot_be_erased_keeps_no_other(journal, monkeypatch, caplog):
    for _ in range(5):
        make_application()
    Candidate.objects.update(created_at=AT - 900 * DAY)
    Application.objects.update(created_at=AT - 900 * DAY)
    ids = list(Candidate.objects.order_by("pk").values_list("pk", flat=True))
    erase = module.erase_candidates

    def stumble(*, candidates, **rest):
        if ids[2] in candidates:
            raise ValueError("Ada Lovelace")
        return erase(candidates=candidates, **rest)

    monkeypatch.setattr(module, "erase_candidates", stumble)
    with pytest.raises(ErasureIncomplete) as failure:
        erase_expired(journal=journal, at=AT)
    assert str(failure.value) == f"4 erased; not erased: {ids[2]}"
    assert list(Candidate.objects.filter(anonymised_at=None).values_list("pk", flat=True)) == [ids[2]]
    assert "Ada" not in caplog.text


def test_stopped_in_the_middle_it_goes_on_where_it_was(journal, monkeypatch):
    """Between what is written and the end of its transaction, where most is at stake."""
    ids = many_candidates(60)
    due = set(expired_candidates(at=NOW + 1000 * DAY))
    assert due == set(ids)
    monkeypatch.setattr(module, "ERASED_AT_ONCE", 7)
    erase = module.erase_candidates

    def stop_in_the_third(*, candidates, **rest):
        done = erase(candidates=candidates, **rest)
        if ids[15] in candidates:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(module, "erase_candidates", stop_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        erase_expired(journal=journal, at=NOW + 1000 * DAY)
    assert Candidate.objects.exclude(anonymised_at=None).count() == 14
    assert Session.objects.filter(place="").count() == 14
    monkeypatch.setattr(module, "erase_candidates", erase)
    assert erase_expired(journal=journal, at=NOW + 1000 * DAY) == 46
    assert set(Candidate.objects.exclude(anonymised_at=None).values_list("pk", flat=True)) == due
    assert {entry.candidate for entry in read_journal(journal)} == due


def test_a_restored_copy_is_erased_again_within_the_night_and_someone_else_with_the_id_is_not(journal):
    restored, other = make_application(name="Ada Lovelace").candidate, make_application().candidate
    before = Candidate.objects.filter(pk=restored.pk).values().get()
    erase_candidate(candidate=restored, by=None, at=AT, journal=journal)
    Candidate.objects.filter(pk=restored.pk).update(**before)  # as an older copy holds it
    # Of a line of databases that is no more: the same id, another moment.
    someone = Entry(
        on=AT.date(), candidate=other.pk, known_since=other.created_at + timedelta(microseconds=1)
    )
    note_erased(journal=journal, entries=[someone])
    assert list(noted_and_not_erased(journal=journal)) == [restored.pk]
    assert run_erasure(journal=journal, at=AT + DAY) == "erased again after a restore: 1"
    restored.refresh_from_db()
    other.refresh_from_db()
    assert (restored.is_erased, restored.name, other.is_erased) == (True, "", False)
    assert run_erasure(journal=journal, at=AT + 2 * DAY) == "Nobody to erase"


def test_a_worker_that_starts_erases_again_whom_the_journal_names(settings, journal):
    settings.ERASURE_JOURNAL = journal
    candidate = make_application().candidate
    note_erased(journal=journal, entries=[Entry.of(candidate, on=AT.date())])
    start_all(at=AT)
    candidate.refresh_from_db()
    assert candidate.anonymised_at == AT


def test_a_line_that_was_broken_off_costs_no_other(journal, caplog):
    candidate = make_application().candidate
    entry = Entry.of(candidate, on=AT.date())
    journal.write_text(f"{entry}\n2026-11-30 12 2026-1")
    note_erased(journal=journal, entries=[entry])
    assert list(read_journal(journal)) == [entry, entry]
    assert "line 2 of the journal" in caplog.text
    assert list(read_journal(journal.parent / "missing")) == []


def test_command_says_who_would_be_erased_and_erases_them(settings, journal):
    settings.ERASURE_JOURNAL = journal
    expired, noted = make_application().candidate, make_application().candidate
    Candidate.objects.filter(pk=expired.pk).update(created_at=AT - 4000 * DAY)
    Application.objects.filter(candidate=expired).update(created_at=AT - 4000 * DAY)
    make_application()
    Candidate.objects.exclude(pk=expired.pk).update(created_at=datetime.now(UTC))
    Application.objects.exclude(candidate=expired).update(created_at=datetime.now(UTC))
    noted.refresh_from_db()
    note_erased(journal=journal, entries=[Entry.of(noted, on=AT.date())])
    said = StringIO()
    call_command("erase_expired_candidates", dry_run=True, stdout=said)
    assert said.getvalue() == (
        f"Would be erased again after a restore: 1 ({noted.pk})\n"
        f"Would be erased, their file has expired: 1 ({expired.pk})\n"
    )
    assert not Candidate.objects.exclude(anonymised_at=None).exists()
    said = StringIO()
    call_command("erase_expired_candidates", stdout=said)
    assert said.getvalue() == "Erased again after a restore: 1\nErased, their file had expired: 1\n"
    erased = Candidate.objects.exclude(anonymised_at=None)
    assert set(erased.values_list("pk", flat=True)) == {expired.pk, noted.pk}
    assert Activity.objects.filter(verb="erase", actor=None).count() == 2


def test_the_schedule_erases_each_night():
    [job] = [job for job in jobs() if job.name == module.ERASURE]
    assert isinstance(job.schedule, Daily)
    assert job.work(period="2026-11-30", at=NOW) == "Nobody to erase"

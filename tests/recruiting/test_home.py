from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.domain.holds import begin_hold
from ledger.domain.worker import beat
from ledger.models import JobRun, OutgoingMail
from recruiting.domain.home import needs_me, wiki_state
from recruiting.domain.reading import mark_read
from recruiting.domain.running import what_runs
from tests.factories import make_answer, make_question, make_user
from tests.recruiting.reporting import AT, MONDAY, give, make_report, make_session
from wiki.domain.answers import create_answer
from wiki.domain.challenges import challenge_answer
from wiki.models import Scope

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(AT, tick=False):
        yield


def home_of(client_as, user) -> str:
    response = client_as(user).get(reverse("home"))
    assert response.status_code == 200
    return response.content.decode()


def mine(user):
    return needs_me(user=user, on=MONDAY, now=AT)


def make_mail(*, state: str, age: timedelta) -> OutgoingMail:
    number = OutgoingMail.objects.count()
    return OutgoingMail.objects.create(
        kind="trial",
        to_address="ada@example.com",
        language="en",
        subject="Trial",
        message=b"x",
        message_id=f"<{number}@example.com>",
        created_at=AT - age,
        expires_at=AT + 5 * DAY,
        next_attempt_at=AT,
        state=state,
    )


def test_home_needs_sign_in(client):
    assert client.get(reverse("home")).status_code == 302


def test_needs_me_of_nobody_in_particular_is_nothing():
    make_answer()
    make_session(starts_at=AT + DAY)
    assert mine(make_user("reader")).is_nothing


def test_needs_me_lists_answers_to_review_with_the_reason():
    user = make_user("reader")
    overdue = [make_answer(owner=user, verified_on=MONDAY - timedelta(days=n)) for n in (91, 130, 100)]
    as_deputy = make_answer(deputy=user, verified_on=MONDAY - timedelta(days=140))
    make_answer(owner=user, verified_on=MONDAY)
    make_answer(verified_on=MONDAY - timedelta(days=200))
    needs = mine(user)
    assert [(answer, answer.freshness, reason) for answer, reason in needs.to_review] == [
        (as_deputy, "stale", "Stale for 50 days"),
        (overdue[1], "stale", "Stale for 40 days"),
        (overdue[2], "stale", "Stale for 10 days"),
        (overdue[0], "stale", "Stale for 1 day"),
    ]


def test_needs_me_shows_five_answers_and_counts_all():
    user = make_user("reader")
    for _ in range(7):
        make_answer(owner=user)
    needs = mine(user)
    assert (len(needs.to_review), needs.to_review_count) == (5, 7)


def test_needs_me_lists_open_challenges_oldest_first():
    user, reader = make_user("reader"), make_user("reader")
    answer, other = make_answer(owner=user, verified_on=MONDAY), make_answer(verified_on=MONDAY)
    late, early = (
        challenge_answer(answer=answer, revision=answer.published, text="No", by=reader, at=at)
        for at in (AT - HOUR, AT - DAY)
    )
    challenge_answer(answer=other, revision=other.published, text="No", by=reader, at=AT)
    resolved = challenge_answer(answer=answer, revision=answer.published, text="No", by=reader, at=AT)
    type(resolved).objects.filter(pk=resolved.pk).update(resolved_at=AT, resolution="confirmed")
    assert list(mine(user).challenges) == [early, late]


def test_needs_me_lists_answers_nobody_has_begun():
    user = make_user("reader")
    make_answer(owner=user, published=False)
    begun_by_nobody = create_answer(
        question=make_question(), scope=Scope.objects.company(), language="en", owner=user, by=user, at=AT
    )
    assert list(mine(user).to_write) == [begun_by_nobody]


def test_needs_me_lists_sessions_to_prepare_soonest_first():
    host = make_user("reader")
    later = make_session(host, starts_at=AT + 2 * DAY)
    under_way = make_session(host, starts_at=AT - HOUR / 2)
    make_session(host, starts_at=AT + DAY, status="cancelled")
    make_session(make_user("reader"), starts_at=AT + DAY)
    assert list(mine(host).to_prepare) == [under_way, later]


def test_needs_me_lists_sessions_that_its_recruiter_organises():
    recruiter = make_user("recruiter")
    session = make_session(starts_at=AT + DAY, organiser=recruiter)
    assert list(mine(recruiter).to_prepare) == [session]


def test_needs_me_hides_a_session_organised_by_who_recruits_no_more():
    reader = make_user("reader")
    make_session(starts_at=AT + DAY, organiser=reader)
    assert mine(reader).is_nothing


def test_needs_me_lists_past_sessions_without_record():
    host = make_user("reader")
    forgotten = make_session(host, starts_at=AT - DAY, status="held")
    recorded = make_session(host, starts_at=AT - 2 * DAY, status="held")
    give(make_answer(), recorded)
    make_session(host, starts_at=AT - 2 * DAY, status="no_show")
    make_session(host, starts_at=AT - 31 * DAY, status="held")
    assert list(mine(host).to_record) == [forgotten]


def test_wiki_state_counts_for_leads_only():
    make_answer(verified_on=MONDAY, owner=make_user("reader"))
    report = make_report()
    lead, editor, reader = (
        wiki_state(user=make_user(role), on=MONDAY) for role in ("lead", "editor", "reader")
    )
    assert lead.counts["fresh"] == 1
    assert sum(lead.counts.values()) == 1
    assert (editor.counts, reader.counts) == (None, None)
    assert (lead.latest_report, editor.latest_report, reader.latest_report) == (report, report, None)


def test_what_runs_is_quiet_when_all_is_well(settings):
    settings.EMAIL_HOST = "smtp.example.com"
    beat(at=AT - timedelta(minutes=1))
    make_mail(state="sent", age=DAY)
    make_mail(state="pending", age=timedelta(minutes=2))
    running = what_runs(now=AT)
    assert (running.worker_late, running.failed_jobs) == (False, [])
    assert (running.mails_waiting, running.mails_failed) == (0, 0)


def test_what_runs_tells_of_silence_failures_and_waiting_mails():
    beat(at=AT - timedelta(minutes=6))
    JobRun.objects.create(job="weekly-report", period="2026-W47", started_at=AT, error="no")
    JobRun.objects.create(job="owner-digests", period="2026-11-23", started_at=AT)  # at work
    for age in (timedelta(minutes=15), DAY):
        make_mail(state="pending", age=age)
    make_mail(state="failed", age=DAY)
    make_mail(state="failed", age=15 * DAY)
    running = what_runs(now=AT)
    assert running.worker_late
    assert [job.unfinished.job for job in running.failed_jobs] == ["weekly-report"]
    assert (running.mails_waiting, running.mails_failed) == (2, 1)


def test_what_runs_tells_of_a_job_that_should_have_run():
    beat(at=AT)
    for name, period in (("weekly-report", "2026-W46"), ("owner-digests", "2026-11-23")):
        JobRun.objects.create(job=name, period=period, started_at=AT - DAY, finished_at=AT - DAY)

    def overdue(minutes: int) -> list[str]:
        now = AT + timedelta(minutes=minutes)
        beat(at=now)
        labels = [job.label for job in what_runs(now=now).overdue_jobs]
        return [label for label in labels if label in ("Weekly report", "Owners’ digests")]

    assert overdue(30) == []
    assert overdue(31) == ["Weekly report"]
    JobRun.objects.create(job="weekly-report", period="2026-W47", started_at=AT, error="no")
    assert overdue(31) == []  # it is told as one that failed
    assert what_runs(now=AT + DAY).overdue_jobs == []  # the worker is what is missing


def test_what_runs_tells_of_a_hold_and_counts_its_mails_apart(settings):
    settings.EMAIL_HOST = "smtp.example.com"
    assert what_runs(now=AT).hold is None
    make_mail(state="pending", age=HOUR)
    begin_hold(cause="asked", at=AT)
    make_mail(state="pending", age=HOUR)
    running = what_runs(now=AT)
    assert (running.mails_held, running.mails_waiting) == (1, 1)
    assert running.hold.since == AT


def test_home_of_a_lead_tells_of_a_job_that_should_have_run(client_as):
    beat(at=AT)
    text = home_of(client_as, make_user("lead"))
    assert "A job should have run and has not: Removal of what is no longer needed." in text


def test_home_of_a_host_links_briefing_and_hides_the_candidates_name(client_as):
    host = make_user("reader")
    session = make_session(host, starts_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    text = home_of(client_as, host)
    assert reverse("recruiting:briefing", args=[session.pk]) in text
    assert "Ada, Developer" in text
    assert "Lovelace" not in text


def test_home_of_a_host_says_how_many_answers_are_left_to_read(client_as):
    host, answer = make_user("reader"), make_answer(make_question(essential=True), verified_on=MONDAY)
    session = make_session(host, starts_at=AT + DAY)
    assert "Read 1 answer" in home_of(client_as, host)
    mark_read(session=session, revisions=[answer.published_id], by=host, at=AT)
    assert "Read 1 answer" not in home_of(client_as, host)


def test_home_of_a_recruiter_lists_the_other_sessions_that_are_not_ready(client_as):
    recruiter, host = make_user("recruiter"), make_user("reader")
    make_question(essential=True)
    soon = make_session(host, starts_at=AT + DAY)
    make_session(host, starts_at=AT + 15 * DAY)
    own = make_session(host, starts_at=AT + 2 * DAY, organiser=recruiter)
    needs = mine(recruiter)
    assert (list(needs.to_prepare), list(needs.not_ready), needs.not_ready_count) == ([own], [soon], 1)
    assert list(mine(host).not_ready) == []
    text = home_of(client_as, recruiter)
    assert "Other sessions that are not ready" in text
    assert "1 question without an answer" in text


def test_home_counts_sessions_that_are_not_ready_only_where_it_looked_at_all(client_as, monkeypatch):
    monkeypatch.setattr("recruiting.domain.home.LOOKED_AT", 1)
    recruiter = make_user("recruiter")
    first = make_session(make_user("reader"), starts_at=AT + DAY)
    assert mine(recruiter).not_ready_count == 1
    make_session(make_user("reader"), starts_at=AT + 2 * DAY)
    needs = mine(recruiter)
    assert (list(needs.not_ready), needs.not_ready_count) == ([first], None)
    assert "All sessions of the coming fortnight" in home_of(client_as, recruiter)


def test_home_of_a_new_site_points_to_readiness(client_as):
    assert reverse("wiki:ready") in home_of(client_as, make_user("lead"))
    assert reverse("wiki:ready") not in home_of(client_as, make_user("reader"))


def test_home_with_nothing_to_do_says_so(client_as):
    make_answer(verified_on=MONDAY)
    assert "Nothing needs you today" in home_of(client_as, make_user("reader"))


def test_home_of_a_lead_shows_the_wiki_and_what_does_not_run(client_as):
    make_answer(verified_on=MONDAY)
    make_report()
    text = home_of(client_as, make_user("lead"))
    assert "State of the wiki" in text
    assert reverse("recruiting:report", args=[2026, 47]) in text
    assert "The worker has never run" in text


def test_home_of_a_reader_says_nothing_of_worker_and_report(client_as):
    make_report()
    text = home_of(client_as, make_user("reader"))
    assert "worker" not in text
    assert "/reports/" not in text


def test_home_of_an_administrator_shows_people_and_outbox_only(client_as):
    make_answer(make_question(en="Who leaves?"))
    make_session(starts_at=AT + DAY)
    text = home_of(client_as, make_user("administrator"))
    assert reverse("accounts:people") in text
    assert reverse("accounts:outbox") in text
    for hidden in ("Who leaves?", "Ada", "/sessions/", "/wiki/answers/", "/reports/"):
        assert hidden not in text


def test_home_without_a_role_says_whom_to_ask(client_as):
    assert "You have no role yet" in home_of(client_as, make_user())


def test_home_in_french(client_as):
    user = make_user("reader", language="fr")
    make_answer(make_question(fr="Pourquoi part-on ?"), owner=user)
    assert "Pourquoi part-on ?" in home_of(client_as, user)


def test_home_queries_stay_the_same_with_many(client_as):
    lead = make_user("lead")

    def fill(number: int) -> None:
        for _ in range(number):
            answer = make_answer(owner=lead, verified_on=MONDAY - timedelta(days=130))
            challenge_answer(answer=answer, revision=answer.published, text="No", by=lead, at=AT)
            create_answer(
                question=make_question(),
                scope=Scope.objects.company(),
                language="en",
                owner=lead,
                by=lead,
                at=AT,
            )
            make_session(lead, starts_at=AT + DAY)
            make_session(lead, starts_at=AT - DAY)

    def queries() -> int:
        client = client_as(lead)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("home"))
        return len(captured)

    fill(1)
    make_report()
    with_one = queries()
    fill(29)
    assert queries() == with_one
    assert with_one <= 60  # two for each job


@pytest.mark.django_db
def test_what_runs_counts_every_mail_while_no_server_delivers():
    make_mail(state="pending", age=timedelta(minutes=2))
    assert what_runs(now=AT).mails_waiting == 1

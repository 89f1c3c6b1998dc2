from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.people import deactivate_person
from ledger.domain.jobs import run_job
from ledger.models import Activity, OutgoingMail
from recruiting.domain.applications import edit_application
from recruiting.domain.follow_up_mails import (
    FOLLOW_UP_REMINDERS,
    remind_of_follow_ups,
    run_follow_up_reminders,
    still_owes,
)
from recruiting.domain.follow_ups import (
    FollowUpChanged,
    WasSent,
    change_follow_up,
    keep_follow_up,
    reopen_follow_up,
    withdraw_follow_up,
)
from recruiting.domain.promises import SessionOver
from recruiting.domain.record_export import record_as_data
from recruiting.domain.sessions import change_status
from recruiting.domain.weekly_reports import make_weekly_report
from recruiting.domain.writing_to_candidates import (
    Letter,
    NoAddress,
    send_to_candidate,
    still_a_candidate,
    usual_letter,
)
from recruiting.models import Candidate, FollowUp, Session
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import (
    make_application,
    make_follow_up,
    make_given,
    make_position,
    make_session,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LETTER = Letter(subject="Thank you", text="Hello Ada,\n\nThank you & see you.")


def mails():
    """But for the invitations, which planning a session sends."""
    return OutgoingMail.objects.exclude(kind__contains="invitation")


@pytest.fixture
def host():
    return make_user("reader", name="Thomas", email="thomas@example.com")


@pytest.fixture
def recruiter():
    return make_user("recruiter", name="Sophie", email="sophie@example.com")


@pytest.fixture
def session(host, recruiter):
    application = make_application(make_position("Baker"), name="Ada Lovelace", email="ada@example.org")
    return make_session(application, host, starts_at=AT, by=recruiter)


def held(session, at=AT):
    change_status(session=session, status="held", by=session.organiser, at=at)
    return {row.kind: row for row in session.follow_ups.all()}


def test_promise_sent_twice_is_there_once(host, session):
    key = uuid4()
    first = make_follow_up(session, host, client_id=key)
    assert make_follow_up(session, host, client_id=key, promised="Other words") == first
    assert session.follow_ups.get().promised == "The training plan"


@pytest.mark.parametrize("status", ["closed", "cancelled", "no_show"])
def test_promise_is_not_added_to_what_is_over(host, session, status):
    Session.objects.update(status=status)
    with pytest.raises(SessionOver):
        make_follow_up(session, host)


def test_thanks_and_news_are_proposed_to_the_organiser_once_it_was_held(session, recruiter):
    proposed = held(session)
    assert {kind: (row.due_on, row.owner) for kind, row in proposed.items()} == {
        "thanks": (date(2026, 11, 3), recruiter),
        "news": (date(2026, 11, 9), recruiter),
    }


def test_thanks_are_due_on_a_working_day_and_not_in_the_past(host, recruiter):
    friday = make_session(None, host, starts_at=AT + 4 * DAY, by=recruiter)
    assert held(friday, AT + 4 * DAY)["thanks"].due_on == date(2026, 11, 9)
    late = make_session(None, host, starts_at=AT, by=recruiter)
    assert {row.due_on for row in held(late, AT + 15 * DAY).values()} == {date(2026, 11, 17)}


def test_thanks_and_news_go_when_it_was_not_held_yet_and_come_back(session, recruiter):
    held(session)
    change_status(session=session, status="confirmed", by=recruiter, at=AT)
    assert not session.follow_ups.exists()
    assert set(held(session)) == {"thanks", "news"}


def test_thanks_that_were_kept_stay_and_are_not_proposed_again(session, recruiter):
    keep_follow_up(follow_up=held(session)["thanks"], word="By phone.", by=recruiter, at=AT)
    for status in ("confirmed", "held"):
        change_status(session=session, status=status, by=recruiter, at=AT)
    assert session.follow_ups.filter(kind="thanks").get().kept_at == AT


@pytest.mark.parametrize(
    ("outcome", "left"),
    [("", {"thanks", "news", "promise"}), ("accepted", {"thanks", "promise"}), ("refused", {"promise"})],
)
def test_outcome_withdraws_what_it_settles_and_no_promise(session, host, recruiter, outcome, left):
    held(session)
    make_follow_up(session, host)
    edit_application(
        application=session.application,
        stage="closed" if outcome else "final",
        outcome=outcome,
        decided_on=AT.date(),
        starts_on=None,
        by=recruiter,
        at=AT,
    )
    assert set(session.follow_ups.open().values_list("kind", flat=True)) == left
    for row in session.follow_ups.exclude(withdrawn_at=None):
        assert row.word.startswith("The application ended: ")


def test_nothing_is_proposed_once_the_application_has_ended(session):
    session.application.outcome, session.application.stage = "declined", "closed"
    session.application.save()
    assert held(session) == {}


def test_follow_up_is_kept_withdrawn_and_taken_up_again(session, host):
    row = make_follow_up(session, host)
    keep_follow_up(follow_up=row, word="By phone.", by=host, at=AT)
    with pytest.raises(FollowUpChanged):
        withdraw_follow_up(follow_up=row, word="No.", by=host, at=AT)
    reopen_follow_up(follow_up=row, by=host, at=AT)
    row = FollowUp.objects.get()
    assert (row.is_open, row.word, row.closed_by) == (True, "", None)
    withdraw_follow_up(follow_up=row, word="Not ours to give.", by=host, at=AT)
    assert (row.withdrawn_at, row.word) == (AT, "Not ours to give.")
    verbs = Activity.objects.filter(subject="recruiting.followup").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["promise", "keep", "reopen", "withdraw"]


def test_change_follow_up_is_refused_when_it_has_changed_since(session, host, recruiter):
    row = make_follow_up(session, host)
    facts = {"promised": "The plan of 2027", "owner": recruiter, "due_on": date(2026, 11, 20)}
    change_follow_up(follow_up=row, **facts, as_of=AT, by=host, at=AT + DAY)
    with pytest.raises(FollowUpChanged):
        change_follow_up(follow_up=row, **facts, as_of=AT, by=host, at=AT + DAY)
    row.refresh_from_db()
    assert (row.promised, row.owner, row.due_on) == tuple(facts.values())


def test_what_was_promised_before_stays_readable(session, host, recruiter):
    """The candidate was told so: whoever owes it does not make it mean something else without a trace."""
    row = make_follow_up(session, host, promised="The pay scale")
    facts = {"owner": host, "due_on": row.due_on}
    change_follow_up(follow_up=row, promised="A brochure", **facts, as_of=AT, by=recruiter, at=AT + DAY)
    earlier = session.follow_ups.exclude(pk=row.pk).get()
    assert (earlier.promised, earlier.owner, earlier.created_at) == ("The pay scale", host, AT)
    assert (earlier.withdrawn_at, earlier.closed_by) == (AT + DAY, recruiter)
    assert earlier.word == "It was worded anew."
    told = {row["promised"] for row in record_as_data(session, candidate="Ada")["follow_ups"]}
    assert told == {"The pay scale", "A brochure"}
    # Of a change that leaves the words there is nothing to keep.
    facts["due_on"] += DAY
    change_follow_up(follow_up=row, promised="A brochure", **facts, as_of=AT + DAY, by=host, at=AT + 2 * DAY)
    assert session.follow_ups.count() == 2


def test_follow_up_of_someone_who_left_is_theirs_who_take_it_up(session, host, recruiter):
    row = make_follow_up(session, host)
    keep_follow_up(follow_up=row, word="By phone.", by=host, at=AT)
    deactivate_person(person=host, by=make_user("lead"), at=AT)
    reopen_follow_up(follow_up=FollowUp.objects.get(), by=recruiter, at=AT)
    assert FollowUp.objects.open().get().owner == recruiter


# --- writing to the candidate -------------------------------------------------


def test_send_to_candidate_keeps_the_words_and_queues_them(session, recruiter):
    row = held(session)["thanks"]
    send_to_candidate(follow_up=row, letter=LETTER, by=recruiter, at=AT)
    row.refresh_from_db()
    assert (row.sent_subject, row.sent_text, row.kept_at) == (LETTER.subject, LETTER.text, AT)
    mail = mails().get()
    assert (mail.to_address, mail.recipient, mail.language) == ("ada@example.org", None, "en")
    message = bytes(mail.message).decode()
    assert "Reply-To: sophie@example.com" in message
    assert "Thank you & see you." in message
    assert "Thank you &amp; see you." in message
    assert still_a_candidate(mail)
    with pytest.raises(FollowUpChanged):
        send_to_candidate(follow_up=row, letter=LETTER, by=recruiter, at=AT)
    with pytest.raises(WasSent):
        reopen_follow_up(follow_up=row, by=recruiter, at=AT)
    assert mails().count() == 1


def test_answer_to_a_host_goes_to_the_organiser(session, host):
    send_to_candidate(follow_up=make_follow_up(session, host), letter=LETTER, by=host, at=AT)
    assert "Reply-To: sophie@example.com" in bytes(mails().get().message).decode()


@pytest.mark.parametrize("change", [{"email": ""}, {"anonymised_at": AT}])
def test_send_to_candidate_without_an_address_leaves_it_open(session, host, change):
    row = make_follow_up(session, host)
    Candidate.objects.update(**change)
    with pytest.raises(NoAddress):
        send_to_candidate(follow_up=row, letter=LETTER, by=host, at=AT)
    row.refresh_from_db()
    assert row.is_open
    assert not mails().exists()


def test_mail_to_someone_forgotten_meanwhile_concerns_nobody(session, host):
    send_to_candidate(follow_up=make_follow_up(session, host), letter=LETTER, by=host, at=AT)
    Candidate.objects.update(anonymised_at=AT)
    assert not still_a_candidate(mails().get())


def test_candidates_address_in_the_outbox_is_not_for_administrators(client_as, session, host):
    send_to_candidate(follow_up=make_follow_up(session, host), letter=LETTER, by=host, at=AT)
    addresses = [reverse("accounts:outbox"), reverse("accounts:mail", args=[mails().get().pk])]
    for address in addresses:
        assert "to a candidate" in client_as(make_user("administrator")).get(address).text
        assert "example.org" not in client_as(make_user("administrator")).get(address).text
        assert "example.org" in client_as(make_user("lead")).get(address).text


def test_report_says_how_many_promises_are_overdue_today(client_as, session, host):
    make_weekly_report(iso_year=2026, iso_week=44, on=AT.date(), at=AT)
    make_follow_up(session, host, due_on=date(2026, 10, 30))
    with time_machine.travel(AT, tick=False):
        page = client_as(make_user("lead")).get(reverse("recruiting:report", args=[2026, 44])).text
    assert "Today 1 promise to a candidate is overdue" in page


def test_usual_letter_is_in_the_candidates_language(session, recruiter):
    rows = held(session)
    thanks = usual_letter(follow_up=rows["thanks"], by=recruiter)
    assert thanks.subject == "Thank you for your questions: Baker"
    assert thanks.text.startswith("Hello Ada,\n\nThank you for the time you gave us on 2 November 2026")
    assert thanks.text.endswith("\n\nSophie")
    assert "[" in usual_letter(follow_up=rows["news"], by=recruiter).text


# --- reminders ----------------------------------------------------------------


def test_owner_is_reminded_on_the_day_and_each_week_after(session, host):
    make_follow_up(session, host, due_on=AT.date())
    reminded = [n for n in range(-1, 15) if remind_of_follow_ups(on=AT.date() + n * DAY, at=AT + n * DAY)]
    assert reminded == [0, 7, 14]


def test_owner_is_reminded_once_of_all_that_is_due(session, host):
    for promised in ("The training plan", "The car policy"):
        make_follow_up(session, host, promised=promised)
    assert remind_of_follow_ups(on=AT.date(), at=AT) == 1
    assert remind_of_follow_ups(on=AT.date(), at=AT) == 0
    mail = mails().get()
    assert mail.subject == "2 follow-ups owed to candidates"
    text = bytes(mail.message).decode()
    assert "The car policy" in text
    assert "Lovelace" not in text


def test_owner_is_reminded_on_monday_of_what_is_due_at_the_weekend(session, host):
    make_follow_up(session, host, due_on=date(2026, 11, 7))
    assert remind_of_follow_ups(on=date(2026, 11, 6), at=AT) == 0
    assert remind_of_follow_ups(on=date(2026, 11, 9), at=AT) == 1


def run_reminders(day: int) -> list[str]:
    """The worker's job of 8 o'clock in Paris, that day of November 2026: whom it told."""
    moment, known = (
        datetime.combine(date(2026, 11, day), time(7), UTC),
        set(mails().values_list("pk", flat=True)),
    )
    period = str(moment.date())
    run_job(
        job=FOLLOW_UP_REMINDERS,
        period=period,
        work=partial(run_follow_up_reminders, period=period, at=moment),
        now=lambda: moment,
    )
    return list(mails().exclude(pk__in=known).values_list("to_address", flat=True))


def test_owner_is_reminded_the_next_morning_of_what_was_promised_for_the_same_day(session, host):
    assert run_reminders(2) == []
    make_follow_up(session, host, due_on=AT.date(), at=AT)  # at 10 o'clock
    told = {day: run_reminders(day) for day in (3, 4, 5, 6, 9, 10)}
    assert [day for day, whom in told.items() if whom] == [3, 9]
    assert "1 day late" in bytes(mails().earliest("pk").message).decode()


def test_owner_is_reminded_on_monday_of_what_was_promised_on_friday_for_the_same_day(session, host):
    run_reminders(6)
    make_follow_up(session, host, due_on=date(2026, 11, 6), at=AT + 4 * DAY)
    assert [bool(run_reminders(day)) for day in (9, 10, 11)] == [True, False, False]


def test_whoever_gets_what_is_late_already_is_told_once(session, host, recruiter):
    row = make_follow_up(session, host, due_on=AT.date(), at=AT - DAY)
    assert run_reminders(2) == [host.email]
    facts = {"promised": row.promised, "due_on": row.due_on, "as_of": row.updated_at}
    change_follow_up(follow_up=row, owner=recruiter, by=recruiter, at=AT + DAY, **facts)
    assert [run_reminders(day) for day in (4, 5)] == [[recruiter.email], []]


def test_what_was_due_on_a_day_without_reminders_is_told_with_the_next(session, host):
    """The worker was off: after an absence one run makes up for all."""
    run_reminders(2)
    make_follow_up(session, host, due_on=date(2026, 11, 4), at=AT - DAY)
    assert [bool(run_reminders(day)) for day in (6, 9)] == [True, False]


def test_what_was_promised_for_the_same_day_stands_at_the_leads_home_from_the_next(client_as, session, host):
    make_follow_up(session, host, promised="The plan", due_on=AT.date(), at=AT)
    client = client_as(make_user("lead"))
    pages = []
    for moment in (datetime(2026, 11, 2, 22, 59, tzinfo=UTC), datetime(2026, 11, 2, 23, 0, tzinfo=UTC)):
        with time_machine.travel(moment, tick=False):
            pages.append("Promises to candidates that are overdue" in client.get(reverse("home")).text)
    assert pages == [False, True]


def test_reminder_of_what_was_kept_meanwhile_concerns_nobody(session, host):
    row = make_follow_up(session, host)
    remind_of_follow_ups(on=AT.date(), at=AT)
    mail = mails().get()
    assert still_owes(mail)
    keep_follow_up(follow_up=row, word="", by=host, at=AT)
    assert not still_owes(mail)


# --- the pages ----------------------------------------------------------------


@pytest.fixture
def _now():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.mark.usefixtures("_now")
def test_promise_page_keeps_a_promise(client_as, host, session):
    address = reverse("recruiting:promise_new", args=[session.pk])
    typed = {
        "client_id": uuid4(),
        "promised": "The training plan",
        "owner": host.pk,
        "due_on": "2026-11-05",
    }
    client = client_as(host)
    for _ in range(2):
        assert client.post(address, typed).url == reverse("recruiting:session", args=[session.pk])
    assert session.follow_ups.get().due_on == date(2026, 11, 5)
    yesterday = client.post(address, typed | {"due_on": "2026-11-01", "client_id": uuid4()})
    assert "Choose today or a day to come." in yesterday.text


@pytest.mark.usefixtures("_now")
def test_promise_names_a_question_as_the_record_does(client_as, host, session):
    make_given(session, make_answer(make_question("leaving", en="Who leaves?")).question, host)
    page = client_as(host).get(reverse("recruiting:promise_new", args=[session.pk]))
    assert ">Who leaves?</option>" in page.text


@pytest.mark.usefixtures("_now")
def test_owner_removed_from_the_session_keeps_what_they_owe(client_as, host, session):
    row = make_follow_up(session, host)
    session.hosts.all().delete()
    page = client_as(host).get(reverse("recruiting:follow_up", args=[row.pk]))
    assert page.status_code == 200
    assert "Ada" in page.text
    assert "Lovelace" not in page.text
    assert "ada@example.org" not in page.text


@pytest.mark.usefixtures("_now")
def test_host_writes_to_the_candidate_without_seeing_the_address(client_as, host, session):
    row = make_follow_up(session, host)
    client, address = client_as(host), reverse("recruiting:follow_up_send", args=[row.pk])
    page = client.get(address).text
    assert "ada@example.org" not in page
    assert "You do not see their address: an answer goes to Sophie." in page
    unfilled = client.post(address, {"subject": "S", "text": "Hello, [what you found]"})
    assert "Replace what stands in brackets by your own words." in unfilled.text
    client.post(address, {"subject": "S", "text": "Hello,\r\nhere it is."})
    row.refresh_from_db()
    assert row.sent_text == "Hello,\nhere it is."
    assert client.post(address, {"subject": "S", "text": "Again"}).status_code == 302
    assert mails().count() == 1


@pytest.mark.usefixtures("_now")
def test_follow_up_pages_end_it_and_take_it_up_again(client_as, host, session):
    row, client = make_follow_up(session, host), client_as(host)
    withdraw = reverse("recruiting:follow_up_withdraw", args=[row.pk])
    assert client.post(withdraw, {"word": ""}).context["form"].errors
    client.post(withdraw, {"word": "Not ours to give."})
    client.post(reverse("recruiting:follow_up_reopen", args=[row.pk]))
    client.post(reverse("recruiting:follow_up_keep", args=[row.pk]), {"word": ""})
    row.refresh_from_db()
    assert (row.kept_at, row.withdrawn_at, row.closed_by) == (AT, None, host)


@pytest.mark.usefixtures("_now")
def test_follow_up_edit_tells_of_another_save_and_loses_nothing(client_as, host, session, recruiter):
    row, client = make_follow_up(session, host, at=AT - DAY), client_as(host)
    address = reverse("recruiting:follow_up_edit", args=[row.pk])
    seen = client.get(address).context["form"].initial["seen"]
    facts = {"promised": "Theirs", "owner": recruiter, "due_on": row.due_on}
    change_follow_up(follow_up=row, **facts, as_of=row.updated_at, by=recruiter, at=AT)
    typed = {"promised": "Mine", "owner": host.pk, "due_on": "2026-11-05", "seen": seen}
    client = client_as(recruiter)
    refused = client.post(address, typed)
    assert "Someone else changed this meanwhile" in refused.text
    client.post(address, typed | {"seen": refused.context["form"].data["seen"]})
    assert FollowUp.objects.open().get().promised == "Mine"


@pytest.mark.usefixtures("_now")
def test_follow_ups_list_shows_mine_and_for_recruiters_all(client_as, host, session, recruiter):
    late = make_follow_up(session, host, promised="Late", due_on=date(2026, 10, 30))
    make_follow_up(session, recruiter, promised="Sophie’s", due_on=date(2026, 11, 4))
    done = make_follow_up(session, host, promised="Done")
    keep_follow_up(follow_up=done, word="", by=host, at=AT)

    def listed(user, query: str) -> list[str]:
        page = client_as(user).get(reverse("recruiting:follow_ups") + query)
        return [row.title for row, *_ in page.context["rows"]]

    assert listed(host, "") == ["Late"]
    assert listed(host, "?whose=all&show=done") == ["Done"]
    assert listed(recruiter, "") == ["Sophie’s"]
    assert listed(recruiter, "?whose=all") == ["Late", "Sophie’s"]
    assert listed(recruiter, "?whose=all&show=overdue") == [late.title]
    assert listed(host, "?show=nonsense") == ["Late"]


@pytest.mark.usefixtures("_now")
def test_follow_ups_list_makes_as_many_queries_for_thirty_as_for_one(client_as, host, session, recruiter):
    counts = []
    for number in (1, 29):
        for _ in range(number):
            make_follow_up(make_session(None, host), host)
        client = client_as(recruiter)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("recruiting:follow_ups") + "?whose=all")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def test_follow_ups_of_someone_who_left_pass_to_the_organiser_of_the_session(session, host, recruiter):
    owed = make_follow_up(session, host)
    deactivate_person(person=host, by=make_user("lead"), at=AT)
    owed.refresh_from_db()
    assert owed.owner == session.organiser


def test_follow_ups_of_an_organiser_who_left_pass_to_the_lead(session, host):
    owed, lead = make_follow_up(session, session.organiser), make_user("lead")
    deactivate_person(person=session.organiser, by=lead, at=AT)
    owed.refresh_from_db()
    assert owed.owner == lead


@pytest.mark.parametrize(
    ("state", "badge"),
    [
        ("failed", "Not delivered"),
        ("dropped", "Not delivered"),
        ("pending", "Waits to be sent"),
        ("sent", "Sent"),
    ],
)
def test_a_follow_up_says_what_became_of_its_mail(client_as, session, recruiter, state, badge):
    row = make_follow_up(session, recruiter)
    send_to_candidate(follow_up=row, letter=LETTER, by=recruiter, at=AT)
    OutgoingMail.objects.filter(kind="candidate-follow-up").update(state=state, reason="address-refused")
    client, of_session = client_as(recruiter), [session.pk]
    for name, args in [("follow_up", [row.pk]), ("session", of_session), ("record", of_session)]:
        text = client.get(reverse(f"recruiting:{name}", args=args)).content.decode()
        assert f"</svg>{badge}</span>" in text
        assert ("The candidate has not received it" in text) is (badge == "Not delivered")
    listed = client.get(reverse("recruiting:follow_ups"), {"show": "done"}).content.decode()
    assert f"</svg>{badge}</span>" in listed


def test_whoever_writes_to_a_candidate_without_a_mail_server_is_told_that_it_waits(
    client_as, session, recruiter
):
    row = make_follow_up(session, recruiter)
    address = reverse("recruiting:follow_up_send", args=[row.pk])
    done = client_as(recruiter).post(address, vars(LETTER), follow=True)
    assert "No mail server is set up" in done.content.decode()

"""Invitations by mail, with the icalendar library as the program that reads them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar, Event

from accounts.models import User
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.messages import parse, read
from ledger.models import MailState, OutgoingMail
from recruiting.domain.calendars import calendar_of
from recruiting.domain.candidates import CandidateErased
from recruiting.domain.handing_over import hand_over
from recruiting.domain.leaving import Succession
from recruiting.domain.reminders import send_session_reminders
from recruiting.domain.session_changes import standing_facts
from recruiting.domain.session_invitations import invitation_mails, told_candidate
from recruiting.domain.sessions import SessionFacts, change_status, edit_session, plan_session
from recruiting.models import Application, Candidate, HostProfile, Session, SessionStatus
from tests.factories import AT, make_category, make_company, make_user
from tests.recruiting.factories import make_application, make_position, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STARTS = AT + 7 * DAY


@pytest.fixture
def recruiter() -> User:
    return make_user("recruiter", name="Sophie", email="sophie@example.com")


@pytest.fixture
def thomas() -> User:
    return make_user("reader", name="Thomas", email="thomas@example.com", job_title="Manager")


@pytest.fixture
def nadia() -> User:
    return make_user("reader", name="Nadia", language="fr")


@pytest.fixture
def application(recruiter) -> Application:
    made = make_application(
        make_position("Baker", by=recruiter), name="Ada Lovelace", email="ada@candidate.example", by=recruiter
    )
    made.candidate.language = "fr"
    made.candidate.save()
    return made


def plan(application: Application, *hosts: User, by: User, tell: bool = True, **changes: Any) -> Session:
    agreed = {
        "stage": "final",
        "format": "on_site",
        "language": "fr",
        "length_minutes": 45,
        "starts_at": STARTS,
    }
    facts = SessionFacts(**(agreed | {"place": "12 Quay"} | changes), hosts=hosts)
    return plan_session(application=application, facts=facts, tell_candidate=tell, by=by, at=AT)


def edit(session: Session, *, by: User, at: datetime = AT + DAY, tell: bool = False, **changes: Any) -> None:
    session.refresh_from_db()
    facts = SessionFacts(**(vars(standing_facts(session)) | changes))
    edit_session(session=session, facts=facts, as_of=session.updated_at, tell_candidate=tell, by=by, at=at)


def mails(kind: str, recipient: User | None = None) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind, recipient=recipient).order_by("pk"))


def entry(mail: OutgoingMail) -> tuple[str, Event]:
    """The method and the event of the mail's calendar file, as another program understands them."""
    [attachment] = read(bytes(mail.message)).attachments
    assert (attachment.name, attachment.mimetype) == ("session.ics", "text/calendar")
    calendar = Calendar.from_ical(attachment.content)
    [event] = calendar.walk("VEVENT")
    assert calendar.errors == event.errors == []
    return calendar["METHOD"], event


def send(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=AT)


def whole_text(mail: OutgoingMail) -> str:
    content = read(bytes(mail.message))
    return mail.subject + content.text + content.html + str(entry(mail)[1].to_ical().decode())


def test_host_is_invited_by_first_name_in_their_language(application, recruiter, thomas, nadia):
    session = plan(application, thomas, nadia, by=recruiter, tell=False)
    [mail] = mails("session-invitation", nadia)
    message = parse(bytes(mail.message))
    assert message["Reply-To"] == "sophie@example.com"
    assert mail.language == "fr"
    method, event = entry(mail)
    assert (method, event["SUMMARY"], event["SEQUENCE"]) == (
        "REQUEST",
        "Entretien inversé\N{NO-BREAK SPACE}: Ada, Baker",
        0,
    )
    assert (event["LOCATION"], event["DTSTART"].dt) == ("12 Quay", STARTS)
    assert event["ATTENDEE"] == f"mailto:{nadia.email}"
    text = whole_text(mail)
    assert f"/sessions/{session.pk}/briefing/" in text
    assert "Thomas" in text
    for secret in ("Lovelace", "ada@candidate.example"):
        assert secret not in text
    assert mails("candidate-invitation") == []


def test_invitation_and_followed_calendar_are_one_event(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    edit(session, by=recruiter, length_minutes=60)
    [followed] = [e for e in calendar_of(user=thomas, at=AT) if e.uid.startswith("session-")]
    _method, event = entry(mails("session-invitation", thomas)[-1])
    assert (event["UID"], event["SEQUENCE"]) == (followed.uid, followed.sequence)
    assert event["DTEND"].dt == followed.ends


def test_invitation_says_in_its_type_what_it_asks(application, recruiter, thomas):
    plan(application, thomas, by=recruiter)
    message = parse(bytes(mails("session-invitation", thomas)[0].message))
    [part] = message.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "REQUEST")


def test_candidate_is_invited_in_their_language_without_a_way_into_the_site(application, recruiter, thomas):
    make_company()
    HostProfile.objects.create(user=thomas, role="Head of ovens", updated_at=AT)
    session = plan(application, thomas, by=recruiter)
    [mail] = mails("candidate-invitation")
    assert (mail.to_address, mail.language) == ("ada@candidate.example", "fr")
    assert parse(bytes(mail.message))["Reply-To"] == "sophie@example.com"
    text = whole_text(mail)
    for said in (
        "Bonjour Ada",
        "Thomas, Head of ovens",
        "12 Quay",
        "Example company",
    ):
        assert said in text.replace('<span class="soft" style="color:#545861;">', "")
    for hidden in ("http://127.0.0.1", f"/sessions/{session.pk}", thomas.email):
        assert hidden not in text
    method, event = entry(mail)
    assert (method, event["ATTENDEE"]) == ("REQUEST", "mailto:ada@candidate.example")
    assert "URL" not in event


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("written", "send your questions in writing"),
        ("topics", "- Category"),
        ("", "Your questions are not used to judge you."),
    ],
)
def test_candidate_reads_of_the_gentler_form(application, recruiter, form, said):
    make_category()
    application.candidate.language = "en"
    application.candidate.save()
    plan(application, by=recruiter, gentler_form=form)
    [mail] = mails("candidate-invitation")
    assert said in read(bytes(mail.message)).text


def test_candidate_without_an_address_is_told_nothing(application, recruiter, thomas):
    candidate = application.candidate
    candidate.email = ""
    candidate.save()
    plan(application, thomas, by=recruiter)
    assert mails("candidate-invitation") == []
    assert len(mails("session-invitation", thomas)) == 1


def test_for_an_erased_candidate_nothing_is_planned_and_nobody_told(application, recruiter, thomas):
    Candidate.objects.update(anonymised_at=AT)
    with pytest.raises(CandidateErased):
        plan(application, thomas, by=recruiter)
    assert not OutgoingMail.objects.exists()


def test_host_who_may_host_no_more_is_not_invited(application, recruiter, thomas):
    thomas.groups.clear()
    plan(application, thomas, by=recruiter)
    assert mails("session-invitation", thomas) == []


@pytest.mark.parametrize(
    "changes",
    [{"starts_at": STARTS + DAY}, {"length_minutes": 30}, {"place": "Elsewhere"}, {"format": "phone"}],
)
def test_each_change_tells_again_with_a_higher_sequence(application, recruiter, thomas, changes):
    session = plan(application, thomas, by=recruiter)
    for mail in OutgoingMail.objects.all():
        send(mail)
    edit(session, by=recruiter, tell=True, **changes)
    for kind, recipient in (("session-invitation", thomas), ("candidate-invitation", None)):
        first, second = mails(kind, recipient)
        assert entry(second)[1]["UID"] == entry(first)[1]["UID"]
        assert [entry(first)[1]["SEQUENCE"], entry(second)[1]["SEQUENCE"]] == [0, 1]
        assert "Changed" in second.subject or "Changement" in second.subject


def test_moved_session_says_when_it_was(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    edit(session, by=recruiter, starts_at=STARTS + DAY)
    text = read(bytes(mails("session-invitation", thomas)[-1].message)).text
    assert "When: Tuesday 10 November 2026, 10:00" in text
    assert "Before: Monday 9 November 2026, 10:00" in text


def test_stage_is_nobodys_to_be_told(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    edit(session, by=recruiter, tell=True, stage="offer_made")
    assert Session.objects.get().sequence == 0
    assert len(mails("session-invitation", thomas)) == len(mails("candidate-invitation")) == 1


def test_candidate_may_be_told_later_of_what_did_not_change(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter, tell=False)
    assert told_candidate(session, invitation_mails(session)) == "never"
    edit(session, by=recruiter, tell=True)
    edit(session, by=recruiter, tell=True, at=AT + 2 * DAY)
    assert len(mails("candidate-invitation")) == 1
    assert told_candidate(session, invitation_mails(session)) == "now"
    edit(session, by=recruiter, length_minutes=30, at=AT + 3 * DAY)
    assert told_candidate(session, invitation_mails(session)) == "before"


def test_host_who_is_replaced_is_let_go_and_the_new_one_invited(application, recruiter, thomas, nadia):
    session = plan(application, thomas, by=recruiter)
    send(mails("session-invitation", thomas)[0])
    edit(session, by=recruiter, hosts=[nadia])
    [gone], [invited] = mails("session-cancellation", thomas), mails("session-invitation", nadia)
    method, event = entry(gone)
    assert (method, event["SEQUENCE"], "STATUS" in event) == ("CANCEL", 1, False)
    assert event["UID"] == entry(invited)[1]["UID"]
    assert entry(invited)[0] == "REQUEST"
    assert gone.subject.startswith("Without you")
    assert still_concerns_recipient(gone)
    assert still_concerns_recipient(invited)


def test_cancelled_session_is_called_off_and_comes_back_with_a_higher_sequence(
    application, recruiter, thomas
):
    session = plan(application, thomas, by=recruiter)
    for mail in OutgoingMail.objects.all():
        send(mail)
    change_status(session=session, status=SessionStatus.CANCELLED, tell_candidate=True, by=recruiter, at=AT)
    for kind, recipient in (("session-cancellation", thomas), ("candidate-cancellation", None)):
        [mail] = mails(kind, recipient)
        method, event = entry(mail)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
        assert still_concerns_recipient(mail)
    change_status(session=session, status=SessionStatus.PLANNED, tell_candidate=True, by=recruiter, at=AT)
    for kind, recipient in (("session-invitation", thomas), ("candidate-invitation", None)):
        _first, again = mails(kind, recipient)
        method, event = entry(again)
        assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 2)
    assert not any(map(still_concerns_recipient, mails("session-cancellation", thomas)))
    assert not any(map(still_concerns_recipient, mails("candidate-cancellation")))


def test_confirming_is_told_to_nobody(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    count = OutgoingMail.objects.count()
    change_status(session=session, status=SessionStatus.CONFIRMED, tell_candidate=True, by=recruiter, at=AT)
    assert (Session.objects.get().sequence, OutgoingMail.objects.count()) == (0, count)


def test_nothing_is_mailed_of_what_is_past(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter, starts_at=AT - DAY)
    edit(session, by=recruiter, tell=True, length_minutes=30)
    change_status(
        session=session, status=SessionStatus.CANCELLED, tell_candidate=True, by=recruiter, at=AT + DAY
    )
    assert not OutgoingMail.objects.exists()


def test_session_moved_into_the_past_frees_the_calendar(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    edit(session, by=recruiter, starts_at=AT - DAY)
    assert entry(mails("session-invitation", thomas)[-1])[1]["DTSTART"].dt == AT - DAY


def test_mail_of_an_earlier_state_is_not_sent(application, recruiter, thomas):
    session = plan(application, thomas, by=recruiter)
    edit(session, by=recruiter, tell=True, length_minutes=30)
    for kind, recipient in (("session-invitation", thomas), ("candidate-invitation", None)):
        first, second = mails(kind, recipient)
        assert [still_concerns_recipient(first), still_concerns_recipient(second)] == [False, True]


def _cancel(session: Session, by: User) -> None:
    change_status(session=session, status=SessionStatus.CANCELLED, by=by, at=AT)


def _end(session: Session, by: User) -> None:
    Application.objects.update(outcome="withdrawn", stage="closed", decided_on=AT.date())


def _let_go(session: Session, by: User) -> None:
    session.hosts.all().delete()


def _close_account(session: Session, by: User) -> None:
    User.objects.filter(name="Thomas").update(is_active=False)


@pytest.mark.parametrize("happens", [_cancel, _end, _let_go, _close_account])
def test_invitation_is_not_sent_once_it_says_nothing_true(application, recruiter, thomas, happens):
    session = plan(application, thomas, by=recruiter)
    happens(session, recruiter)
    mail = OutgoingMail.objects.select_related("recipient").get(kind="session-invitation")
    assert not still_concerns_recipient(mail)


def test_invitation_does_not_go_to_an_address_that_was_mended_meanwhile(application, recruiter, thomas):
    """A wrong address may be someone else's."""
    session = plan(application, thomas, by=recruiter)
    [invitation] = mails("candidate-invitation")
    assert still_concerns_recipient(invitation)
    send(invitation)
    change_status(
        session=session, status=SessionStatus.CANCELLED, tell_candidate=True, by=recruiter, at=AT + DAY
    )
    [cancellation] = mails("candidate-cancellation")
    assert still_concerns_recipient(cancellation)
    Candidate.objects.update(email="ada@elsewhere.example")
    assert not still_concerns_recipient(invitation)
    assert not still_concerns_recipient(cancellation)


def test_candidate_whose_address_was_mended_is_told_again_from_the_form(
    client, application, recruiter, thomas
):
    session = plan(application, thomas, by=recruiter)
    hosts = len(mails("session-invitation", thomas))
    Candidate.objects.update(email="ada@right.example")
    session = Session.objects.get()
    assert told_candidate(session, invitation_mails(session)) == "elsewhere"
    with time_machine.travel(AT + DAY, tick=False):
        client.force_login(recruiter)
        page = client.get(reverse("recruiting:session", args=[session.pk])).text
        form = client.get(reverse("recruiting:session_edit", args=[session.pk])).context["form"]
    assert "The candidate’s address has changed since they were told." in page
    assert reverse("recruiting:session_edit", args=[session.pk]) in page
    assert form["tell_candidate"].value() is True
    for _ in range(2):
        edit(session, tell=True, by=recruiter)
    assert [mail.to_address for mail in mails("candidate-invitation")] == [
        "ada@candidate.example",
        "ada@right.example",
    ]
    assert [still_concerns_recipient(mail) for mail in mails("candidate-invitation")] == [False, True]
    assert len(mails("session-invitation", thomas)) == hosts
    assert told_candidate(session, invitation_mails(session)) == "now"


def test_who_never_heard_of_it_is_not_told_that_it_is_off(application, recruiter, thomas, nadia):
    session = plan(application, thomas, by=recruiter)
    OutgoingMail.objects.update(state=MailState.DROPPED)
    edit(session, by=recruiter, hosts=[nadia])
    [gone] = mails("session-cancellation", thomas)
    assert not still_concerns_recipient(gone)


def test_host_who_organises_is_not_asked_to_write_to_themselves(recruiter):
    make_session(None, recruiter, by=recruiter)
    [mail] = mails("session-invitation", recruiter)
    assert parse(bytes(mail.message))["Reply-To"] is None
    # Programs leave alone what their own user organises.
    assert entry(mail)[1]["ORGANIZER"] != f"mailto:{recruiter.email}"


def test_host_who_takes_over_is_invited_and_the_one_who_leaves_let_go(application, recruiter, thomas, nadia):
    session = plan(application, thomas, by=recruiter)
    OutgoingMail.objects.update(state=MailState.SENT)
    succession = Succession(hosts={session.pk: nadia})
    hand_over(person=thomas, succession=succession, by=make_user("lead"), at=AT + DAY)
    [gone], [invited] = mails("session-cancellation", thomas), mails("session-invitation", nadia)
    assert [entry(mail)[0] for mail in (gone, invited)] == ["CANCEL", "REQUEST"]
    assert entry(gone)[1]["SEQUENCE"] == entry(invited)[1]["SEQUENCE"] == 1
    session.refresh_from_db()
    assert told_candidate(session, invitation_mails(session)) == "before"


def test_reminder_says_where(recruiter, thomas, application):
    session = plan(application, thomas, by=recruiter)
    send_session_reminders(on=session.starts_at.date(), at=session.starts_at - timedelta(hours=2))
    [mail] = mails("session-reminder", thomas)
    assert "Where: 12 Quay" in read(bytes(mail.message)).text

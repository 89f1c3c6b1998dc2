"""Whom an answer to a mail reaches: the person behind it, or the wiki's keeper."""

from datetime import date

import pytest

from accounts.domain.invitations import invite
from accounts.domain.settings import fingerprint_of_settings, save_settings
from accounts.models import User
from ledger.domain.messages import parse
from ledger.models import OutgoingMail
from recruiting.domain.follow_up_mails import FOLLOW_UP_REMINDER, remind_of_follow_ups
from recruiting.domain.weekly_reports import send_weekly_report
from tests.factories import AT, make_answer, make_user
from tests.recruiting.factories import make_follow_up, make_session
from wiki.domain.digests import send_owner_digests
from wiki.domain.mails import queue_assignment

pytestmark = pytest.mark.django_db


def reply_to(**mail) -> str | None:
    return parse(bytes(OutgoingMail.objects.get(**mail).message))["Reply-To"]


def keep_wiki(keeper: User) -> None:
    save_settings(keeper=keeper, stand_in=None, hours={}, as_of=fingerprint_of_settings(), by=keeper, at=AT)


def test_digest_and_report_are_answered_to_the_keeper():
    lead, keeper, owner = make_user("lead"), make_user("editor"), make_user("reader")
    make_answer(owner=owner)
    keep_wiki(keeper)
    send_owner_digests(on=AT.date(), at=AT)
    send_weekly_report(on=date(2026, 11, 2), at=AT)
    assert reply_to(recipient=owner) == keeper.email
    assert reply_to(recipient=lead) == keeper.email


def test_digest_without_a_keeper_or_to_the_keeper_is_answered_to_nobody():
    owner, keeper = make_user("reader"), make_user("editor")
    for person in (owner, keeper):
        make_answer(owner=person)
    send_owner_digests(on=AT.date(), at=AT)
    assert reply_to(recipient=owner) is None
    OutgoingMail.objects.all().delete()
    keep_wiki(keeper)
    send_owner_digests(on=AT.date(), at=AT)
    assert reply_to(recipient=owner) == keeper.email
    assert reply_to(recipient=keeper) is None


def test_follow_up_reminder_is_answered_to_the_keeper():
    keeper, owner = make_user("editor"), make_user("recruiter")
    keep_wiki(keeper)
    make_follow_up(make_session(), owner, due_on=AT.date())
    remind_of_follow_ups(on=AT.date(), at=AT)
    assert reply_to(kind=FOLLOW_UP_REMINDER) == keeper.email


def test_invitation_is_answered_to_who_invited():
    lead = make_user("lead")
    invite(email="new@example.com", roles=["reader"], language="en", path_of=str, by=lead, at=AT)
    assert reply_to(to_address="new@example.com") == lead.email


def test_assignment_is_answered_to_who_assigned():
    lead, owner = make_user("lead"), make_user("reader")
    answer = make_answer(owner=owner, published=False)
    queue_assignment(answers=[answer], owner=owner, language="en", by=lead, at=AT)
    assert reply_to(recipient=owner) == lead.email
    queue_assignment(answers=[answer], owner=lead, language="en", by=lead, at=AT)
    assert reply_to(recipient=lead) is None

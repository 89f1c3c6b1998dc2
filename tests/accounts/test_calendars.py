from hashlib import sha256

import pytest

from accounts.domain.calendars import (
    CalendarChanged,
    calendar_feed_of,
    make_calendar_address,
    reader_of_calendar,
    revoke_calendar_address,
    state_of,
)
from accounts.domain.people import deactivate_person, reactivate_person
from accounts.models import CalendarFeed
from ledger.models import Activity, OutgoingMail
from tests.accounts.pages import text_of
from tests.factories import AT, make_user

pytestmark = pytest.mark.django_db


def make(user, as_of="") -> str:
    return make_calendar_address(user=user, as_of=as_of, at=AT)


def test_make_calendar_address_keeps_the_hash_of_a_long_secret_only():
    user = make_user("reader")
    token = make(user)
    assert len(token) == 43
    feed = calendar_feed_of(user)
    assert (feed.token_hash, feed.created_at) == (sha256(token.encode()).hexdigest(), AT)
    assert reader_of_calendar(token=token) == user
    entry = Activity.objects.about(user).get()
    assert (entry.actor, entry.verb, entry.detail) == (user, "make-calendar-address", {})


def test_person_is_told_by_mail_that_an_address_was_made():
    user = make_user("reader", language="fr")
    token = make(user)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("account-change", user, "fr")
    assert token not in text_of(mail)
    user = make_user("reader")
    make(user)
    words = "A private address has been made, under which your calendar is read without signing in."
    assert words in " ".join(text_of(OutgoingMail.objects.get(recipient=user)).split())


def test_a_new_address_ends_the_one_before():
    user = make_user("reader")
    first = make(user)
    second = make(user, state_of(calendar_feed_of(user)))
    assert first != second
    assert reader_of_calendar(token=first) is None
    assert reader_of_calendar(token=second) == user
    assert CalendarFeed.objects.count() == 1


@pytest.mark.parametrize("as_of", ["", "0", "x", "9" * 30])
def test_make_calendar_address_ends_none_that_the_person_did_not_see(as_of):
    user = make_user("reader")
    token = make(user)
    with pytest.raises(CalendarChanged):
        make(user, as_of)
    assert reader_of_calendar(token=token) == user
    assert Activity.objects.about(user).count() == 1


def test_make_calendar_address_after_it_was_revoked_elsewhere():
    user = make_user("reader")
    make(user)
    seen = state_of(calendar_feed_of(user))
    revoke_calendar_address(user=user, at=AT)
    with pytest.raises(CalendarChanged):
        make(user, seen)
    assert state_of(calendar_feed_of(user)) == ""


def test_revoke_calendar_address_ends_it_once():
    user, other = make_user("reader"), make_user("reader")
    token, others = make(user), make(other)
    for _press in range(2):
        revoke_calendar_address(user=user, at=AT)
    assert reader_of_calendar(token=token) is None
    assert reader_of_calendar(token=others) == other
    verbs = Activity.objects.about(user).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["make-calendar-address", "revoke-calendar-address"]


@pytest.mark.parametrize("token", ["", "unknown", "é", "a" * 5000, "\x00"])
def test_reader_of_calendar_is_nobody_for_what_is_no_token(token):
    make(make_user("reader"))
    assert reader_of_calendar(token=token) is None


def test_reader_of_calendar_is_nobody_once_the_account_was_closed():
    user, lead = make_user("reader"), make_user("lead")
    token = make(user)
    deactivate_person(person=user, by=lead, at=AT)
    assert reader_of_calendar(token=token) is None
    reactivate_person(person=user, by=lead, at=AT)
    assert reader_of_calendar(token=token) is None  # like its sessions, the address has ended for good

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.domain.people import deactivate_person
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.models import Activity, OutgoingMail
from tests.accounts.pages import text_of
from tests.factories import make_answer, make_question, make_revision, make_user
from tests.wiki.pictures import picture
from wiki.access import may_edit_answer
from wiki.domain.images import store_image
from wiki.domain.pauses import day_of_return, pause_digests
from wiki.domain.verification_requests import ask_to_verify
from wiki.models import Answer, DigestPause

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAGE, RESUME = "/wiki/digests/", "/wiki/digests/resume/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def paused(user, stand_in=None, *, days: int = 4) -> None:
    pause_digests(user=user, until=TODAY + timedelta(days=days), stand_in=stand_in, at=NOW)


def test_digest_pause_is_kept_with_who_stands_in(client_as):
    user, stand_in = make_user("reader"), make_user("reader", name="Grace")
    client = client_as(user)
    sent = client.post(PAGE, {"until": "2026-12-01", "stand_in": stand_in.pk}, follow=True)
    pause = DigestPause.objects.get()
    assert (pause.user, pause.until, pause.stand_in) == (user, date(2026, 12, 1), stand_in)
    page = sent.content.decode()
    assert "Your digests are paused. They resume on Wednesday 2 December." in page
    assert "Paused up to and including 1 December 2026." in page
    assert "Grace stands in for you" in page
    assert Activity.objects.get(verb="pause-digests").detail == {
        "until": "2026-12-01",
        "stand_in": stand_in.pk,
    }
    assert "1 December 2026" in client_as(stand_in).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("", "Enter the last day of the pause."),
        ("2026-11-22", "Choose today or a later day."),
        ("2027-11-24", "A pause lasts a year at most."),
    ],
)
def test_digest_pause_refuses_a_day_that_is_none(client_as, until, message):
    other = make_user("reader")
    page = client_as(make_user("reader")).post(PAGE, {"until": until, "stand_in": other.pk})
    assert message in page.content.decode()
    assert f'<option value="{other.pk}" selected>' in page.content.decode()
    assert not DigestPause.objects.exists()


def test_digest_pause_names_nobody_who_cannot_keep_answers(client_as):
    user = make_user("reader")
    for other in (user, make_user("administrator"), make_user("reader", is_active=False)):
        page = client_as(user).post(PAGE, {"until": "2026-12-01", "stand_in": other.pk})
        assert "Select a valid choice" in page.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        paused(user, user)


@pytest.mark.parametrize(
    ("until", "returns"),
    [
        ("2026-11-23", date(2026, 11, 24)),
        ("2026-11-27", date(2026, 11, 30)),  # a Friday
        ("2026-11-28", date(2026, 11, 30)),
        ("2026-12-31", date(2027, 1, 1)),
    ],
)
def test_day_of_return_is_the_next_weekday(until, returns):
    assert day_of_return(date.fromisoformat(until)) == returns


def test_digest_pause_says_the_day_of_return_in_french(client_as):
    user = make_user("reader", language="fr")
    page = client_as(user).post(PAGE, {"until": "2026-11-30"}, follow=True).content.decode()
    assert "Ils reprennent le mardi 1er\u00a0décembre." in page


def test_digest_pause_can_be_changed_and_ended(client_as):
    user = make_user("reader")
    client = client_as(user)
    client.post(PAGE, {"until": "2026-12-01"})
    client.post(PAGE, {"until": "2026-12-08"})
    assert DigestPause.objects.get().until == date(2026, 12, 8)
    page = client.post(RESUME, follow=True).content.decode()
    assert "Your digests have resumed." in page
    assert not DigestPause.objects.exists()
    client.post(RESUME)
    assert Activity.objects.filter(verb="resume-digests").count() == 1


def test_stand_in_keeps_the_answers_of_who_is_away_until_the_day(client_as):
    owner, stand_in = make_user("reader"), make_user("reader")
    answer = make_answer(owner=owner)
    paused(owner, stand_in)
    client = client_as(stand_in)
    assert "Still true" in client.get(f"/wiki/answers/{answer.pk}/").content.decode()
    assert list(Answer.objects.kept_by(stand_in, on=TODAY)) == [answer]
    client.post(f"/wiki/answers/{answer.pk}/verify/", {"revision": answer.published_id})
    answer.refresh_from_db()
    assert answer.verified_on == TODAY
    with time_machine.travel(NOW + timedelta(days=5)):
        later = type(stand_in).objects.get(pk=stand_in.pk)
        assert not may_edit_answer(later, answer, on=TODAY + timedelta(days=5))
        assert list(Answer.objects.kept_by(stand_in, on=TODAY + timedelta(days=5))) == []


def test_stand_in_finds_the_answers_in_their_queue(client_as):
    owner, stand_in = make_user("reader"), make_user("reader")
    answer = make_answer(owner=owner)
    paused(owner, stand_in)
    assert f"/wiki/answers/{answer.pk}/" in client_as(stand_in).get("/wiki/review/").content.decode()


def test_digest_pause_names_nobody_who_is_away_too(client_as):
    away = make_user("reader")
    paused(away)
    page = client_as(make_user("reader")).post(PAGE, {"until": "2026-12-01", "stand_in": away.pk})
    assert "They have paused their own digests: name someone else." in page.content.decode()


@pytest.mark.parametrize("leaves", ["owner", "stand_in"])
def test_pause_ends_when_either_of_the_two_leaves(leaves):
    people = {"owner": make_user("reader"), "stand_in": make_user("reader")}
    paused(people["owner"], people["stand_in"])
    deactivate_person(person=people[leaves], by=make_user("lead"), at=NOW)
    assert not DigestPause.objects.exists()


def test_stand_in_opens_and_publishes_a_draft_of_who_is_away_until_the_day(client_as):
    owner, stand_in = make_user("reader"), make_user("reader")
    draft = make_answer(owner=owner, published=False)
    paused(owner, stand_in)
    client = client_as(stand_in)
    for page in ("", "edit/", "history/"):
        assert client.get(f"/wiki/answers/{draft.pk}/{page}").status_code == 200
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert client_as(stand_in).get(f"/wiki/answers/{draft.pk}/").status_code == 404
    client.post(f"/wiki/answers/{draft.pk}/publish/", {"revision": draft.head})
    assert Answer.objects.published().get() == draft


def test_verification_request_is_told_to_the_stand_in_in_place_of_the_owner():
    owner, stand_in, lead = make_user("reader"), make_user("reader"), make_user("lead")
    answers = [make_answer(owner=owner).pk, make_answer(owner=stand_in).pk]
    paused(owner, stand_in)
    ask_to_verify(answers=answers, event="Move", reason="Look", due_on=TODAY, by=lead, at=NOW)
    mail = OutgoingMail.objects.get(kind="verification-request")
    assert (mail.recipient, still_concerns_recipient(mail)) == (stand_in, True)
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert still_concerns_recipient(mail)  # one of the answers is their own


def test_mail_of_a_verification_request_says_for_whom_the_recipient_stands_in():
    owner, stand_in = make_user("reader", name="Ada"), make_user("reader", name="Grace")
    theirs = make_answer(make_question(en="Who decides?"), owner=owner)
    own = make_answer(make_question(en="Who pays?"), owner=stand_in)
    paused(owner, stand_in)
    asked = {"event": "Move", "reason": "Look", "due_on": TODAY, "by": make_user("lead"), "at": NOW}
    ask_to_verify(answers=[theirs.pk, own.pk], **asked)
    text = text_of(OutgoingMail.objects.get()).replace("\r\n", "\n")
    assert "You are asked as you stand in for Ada." in text
    assert "Who decides?\n   Example company · English · for Ada" in text
    assert "Who pays?\n   Example company · English\n" in text
    assert "your answers" not in text
    ask_to_verify(answers=[own.pk], **asked)
    text = text_of(OutgoingMail.objects.latest("pk"))
    assert "one of your answers" in text
    assert "stand in" not in text


def test_mail_of_a_verification_request_is_dropped_after_the_pause_for_who_owns_none_of_it():
    owner, stand_in, lead = make_user("reader"), make_user("reader"), make_user("lead")
    paused(owner, stand_in)
    ask_to_verify(
        answers=[make_answer(owner=owner).pk], event="Move", reason="Look", due_on=TODAY, by=lead, at=NOW
    )
    mail = OutgoingMail.objects.get(kind="verification-request")
    assert (mail.recipient, still_concerns_recipient(mail)) == (stand_in, True)
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert not still_concerns_recipient(mail)


def test_stand_in_sees_the_image_of_a_draft_until_the_day(client_as):
    owner, stand_in = make_user("reader"), make_user("reader")
    upload = SimpleUploadedFile("plan.png", picture())
    image = store_image(upload=upload, by=make_user("editor"), at=NOW)
    draft = make_answer(owner=owner, published=False)
    make_revision(draft, details=f"![The plan](/wiki/images/{image.pk}/)")
    url = f"/wiki/images/{image.pk}/"
    assert client_as(stand_in).get(url).status_code == 404
    paused(owner, stand_in)
    assert client_as(stand_in).get(url).getvalue()[:4] == b"\x89PNG"
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert client_as(stand_in).get(url).status_code == 404

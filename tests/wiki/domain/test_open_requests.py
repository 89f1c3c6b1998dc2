import pytest

from accounts.domain.people import deactivate_person
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.messages import parse, read
from ledger.models import OutgoingMail
from tests.factories import AT, make_answer, make_user
from wiki.domain.open_requests import REQUESTS_HANDED_OVER
from wiki.domain.verification_requests import ask_to_verify
from wiki.models import VerificationRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return make_user("lead", name="Ada")


def ask(by, event: str) -> VerificationRequest:
    answer = make_answer(owner=make_user("reader"))
    return ask_to_verify(answers=[answer.pk], event=event, reason="Hours.", due_on=AT.date(), by=by, at=AT)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_requests_of_someone_who_leaves_go_to_a_lead_who_is_told(asker, language):
    lead, admin = make_user("lead", language=language), make_user("administrator", name="Omar")
    requests = [ask(asker, "New agreement"), ask(asker, "Three teams")]
    deactivate_person(person=asker, by=admin, at=AT)
    assert set(VerificationRequest.objects.values_list("asked_by", flat=True)) == {lead.pk}
    mail = OutgoingMail.objects.get(kind=REQUESTS_HANDED_OVER)
    assert (mail.recipient, mail.language) == (lead, language)
    assert parse(bytes(mail.message))["Reply-To"] == admin.email
    readable = read(bytes(mail.message))
    for side in (readable.text, readable.html):
        for request in requests:
            assert request.event in side
            assert f"/wiki/review/requests/{request.pk}/" in side
    assert still_concerns_recipient(mail)
    lead.groups.clear()
    assert not still_concerns_recipient(mail)


def test_lead_who_closes_the_account_reads_of_its_requests_there(asker):
    ask(asker, "New agreement")
    deactivate_person(person=asker, by=make_user("lead"), at=AT)
    assert not OutgoingMail.objects.filter(kind=REQUESTS_HANDED_OVER).exists()


def test_nobody_is_told_where_nothing_is_handed_over(asker):
    make_user("lead")
    deactivate_person(person=asker, by=make_user("administrator"), at=AT)
    assert not OutgoingMail.objects.filter(kind=REQUESTS_HANDED_OVER).exists()

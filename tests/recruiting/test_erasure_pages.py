import pytest
from django.urls import reverse
from django.utils.timezone import now

from recruiting.domain.applications import CandidateErased, edit_application, open_application
from recruiting.domain.candidates import record_consent
from recruiting.domain.contradictions import contradictions
from recruiting.domain.erasure import erase_candidate
from recruiting.domain.follow_ups import FollowUpChanged, reopen_follow_up
from recruiting.domain.host_notes import leave_note
from recruiting.domain.recalls import open_recalls
from recruiting.domain.sessions import IllegalStatus, change_status
from recruiting.models import Candidate, FollowUp, Recall, Session
from tests.factories import AT, make_user
from tests.recruiting.factories import make_application, make_position, make_session
from tests.recruiting.marked import DAY, ERASED_AT, MARK, make_marked
from tests.recruiting.test_erasure import marks_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.ERASURE_JOURNAL = tmp_path / "erasures"


def address(application, name: str = "candidate_erase") -> str:
    return reverse(f"recruiting:{name}", args=[application.pk])


def test_a_lead_erases_with_a_deliberate_word(client_as):
    marked = make_marked()
    client = client_as(marked.lead)
    assert (
        address(marked.application) in client.get(address(marked.application, "application")).content.decode()
    )
    # Sessions to come are named as long as the clock of the machine has not passed them.
    expected = int(now() < marked.coming.starts_at)
    page = client.get(address(marked.application)).content.decode()
    assert "This cannot be undone" in page
    assert page.count(reverse("recruiting:session", args=[marked.coming.pk])) == expected
    refused = client.post(address(marked.application))
    assert refused.status_code == 422
    assert "Tick the box" in refused.content.decode()
    assert not Candidate.objects.exclude(anonymised_at=None).exists()
    done = client.post(address(marked.application), {"understood": "on"}, follow=True)
    shown = done.content.decode()
    assert "The candidate was erased." in shown
    assert "Erased candidate" in shown
    assert marks_in(done.content) == 0
    assert client.get(address(marked.application)).status_code == 404


def test_a_recruiter_reads_whom_to_ask(client_as):
    application = make_application()
    make_user("lead", name="Lea Lead")
    page = client_as(make_user("recruiter")).get(address(application, "application")).content.decode()
    assert "To erase this candidate, ask Lea Lead." in page
    assert address(application) not in page
    assert address(application, "candidate_data") in page


def test_a_journal_that_cannot_be_written_is_said(client_as, settings, tmp_path):
    settings.ERASURE_JOURNAL = tmp_path / "missing" / "erasures"
    application = make_application()
    refused = client_as(make_user("lead")).post(address(application), {"understood": "on"})
    assert refused.status_code == 422
    assert "Nothing was erased" in refused.content.decode()
    assert not Candidate.objects.exclude(anonymised_at=None).exists()


def test_every_page_that_showed_the_candidate_calls_them_erased(client_as, tmp_path):
    marked = make_marked()
    [given] = Recall.objects.filter(reason__contains=MARK).values_list("answer_given", flat=True)
    erase_candidate(candidate=marked.candidate, by=marked.lead, at=ERASED_AT, journal=tmp_path / "erasures")
    follow_up = FollowUp.objects.filter(session=marked.past, kind="promise").first()
    pages = [
        reverse("recruiting:sessions") + "?when=all",
        reverse("recruiting:recalls_closed"),
        reverse("recruiting:recall", args=[given]),
        reverse("recruiting:position", args=[marked.application.position_id]),
        address(marked.application, "application"),
        reverse("recruiting:follow_up", args=[follow_up.pk]),
        reverse("recruiting:follow_ups") + "?show=done&whose=all",
        *(
            reverse(f"recruiting:{name}", args=[session.pk])
            for session in (marked.past, marked.coming)
            for name in ("session", "briefing", "record", "record_csv", "record_json")
        ),
    ]
    for user in (marked.recruiter, marked.lead):
        client = client_as(user)
        for page in pages:
            response = client.get(page)
            assert response.status_code == 200, page
            assert marks_in(response.content) == 0, page
            if not page.endswith(".csv"):
                assert "Erased candidate" in response.content.decode(), page
    for page in pages[8:]:
        assert marks_in(client_as(marked.host).get(page).content) == 0, page


def test_nothing_is_planned_or_changed_for_an_erased_candidate(client_as, tmp_path):
    marked = make_marked()
    erase_candidate(candidate=marked.candidate, by=None, at=ERASED_AT, journal=tmp_path / "erasures")
    client = client_as(marked.lead)
    for name in (
        "session_new",
        "application_edit",
        "candidate_edit",
        "candidate_data",
        "candidate_data_json",
    ):
        assert client.get(address(marked.application, name)).status_code == 404, name
    offered = client.get(reverse("recruiting:application_new", args=[make_position().pk])).content.decode()
    assert f'value="{marked.candidate.pk}"' not in offered
    page = client.get(reverse("recruiting:session", args=[marked.past.pk])).content.decode()
    assert reverse("recruiting:session_status", args=[marked.past.pk]) not in page
    session = Session.objects.get(pk=marked.coming.pk)
    later = {"by": marked.lead, "at": ERASED_AT + DAY}
    done = {"stage": "closed", "outcome": "withdrawn", "decided_on": AT.date(), "starts_on": None}
    for refused in (
        lambda: make_session(marked.application),
        lambda: open_application(position=make_position(), candidate=marked.candidate, **later),
        lambda: edit_application(application=marked.application, **done, **later),
        lambda: leave_note(session=session, text="Ada", **later),
        lambda: record_consent(candidate=marked.candidate, consents=True, **later),
    ):
        with pytest.raises(CandidateErased):
            refused()
    with pytest.raises(IllegalStatus):
        change_status(session=session, status="planned", **later)
    with pytest.raises(FollowUpChanged):
        reopen_follow_up(follow_up=FollowUp.objects.filter(session=marked.past).first(), **later)
    assert not open_recalls(on=later["at"].date()).exists()
    assert contradictions(at=later["at"], language="en") == []


def test_a_recruiter_says_that_a_candidate_agreed_to_be_contacted_again(client_as):
    application = make_application(email="ada@example.com")
    client = client_as(make_user("recruiter"))
    page = address(application, "candidate_edit")
    seen = client.get(page).context["form"].initial["seen"]
    facts = {"name": "Ada", "email": "ada@example.com", "language": "en", "source": "", "seen": seen}
    assert client.post(page, facts | {"consents": "on"}).status_code == 302
    assert Candidate.objects.exclude(consented_at=None).count() == 1
    shown = client.get(address(application, "application")).content.decode()
    assert "agreed to be contacted again" in shown
    # Whoever read it before that is told.
    assert client.post(page, facts).status_code == 200
    assert Candidate.objects.exclude(consented_at=None).count() == 1

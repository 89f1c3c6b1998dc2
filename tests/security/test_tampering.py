"""Forms changed on the way: fields that are not theirs, ids of something else, roles that are gone."""

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.domain.calendars import calendar_feed_of, make_calendar_address, reader_of_calendar
from accounts.models import Role, User
from ledger.models import Activity
from recruiting.models import AnswerGiven, Session
from tests.access.world import make_world
from tests.factories import AT, make_answer, make_company, make_revision, make_user
from tests.recruiting.factories import make_application, make_session
from tests.security.crawl import client_of
from tests.security.pages import forms_in
from wiki.domain.challenges import challenge_answer
from wiki.models import Answer, AnswerRevision, Challenge, Verification


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


TEXT = {"short_answer": "Mine.", "kind": "answered", "disclosure": "say", "major": "on"}


@pytest.mark.django_db
def test_answer_edit_takes_no_field_that_is_not_its_own():
    owner, other = make_user("reader"), make_user("lead")
    answer = make_answer(owner=owner)
    extra = {
        "owner": other.pk,
        "deputy": other.pk,
        "published": "1",
        "published_id": "1",
        "head": "99",
        "number": "99",
        "author": other.pk,
        "created_at": "2001-01-01",
        "first_review_on": "2099-01-01",
        "next_review_on": "2099-01-01",
        "verified_on": "2026-11-20",
        "interval_days": "999",
        "language": "fr",
        "details_html": "<script>",
        "renderer_version": "x",
        "id": "1",
        "pk": "1",
    }
    before = Answer.objects.values().get(pk=answer.pk)
    url = reverse("wiki:answer_edit", args=[answer.pk])
    assert signed_in(owner).post(url, TEXT | {"base": 1} | extra).status_code == 302
    assert Answer.objects.values().get(pk=answer.pk) == before | {"head": 2}
    revision = AnswerRevision.objects.get(answer=answer, number=2)
    assert (revision.author, revision.details_html) == (owner, "")
    assert revision.created_at.year != 2001


@pytest.mark.django_db
def test_owner_without_role_of_lead_cannot_share_or_rule():
    owner = make_user("editor")
    answer = make_answer(owner=owner)
    client = signed_in(owner)
    data = TEXT | {"base": 1, "disclosure": "share"}
    assert client.post(reverse("wiki:answer_edit", args=[answer.pk]), data).status_code == 200
    keeping = {"owner": owner.pk, "interval_days": 999}
    assert client.post(reverse("wiki:answer_keeping", args=[answer.pk]), keeping).status_code == 302
    answer.refresh_from_db()
    assert (answer.head, answer.interval_days) == (1, None)


@pytest.mark.django_db
def test_profile_gives_nobody_a_role():
    reader = make_user("reader")
    extra = {
        "roles": ["lead"],
        "groups": ["1"],
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "on",
        "email": "other@example.com",
        "password": "x",
    }
    data = {"name": "New", "language": "en"} | extra
    assert signed_in(reader).post(reverse("accounts:profile"), data).status_code == 302
    changed = User.objects.get(pk=reader.pk)
    assert (changed.name, changed.email, set(changed.roles)) == ("New", reader.email, {Role.READER})
    assert changed.password == reader.password


@pytest.mark.django_db
def test_calendar_is_of_the_one_who_asks_and_of_nobody_else():
    reader, lead = make_user("reader"), make_user("lead")
    token = make_calendar_address(user=lead, as_of="", at=AT)
    for name in ("recruiting:calendar_make", "recruiting:calendar_revoke"):
        data = {"user": lead.pk, "user_id": lead.pk, "pk": lead.pk, "token": "x", "token_hash": "x"}
        signed_in(reader).post(reverse(name), data)
    assert reader_of_calendar(token=token) == lead
    assert calendar_feed_of(reader) is None
    assert reader_of_calendar(token="x") is None


@pytest.mark.django_db
def test_session_edit_takes_no_status_and_no_other_application():
    recruiter = make_user("recruiter")
    session = make_session(by=recruiter)
    other = make_application(name="Grace Hopper")
    client, url = signed_in(recruiter), reverse("recruiting:session_edit", args=[session.pk])
    [form] = [form for form in forms_in(client.get(url).text, path=url) if "length_minutes" in form.fields]
    extra = {"status": "closed", "application": other.pk, "organiser": other.pk}
    assert client.post(url, form.fields | extra).status_code == 302
    stored = Session.objects.get(pk=session.pk)
    assert (stored.status, stored.application_id) == ("planned", session.application_id)
    assert stored.organiser_id == session.organiser_id


@pytest.mark.django_db
def test_revision_of_another_answer_is_never_reached_by_the_first_id():
    """Mine is the owner's; the other's second revision is a draft that the owner may not read."""
    owner = make_user("reader")
    mine, other = make_answer(owner=owner), make_answer()
    secret = make_revision(other, short="A secret draft.")
    client = signed_in(owner)
    refused = [
        client.get(reverse("wiki:revision", args=[mine.pk, 2])),
        client.get(reverse("wiki:revision", args=[other.pk, 2])),
        client.get(reverse("wiki:answer_compare", args=[mine.pk]), {"left": 1, "right": 2}),
        client.get(reverse("wiki:answer_compare", args=[other.pk]), {"left": 1, "right": 2}),
        client.post(reverse("wiki:revision_restore", args=[mine.pk, 2]), {"base": 1}),
    ]
    assert [response.status_code for response in refused] == [404] * 5
    history = client.get(reverse("wiki:answer_history", args=[other.pk]))
    assert "A secret draft." not in history.text
    for name, value in (("wiki:answer_publish", 2), ("wiki:answer_verify", secret.pk)):
        client.post(reverse(name, args=[mine.pk]), {"revision": value})
    refused = client.post(reverse("wiki:answer_publish", args=[other.pk]), {"revision": 2})
    assert refused.status_code == 403
    for answer in (mine, other):
        answer.refresh_from_db()
        assert (answer.published.number, answer.verified_on) == (1, None)


@pytest.mark.django_db
def test_bulk_verification_confirms_no_pair_of_strangers():
    owner = make_user("reader")
    mine, other = make_answer(owner=owner), make_answer()
    url = reverse("wiki:review_verify")
    for pair in (f"{mine.pk}:{other.published_id}", f"{other.pk}:{mine.published_id}"):
        signed_in(owner).post(url, {"seen": [pair]})
    response = signed_in(owner).post(url, {"seen": [f"{other.pk}:{other.published_id}"]})
    assert response.status_code == 403
    assert not Verification.objects.exists()


@pytest.mark.django_db
def test_challenge_of_another_answer_is_resolved_by_its_keeper_only():
    owner, reader = make_user("reader"), make_user("reader")
    make_answer(owner=owner)
    other = make_answer()
    challenge = challenge_answer(answer=other, revision=other.published, text="No.", by=reader, at=AT)
    data = {f"challenge-{challenge.pk}-resolution": "kept", f"challenge-{challenge.pk}-note": "x"}
    url = reverse("wiki:challenge_resolve", args=[challenge.pk])
    assert signed_in(owner).post(url, data).status_code == 403
    assert Challenge.objects.get().resolved_at is None


def record(client: Client, session: Session, **data: object) -> HttpResponse:
    given = {"delivery": "not_answered", "words": "Why?", "client_id": str(uuid4())} | data
    return client.post(reverse("recruiting:answer_record", args=[session.pk]), given)


@pytest.mark.django_db
def test_recording_takes_no_host_and_no_question_of_another_session():
    world = make_world()
    session = Session.objects.get(pk=world.ids["session"])
    other_given = AnswerGiven.objects.get(pk=world.ids["other_given"])
    client = client_of(world, "host")
    before = AnswerGiven.objects.count()
    stranger = world.users["lead"].pk
    own = world.users["host"].pk
    assert record(client, session, host=stranger).status_code == 422
    assert record(client, session, host=own, asked=other_given.candidate_question_id).status_code == 422
    draft = Answer.objects.get(pk=world.ids["draft"])
    hidden = AnswerRevision.objects.get(answer=draft).pk
    given = {"question": draft.question_id, "revision": hidden, "delivery": "as_written", "host": own}
    assert record(client, session, **given).status_code == 422
    assert AnswerGiven.objects.count() == before


@pytest.mark.django_db
def test_position_takes_no_scope_of_another_kind():
    recruiter = make_user("recruiter")
    company = make_company()
    data = {"title": "Baker", "language": "en", "team": company.pk}
    response = signed_in(recruiter).post(reverse("recruiting:position_new"), data)
    assert response.status_code == 200
    assert "error-summary" in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "status"), [("roles", 403), ("account", 302)])
def test_role_removed_while_the_form_is_open_saves_nothing(change, status):
    """The next request is refused, whatever was typed before; a closed account is sent to sign in."""
    world = make_world()
    clients = {role: client_of(world, role) for role in ("editor", "recruiter", "lead", "owner")}
    answer = world.ids["answer"]
    for role in clients:
        if change == "roles":
            world.users[role].groups.clear()
        else:
            User.objects.filter(pk=world.users[role].pk).update(is_active=False)
    before = Activity.objects.count()
    responses = [
        clients["editor"].post(reverse("wiki:answer_edit", args=[answer]), TEXT | {"base": 1}),
        clients["owner"].post(reverse("wiki:answer_verify", args=[answer]), {"revision": 1}),
        clients["lead"].post(reverse("wiki:review_reassign"), {"answer": answer, "owner": 1}),
        clients["recruiter"].post(reverse("recruiting:position_new"), {"title": "x", "language": "en"}),
    ]
    assert [response.status_code for response in responses] == [status] * 4
    assert Activity.objects.count() == before

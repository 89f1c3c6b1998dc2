from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session as SignIn
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from ledger.domain import retention as ledger_retention
from ledger.domain.activity import record_activity
from ledger.models import Activity, JobRun, OutgoingMail, SentForm
from recruiting.domain.retention import apply_retention, run_retention
from tests.factories import make_user
from tests.wiki import pictures
from wiki.domain.images import store_image
from wiki.domain.pauses import pause_digests
from wiki.models import DigestPause

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def make_mail(state: str, *, age: timedelta, kind: str = "trial") -> OutgoingMail:
    number = OutgoingMail.objects.count()
    return OutgoingMail.objects.create(
        kind=kind,
        to_address="ada@example.com",
        language="en",
        subject="Trial",
        message=b"x",
        message_id=f"<{number}@example.com>",
        created_at=AT - age,
        expires_at=AT - age + 5 * DAY,
        next_attempt_at=AT,
        state=state,
    )


def test_apply_retention_removes_decided_mails_after_a_year_to_the_second():
    kept = [make_mail("pending", age=400 * DAY), make_mail("sending", age=400 * DAY)]
    kept += [make_mail(state, age=365 * DAY) for state in ("sent", "failed", "dropped")]
    for state in ("sent", "failed", "dropped"):
        make_mail(state, age=365 * DAY + SECOND)
    assert apply_retention(at=AT) == "Old mails: 3"
    assert list(OutgoingMail.objects.order_by("pk")) == kept
    assert apply_retention(at=AT) == "Nothing to remove"


@pytest.mark.parametrize(
    "kind", ["candidate-invitation", "candidate-cancellation", "candidate-follow-up", "answer-correction"]
)
def test_apply_retention_removes_mails_to_candidates_after_three_months(kind):
    kept = [make_mail("pending", age=100 * DAY, kind=kind), make_mail("sent", age=89 * DAY, kind=kind)]
    kept.append(make_mail("sent", age=100 * DAY))
    for state in ("sent", "failed", "dropped"):
        make_mail(state, age=89 * DAY + SECOND, kind=kind)
    assert apply_retention(at=AT) == "Old mails: 3"
    assert list(OutgoingMail.objects.order_by("pk")) == kept


def test_apply_retention_removes_in_batches(monkeypatch):
    monkeypatch.setattr(ledger_retention, "BATCH", 2)
    for _ in range(5):
        make_mail("sent", age=366 * DAY)
    assert apply_retention(at=AT) == "Old mails: 5"


def test_apply_retention_removes_runs_sign_ins_forms_and_counts_and_keeps_activity():
    for age in (730 * DAY, 730 * DAY + SECOND):
        JobRun.objects.create(job="trial", period=f"{age}", started_at=AT - age, finished_at=AT - age)
        SignIn.objects.create(session_key=f"{age}", session_data="", expire_date=AT - age + 730 * DAY)
        SentForm.objects.create(key=f"{age}", at=AT - age + 729 * DAY)
    record_activity(actor=None, verb="try", subject=make_user(), at=AT - 4000 * DAY)
    cache.set("soon-over", 1, timeout=60)
    cache.set("lasting", 1, timeout=None)
    assert apply_retention(at=AT) == "Expired sign-ins: 1, Old job runs: 1"
    assert (JobRun.objects.count(), SignIn.objects.count(), SentForm.objects.count()) == (1, 1, 1)
    assert Activity.objects.count() == 1
    apply_retention(at=datetime.now(UTC) + DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone() == (1,)
    cache.clear()


def test_apply_retention_removes_unused_images():
    for at in (AT - 2 * DAY, AT):
        upload = ContentFile(pictures.picture(), name="plan.png")
        store_image(upload=upload, by=make_user("editor"), at=at)
    assert apply_retention(at=AT) == "Unused images: 1"


def test_run_retention_is_the_worker_s_job_and_the_command_s():
    assert run_retention(period="2026-11-23", at=AT) == "Nothing to remove"


def test_apply_retention_removes_past_pauses_of_digests():
    """The last day of a pause is a day of it, in the company's time zone."""
    for days in (0, 1):
        until = AT.date() - days * DAY
        pause_digests(user=make_user("reader"), until=until, stand_in=None, at=AT - 9 * DAY)
    assert apply_retention(at=AT) == "Past pauses of digests: 1"
    assert DigestPause.objects.get().until == AT.date()


def test_command_apply_retention_dry_run_says_what_would_go_and_removes_nothing(capsys):
    make_mail("sent", age=4000 * DAY)
    store_image(
        upload=ContentFile(pictures.picture(), name="plan.png"), by=make_user("editor"), at=AT - 9 * DAY
    )
    pause_digests(user=make_user("reader"), until=AT.date() - 400 * DAY, stand_in=None, at=AT - 900 * DAY)
    call_command("apply_retention", dry_run=True)
    said = "Unused images: 1, Old mails: 1, Past pauses of digests: 1"
    assert capsys.readouterr().out == f"Would be removed: {said}.\n"
    assert (OutgoingMail.objects.count(), DigestPause.objects.count()) == (1, 1)
    call_command("apply_retention")
    assert capsys.readouterr().out == f"{said}.\n"


def test_command_apply_retention(capsys):
    make_mail("sent", age=4000 * DAY)
    call_command("apply_retention")
    assert capsys.readouterr().out == "Old mails: 1.\n"

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from ledger.domain.messages import parse
from ledger.domain.schedule import jobs
from ledger.models import JobRun, MailState, OutgoingMail
from tests.factories import (
    make_answer,
    make_category,
    make_figure,
    make_question,
    make_scope,
    make_user,
    make_value,
)
from wiki.domain.challenges import challenge_answer
from wiki.domain.digest_contents import LISTED
from wiki.domain.digests import run_owner_digests, send_owner_digests
from wiki.domain.figures import FigureText, archive_figure, create_figure
from wiki.domain.mails import still_concerns
from wiki.domain.pauses import pause_digests
from wiki.models import AnswerDemand

MONDAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def send(on: date = MONDAY) -> int:
    return send_owner_digests(on=on, at=datetime(on.year, on.month, on.day, 7, 0, tzinfo=UTC))


def text_of(mail: OutgoingMail, kind: str = "plain") -> str:
    return parse(bytes(mail.message)).get_body((kind,)).get_content()


def due_on(day: date, owner, **fields):
    """An answer verified so that its review is due on the day."""
    return make_answer(owner=owner, verified_on=day - timedelta(days=90), interval_days=90, **fields)


@pytest.mark.django_db
def test_digest_lists_what_needs_attention_most_harmful_first(settings):
    settings.SITE_URL = "https://answers.example.com"
    owner = make_user("reader", name="Ada", email="ada@example.com")
    stale = due_on(date(2026, 10, 3), owner, question=make_question(en="How many people leave?"))
    soon = due_on(
        date(2026, 11, 30),
        owner,
        question=make_question(en="Who decides on pay?"),
        scope=make_scope("Lyon"),
    )
    due_on(date(2027, 1, 30), owner, question=make_question(en="Is there a canteen?"))
    make_answer(owner=owner, published=False, question=make_question(en="A draft?"))
    assert send() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.period, mail.recipient) == ("owner-digest", "2026-11-23", owner)
    assert mail.subject == "2 answers need your attention"
    text = text_of(mail).replace("\r\n", "\n")
    assert (
        "1. How many people leave?\n   Example company · English\n   Stale for 51 days\n"
        f"   https://answers.example.com/wiki/answers/{stale.pk}/\n" in text
    )
    assert (
        "2. Who decides on pay?\n   Lyon · English\n   Holds until 30 November\n"
        f"   https://answers.example.com/wiki/answers/{soon.pk}/\n" in text
    )
    assert "https://answers.example.com/wiki/review/?show=mine" in text
    assert "canteen" not in text
    assert "draft" not in text
    html = text_of(mail, "html")
    assert f'href="https://answers.example.com/wiki/answers/{stale.pk}/"' in html
    assert "How many people leave?" in html


@pytest.mark.django_db
def test_digest_is_in_the_owners_language():
    owner = make_user("reader", language="fr")
    due_on(date(2026, 11, 30), owner, question=make_question(en="Why?", fr="Pourquoi <partir> ?"))
    send()
    mail = OutgoingMail.objects.get()
    assert mail.language == "fr"
    assert "Pourquoi <partir> ?" in text_of(mail)
    assert "Pourquoi &lt;partir&gt; ?" in text_of(mail, "html")
    assert "Valable jusqu’au 30\u00a0novembre" in text_of(mail)


@pytest.mark.django_db
def test_digest_says_never_verified_and_challenged():
    owner = make_user("reader")
    answer = make_answer(owner=owner)
    challenge_answer(answer=answer, revision=answer.published, text="No.", by=make_user("reader"), at=AT)
    send()
    assert "Never verified, challenged" in text_of(OutgoingMail.objects.get())


@pytest.mark.django_db
def test_digest_once_a_day():
    due_on(date(2026, 10, 3), make_user("reader"))
    assert [send(), send()] == [1, 0]
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_digest_not_for_fresh_answers():
    due_on(date(2027, 1, 30), make_user("reader"))
    assert send() == 0


@pytest.mark.django_db
def test_digest_not_to_those_who_left_or_do_not_read():
    due_on(date(2026, 10, 3), make_user("reader", is_active=False))
    due_on(date(2026, 10, 3), make_user("administrator"))
    due_on(date(2026, 10, 3), None)
    assert send() == 0


@pytest.mark.django_db
def test_digest_comes_on_the_days_that_count():
    """Friday the 27th: due soon fourteen days before, due on the day, then each week."""
    owner = make_user("reader")
    due_on(date(2026, 11, 27), owner)
    days = [date(2026, 11, 9) + timedelta(days=day) for day in range(40)]
    sent = [day for day in days if day.weekday() < 5 and send(day)]
    assert sent == [
        date(2026, 11, 13),
        date(2026, 11, 27),
        date(2026, 12, 4),
        date(2026, 12, 11),
        date(2026, 12, 18),
    ]


@pytest.mark.django_db
def test_digest_makes_up_for_days_without_one():
    """A review due on a Saturday is told on Monday, and days when nothing ran are not lost."""
    owner = make_user("reader")
    due_on(date(2026, 11, 28), owner)
    assert [send(date(2026, 11, 16)), send(date(2026, 11, 27)), send(date(2026, 11, 30))] == [1, 0, 1]


@pytest.mark.django_db
def test_digest_that_failed_told_nothing():
    owner = make_user("reader")
    due_on(MONDAY, owner)
    assert send() == 1
    tuesday = MONDAY + timedelta(days=1)
    assert send(tuesday) == 0
    OutgoingMail.objects.update(state=MailState.FAILED)
    assert send(tuesday) == 1


@pytest.mark.django_db
def test_digest_of_a_later_day_does_not_silence_today():
    due_on(date(2026, 11, 23), make_user("reader"))
    assert [send(date(2027, 3, 1)), send(MONDAY)] == [1, 1]


@pytest.mark.django_db
def test_digest_again_when_an_answer_is_challenged():
    owner = make_user("reader")
    answer = due_on(date(2026, 12, 4), owner)
    assert [send(MONDAY), send(date(2026, 11, 24))] == [1, 0]
    challenge_answer(
        answer=answer,
        revision=answer.published,
        text="Not here.",
        by=make_user("reader"),
        at=datetime(2026, 11, 24, 15, tzinfo=UTC),
    )
    assert [send(date(2026, 11, 25)), send(date(2026, 11, 26))] == [1, 0]


@pytest.mark.django_db
def test_digest_counts_what_it_does_not_list():
    owner = make_user("reader")
    category = make_category()
    for _number in range(LISTED + 2):
        due_on(date(2026, 10, 3), owner, question=make_question(category=category))
    send()
    mail = OutgoingMail.objects.get()
    assert mail.subject == "27 answers need your attention"
    assert "2 more are in your review queue." in text_of(mail)
    assert text_of(mail).count("Stale for 51 days") == LISTED


@pytest.mark.django_db
def test_digest_comes_when_a_session_begins_to_need_what_will_not_hold():
    owner = make_user("reader")
    answer = due_on(date(2026, 12, 3), owner)
    assert send() == 1
    needed_on = date(2026, 12, 4)
    AnswerDemand.objects.create(
        answer=answer,
        sessions=1,
        needed_on=needed_on,
        needed_until=needed_on,
        needed_since=datetime(2026, 11, 24, 15, tzinfo=UTC),
    )
    assert [send(date(2026, 11, 25)), send(date(2026, 11, 26))] == [1, 0]
    latest = OutgoingMail.objects.latest("pk")
    assert "Needed by a session on 4 December, holds until 3 December" in text_of(latest)


@pytest.mark.django_db
def test_digest_stays_away_when_what_a_session_needs_will_hold():
    answer = due_on(date(2026, 12, 4), make_user("reader"))
    assert send() == 1
    AnswerDemand.objects.create(
        answer=answer,
        sessions=1,
        needed_on=date(2026, 12, 4),
        needed_until=date(2026, 12, 4),
        needed_since=datetime(2026, 11, 24, 15, tzinfo=UTC),
    )
    assert send(date(2026, 11, 25)) == 0


@pytest.mark.django_db
def test_digest_tells_leads_once_and_deputies_weekly_after_fourteen_days_overdue():
    owner, deputy, lead = make_user("reader", name="Ada"), make_user("reader"), make_user("lead")
    make_user("editor")
    due_on(date(2026, 11, 9), owner, deputy=deputy, question=make_question(en="Who left?"))
    days = [date(2026, 11, 20), *(MONDAY + timedelta(days=day) for day in (0, 1, 2, 7, 14))]
    for day in days:
        send(day)
    told = OutgoingMail.objects.exclude(recipient=owner).values_list("period", "recipient")
    assert sorted(told) == sorted(
        [("2026-11-24", lead.pk), *((day, deputy.pk) for day in ("2026-11-24", "2026-11-30", "2026-12-07"))]
    )
    mail = OutgoingMail.objects.get(recipient=lead)
    assert mail.subject == "1 answer has been overdue for two weeks"
    assert "- Who left?\n  Example company · English · Ada\n  Stale for 15 days\n" in text_of(mail).replace(
        "\r\n", "\n"
    )


@pytest.mark.django_db
def test_digest_tells_leads_once_fourteen_days_after_a_figure_began_to_lack():
    """Not at once, though the text has told it for long; and not again when the figure is archived too."""
    owner, lead, editor = make_user("reader"), make_user("lead"), make_user("editor")
    make_answer(
        owner=owner, verified_on=date(2026, 10, 1), interval_days=365, short="[[figure:turnover]] in 2026."
    )
    text = FigureText(label_en="Turnover")
    figure = create_figure(slug="turnover", text=text, by=editor, at=AT)  # stale from Monday the 23rd
    for day in range(30):
        send(MONDAY + timedelta(days=day))
        if day == 5:
            archive_figure(figure=figure, by=editor, at=AT + timedelta(days=5))
    told = OutgoingMail.objects.filter(recipient=lead).values_list("period", flat=True)
    assert list(told) == ["2026-12-07"]


@pytest.mark.django_db
def test_digest_tells_leads_nothing_of_orphans_which_the_report_has():
    make_user("lead")
    due_on(date(2026, 10, 3), None)
    due_on(date(2026, 10, 3), make_user("reader", is_active=False))
    assert send() == 0


@pytest.mark.django_db
def test_digest_of_a_lead_tells_once_of_what_is_both_theirs_and_late():
    lead = make_user("lead")
    due_on(date(2026, 10, 3), lead)
    send()
    mail = OutgoingMail.objects.get()
    assert mail.subject == "1 answer needs your attention"
    assert "Overdue for more than two weeks" not in text_of(mail)


def pause(user, until: date, stand_in=None) -> None:
    pause_digests(user=user, until=until, stand_in=stand_in, at=AT)


@pytest.mark.django_db
def test_digest_paused_goes_to_the_stand_in_and_comes_back_after_the_day():
    owner, stand_in = make_user("reader", name="Ada"), make_user("reader")
    due_on(date(2026, 11, 23), owner)
    pause(owner, date(2026, 11, 27), stand_in)
    assert send() == 1
    mail = OutgoingMail.objects.get()
    assert mail.recipient == stand_in
    for kind in ("plain", "html"):
        assert "You stand in for Ada until 27 November 2026" in text_of(mail, kind)
    assert "Example company · English · Ada" in text_of(mail)
    assert send(date(2026, 11, 27)) == 0
    assert send(date(2026, 11, 30)) == 1
    back = OutgoingMail.objects.latest("pk")
    assert back.recipient == owner
    assert "You stand in" not in text_of(back)


@pytest.mark.django_db
def test_digest_paused_without_stand_in_tells_nobody_until_it_is_late():
    owner, lead = make_user("reader"), make_user("lead")
    due_on(date(2026, 11, 20), owner)
    pause(owner, date(2026, 12, 31))
    assert [send(), send(date(2026, 12, 4)), send(date(2026, 12, 7))] == [0, 0, 1]
    assert OutgoingMail.objects.get().recipient == lead


@pytest.mark.django_db
def test_digest_tells_of_figures_to_renew_before_and_after_they_end(settings):
    settings.SITE_URL = "https://answers.example.com"
    owner = make_user("reader")
    figure = make_figure("turnover", owner=owner, label_en="Turnover")
    make_value(figure, valid_until=date(2026, 11, 25))
    days = [date(2026, 11, 9) + timedelta(days=day) for day in range(31)]
    sent = [day for day in days if day.weekday() < 5 and send(day)]
    assert sent == [date(2026, 11, 11), date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 9)]
    mail = OutgoingMail.objects.latest("pk")
    assert mail.subject == "1 figure needs a new value"
    text = text_of(mail).replace("\r\n", "\n")
    assert (
        "- Turnover\n  Expired since 25 November 2026\n"
        "  https://answers.example.com/wiki/figure/turnover/\n" in text
    )


@pytest.mark.django_db
def test_digest_tells_a_stand_in_of_figures_too():
    owner, stand_in = make_user("reader"), make_user("reader")
    make_value(make_figure("turnover", owner=owner), valid_until=date(2026, 11, 25))
    pause(owner, date(2026, 12, 31), stand_in)
    assert send() == 1
    assert OutgoingMail.objects.get().recipient == stand_in


@pytest.mark.django_db
def test_digest_may_be_stopped_from_the_mail_program(settings):
    settings.SITE_URL = "https://answers.example.com"
    due_on(date(2026, 10, 3), make_user("reader"))
    send()
    headers = parse(bytes(OutgoingMail.objects.get().message))
    assert headers.get_all("List-Unsubscribe") == ["<https://answers.example.com/wiki/digests/>"]


def queries_with(answers: int) -> int:
    owner = make_user("reader")
    for _number in range(answers):
        due_on(date(2026, 10, 3), owner)
    with CaptureQueriesContext(connection) as queries:
        send()
    OutgoingMail.objects.all().delete()
    owner.is_active = False
    owner.save()
    return len(queries)


@pytest.mark.django_db
def test_digest_makes_as_many_queries_for_30_answers_as_for_1():
    assert queries_with(1) == queries_with(30)


@pytest.mark.django_db
def test_digest_that_cannot_be_made_delays_nobody():
    """The address is one that no form lets through: only the shell or an import can have written it."""
    first, broken, last = (make_user("reader") for _ in range(3))
    for owner in (first, broken, last):
        due_on(date(2026, 10, 3), owner)
    User.objects.filter(pk=broken.pk).update(email="a@" + "é" * 63 + ".fr")
    with pytest.raises(UnicodeError):
        send()
    assert set(OutgoingMail.objects.values_list("recipient", flat=True)) == {first.pk, last.pk}


@pytest.mark.django_db
def test_digest_concerns_only_those_who_read_the_wiki_still():
    owner = make_user("reader")
    due_on(date(2026, 10, 3), owner)
    send()
    mail = OutgoingMail.objects.get()
    assert still_concerns(mail)
    owner.groups.clear()
    assert not still_concerns(mail)


@pytest.mark.django_db
def test_digests_made_up_for_on_the_next_day_are_that_day_s():
    """Else someone would have Monday's at seven on Tuesday, and Tuesday's at eight."""
    due_on(date(2026, 11, 23), make_user("reader"))
    tuesday = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert run_owner_digests(period="2026-11-23", at=tuesday) == "1 digest queued"
    assert OutgoingMail.objects.get().period == "2026-11-24"
    assert run_owner_digests(period="2026-11-24", at=tuesday + timedelta(hours=1)) == "0 digests queued"


@pytest.mark.django_db
def test_command_says_what_it_did():
    due_on(date(2026, 10, 3), make_user("reader"))
    said = StringIO()
    call_command("send_owner_digests", "--on", "2026-11-23", stdout=said)
    call_command("send_owner_digests", "--on", "2026-11-23", stdout=said)
    assert said.getvalue().splitlines() == [
        "Owner digests of 2026-11-23: 1 digest queued.",
        "Owner digests of 2026-11-23: done before, nothing to do.",
    ]
    assert JobRun.objects.get().summary == "1 digest queued"


def test_job_is_registered_for_weekday_mornings():
    [job] = [job for job in jobs() if job.name == "owner-digests"]
    saturday = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert job.schedule.latest_period(now=saturday, zone=UTC) == "2026-11-27"


def run_command() -> subprocess.Popen[bytes]:
    """The real command in a process of its own, on the tests' database."""
    environment = {**os.environ, "DATABASE_URL": test_database_url()}
    command = [sys.executable, "manage.py", "send_owner_digests", "--on", "2026-11-23"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)


def test_database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(name).resolve()}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


test_database_url.__test__ = False


@pytest.mark.django_db(transaction=True)
def test_command_killed_half_way_and_run_again_mails_each_owner_once():
    category = make_category()
    owners = [make_user("reader", password=None) for _number in range(60)]
    for owner in owners:
        due_on(date(2026, 10, 3), owner, question=make_question(category=category))
    process = run_command()
    while OutgoingMail.objects.count() < 5 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    queued = OutgoingMail.objects.count()
    assert 5 <= queued < 60, "the process was to be killed while it worked"
    assert JobRun.objects.get(job="owner-digests").finished_at is None
    assert run_command().wait() == 0
    mails = OutgoingMail.objects.filter(kind="owner-digest", period="2026-11-23")
    assert sorted(mails.values_list("recipient_id", flat=True)) == [owner.pk for owner in owners]
    assert JobRun.objects.get(job="owner-digests").summary == f"{60 - queued} digests queued"

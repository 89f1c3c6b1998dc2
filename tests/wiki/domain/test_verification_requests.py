from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.domain.settings import fingerprint_of_settings, save_settings
from ledger.domain.holds import begin_hold
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.domain.messages import parse
from ledger.domain.schedule import jobs
from ledger.models import Activity, HoldCause, OutgoingMail
from tests.factories import make_answer, make_category, make_question, make_revision, make_scope, make_user
from wiki.domain.answers import publish_revision, verify_answer, withdraw_answer
from wiki.domain.freshness import refresh_all_review_dates, refresh_category_dates, refresh_review_dates
from wiki.domain.ownership import assign_owner, set_keeping
from wiki.domain.questions import archive_question
from wiki.domain.verification_progress import (
    answers_to_choose_from,
    counts_of,
    orphans_of,
    owners_of,
    requests_waiting_for,
)
from wiki.domain.verification_requests import (
    REQUESTS_CLOSED,
    NothingToAsk,
    PastItsDate,
    RequestClosed,
    TooManyAnswers,
    add_answers,
    ask_to_verify,
    close_request,
    close_when_confirmed,
    run_closing,
    withdraw_answers,
)
from wiki.models import Answer, Freshness, Progress, VerificationRequest

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY, DUE = NOW.date(), date(2026, 12, 7)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_user("lead", name="Claire")


def kept(owner=None, **fields) -> Answer:
    """An answer confirmed yesterday, which holds for 90 days."""
    owner = owner or make_user("reader")
    return make_answer(owner=owner, verified_on=TODAY - DAY, interval_days=90, **fields)


def ask(by, *answers: Answer, at=NOW, due_on=DUE, **fields) -> VerificationRequest:
    keys = [answer.pk for answer in answers]
    words = {"event": "New works agreement", "reason": "Hours have changed."} | fields
    return ask_to_verify(answers=keys, due_on=due_on, by=by, at=at, **words)


def verify(answer: Answer, *, at=NOW + HOUR, by=None):
    answer = Answer.objects.select_related("published", "question__category").get(pk=answer.pk)
    return verify_answer(answer=answer, revision=answer.published, by=by or answer.owner, at=at)


def rewrite(answer: Answer, *, at=NOW + HOUR, major=True) -> None:
    answer = Answer.objects.get(pk=answer.pk)
    revision = make_revision(answer, by=answer.owner, at=at, major=major)
    publish_revision(answer=answer, revision=revision, by=answer.owner, at=at)


def progress(request: VerificationRequest) -> list[str]:
    return [row.progress for row in request.requested.with_progress().order_by("answer")]


def due(answer: Answer) -> date | None:
    return Answer.objects.get(pk=answer.pk).next_review_on


def test_ask_pulls_the_review_forward_until_the_answer_is_verified(lead):
    answer, other = kept(), kept()
    request = ask(lead, answer)
    assert (due(answer), due(other)) == (DUE, date(2027, 2, 20))
    assert (request.event, request.asked_by, request.asked_at) == ("New works agreement", lead, NOW)
    assert Answer.objects.get(pk=answer.pk).freshness_on(DUE) == Freshness.DUE_SOON
    assert Answer.objects.get(pk=answer.pk).freshness_on(DUE + DAY) == Freshness.STALE
    verify(answer)
    assert due(answer) == date(2027, 2, 21)


def test_ask_never_puts_a_review_off(lead):
    answer = make_answer(owner=make_user("reader"), verified_on=TODAY - 85 * DAY, interval_days=90)
    ask(lead, answer)
    assert due(answer) == TODAY + 5 * DAY


def test_ask_makes_an_unverified_text_due_sooner_and_it_stays_never_verified(lead):
    answer = make_answer(owner=make_user("reader"), at=NOW - DAY)
    Answer.objects.update(first_review_on=date(2027, 1, 15))
    ask(lead, answer)
    answer.refresh_from_db()
    assert answer.next_review_on == DUE
    assert answer.freshness_on(DUE + DAY) == Freshness.NEVER_VERIFIED


def test_of_two_requests_the_earlier_date_counts(lead):
    answer = kept()
    ask(lead, answer, due_on=DUE + DAY)
    second = ask(lead, answer, due_on=DUE)
    assert due(answer) == DUE
    close_request(request=second, by=lead, at=NOW + HOUR)
    assert due(answer) == DUE + DAY


def test_progress_of_each_answer(lead):
    waiting, same, touched, changed, rewritten, gone = (kept() for _ in range(6))
    request = ask(lead, waiting, same, touched, changed, rewritten, gone)
    verify(same)
    rewrite(touched, at=NOW + HOUR, major=False)
    verify(touched, at=NOW + 2 * HOUR)
    rewrite(changed)
    verify(changed, at=NOW + 2 * HOUR)
    verify(rewritten)
    rewrite(rewritten, at=NOW + 2 * HOUR)
    withdraw_answer(
        answer=Answer.objects.get(pk=gone.pk), by=gone.owner, at=NOW + HOUR, reason="It is wrong now."
    )
    assert progress(request) == [
        Progress.WAITING,
        Progress.CONFIRMED,
        Progress.CHANGED,
        Progress.CHANGED,
        Progress.WAITING,
        Progress.UNPUBLISHED,
    ]


def test_an_answer_whose_question_is_archived_waits_for_nobody(lead):
    confirmed, archived, other = kept(), kept(), kept()
    request, closed = (ask(lead, confirmed, archived, other) for _ in range(2))
    verify(confirmed)
    close_request(request=closed, by=lead, at=NOW + 2 * HOUR)
    for answer in (confirmed, archived):
        archive_question(question=answer.question, by=lead, at=NOW + 3 * HOUR)
    assert progress(request) == [Progress.CONFIRMED, Progress.UNPUBLISHED, Progress.WAITING]
    assert progress(closed) == [Progress.CONFIRMED, Progress.WAITING, Progress.WAITING]
    assert requests_waiting_for([archived.pk]) == {}


def test_nothing_is_added_after_the_date(lead):
    request, answer = ask(lead, kept(), due_on=TODAY), kept()
    with pytest.raises(PastItsDate):
        add_answers(request=request, answers=[answer.pk], by=lead, at=NOW + DAY)
    assert add_answers(request=request, answers=[answer.pk], by=lead, at=NOW + HOUR) == [answer.pk]


def test_a_minor_revision_keeps_the_word(lead):
    answer, other = kept(), kept()
    request = ask(lead, answer, other)
    given = verify(answer)
    rewrite(answer, at=NOW + 2 * HOUR, major=False)
    rows = request.requested.with_progress().order_by("answer")
    assert [(row.progress, row.verification_id) for row in rows] == [
        (Progress.CHANGED, given.pk),
        (Progress.WAITING, None),
    ]


def test_a_word_given_before_does_not_count(lead):
    answer = kept()
    verify(answer, at=NOW)
    assert progress(ask(lead, answer)) == [Progress.WAITING]


def test_closing_frees_what_waits_and_freezes_the_rest(lead):
    confirmed, waiting = kept(), kept()
    request = ask(lead, confirmed, waiting)
    given = verify(confirmed)
    close_request(request=request, by=lead, at=NOW + 2 * HOUR)
    request.refresh_from_db()
    assert (request.closed_by, request.closed_at) == (lead, NOW + 2 * HOUR)
    assert due(waiting) == date(2027, 2, 20)
    # What comes later changes nothing of what is read.
    verify(waiting, at=NOW + 3 * HOUR)
    verify(confirmed, at=NOW + 3 * HOUR)
    rewrite(confirmed, at=NOW + 4 * HOUR)
    withdraw_answer(
        answer=Answer.objects.get(pk=waiting.pk), by=lead, at=NOW + 4 * HOUR, reason="It is wrong now."
    )
    rows = request.requested.with_progress().order_by("answer")
    assert [(row.progress, row.verification_id) for row in rows] == [
        (Progress.CONFIRMED, given.pk),
        (Progress.WAITING, None),
    ]


def test_a_closed_request_changes_no_more(lead):
    answer, other = kept(), kept()
    request = ask(lead, answer)
    close_request(request=request, by=lead, at=NOW + HOUR)
    with pytest.raises(RequestClosed):
        close_request(request=request, by=lead, at=NOW + HOUR)
    with pytest.raises(RequestClosed):
        add_answers(request=request, answers=[other.pk], by=lead, at=NOW + HOUR)
    with pytest.raises(RequestClosed):
        withdraw_answers(request=request, answers=[answer.pk], by=lead, at=NOW + HOUR)


def test_a_clock_set_back_closes_at_the_moment_of_asking(lead):
    request = ask(lead, kept())
    close_request(request=request, by=lead, at=NOW - HOUR)
    request.refresh_from_db()
    assert request.closed_at == NOW


def test_withdrawn_answers_are_asked_afresh_when_added_again(lead):
    answer, other = kept(), kept()
    request = ask(lead, answer, other)
    verify(answer, at=NOW)
    assert withdraw_answers(request=request, answers=[answer.pk, 0], by=lead, at=NOW + 2 * HOUR) == [
        answer.pk
    ]
    assert progress(request) == [Progress.WITHDRAWN, Progress.WAITING]
    withdraw_answers(request=request, answers=[other.pk], by=lead, at=NOW + 2 * HOUR)
    assert due(other) == date(2027, 2, 20)
    assert add_answers(request=request, answers=[answer.pk], by=lead, at=NOW + 3 * HOUR) == [answer.pk]
    assert progress(request) == [Progress.WAITING, Progress.WITHDRAWN]
    assert due(answer) == DUE


def test_what_is_confirmed_is_not_withdrawn(lead):
    answer = kept()
    request = ask(lead, answer, kept())
    verify(answer)
    assert withdraw_answers(request=request, answers=[answer.pk], by=lead, at=NOW + 2 * HOUR) == []
    assert progress(request) == [Progress.CONFIRMED, Progress.WAITING]


def test_add_asks_only_for_what_is_new_and_published(lead):
    answer, new, draft = kept(), kept(), make_answer(published=False)
    request = ask(lead, answer)
    assert add_answers(request=request, answers=[answer.pk, new.pk, draft.pk], by=lead, at=NOW + HOUR) == [
        new.pk
    ]
    with pytest.raises(NothingToAsk):
        add_answers(request=request, answers=[new.pk, draft.pk], by=lead, at=NOW + HOUR)


def test_ask_for_too_many_or_nothing(lead, monkeypatch):
    monkeypatch.setattr("wiki.domain.verification_requests.MOST_ASKED", 2)
    answers = [kept() for _ in range(3)]
    with pytest.raises(TooManyAnswers):
        ask(lead, *answers)
    with pytest.raises(NothingToAsk):
        ask(lead, make_answer(published=False))
    request = ask(lead, *answers[:2])
    with pytest.raises(TooManyAnswers):
        add_answers(request=request, answers=[answers[2].pk], by=lead, at=NOW + HOUR)
    assert VerificationRequest.objects.count() == 1


def test_each_owner_gets_one_mail_and_can_answer_the_lead(lead):
    ada, zoe = make_user("reader", name="Ada"), make_user("reader", name="Zoé", language="fr")
    answers = [
        kept(ada, question=make_question(en="Why leave?")),
        kept(ada, question=make_question(en="Who decides?")),
        kept(zoe, question=make_question(fr="Pourquoi partir ?")),
        make_answer(verified_on=TODAY - DAY),
        kept(make_user("reader", is_active=False)),
    ]
    request = ask(lead, *answers)
    mails = OutgoingMail.objects.filter(kind="verification-request").order_by("recipient__name")
    assert [mail.recipient for mail in mails] == [ada, zoe]
    first, second = (bytes(mail.message).decode() for mail in mails)
    assert mails[0].subject == "2 answers to verify again by 7 December 2026: New works agreement"
    assert f"Reply-To: {lead.email}" in first
    for words in ("Why leave?", "Who decides?", "Hours have changed.", f"/wiki/answers/{answers[0].pk}/"):
        assert words in first
    assert f"/wiki/review/requests/{request.pk}/" in first
    assert "Why leave?" not in second


def test_a_new_owner_learns_what_is_asked(lead):
    answers = [make_answer(verified_on=TODAY - DAY) for _ in range(3)]
    request, new = ask(lead, *answers), make_user("reader", name="Zoe")
    assert not OutgoingMail.objects.exists()
    found = list(Answer.objects.order_by("pk"))
    assign_owner(answers=found[:2], owner=new, by=lead, at=NOW + HOUR)
    assert OutgoingMail.objects.get().subject.startswith("2 answers to verify again")
    set_keeping(answer=found[2], owner=new, deputy=None, interval_days=None, by=lead, at=NOW + 2 * HOUR)
    assert OutgoingMail.objects.filter(recipient=new, reason="").count() == 2
    close_request(request=request, by=lead, at=NOW + 3 * HOUR)
    set_keeping(
        answer=found[2], owner=make_user("reader"), deputy=None, interval_days=None, by=lead, at=NOW + DAY
    )
    assert OutgoingMail.objects.count() == 2


def test_a_new_owner_learns_of_every_answer_given_in_one_act(lead):
    owner, successor = make_user("reader"), make_user("reader")
    answers = [make_answer(owner=owner, verified_on=NOW.date()) for _ in range(3)]
    ask(lead, *answers)
    for answer in answers:  # as handing over does, a category at a time
        assign_owner(answers=[answer], owner=successor, by=lead, at=NOW)
    assert OutgoingMail.objects.filter(kind="verification-request", recipient=successor).count() == 3


def test_mail_is_dropped_for_who_keeps_nothing_of_it_any_more(lead):
    """Its reason may say more than the whole company knows yet."""
    owner, successor = make_user("reader"), make_user("reader")
    answer = make_answer(owner=owner, verified_on=NOW.date())
    ask(lead, answer)
    mail = OutgoingMail.objects.get(recipient=owner)
    assert still_concerns_recipient(mail)
    assign_owner(answers=[answer], owner=successor, by=lead, at=NOW)
    assert not still_concerns_recipient(mail)


def test_mail_is_dropped_once_the_request_is_closed(lead):
    request = ask(lead, kept())
    mail = OutgoingMail.objects.get()
    assert still_concerns_recipient(mail)
    close_request(request=request, by=lead, at=NOW + HOUR)
    assert not still_concerns_recipient(mail)


def test_the_last_confirmation_closes_the_request_and_tells_the_lead(
    lead, django_capture_on_commit_callbacks
):
    first, last, gone = kept(), kept(), kept()
    request = ask(lead, first, last, gone)
    withdraw_answer(answer=Answer.objects.get(pk=gone.pk), by=lead, at=NOW, reason="It is wrong now.")
    for number, answer in enumerate((first, last), start=1):
        with django_capture_on_commit_callbacks(execute=True):
            verify(answer, at=NOW + number * HOUR)
        request.refresh_from_db()
        assert request.is_open == (answer == first)
    assert (request.closed_at, request.closed_by) == (NOW + 2 * HOUR, None)
    assert progress(request) == [Progress.CONFIRMED, Progress.CONFIRMED, Progress.UNPUBLISHED]
    mail = OutgoingMail.objects.get(kind="verification-request-done")
    assert (mail.recipient, mail.subject) == (lead, "Everything is confirmed: New works agreement")
    assert not close_when_confirmed(request_id=request.pk, at=NOW + 3 * HOUR)


def test_mail_that_all_is_confirmed_is_for_a_lead_and_answered_to_the_keeper(lead):
    answer, keeper = kept(), make_user("editor", email="keeper@example.com")
    save_settings(keeper=keeper, stand_in=None, hours={}, as_of=fingerprint_of_settings(), by=lead, at=NOW)
    request = ask(lead, answer)
    verify(answer)
    assert close_when_confirmed(request_id=request.pk, at=NOW + HOUR)
    mail = OutgoingMail.objects.get(kind="verification-request-done")
    assert parse(bytes(mail.message))["Reply-To"] == "keeper@example.com"
    assert still_concerns_recipient(mail)
    lead.groups.set(keeper.groups.all())
    assert not still_concerns_recipient(mail)


def test_the_night_closes_what_a_killed_process_left_open(lead):
    answer, other = kept(), kept()
    left, waiting = ask(lead, answer), ask(lead, other)
    verify(answer)  # nothing runs after this commit: the process was killed
    left.refresh_from_db()
    assert left.is_open
    begin_hold(cause=HoldCause.ASKED, at=NOW)
    assert run_closing(period="2026-11-24", at=NOW + DAY) == "1 request closed"
    left.refresh_from_db()
    waiting.refresh_from_db()
    assert (left.closed_at, left.closed_by, waiting.is_open) == (NOW + DAY, None, True)
    # A restored copy would find the same again.
    assert OutgoingMail.objects.get(kind="verification-request-done").held
    assert run_closing(period="2026-11-25", at=NOW + 2 * DAY) == "0 requests closed"
    assert REQUESTS_CLOSED in {job.name for job in jobs()}


def test_mail_that_asks_speaks_of_one_answer_or_of_several(lead):
    owner = make_user("reader")
    ask(lead, kept(owner))
    ask(lead, kept(owner), kept(owner))
    for mail, said in zip(
        OutgoingMail.objects.order_by("pk"), ("Read it. If", "Read each one. If"), strict=True
    ):
        for kind in ("plain", "html"):
            assert said in parse(bytes(mail.message)).get_body((kind,)).get_content()


def test_mails_that_a_person_causes_leave_while_sending_is_held(lead):
    begin_hold(cause=HoldCause.ASKED, at=NOW)
    ask(lead, kept())
    assert not OutgoingMail.objects.get(kind="verification-request").held


def test_the_last_word_may_be_committed_before_an_earlier_one(lead):
    first, last = kept(), kept()
    request = ask(lead, first, last)
    verify(first, at=NOW + 2 * HOUR)
    verify(last, at=NOW + HOUR)
    assert close_when_confirmed(request_id=request.pk, at=NOW + HOUR)
    assert progress(request) == [Progress.CONFIRMED, Progress.CONFIRMED]


def test_no_longer_asking_for_the_last_that_waits_closes(lead):
    first, last = kept(), kept()
    request = ask(lead, first, last)
    verify(first)
    withdraw_answers(request=request, answers=[last.pk], by=lead, at=NOW + 2 * HOUR)
    request.refresh_from_db()
    assert not request.is_open


def test_every_act_is_written_down(lead):
    answer, other = kept(), kept()
    request = ask(lead, answer)
    add_answers(request=request, answers=[other.pk], by=lead, at=NOW)
    withdraw_answers(request=request, answers=[other.pk], by=lead, at=NOW)
    close_request(request=request, by=lead, at=NOW)
    acts = Activity.objects.filter(subject="wiki.verificationrequest").order_by("pk")
    assert list(acts.values_list("verb", "actor", "detail")) == [
        ("ask-to-verify", lead.pk, {"answers": [answer.pk]}),
        ("add-answers", lead.pk, {"answers": [other.pk]}),
        ("withdraw-answers", lead.pk, {"answers": [other.pk]}),
        ("close", lead.pk, {}),
    ]


def test_counts_by_request_and_by_owner(lead):
    ada, zoe = make_user("reader", name="Ada"), make_user("reader", name="Zoe")
    answers = [kept(ada), kept(ada), kept(zoe), make_answer(verified_on=TODAY - DAY), kept(zoe)]
    request, empty = ask(lead, *answers), ask(lead, answers[0])
    verify(answers[0])
    withdraw_answers(request=request, answers=[answers[4].pk], by=lead, at=NOW + HOUR)
    counts = counts_of([request, empty])
    assert [(counts[one.pk].confirmed, counts[one.pk].asked) for one in (request, empty)] == [(1, 4), (1, 1)]
    assert not counts[request.pk].is_done
    assert counts[empty.pk].is_done
    assert [(one.owner, one.count.confirmed, one.count.asked) for one in owners_of(request)] == [
        (None, 0, 1),
        (ada, 1, 2),
        (zoe, 0, 1),
    ]
    assert orphans_of(request) == [answers[3].pk]


def test_requests_that_wait_for_an_answer(lead):
    answer, confirmed = kept(), kept()
    later, sooner = ask(lead, answer, confirmed, due_on=DUE + DAY), ask(lead, answer)
    close_request(request=ask(lead, answer), by=lead, at=NOW)
    verify(confirmed)
    assert requests_waiting_for([answer.pk, confirmed.pk]) == {answer.pk: [sooner, later]}


def test_readers_read_the_requests_on_what_they_keep(lead):
    owner, deputy = make_user("reader"), make_user("reader")
    request = ask(lead, kept(owner, deputy=deputy))
    readable = VerificationRequest.objects.readable_by
    for user in (owner, deputy, lead, make_user("editor")):
        assert list(readable(user, on=TODAY)) == [request]
    for user in (make_user("reader"), make_user("recruiter"), make_user("administrator"), make_user()):
        assert list(readable(user, on=TODAY)) == []


def test_answers_to_choose_from(lead):
    category = make_category("hours")
    site = make_scope("Lyon")
    shop = make_scope("Workshop", parent=site)
    first = make_answer(make_question(category=category), site, short="Overtime is paid.")
    second = make_answer(make_question(category=category), shop)
    third = make_answer()
    make_answer(published=False)

    def found(**narrowing):
        return set(answers_to_choose_from(language="en", **narrowing))

    assert found() == {first, second, third}
    assert found(category=category) == {first, second}
    assert found(scope=site) == {first, second}
    assert found(scope=shop) == {second}
    assert found(words="overtime") == {first}
    assert found(words="xylophone") == set()
    assert found(request=ask(lead, first)) == {second, third}


@pytest.mark.parametrize(
    "broken",
    [
        {"closed_by": 1},
        {"closed_at": NOW - HOUR},
        {"event": ""},
    ],
)
def test_the_database_refuses_what_makes_no_request(lead, broken):
    request = ask(lead, kept())
    if "closed_by" in broken:
        broken = {"closed_by": lead}
    with pytest.raises(IntegrityError), transaction.atomic():
        VerificationRequest.objects.filter(pk=request.pk).update(**broken)


ACTS = ("verify", "rewrite", "touch", "ask", "withdraw", "close", "keep")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 120)), max_size=8),
    interval=st.integers(1, 90),
)
def test_the_dates_are_the_same_however_they_are_derived(
    db: None, acts: list[tuple[str, int]], interval: int
) -> None:
    """Act by act, for all at once, by the category: one date, never past what an open request asks."""
    with transaction.atomic():
        lead, category = make_user("lead"), make_category(interval_days=30)
        answer = make_answer(make_question(category=category), owner=lead, verified_on=TODAY - DAY)
        for number, (act, days) in enumerate(acts, start=1):
            _act(act, answer, lead, days=days, at=NOW + number * HOUR)
            stored = _dates(answer)
            refresh_all_review_dates(answers=Answer.objects.all())
            assert _dates(answer) == stored
            waiting = requests_waiting_for([answer.pk]).get(answer.pk, [])
            assert all(stored[1] <= request.due_on for request in waiting)
            assert (answer.pk in requests_waiting_for([answer.pk])) == bool(waiting)
        category.interval_days = interval
        category.save()
        refresh_category_dates(category=category)
        by_category = _dates(answer)
        refresh_review_dates(answer=Answer.objects.get(pk=answer.pk))
        assert _dates(answer) == by_category
        transaction.set_rollback(True)


def _dates(answer: Answer) -> tuple[date | None, date]:
    found = Answer.objects.get(pk=answer.pk)
    assert found.next_review_on is not None
    return found.verified_on, found.next_review_on


def _act(act: str, answer: Answer, lead, *, days: int, at: datetime) -> None:
    newest = VerificationRequest.objects.open().order_by("-pk").first()
    match act:
        case "verify":
            verify(answer, at=at)
        case "rewrite" | "touch":
            rewrite(answer, at=at, major=act == "rewrite")
        case "ask":
            ask(lead, answer, at=at, due_on=localdate(at) + timedelta(days=days))
        case "withdraw" if newest:
            withdraw_answers(request=newest, answers=[answer.pk], by=lead, at=at)
        case "close" if newest:
            close_request(request=newest, by=lead, at=at)
        case _:
            refresh_review_dates(answer=Answer.objects.get(pk=answer.pk))


@pytest.mark.parametrize("away", ["withdrawn", "archived"])
def test_request_ends_when_what_it_still_waits_for_is_no_longer_published(
    lead, away, django_capture_on_commit_callbacks
):
    confirmed, other = kept(), kept()
    request = ask(lead, confirmed, other)
    with django_capture_on_commit_callbacks(execute=True):
        verify(confirmed)
        if away == "withdrawn":
            withdraw_answer(answer=other, by=lead, at=NOW + HOUR, reason="")
        else:
            archive_question(question=other.question, by=lead, at=NOW + HOUR)
    request.refresh_from_db()
    assert request.closed_at is not None

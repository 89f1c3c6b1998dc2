from datetime import timedelta

import pytest

from accounts.models import User
from ledger.domain.mail_kinds import still_concerns_recipient
from ledger.models import OutgoingMail
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.applications import edit_application
from recruiting.domain.recall_closing import (
    AlreadyClosed,
    AnswerChanged,
    CannotBeMailed,
    Closing,
    Correction,
    WordsMustNotLeave,
    close_recall,
)
from recruiting.domain.recall_mails import ANSWER_CORRECTION, prepared_correction
from recruiting.domain.recalls import (
    count_told_otherwise,
    open_recalls,
    recall_marks,
    with_what_pages_show,
)
from recruiting.domain.told_otherwise import told_otherwise
from recruiting.models import AnswerGiven, Application, Candidate, Recall, RecallOutcome
from tests.factories import AT, make_answer, make_figure, make_revision, make_user, make_value
from tests.recruiting.factories import how, make_application, make_given, make_session
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.challenges import challenge_answer, resolve_challenge
from wiki.models import Answer, AnswerRevision, Challenge, Resolution

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ON = (AT + 20 * DAY).date()
LATER = AT + 20 * DAY
LEFT = Closing(outcome=RecallOutcome.LEFT, reason="It does not concern their job.")


def publish(answer: Answer, short: str = "Nine per cent left.", **text: object) -> AnswerRevision:
    """A revision on top of what is there, published; major unless told otherwise."""
    answer.refresh_from_db()
    revision = make_revision(answer, short=short, at=AT + 10 * DAY, **text)
    publish_revision(answer=answer, revision=revision, by=revision.author, at=AT + 10 * DAY)
    answer.refresh_from_db()
    return revision


def tell(answer: Answer, *, email: str = "ada@example.com", **said: object) -> AnswerGiven:
    host = make_user("reader")
    application = make_application(email=email)
    return make_given(make_session(application, host), answer.question, host, **said)


def end(application: Application, outcome: str, starts_on: object = None) -> None:
    stage = "hired" if outcome == "accepted" else "closed"
    facts = {"stage": stage, "outcome": outcome, "decided_on": AT.date(), "starts_on": starts_on}
    edit_application(application=application, **facts, by=make_user("recruiter"), at=AT + 11 * DAY)


def found() -> list[int]:
    return list(open_recalls(on=ON).order_by("pk").values_list("pk", flat=True))


def standing(given: AnswerGiven):
    lines = with_what_pages_show(open_recalls(on=ON), language="en")
    return told_otherwise(lines.get(pk=given.pk), on=ON)


def close(given: AnswerGiven, how: Closing = LEFT, *, by: User | None = None) -> list[Recall]:
    now = Answer.objects.get(pk=given.revision.answer_id).published_id
    return close_recall(given=given, how=how, as_of=now, by=by or make_user("recruiter"), at=LATER)


def mailed(text: str, subject: str = "What has changed") -> Closing:
    return Closing(outcome=RecallOutcome.CORRECTED, correction=Correction(subject=subject, text=text))


def challenge(answer: Answer, resolution: Resolution = Resolution.CORRECTED) -> Challenge:
    answer.refresh_from_db()
    by = make_user("reader")
    made = challenge_answer(answer=answer, revision=answer.published, text="No.", by=by, at=AT + 8 * DAY)
    resolve_challenge(challenge=made, resolution=resolution, note="Ten left.", by=by, at=AT + 9 * DAY)
    return made


def test_a_major_revision_recalls_what_was_told_before():
    answer = make_answer()
    given = tell(answer)
    assert found() == []
    major = publish(answer)
    assert found() == [given.pk]
    told = standing(given)
    assert (told.major, told.challenge, told.now) == (major, None, major)
    assert count_told_otherwise(on=ON) == count_told_otherwise(on=ON, answer=answer) == 1
    assert count_told_otherwise(on=ON, answer=make_answer()) == 0


def test_a_minor_revision_recalls_nothing():
    answer = make_answer()
    tell(answer)
    publish(answer, major=False)
    assert found() == []


def test_a_major_draft_recalls_nothing_until_it_or_a_later_one_is_published():
    answer = make_answer()
    given = tell(answer)
    major = make_revision(answer, short="Nine.")
    assert found() == []
    publish(answer, "Nine per cent.", major=False)
    assert found() == [given.pk]
    assert standing(given).major == major


@pytest.mark.parametrize("delivery", ["adapted", "departed_from"])
def test_what_was_adapted_or_departed_from_is_recalled(delivery):
    answer = make_answer()
    given = tell(answer, delivery=delivery, said="About ten.")
    publish(answer)
    assert found() == [given.pk]


def test_what_was_not_told_is_not_recalled():
    answer = make_answer()
    tell(answer, delivery="not_answered")
    corrected = tell(answer)
    correct_answer(given=corrected, how=how(corrected.host, "not_answered"), by=corrected.host, at=LATER)
    publish(answer)
    assert found() == []


def test_a_corrected_line_is_recalled_once_by_its_correction():
    answer = make_answer()
    given = tell(answer)
    again = how(given.host, "adapted", said="About eight.")
    correction = correct_answer(given=given, how=again, by=given.host, at=LATER)
    publish(answer)
    assert found() == [correction.pk]


@pytest.mark.parametrize(
    ("outcome", "starts_in", "concerned"),
    [
        ("", None, True),
        ("accepted", None, True),
        ("accepted", 21, True),
        ("accepted", 20, False),
        ("declined", None, False),
        ("refused", None, False),
        ("withdrawn", None, False),
    ],
)
def test_whom_recalls_concern(outcome, starts_in, concerned):
    answer = make_answer()
    given = tell(answer)
    if outcome:
        starts_on = (AT + starts_in * DAY).date() if starts_in else None
        end(given.session.application, outcome, starts_on)
    publish(answer)
    assert found() == ([given.pk] if concerned else [])


def test_a_candidate_in_process_for_another_position_is_concerned():
    answer = make_answer()
    given = tell(answer)
    end(given.session.application, "refused")
    publish(answer)
    other = make_application()
    other.candidate = given.session.application.candidate
    other.save()
    assert found() == [given.pk]


def test_the_text_told_in_force_again_recalls_nothing():
    answer = make_answer(short="Eight.")
    tell(answer)
    publish(answer, "Nine.")
    publish(answer, "Eight.")
    assert found() == []


def test_an_answer_withdrawn_after_a_major_revision_is_recalled_without_words():
    answer = make_answer()
    given = tell(answer)
    publish(answer)
    withdraw_answer(answer=answer, by=make_user("editor"), at=AT + 12 * DAY, reason="")
    assert found() == [given.pk]
    assert standing(given).now is None


def test_a_challenge_that_proved_it_wrong_recalls_what_was_told():
    answer = make_answer()
    given = tell(answer)
    made = challenge(answer)
    assert found() == [given.pk]
    assert standing(given).challenge == made


def test_a_challenge_that_was_refused_or_is_of_an_earlier_text_recalls_nothing():
    answer = make_answer()
    challenge(answer, Resolution.CONFIRMED)
    challenge(answer)
    publish(answer, major=False)
    tell(answer)
    assert found() == []


def test_figures_are_those_of_the_day_and_those_of_today():
    figure = make_figure("turnover")
    make_value(figure, "11.4")
    answer = make_answer(short="It was [[figure:turnover]].")
    given = tell(answer)
    publish(answer, "It is [[figure:turnover]] now.")
    make_value(figure, "12.6", as_of=(AT + 12 * DAY).date(), at=AT + 12 * DAY)
    told = standing(given)
    assert told.revision.cited["turnover"].number == "11.4"
    assert told.now.cited["turnover"].number == "12.6"


def test_the_candidate_told_twice_is_settled_at_once_and_told_since_is_said():
    answer = make_answer()
    first = tell(answer)
    second = make_given(first.session, answer.question, first.host, at=AT + 8 * DAY)
    publish(answer)
    third = make_given(first.session, answer.question, first.host, at=AT + 13 * DAY)
    told = standing(first)
    assert (told.also, told.since) == ([second], third)
    assert count_told_otherwise(on=ON) == 1
    assert [recall.answer_given_id for recall in close(first)] == [first.pk, second.pk]
    assert found() == []


def test_a_closed_recall_stays_closed_until_the_answer_changes_again():
    answer = make_answer()
    given = tell(answer)
    publish(answer)
    close(given)
    publish(answer, "Nine point five.", major=False)
    assert found() == []
    publish(answer, "Twelve.")
    assert found() == [given.pk]


def test_the_challenge_behind_a_revision_that_was_recalled_does_not_recall_it_again():
    answer = make_answer()
    given = tell(answer)
    by = make_user("reader")
    made = challenge_answer(answer=answer, revision=answer.published, text="No.", by=by, at=AT + 8 * DAY)
    publish(answer)
    close(given)
    resolve_challenge(challenge=made, resolution=Resolution.CORRECTED, note="", by=by, at=AT + 12 * DAY)
    assert found() == []


def test_a_revision_recalls_again_what_a_challenge_had_recalled():
    answer = make_answer()
    given = tell(answer)
    made = challenge(answer)
    close(given)
    assert Recall.objects.values_list("challenge", "revision").get() == (made.pk, None)
    assert found() == []
    publish(answer)
    assert found() == [given.pk]


def test_of_two_who_close_it_the_second_is_told():
    answer = make_answer()
    given = tell(answer)
    publish(answer)
    close(given)
    with pytest.raises(AlreadyClosed):
        close(given)
    assert Recall.objects.count() == 1


def test_what_changed_since_it_was_read_is_not_sent():
    answer = make_answer(disclosure="share")
    given = tell(answer)
    seen = publish(answer, disclosure="share")
    publish(answer, "Ten.", disclosure="share", major=False)
    with pytest.raises(AnswerChanged):
        close_recall(given=given, how=mailed("Nine."), as_of=seen.pk, by=make_user("recruiter"), at=LATER)
    assert not Recall.objects.exists()
    assert not OutgoingMail.objects.filter(kind=ANSWER_CORRECTION).exists()


def test_a_correction_is_mailed_and_its_words_are_kept():
    answer = make_answer(disclosure="share")
    given = tell(answer)
    major = publish(answer, disclosure="share")
    recruiter = make_user("recruiter", email="sophie@example.com", name="Sophie V.")
    subject, text = prepared_correction(standing(given), by=recruiter)
    assert text == (
        "Hello Ada,\n\n"
        "When we met on 9 November 2026, you asked us: “"
        + given.candidate_question.question.phrasings.get(language="en").text
        + "” What we answered does not hold any more, and we would rather you knew it from us.\n\n"
        "Here is what holds today:\n\nNine per cent left.\n\n"
        "If you have a question about it, just reply to this mail.\n\nSophie V."
    )
    close(given, mailed(text, subject), by=recruiter)
    recall = Recall.objects.get()
    assert (recall.sent_subject, recall.sent_text) == (subject, text)
    assert (recall.outcome, recall.revision, recall.closed_by) == ("corrected", major, recruiter)
    mail = OutgoingMail.objects.get(kind=ANSWER_CORRECTION)
    assert (mail.to_address, mail.recipient, mail.language) == ("ada@example.com", None, "en")
    message = bytes(mail.message).decode()
    assert "Reply-To: sophie@example.com" in message
    assert "Open Contrechamp" not in message
    assert recall_marks(given.session, on=ON)[given.pk].closed == recall


@pytest.mark.parametrize("change", [{"anonymised_at": AT}, {"email": "", "name": ""}])
def test_a_correction_to_someone_forgotten_meanwhile_concerns_nobody(change):
    """It may wait for days: the mail server is down, or a person decides after a restore."""
    answer = make_answer(disclosure="share")
    given = tell(answer)
    publish(answer, disclosure="share")
    close(given, mailed("What holds now.", "A correction"))
    mail = OutgoingMail.objects.get(kind=ANSWER_CORRECTION)
    assert still_concerns_recipient(mail)
    Candidate.objects.update(**change)
    assert not still_concerns_recipient(mail)


def test_an_answer_that_may_only_be_said_is_offered_by_a_call():
    answer = make_answer()
    given = tell(answer)
    publish(answer)
    _subject, text = prepared_correction(standing(given), by=make_user("recruiter"))
    assert "Nine per cent" not in text
    assert "I will call you" in text


@pytest.mark.parametrize("disclosure", ["internal", "say"])
def test_words_that_may_not_be_written_do_not_leave(disclosure):
    answer = make_answer()
    given = tell(answer)
    publish(answer, disclosure=disclosure)
    with pytest.raises(WordsMustNotLeave):
        close(given, mailed("In short: nine  per\ncent left."))
    assert found() == [given.pk]
    close(given, mailed("It is somewhat more; let me call you."))
    assert found() == []


def test_without_an_address_nothing_is_mailed_and_a_word_is_enough():
    answer = make_answer()
    given = tell(answer, email="")
    publish(answer)
    with pytest.raises(CannotBeMailed):
        close(given, mailed("Let me call you."))
    close(given, Closing(outcome=RecallOutcome.CORRECTED, reason="Called on Monday."))
    assert Recall.objects.get().reason == "Called on Monday."


def test_an_erased_candidate_is_told_nothing_any_more():
    answer = make_answer()
    given = tell(answer)
    publish(answer)
    assert found() == [given.pk]
    Candidate.objects.update(anonymised_at=AT)
    assert found() == []
    with pytest.raises(AlreadyClosed):
        close(given, mailed("Let me call you."))


def test_the_record_is_marked_where_it_was_told():
    answer = make_answer()
    given = tell(answer)
    untouched = make_given(given.session, make_answer().question, given.host)
    publish(answer)
    marks = recall_marks(given.session, on=ON)
    assert list(marks) == [given.pk] != [untouched.pk]
    assert (marks[given.pk].is_open, marks[given.pk].closed) == (True, None)

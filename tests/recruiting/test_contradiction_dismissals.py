from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.models import Activity
from recruiting.domain.answers_given import correct_answer
from recruiting.domain.contradiction_dismissals import (
    AlreadyBroughtBack,
    NothingContradicts,
    ToldSince,
    bring_back_contradiction,
    dismiss_contradiction,
    dismissals_of,
)
from recruiting.domain.contradictions import contradictions, contradictions_and_dismissed
from recruiting.models import ContradictionDismissal
from tests.factories import AT, make_answer, make_question, make_user
from tests.recruiting.factories import how, make_application, make_given, make_position, make_session

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = AT + 30 * DAY
WORD = "Each was told of their own team."


@pytest.fixture
def position():
    return make_position("Baker")


@pytest.fixture
def answer():
    return make_answer(make_question(en="Why do people leave?"))


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def tell(position, answer, delivery="as_written"):
    host = make_user("reader")
    session = make_session(make_application(position), host, starts_at=NOW - DAY)
    said = "" if delivery == "as_written" else "Otherwise."
    return make_given(session, answer.question, host, delivery=delivery, said=said, at=NOW - DAY)


def contradict(position, answer):
    tell(position, answer)
    return tell(position, answer, "departed_from")


def dismiss(position, latest, *, by=None):
    return dismiss_contradiction(
        position=position,
        question=latest.candidate_question.question,
        word=WORD,
        as_of=latest.pk,
        by=by or make_user("recruiter"),
        at=NOW,
    )


def found(position=None):
    return contradictions(at=NOW, language="en", position=position)


def test_a_dismissed_contradiction_is_hidden_and_who_when_and_why_stay(position, answer):
    recruiter, latest = make_user("recruiter"), contradict(position, answer)
    other = contradict(position, make_answer())
    dismissal = dismiss(position, latest, by=recruiter)
    assert [one.latest for one in found()] == [one.latest for one in found(position)] == [other]
    assert dismissals_of(position, language="en") == [dismissal]
    assert (dismissal.word, dismissal.dismissed_by, dismissal.dismissed_at) == (WORD, recruiter, NOW)
    both = contradictions_and_dismissed(at=NOW, language="en", position=position)
    assert {one.latest: one.dismissal for one in both} == {latest: dismissal, other: None}
    act = Activity.objects.get(verb="dismiss")
    assert WORD not in str(act.detail)


def test_the_same_question_on_another_position_stays(position, answer):
    elsewhere = contradict(make_position(), answer)
    dismiss(position, contradict(position, answer))
    assert [one.latest for one in found()] == [elsewhere]


def test_those_dismissed_take_no_place_among_the_first(position, answer):
    older = contradict(position, make_answer())
    dismiss(position, contradict(position, answer))
    shown = contradictions(at=NOW, language="en", most=1)
    assert [one.latest for one in shown] == [older]


def test_what_is_told_later_makes_it_anew(position, answer):
    dismissal = dismiss(position, contradict(position, answer))
    tell(position, answer, "adapted")  # contradicts nothing
    assert found() == []
    anew = tell(position, answer)
    assert [one.latest for one in found()] == [anew]
    second = dismiss(position, anew)
    assert found() == []
    assert dismissals_of(position, language="en") == [second, dismissal]


def test_a_correction_that_still_contradicts_makes_it_anew(position, answer):
    departed = contradict(position, answer)
    dismiss(position, departed)
    again = how(departed.host, "departed_from", said="Otherwise again.")
    correction = correct_answer(given=departed, how=again, by=departed.host, at=NOW)
    assert [one.latest for one in found()] == [correction]


def test_of_two_who_dismiss_it_the_second_is_told(position, answer):
    latest = contradict(position, answer)
    dismiss(position, latest)
    with pytest.raises(NothingContradicts):
        dismiss(position, latest)
    assert ContradictionDismissal.objects.count() == 1


def test_what_was_told_since_it_was_read_is_not_dismissed(position, answer):
    latest = contradict(position, answer)
    tell(position, answer)
    with pytest.raises(ToldSince):
        dismiss(position, latest)
    assert len(found()) == 1


def test_what_does_not_contradict_is_not_dismissed(position, answer):
    with pytest.raises(NothingContradicts):
        dismiss(position, tell(position, answer))


def test_a_dismissal_says_why(position, answer):
    latest = contradict(position, answer)
    with pytest.raises(ValueError, match="why"):
        dismiss_contradiction(
            position=position, question=answer.question, word=" ", as_of=latest.pk, by=latest.host, at=NOW
        )


def test_brought_back_it_is_shown_again_and_may_be_dismissed_again(position, answer):
    recruiter, latest = make_user("recruiter"), contradict(position, answer)
    dismissal = dismiss(position, latest)
    bring_back_contradiction(dismissal=dismissal, by=recruiter, at=NOW + DAY)
    assert [one.latest for one in found()] == [latest]
    dismissal.refresh_from_db()
    assert (dismissal.word, dismissal.brought_back_by) == (WORD, recruiter)
    assert dismissal.brought_back_at == NOW + DAY
    with pytest.raises(AlreadyBroughtBack):
        bring_back_contradiction(dismissal=dismissal, by=recruiter, at=NOW + DAY)
    dismiss(position, latest)
    assert found() == []


def test_brought_back_it_is_not_kept_hidden_by_an_earlier_dismissal(position, answer):
    dismiss(position, contradict(position, answer))
    anew = tell(position, answer)
    second = dismiss(position, anew)
    correct_answer(given=anew, how=how(anew.host, "not_answered"), by=anew.host, at=NOW)
    bring_back_contradiction(dismissal=second, by=second.dismissed_by, at=NOW)
    assert len(found()) == 1


def dismiss_address(position, answer):
    return reverse("recruiting:contradiction_dismiss", args=[position.pk, answer.question.slug])


def sent(latest, word=WORD):
    return {"seen": latest.pk, "word": word, "form_key": uuid4().hex}


@pytest.mark.usefixtures("_now")
def test_contradiction_dismiss_and_bring_back_on_the_pages(client_as, position, answer):
    latest = contradict(position, answer)
    client = client_as(make_user("recruiter", name="Sophie Martin"))
    address, page = dismiss_address(position, answer), reverse("recruiting:position", args=[position.pk])
    assert address in client.get(page).text
    assert "Why do people leave?" in client.get(address).text
    done = client.post(address, sent(latest), follow=True)
    assert "Dismissed. It shows again once more is told that contradicts it." in done.text
    assert address not in done.text
    assert "Dismissed by Sophie Martin, " in done.text
    assert WORD in done.text
    assert reverse("recruiting:record", args=[latest.session_id]) in done.text
    back = reverse("recruiting:contradiction_bring_back", args=[ContradictionDismissal.objects.get().pk])
    shown = client.post(back, follow=True).text
    assert "It is shown again." in shown
    assert address in shown
    assert WORD in shown
    assert "Brought back by Sophie Martin, " in shown
    assert "Someone was faster" in client.post(back, follow=True).text


@pytest.mark.usefixtures("_now")
def test_contradiction_dismissed_is_gone_from_the_leads_home(client_as, position, answer):
    client = client_as(make_user("lead"))
    latest = contradict(position, answer)
    assert "Candidates told different things" in client.get(reverse("home")).text
    dismiss(position, latest)
    assert "Candidates told different things" not in client.get(reverse("home")).text


@pytest.mark.usefixtures("_now")
def test_contradiction_dismiss_asks_for_a_word(client_as, position, answer):
    latest = contradict(position, answer)
    page = client_as(make_user("recruiter")).post(dismiss_address(position, answer), sent(latest, word=" "))
    assert "error-summary" in page.text
    assert "Write why it may stay as it is." in page.text
    assert not ContradictionDismissal.objects.exists()


@pytest.mark.usefixtures("_now")
def test_contradiction_dismissed_by_two_at_once_tells_the_second_and_keeps_their_words(
    client_as, position, answer
):
    latest = contradict(position, answer)
    dismiss(position, latest, by=make_user("recruiter", name="Sophie Martin"))
    page = client_as(make_user("lead")).post(
        dismiss_address(position, answer), sent(latest, word="My own reason.")
    )
    assert "Nothing was done: it was dismissed meanwhile" in page.text
    assert "Dismissed by Sophie Martin, " in page.text
    assert "My own reason." in page.text
    assert ContradictionDismissal.objects.count() == 1


@pytest.mark.usefixtures("_now")
def test_contradiction_dismiss_shows_what_was_told_since_and_takes_a_second_press(
    client_as, position, answer
):
    latest = contradict(position, answer)
    client = client_as(make_user("recruiter"))
    anew = tell(position, answer)
    page = client.post(dismiss_address(position, answer), sent(latest))
    assert "More was told since you opened this page." in page.text
    assert WORD in page.text
    assert f'value="{anew.pk}"' in page.text
    client.post(dismiss_address(position, answer), sent(anew))
    assert ContradictionDismissal.objects.get().latest == anew


@pytest.mark.usefixtures("_now")
def test_contradiction_dismiss_has_no_page_where_nothing_contradicts(client_as, position, answer):
    tell(position, answer)
    assert client_as(make_user("recruiter")).get(dismiss_address(position, answer)).status_code == 404


@pytest.mark.usefixtures("_now")
def test_position_makes_as_many_queries_for_thirty_dismissals_as_for_one(client_as, position):
    client, counts = client_as(make_user("recruiter")), []
    for number in (1, 29):
        for _ in range(number):
            dismiss(position, contradict(position, make_answer(make_question())))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("recruiting:position", args=[position.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]

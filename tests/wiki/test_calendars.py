from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from tests.factories import make_answer, make_company, make_question, make_user
from wiki.domain.answers import withdraw_answer
from wiki.domain.calendars import review_events
from wiki.domain.pauses import pause_digests
from wiki.models import Answer

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)
SITE = "http://127.0.0.1:8000"


def due(on: date | None, *, en: str = "Why do people leave?", **keepers) -> Answer:
    """A published answer with this review date, verified once."""
    answer = make_answer(make_question(en=en), verified_on=TODAY - 200 * DAY, **keepers)
    Answer.objects.filter(pk=answer.pk).update(next_review_on=on)
    return answer


def told(user, on: date = TODAY) -> list[tuple[date, date, str]]:
    return [(event.starts, event.ends, event.summary) for event in review_events(user=user, on=on)]


def test_review_due_is_a_whole_day_with_a_link_to_the_answer():
    owner = make_user("reader")
    answer = due(TODAY + 5 * DAY, owner=owner)
    [event] = review_events(user=owner, on=TODAY)
    assert (event.starts, event.ends) == (date(2026, 11, 7), date(2026, 11, 8))
    assert event.summary == "To confirm: Why do people leave?"
    assert event.url == f"{SITE}/wiki/answers/{answer.pk}/"
    assert event.description == f"Why do people leave? ({make_company().name})\n{event.url}"
    assert event.uid == f"reviews-2026-11-07-{owner.pk}@127.0.0.1"
    assert not event.busy


def test_reviews_of_one_day_are_one_event():
    owner = make_user("reader")
    for number in range(3):
        due(TODAY + 5 * DAY, owner=owner, en=f"Question {number}?")
    due(TODAY + 6 * DAY, owner=owner)
    first, second = review_events(user=owner, on=TODAY)
    assert (first.summary, first.url) == ("3 answers to confirm", f"{SITE}/wiki/review/")
    assert [f"Question {number}?" in first.description for number in range(3)] == [True] * 3
    assert second.summary == "To confirm: Why do people leave?"


def test_all_that_is_overdue_is_one_event_today():
    """An answer is good on the day its review is due; one that never had a review date wants one."""
    owner = make_user("reader")
    due(TODAY - DAY, owner=owner)
    due(TODAY - 90 * DAY, owner=owner)
    due(None, owner=owner)
    due(TODAY, owner=owner)
    assert told(owner) == [
        (TODAY, TODAY + DAY, "3 answers to confirm"),
        (TODAY, TODAY + DAY, "To confirm: Why do people leave?"),
    ]


def test_what_is_overdue_moves_with_the_day():
    owner = make_user("reader")
    due(TODAY - DAY, owner=owner)
    [today], [tomorrow] = (review_events(user=owner, on=day) for day in (TODAY, TODAY + DAY))
    assert today.uid == tomorrow.uid
    assert (tomorrow.starts - today.starts, tomorrow.sequence - today.sequence) == (DAY, 1)
    assert tomorrow.changed_at > today.changed_at


def test_reviews_are_the_owner_s_and_after_fourteen_days_overdue_the_deputy_s_too():
    """As the digests tell them: the owner comes first."""
    owner, deputy, editor = make_user("reader"), make_user("reader"), make_user("editor")
    due(TODAY + DAY, owner=owner, deputy=deputy)
    due(TODAY - 14 * DAY, owner=owner, deputy=deputy)
    assert len(told(owner)) == 2
    assert told(deputy) == []
    assert told(deputy, TODAY + DAY) == [(TODAY + DAY, TODAY + 2 * DAY, "To confirm: Why do people leave?")]
    assert told(editor, TODAY + DAY) == []


def test_reviews_of_an_owner_who_is_away_are_the_stand_in_s_too():
    owner, stand_in = make_user("reader"), make_user("reader")
    due(TODAY + DAY, owner=owner)
    assert told(stand_in) == []
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    pause_digests(user=owner, until=TODAY, stand_in=stand_in, at=at)
    assert told(stand_in) == told(owner) != []
    assert told(stand_in, TODAY + DAY) == []


def test_reviews_reach_a_hundred_and_twenty_days_ahead():
    owner = make_user("reader")
    due(TODAY + 120 * DAY, owner=owner)
    due(TODAY + 121 * DAY, owner=owner)
    assert [starts for starts, _, _ in told(owner)] == [TODAY + 120 * DAY]


def test_no_review_of_what_is_not_published_or_not_theirs_to_read():
    owner = make_user("reader")
    make_answer(owner=owner, published=False)
    withdrawn = due(TODAY + DAY, owner=owner)
    withdraw_answer(answer=withdrawn, by=owner, at=withdrawn.published.created_at, reason="")
    assert told(owner) == []
    due(TODAY + DAY, owner=owner)
    assert told(owner) != []
    owner.groups.clear()
    owner = type(owner).objects.get(pk=owner.pk)
    assert told(owner) == []


def test_many_overdue_are_told_by_the_count_and_listed_in_part(monkeypatch):
    monkeypatch.setattr("wiki.domain.calendars.MOST", 3)
    monkeypatch.setattr("wiki.domain.calendars.LISTED", 2)
    owner = make_user("reader")
    for number in range(3):
        due(TODAY - DAY, owner=owner, en=f"Question {number}?")
    [event] = review_events(user=owner, on=TODAY)
    assert event.summary == "3 answers to confirm"
    assert event.description.endswith(f"The review queue has the rest:\n{SITE}/wiki/review/")
    assert "Question 2?" not in event.description
    due(TODAY - DAY, owner=owner)
    [event] = review_events(user=owner, on=TODAY)
    assert event.summary == "More than 3 answers to confirm"


def test_reviews_are_in_the_readers_language():
    owner = make_user("reader", language="fr")
    answer = make_answer(make_question(fr="Pourquoi part-on ?"), owner=owner, verified_on=TODAY)
    Answer.objects.filter(pk=answer.pk).update(next_review_on=TODAY + DAY)
    with translation.override("fr"):
        [event] = review_events(user=owner, on=TODAY)
    assert "Pourquoi part-on ?" in event.summary


def test_review_events_make_as_many_queries_for_thirty_as_for_one(django_assert_num_queries):
    owner = make_user("reader")
    assert owner.reads_wiki
    for number in range(30):
        due(TODAY + number * DAY, owner=owner)
        due(TODAY - number * DAY, owner=owner)
        if number in (0, 29):
            with django_assert_num_queries(3):
                assert review_events(user=owner, on=TODAY)

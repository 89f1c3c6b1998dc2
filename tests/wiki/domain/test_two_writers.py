"""Two people at the same instant: one of them wins, and the other is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction

from ledger.models import OutgoingMail
from tests.factories import (
    AT,
    make_answer,
    make_company,
    make_figure,
    make_question,
    make_revision,
    make_user,
    make_value,
)
from wiki.domain.answers import PlaceTaken, publish_revision, verify_answer
from wiki.domain.categories import edit_category
from wiki.domain.figures import Measured, record_value
from wiki.domain.freshness import refresh_all_review_dates
from wiki.domain.handing_over import hand_over_in_wiki
from wiki.domain.revisions import EditConflict, RevisionText, save_revision
from wiki.domain.scopes import create_scope, edit_scope
from wiki.domain.verification_requests import ask_to_verify
from wiki.domain.writing import Intent, write_first_text, write_revision
from wiki.models import Answer, Figure, Progress

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4
ROUNDS = 10


def at_once(act: Callable[[int], object]) -> list[str]:
    """What became of each of the writers, who all start at the same moment."""
    start, outcomes = Barrier(WRITERS), []

    def write(number: int) -> None:
        start.wait()
        try:
            act(number)
            outcomes.append("saved")
        except (EditConflict, PlaceTaken) as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_many_saves_on_one_base_one_wins() -> None:
    answer, editor = make_answer(), make_user("editor")
    outcomes = at_once(
        lambda number: save_revision(
            answer=answer, base=1, text=RevisionText(short_answer=f"Text {number}"), by=editor, at=AT
        )
    )
    assert outcomes == ["EditConflict"] * (WRITERS - 1) + ["saved"]
    assert list(answer.revisions.values_list("number", flat=True)) == [2, 1]


def test_the_last_words_at_once_close_their_request_once() -> None:
    lead, owner = make_user("lead"), make_user("reader")
    answers = [make_answer(owner=owner, at=AT) for _ in range(WRITERS)]
    request = ask_to_verify(
        answers=[answer.pk for answer in answers],
        event="A new agreement",
        reason="Hours.",
        due_on=AT.date(),
        by=lead,
        at=AT,
    )

    def verify(number: int) -> None:
        answer = answers[number]
        assert answer.published
        verify_answer(
            answer=answer, revision=answer.published, by=owner, at=AT + timedelta(minutes=number + 1)
        )

    assert at_once(verify) == ["saved"] * WRITERS
    request.refresh_from_db()
    assert request.closed_at == AT + timedelta(minutes=WRITERS)
    assert {row.progress for row in request.requested.with_progress()} == {Progress.CONFIRMED}
    assert OutgoingMail.objects.filter(kind="verification-request-done").count() == 1


def test_of_many_first_texts_one_opens_the_answer() -> None:
    question, company, editor = make_question(), make_company(), make_user("editor")
    outcomes = at_once(
        lambda number: write_first_text(
            question=question,
            scope=company,
            language="en",
            text=RevisionText(short_answer=f"Text {number}"),
            intent=Intent(publish=True),
            by=editor,
            at=AT,
        )
    )
    assert outcomes == ["PlaceTaken"] * (WRITERS - 1) + ["saved"]
    assert Answer.objects.get().head == 1


def test_figures_are_valued_while_answers_that_cite_them_are_published() -> None:
    """Neither waits for the other for ever, and the dates are those of the last values."""
    texts = ["2026: [[figure:one]] [[figure:two]]", "2026: [[figure:two]] [[figure:one]]"]
    figures = {slug: make_figure(slug) for slug in ("one", "two")}
    answers = [make_answer(short=text, verified_on=AT.date()) for text in texts]
    editor = make_user("editor")

    def value(slug: str) -> None:
        for days in range(ROUNDS):
            measured = Measured(
                value=Decimal(days),
                as_of=AT.date() - timedelta(days=60 - days),
                valid_until=AT.date() + timedelta(days=60 - days),
            )
            record_value(figure=figures[slug], scope=answers[0].scope, measured=measured, by=editor, at=AT)

    def publish(answer: Answer, text: str) -> None:
        for number in range(1, ROUNDS + 1):
            write_revision(
                answer=answer,
                base=number,
                text=RevisionText(short_answer=text),
                intent=Intent(publish=True, still_true=True),
                by=editor,
                at=AT,
            )

    acts = [
        lambda: value("one"),
        lambda: value("two"),
        lambda: publish(answers[0], texts[0]),
        lambda: publish(answers[1], texts[1]),
    ]
    assert at_once(lambda number: acts[number]()) == ["saved"] * WRITERS
    ends = AT.date() + timedelta(days=60 - ROUNDS + 1)
    assert set(Answer.objects.values_list("head", "next_review_on")) == {(ROUNDS + 1, ends)}


def test_a_publication_waits_for_the_value_that_is_being_recorded() -> None:
    """Else it would derive its date from what was known before, and nothing would derive it again."""
    figure, editor = make_figure("turnover"), make_user("editor")
    answer = make_answer(verified_on=AT.date())
    draft = make_revision(answer, short="[[figure:turnover]] in 2026.", major=False)
    recorded, published = Event(), Event()

    def publish() -> None:
        recorded.wait()
        publish_revision(answer=answer, revision=draft, by=editor, at=AT)
        published.set()
        connection.close()

    thread = Thread(target=publish)
    thread.start()
    with transaction.atomic():
        value = make_value(figure, valid_until=AT.date() + timedelta(days=30))
        recorded.set()
        published.wait(timeout=0.5)  # long enough to finish, were nothing held
    thread.join()
    answer.refresh_from_db()
    assert answer.next_review_on == value.valid_until


def test_dates_derived_for_many_wait_for_the_verification_that_is_being_given() -> None:
    """Else the day before it would be written over its own."""
    answer, owner = make_answer(verified_on=AT.date(), interval_days=30), make_user("editor")
    later = AT + timedelta(days=20)
    verified, derived = Event(), Event()

    def derive() -> None:
        verified.wait(timeout=30)
        with transaction.atomic():
            refresh_all_review_dates(answers=Answer.objects.filter(pk=answer.pk))
        derived.set()
        connection.close()

    thread = Thread(target=derive)
    thread.start()
    with transaction.atomic():
        verify_answer(answer=answer, revision=answer.published, by=owner, at=later)
        verified.set()
        derived.wait(timeout=0.5)  # long enough to finish, were nothing held
    thread.join()
    answer.refresh_from_db()
    assert answer.verified_on == later.date()


def test_handing_over_and_recording_a_value_do_not_wait_for_each_other() -> None:
    person, successor, lead = make_user("reader"), make_user("reader"), make_user("lead")
    figure = make_figure("turnover", owner=person)
    answer = make_answer(owner=person, verified_on=AT.date(), short="[[figure:turnover]] in 2026.")
    recording, begun = Event(), Event()

    def record() -> None:
        with transaction.atomic():
            Figure.objects.select_for_update(no_key=True).get(pk=figure.pk)
            recording.set()
            begun.wait(timeout=0.5)
            make_value(figure, valid_until=AT.date() + timedelta(days=30))
        connection.close()

    thread = Thread(target=record)
    thread.start()
    recording.wait(timeout=30)
    hand_over_in_wiki(
        person=person,
        owners={answer.question.category_id: successor},
        deputy=None,
        figure_owner=successor,
        by=lead,
        at=AT,
    )
    begun.set()
    thread.join()
    answer.refresh_from_db()
    assert (answer.owner, answer.next_review_on) == (successor, AT.date() + timedelta(days=30))


def test_a_category_and_a_value_do_not_wait_for_each_other() -> None:
    """Both hold answers in the order of their keys, wherever the table keeps the rows."""
    first, lead = make_answer(), make_user("lead")
    category = first.question.category
    second = make_answer(make_question(category=category))
    Answer.objects.filter(pk=first.pk).update(head=first.head)  # written again: it lies after the second
    begun = Event()

    def edit() -> None:
        begun.wait(timeout=30)
        edit_category(
            category=category,
            name_en=category.name_en,
            name_fr=category.name_fr,
            interval_days=category.interval_days,
            default_owner=None,
            sensitive=not category.sensitive,
            by=lead,
            at=AT,
        )
        connection.close()

    thread = Thread(target=edit)
    thread.start()
    with transaction.atomic():
        Answer.objects.locked(first)
        begun.set()
        thread.join(timeout=0.5)
        Answer.objects.locked(second)  # as a value that both cite would, one after the other
    thread.join()
    assert list(Answer.objects.values_list("weight", flat=True)) == [1, 1]


@pytest.mark.parametrize("move", ["category", "scope"])
def test_a_move_and_values_at_once_neither_deadlock_nor_lose_a_date(move: str) -> None:
    """What a category's interval or a scope's place changes, while figures cited there are valued."""
    lead, company = make_user("lead"), make_company()
    west = create_scope(name="West", kind="site", parent=company, by=lead, at=AT)
    lyon = create_scope(name="Lyon", kind="site", parent=west, by=lead, at=AT)
    figures = [make_figure("one"), make_figure("two")]
    texts = ["[[figure:one]] [[figure:two]] in 2026.", "[[figure:two]] [[figure:one]] in 2026."]
    answers = [make_answer(scope=lyon, short=text, verified_on=AT.date()) for text in texts]
    for answer in reversed(answers):
        Answer.objects.filter(pk=answer.pk).update(head=answer.head)  # so that the table keeps them so
    category = answers[0].question.category

    def value(figure: Figure) -> None:
        for days in range(ROUNDS):
            for scope in (company, west):
                as_of = AT.date() - timedelta(days=60 - days)
                end = AT.date() + timedelta(days=60 - days + (scope == company))
                measured = Measured(value=Decimal(days), as_of=as_of, valid_until=end)
                record_value(figure=figure, scope=scope, measured=measured, by=lead, at=AT)

    def edit(number: int) -> None:
        if move == "scope":
            parent = west if number % 2 else company
            edit_scope(scope=lyon, name="Lyon", parent=parent, by=lead, at=AT)
            return
        edit_category(
            category=category,
            name_en=category.name_en,
            name_fr=category.name_fr,
            interval_days=300 + number,
            default_owner=None,
            sensitive=number % 2 == 0,
            by=lead,
            at=AT,
        )

    acts = [
        lambda: value(figures[0]),
        lambda: value(figures[1]),
        lambda: [edit(number) for number in range(ROUNDS)],
        lambda: [edit(number) for number in range(1, ROUNDS + 1)],
    ]
    assert at_once(lambda number: acts[number]()) == ["saved"] * WRITERS
    lyon.refresh_from_db()
    ends = AT.date() + timedelta(days=60 - ROUNDS + 1 + (lyon.parent == company))
    assert set(Answer.objects.values_list("next_review_on", flat=True)) == {ends}

"""Two people at the same instant: one of them wins, and the other is told."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from ledger.models import OutgoingMail
from tests.factories import AT, make_answer, make_company, make_question, make_user
from wiki.domain.answers import EditConflict, PlaceTaken, RevisionText, save_revision, verify_answer
from wiki.domain.verification_requests import ask_to_verify
from wiki.domain.writing import Intent, write_first_text
from wiki.models import Answer, Progress

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4


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

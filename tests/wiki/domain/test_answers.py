from datetime import date, timedelta

import pytest

from ledger.models import Activity
from tests.factories import (
    AT,
    make_answer,
    make_category,
    make_company,
    make_question,
    make_revision,
    make_user,
)
from wiki.domain.answers import (
    Archived,
    NotPublished,
    PlaceTaken,
    publish_revision,
    verify_answer,
    withdraw_answer,
)
from wiki.domain.freshness import refresh_review_dates
from wiki.domain.ownership import archive_answer
from wiki.domain.revisions import EditConflict, RevisionText, restore_revision, save_revision
from wiki.domain.writing import Intent, publish_draft, write_first_text, write_revision
from wiki.models import Answer, AnswerRevision, Disclosure, Freshness, Publication, Verification

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def stored(answer: Answer) -> Answer:
    return Answer.objects.select_related("published", "question__category").get(pk=answer.pk)


def test_publish_revision_refuses_an_answer_archived_meanwhile() -> None:
    """Published, it would come back with its publication when the place is opened again."""
    answer = make_answer(published=False)
    archive_answer(answer=Answer.objects.get(), by=make_user("editor"), at=AT)
    with pytest.raises(Archived):
        publish_revision(answer=answer, revision=answer.revisions.get(), by=make_user("editor"), at=AT)
    assert not Publication.objects.exists()


def test_save_revision_numbers_without_gaps() -> None:
    answer = make_answer(published=False)
    for number in (2, 3, 4):
        assert make_revision(answer).number == number
    assert list(answer.revisions.values_list("number", flat=True)) == [4, 3, 2, 1]
    assert stored(answer).head == 4


def test_save_revision_refuses_an_old_base() -> None:
    answer = make_answer()
    theirs = make_revision(answer, short="Theirs")
    with pytest.raises(EditConflict) as conflict:
        save_revision(
            answer=answer, base=1, text=RevisionText(short_answer="Mine"), by=make_user("editor"), at=AT
        )
    assert conflict.value.head == theirs
    assert answer.revisions.count() == 2


def test_save_revision_renders_and_records() -> None:
    answer = make_answer(details="**eight**")
    revision = answer.revisions.get()
    assert revision.details_html == "<p><strong>eight</strong></p>\n"
    verbs = list(
        Activity.objects.filter(subject_id=answer.pk, subject="wiki.answer").values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["create", "publish", "save"]


def test_publish_closes_the_publication_before() -> None:
    answer = make_answer()
    later = make_revision(answer)
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT + DAY)
    assert list(Publication.objects.filter(answer=answer).values_list("revision__number", "ends_at")) == [
        (2, None),
        (1, AT + DAY),
    ]
    assert stored(answer).published == later


def test_publish_draft_refuses_when_a_later_one_was_saved() -> None:
    answer = make_answer(published=False)
    read = answer.revisions.get()
    make_revision(answer, short="Saved meanwhile")
    with pytest.raises(EditConflict):
        publish_draft(answer=answer, revision=read, still_true=True, by=make_user("editor"), at=AT)
    assert stored(answer).published is None
    assert not Verification.objects.exists()


def test_withdraw_ends_the_publication() -> None:
    answer = make_answer(verified_on=date(2026, 11, 2))
    withdraw_answer(answer=answer, by=make_user("editor"), at=AT + DAY, reason="No longer so")
    publication = Publication.objects.get(answer=answer)
    assert (publication.ends_at, publication.reason) == (AT + DAY, "No longer so")
    assert stored(answer).published is None
    with pytest.raises(NotPublished):
        withdraw_answer(answer=answer, by=make_user("editor"), at=AT + DAY, reason="Again")


def test_verify_holds_for_the_interval() -> None:
    answer = make_answer(question=make_question(category=make_category(interval_days=30)))
    assert stored(answer).freshness_on(date(2026, 11, 2)) == Freshness.NEVER_VERIFIED
    assert answer.published
    verify_answer(answer=answer, revision=answer.published, by=make_user("editor"), at=AT)
    assert stored(answer).verified_on == date(2026, 11, 2)
    assert stored(answer).next_review_on == date(2026, 12, 2)


def test_verify_refuses_a_text_that_is_not_published_any_more() -> None:
    answer = make_answer()
    read = answer.published
    assert read
    later = make_revision(answer)
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT)
    with pytest.raises(NotPublished):
        verify_answer(answer=answer, revision=read, by=make_user("editor"), at=AT)
    assert not Verification.objects.exists()


@pytest.mark.parametrize(("major", "verified_on"), [(True, None), (False, date(2026, 11, 2))])
def test_publishing_a_major_revision_voids_the_verification(major: bool, verified_on: date | None) -> None:
    answer = make_answer(verified_on=date(2026, 11, 2))
    later = make_revision(answer, major=major)
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT + DAY)
    assert stored(answer).verified_on == verified_on


def test_a_major_draft_between_voids_too() -> None:
    answer = make_answer(verified_on=date(2026, 11, 2))
    make_revision(answer, major=True)
    later = make_revision(answer, major=False)
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT + DAY)
    assert stored(answer).verified_on is None


def test_write_revision_publishes_and_verifies_in_one_act() -> None:
    answer = make_answer(verified_on=date(2026, 11, 2))
    write_revision(
        answer=answer,
        base=1,
        text=RevisionText(short_answer="New"),
        intent=Intent(publish=True, still_true=True),
        by=make_user("editor"),
        at=AT + DAY,
    )
    assert stored(answer).published.short_answer == "New"  # type: ignore[union-attr]
    assert stored(answer).verified_on == date(2026, 11, 3)


def test_write_revision_conflict_leaves_everything() -> None:
    answer = make_answer()
    make_revision(answer)
    with pytest.raises(EditConflict):
        write_revision(
            answer=answer,
            base=1,
            text=RevisionText(short_answer="Late"),
            intent=Intent(publish=True, still_true=True),
            by=make_user("editor"),
            at=AT,
        )
    assert stored(answer).published.number == 1  # type: ignore[union-attr]
    assert (AnswerRevision.objects.count(), Verification.objects.count()) == (2, 0)


def test_restore_is_a_draft_with_the_old_text() -> None:
    answer = make_answer(short="First", details="Old *details*", not_to_say="That")
    later = make_revision(answer, short="Second")
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT)
    first = answer.revisions.get(number=1)
    restored = restore_revision(
        answer=answer, revision=first, base=2, comment="Back", by=make_user("editor"), at=AT
    )
    assert (restored.number, restored.based_on, restored.short_answer) == (3, first, "First")
    assert (restored.details, restored.not_to_say, restored.comment) == ("Old *details*", "That", "Back")
    assert stored(answer).published == later


@pytest.mark.parametrize(("role", "disclosure"), [("editor", Disclosure.SAY), ("lead", Disclosure.SHARE)])
def test_restore_gives_writing_back_to_leads_only(role: str, disclosure: str) -> None:
    answer = make_answer(disclosure=Disclosure.SHARE)
    first = answer.revisions.get()
    make_revision(answer)
    restored = restore_revision(answer=answer, revision=first, base=2, comment="", by=make_user(role), at=AT)
    assert restored.disclosure == disclosure


def first_text(**place: object) -> Answer:
    by = make_user("editor")
    arguments = {"question": make_question(), "scope": make_company(), "language": "en", "by": by} | place
    return write_first_text(**arguments, text=RevisionText(short_answer="Yes"), intent=Intent(), at=AT)  # type: ignore[arg-type]


def test_first_text_is_owned_by_the_category_owner_else_the_author() -> None:
    owner, author = make_user("reader"), make_user("editor")
    owned = make_question(category=make_category(default_owner=owner))
    assert first_text(question=owned).owner == owner
    assert first_text(by=author).owner == author


def test_first_text_skips_a_default_owner_who_left() -> None:
    left = make_user("reader", is_active=False)
    author = make_user("editor")
    question = make_question(category=make_category(default_owner=left))
    assert first_text(question=question, by=author).owner == author


def test_first_text_refuses_a_taken_place() -> None:
    answer = make_answer()
    with pytest.raises(PlaceTaken) as taken:
        first_text(question=answer.question)
    assert taken.value.answer == answer


def test_first_text_brings_an_archived_answer_back() -> None:
    answer = make_answer(published=False)
    answer.archived_at = AT
    answer.save()
    assert first_text(question=answer.question) == answer
    assert stored(answer).archived_at is None
    assert stored(answer).head == 2


def test_an_edit_that_is_not_verified_is_due_on_the_day_it_is_published() -> None:
    answer = make_answer(verified_on=date(2026, 5, 1))
    later = make_revision(answer, major=True)
    publish_revision(answer=answer, revision=later, by=make_user("editor"), at=AT)
    assert (stored(answer).verified_on, stored(answer).next_review_on) == (None, date(2026, 11, 2))
    Answer.objects.update(first_review_on=date(2026, 12, 1))
    answer = stored(answer)
    refresh_review_dates(answer=answer)
    assert answer.next_review_on == date(2026, 12, 1)

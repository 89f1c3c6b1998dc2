from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests.factories import AT, make_answer, make_revision, make_user
from wiki.domain.answers import publish_revision, withdraw_answer
from wiki.domain.ownership import StillPublished, archive_answer, reopen_answer, set_keeping
from wiki.models import Answer, Publication

pytestmark = pytest.mark.django_db


def test_set_keeping_follows_what_was_published_meanwhile():
    lead, as_opened = make_user("lead"), make_answer(verified_on=AT.date())
    theirs = make_revision(as_opened, major=True)
    publish_revision(answer=as_opened, revision=theirs, by=lead, at=AT + timedelta(hours=1))

    set_keeping(
        answer=as_opened, owner=lead, deputy=None, interval_days=30, by=lead, at=AT + timedelta(hours=2)
    )

    stored = Answer.objects.get(pk=as_opened.pk)
    assert (stored.owner, stored.interval_days, stored.verified_on) == (lead, 30, None)


def test_archive_answer_refuses_what_may_be_said():
    editor, as_opened = make_user("editor"), make_answer(published=False)
    publish_revision(answer=as_opened, revision=as_opened.revisions.get(), by=editor, at=AT)

    with pytest.raises(StillPublished):
        archive_answer(answer=as_opened, by=editor, at=AT)

    assert Answer.objects.published().get() == as_opened


def test_reopened_answer_is_a_draft():
    editor, answer = make_user("editor"), make_answer()
    withdraw_answer(answer=answer, by=editor, at=AT, reason="Wrong")
    archive_answer(answer=answer, by=editor, at=AT)
    assert not Answer.objects.current().exists()

    reopen_answer(answer=answer, by=editor, at=AT)

    assert Answer.objects.current().get() == answer
    assert not Answer.objects.published().exists()
    assert not Publication.objects.filter(ends_at=None).exists()


def test_an_archived_answer_cannot_be_published_in_the_database():
    answer = make_answer()
    with pytest.raises(IntegrityError, match="answer_archived_is_withdrawn"):
        Answer.objects.filter(pk=answer.pk).update(archived_at=AT)

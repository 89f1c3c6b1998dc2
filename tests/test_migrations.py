"""What migrations make of rows that the constraints they add would refuse."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import AT, make_answer, make_user

Migrate = Callable[[str, str], Apps]


@pytest.fixture
def migrate(transactional_db: None) -> Iterator[Migrate]:
    """Bring an app's tables to a migration; the newest come back at the end."""

    def to(app: str, name: str) -> Apps:
        executor = MigrationExecutor(connection)
        executor.migrate([(app, name)])
        return executor.loader.project_state([(app, name)]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_of_several_unanswered_invitations_of_an_address_the_last_stays(migrate: Migrate) -> None:
    lead = make_user("lead")
    invitations = migrate("accounts", "0002_roles").get_model("accounts", "Invitation").objects
    sent = [
        ("ada@example.com", None),
        ("ada@example.com", None),
        ("ada@example.com", AT),
        ("bob@e.com", None),
    ]
    for number, (email, revoked_at) in enumerate(sent):
        invitations.create(
            email=email,
            language="en",
            token_hash=str(number),
            invited_by_id=lead.pk,
            created_at=AT,
            expires_at=AT + timedelta(days=7),
            revoked_at=revoked_at,
        )
    invitations = migrate("accounts", "0003_one_open_invitation").get_model("accounts", "Invitation").objects
    unanswered = invitations.filter(revoked_at=None).order_by("token_hash")
    assert list(unanswered.values_list("token_hash", flat=True)) == ["1", "3"]


def test_an_answer_archived_and_published_at_once_is_withdrawn(migrate: Migrate) -> None:
    kept, archived = make_answer(), make_answer(verified_on=AT.date())
    old = migrate("wiki", "0003_review_due_nulls_first")
    old.get_model("wiki", "Answer").objects.filter(pk=archived.pk).update(archived_at=AT)
    new = migrate("wiki", "0004_archived_is_withdrawn")
    answers = new.get_model("wiki", "Answer").objects
    assert list(answers.filter(published=None).values_list("pk", "verified_on")) == [(archived.pk, None)]
    open_publications = new.get_model("wiki", "Publication").objects.filter(ends_at=None)
    assert list(open_publications.values_list("answer", flat=True)) == [kept.pk]


def test_texts_without_figures_are_not_rendered_again(migrate: Migrate) -> None:
    plain = make_answer(details="*Eight*")
    citing = make_answer(details="[[figure:turnover]]")
    old = migrate("wiki", "0009_weeks_of_the_report").get_model("wiki", "AnswerRevision").objects
    old.update(renderer_version="2")
    new = migrate("wiki", "0010_figures").get_model("wiki", "AnswerRevision").objects
    versions = {row.answer_id: row.renderer_version for row in new.all()}
    assert versions == {plain.pk: "3", citing.pk: "2"}

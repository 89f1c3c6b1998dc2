"""The index of the review queue in the order that the queue is read in: on PostgreSQL, answers without a
review date would stand last in it, and the whole queue be sorted for each page. SQLite has them first."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

INDEX = """
    CREATE INDEX answer_review_due ON wiki_answer ({}, id)
    WHERE archived_at IS NULL AND published_id IS NOT NULL
"""


def put_nulls_first(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _make_again(editor, "next_review_on NULLS FIRST")


def put_nulls_last(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _make_again(editor, "next_review_on")


def _make_again(editor: BaseDatabaseSchemaEditor, column: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX answer_review_due")
        editor.execute(INDEX.format(column))


class Migration(migrations.Migration):
    dependencies = [("wiki", "0002_search")]

    operations = [migrations.RunPython(put_nulls_first, put_nulls_last)]

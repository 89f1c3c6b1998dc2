"""The queue's index in the order that the queue is read in (see 0003), and the first weights: what is asked
of the answers follows with the worker's first night."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

INDEX = """
    CREATE INDEX answer_by_harm ON wiki_answer (weight DESC, {}, id)
    WHERE archived_at IS NULL AND published_id IS NOT NULL
"""


def put_nulls_first(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _make_again(editor, "next_review_on NULLS FIRST")


def put_nulls_last(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _make_again(editor, "next_review_on")


def _make_again(editor: BaseDatabaseSchemaEditor, column: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX answer_by_harm")
        editor.execute(INDEX.format(column))


def weigh_sensitive_ones(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    questions = apps.get_model("wiki", "Question").objects.filter(category__sensitive=True)
    apps.get_model("wiki", "Answer").objects.filter(question__in=questions).update(weight=1)


class Migration(migrations.Migration):
    dependencies = [("wiki", "0005_answer_demand")]

    operations = [
        migrations.RunPython(weigh_sensitive_ones, migrations.RunPython.noop),
        migrations.RunPython(put_nulls_first, put_nulls_last),
    ]

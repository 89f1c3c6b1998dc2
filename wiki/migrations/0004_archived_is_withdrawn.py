from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def withdraw_archived(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Two people at once could publish an answer and archive it; since it was archived, nobody saw it."""
    answers = apps.get_model("wiki", "Answer").objects
    publications = apps.get_model("wiki", "Publication").objects
    for answer in answers.filter(archived_at__isnull=False, published__isnull=False):
        for publication in publications.filter(answer=answer, ends_at=None):
            publication.ends_at = max(publication.starts_at, answer.archived_at)
            publication.save(update_fields=["ends_at"])
        answers.filter(pk=answer.pk).update(
            published=None, verified_on=None, next_review_on=answer.first_review_on
        )


class Migration(migrations.Migration):
    dependencies = [("wiki", "0003_review_due_nulls_first")]

    operations = [
        migrations.RunPython(withdraw_archived, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(archived_at=None) | models.Q(published=None),
                name="answer_archived_is_withdrawn",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wiki", "0003_review_due_nulls_first")]

    operations = [
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(archived_at=None) | models.Q(published=None),
                name="answer_archived_is_withdrawn",
            ),
        ),
    ]

from django.db import migrations, models


def close_decided(apps, schema_editor):
    """Until now an outcome could stand beside any stage."""
    applications = apps.get_model("recruiting", "Application").objects
    applications.filter(outcome="accepted").exclude(stage="hired").update(stage="hired")
    ended = applications.filter(outcome__in=["declined", "refused", "withdrawn"])
    ended.exclude(stage="closed").update(stage="closed")


class Migration(migrations.Migration):

    dependencies = [
        ('recruiting', '0003_sessions_in_full'),
    ]

    operations = [
        migrations.RunPython(close_decided, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), models.Q(('outcome', 'accepted'), ('stage', 'hired')), models.Q(('outcome__in', ('declined', 'refused', 'withdrawn')), ('stage', 'closed')), _connector='OR'), name='application_outcome_closes'),
        ),
    ]

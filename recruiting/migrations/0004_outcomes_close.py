from django.db import migrations


def close_decided(apps, schema_editor):
    """Until now an outcome could stand beside any stage."""
    applications = apps.get_model("recruiting", "Application").objects
    applications.filter(outcome="accepted").exclude(stage="hired").update(stage="hired")
    ended = applications.filter(outcome__in=["declined", "refused", "withdrawn"])
    ended.exclude(stage="closed").update(stage="closed")


class Migration(migrations.Migration):
    dependencies = [
        ("recruiting", "0003_session_set_anew"),
    ]

    operations = [
        migrations.RunPython(close_decided, migrations.RunPython.noop),
    ]

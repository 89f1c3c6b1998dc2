"""Frozen lists: the column "essential question" gives way to what the sessions of that day needed."""

from django.db import migrations

BEFORE, STATE, ESSENTIAL = 10, 2, 9  # columns, and the places of two of them
UNCONFIRMED = ("stale", "never_verified")


def forwards(apps, schema_editor):
    for report in apps.get_model("recruiting", "WeeklyReport").objects.iterator(chunk_size=10):
        report.content["answers"] = [
            [*row[:ESSENTIAL], 0, None, int(row[STATE] in UNCONFIRMED)] if len(row) == BEFORE else row
            for row in report.content["answers"]
        ]
        report.save(update_fields=["content"])


def backwards(apps, schema_editor):
    for report in apps.get_model("recruiting", "WeeklyReport").objects.iterator(chunk_size=10):
        report.content["answers"] = [[*row[:ESSENTIAL], False] for row in report.content["answers"]]
        report.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards, elidable=False)]

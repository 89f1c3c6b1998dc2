from django.db import migrations

ROLES = ["reader", "editor", "recruiter", "lead", "administrator"]


def create_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role in ROLES:
        groups.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    # Groups may hold people by the time this is undone, so they stay.
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]

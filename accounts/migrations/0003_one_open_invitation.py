from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.timezone import now


def keep_the_latest(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of several unanswered invitations of an address, an expired one before, end all but the last."""
    unanswered = apps.get_model("accounts", "Invitation").objects.filter(accepted_at=None, revoked_at=None)
    latest = {invitation.email: invitation.pk for invitation in unanswered.order_by("pk")}
    unanswered.exclude(pk__in=latest.values()).update(revoked_at=now())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]

    operations = [
        migrations.RunPython(keep_the_latest, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(accepted_at=None, revoked_at=None),
                fields=["email"],
                name="invitation_one_open",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0007_contradictions_dismissed")]

    operations = [
        migrations.AddField(
            model_name="candidate",
            name="consented_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

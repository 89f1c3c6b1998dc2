from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0003_sessions_in_full")]

    operations = [
        migrations.AddField(
            model_name="figuretold",
            name="words",
            field=models.CharField(default="", max_length=400),
            preserve_default=False,
        ),
    ]

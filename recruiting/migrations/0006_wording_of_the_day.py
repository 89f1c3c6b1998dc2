from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def keep_todays_wording(apps, schema_editor):
    """Of questions recorded before wordings were kept, today's is the nearest that is known."""
    Asked = apps.get_model("recruiting", "CandidateQuestion")
    Phrasing = apps.get_model("wiki", "Phrasing")
    Question = apps.get_model("wiki", "Question")

    def canonical(language):
        rows = Phrasing.objects.filter(question=OuterRef("question"), language=language, kind="canonical")
        return Subquery(rows.values("text")[:1])

    slug = Subquery(Question.objects.filter(pk=OuterRef("question")).values("slug")[:1])
    for language, other in (("fr", "en"), ("en", "fr")):
        asked = Asked.objects.filter(session__language=language, question__isnull=False)
        asked.update(wording=Coalesce(canonical(language), canonical(other), slug))


class Migration(migrations.Migration):
    dependencies = [
        ("recruiting", "0005_sessions_in_full"),
        ("wiki", "0011_figures_bound_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="candidatequestion",
            name="wording",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.RunPython(keep_todays_wording, migrations.RunPython.noop),
    ]

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F
from django.utils.timezone import localdate


def part_the_bounds(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of a date that figures bound, the day without them was not stored: it follows from the last word."""
    answers = apps.get_model("wiki", "Answer").objects
    answers.update(own_review_on=F("next_review_on"))
    cited, values = apps.get_model("wiki", "RevisionFigure").objects, current_values(apps)
    citing = answers.filter(published__in=cited.values("revision"))
    for answer in citing.select_related("question__category", "scope"):
        figures = [row.figure for row in cited.filter(revision=answer.published_id).select_related("figure")]
        answer.figures_until = first_end(answer, figures, values)
        if answer.verified_on and answer.next_review_on == answer.figures_until:
            answer.own_review_on = without_figures(apps, answer)
        answer.save(update_fields=["own_review_on", "figures_until"])


def current_values(apps: StateApps) -> dict[tuple[int, int], Any]:
    values = apps.get_model("wiki", "FigureValue").objects.filter(replaced_by=None)
    return {(value.figure_id, value.scope_id): value for value in values.order_by("as_of", "pk")}


def first_end(answer: Any, figures: Iterable[Any], values: dict[tuple[int, int], Any]) -> date | None:
    """One that is missing or archived has ended when the answer became stale, or is stale from today."""
    lineage = [int(key) for key in answer.scope.path.strip("/").split("/")][::-1]
    yesterday = localdate() - timedelta(days=1)
    missing = min(answer.next_review_on or yesterday, yesterday)
    ends = []
    for figure in figures:
        value = next((values[figure.pk, key] for key in lineage if (figure.pk, key) in values), None)
        if value is None or figure.archived_at:
            ends.append(missing)
        elif value.valid_until:
            ends.append(value.valid_until)
    return min(ends, default=None)


def without_figures(apps: StateApps, answer: Any) -> date:
    category = answer.question.category
    days = answer.interval_days or category.interval_days or settings.REVIEW_INTERVAL_DAYS
    words = apps.get_model("wiki", "Verification").objects.filter(answer=answer, on=answer.verified_on)
    ends = words.exclude(holds_until=None).values_list("holds_until", flat=True)
    return min([answer.verified_on + timedelta(days=days), *ends])


class Migration(migrations.Migration):

    dependencies = [
        ('wiki', '0010_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='figures_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='answer',
            name='own_review_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunPython(part_the_bounds, migrations.RunPython.noop),
    ]

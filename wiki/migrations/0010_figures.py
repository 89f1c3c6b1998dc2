import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_what_is_rendered(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Renderer 3 differs from 2 only where a text cites a figure: the others need not be rendered again."""
    citing = models.Q(details__contains="[[figure:") | models.Q(example__contains="[[figure:")
    revisions = apps.get_model("wiki", "AnswerRevision").objects.filter(renderer_version="2")
    revisions.exclude(citing).update(renderer_version="3")


class Migration(migrations.Migration):

    dependencies = [
        ('wiki', '0009_weeks_of_the_report'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='Short name')),
                ('label_en', models.CharField(blank=True, max_length=120, verbose_name='Name in English')),
                ('label_fr', models.CharField(blank=True, max_length=120, verbose_name='Name in French')),
                ('unit_en', models.CharField(blank=True, max_length=20, verbose_name='Unit in English')),
                ('unit_fr', models.CharField(blank=True, max_length=20, verbose_name='Unit in French')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='Decimals')),
                ('source_en', models.CharField(blank=True, max_length=120, verbose_name='Source in English')),
                ('source_fr', models.CharField(blank=True, max_length=120, verbose_name='Source in French')),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FigureValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.DecimalField(decimal_places=4, max_digits=15)),
                ('as_of', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('group_size', models.PositiveIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=200)),
                ('figure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='wiki.figure')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='wiki.figurevalue')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wiki.scope')),
            ],
            options={
                'ordering': ['-as_of', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RevisionFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('figure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='wiki.figure')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='wiki.answerrevision')),
            ],
        ),
        migrations.AddIndex(
            model_name='figure',
            index=models.Index(condition=models.Q(('archived_at', None)), fields=['owner'], name='figure_owned'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('label_en', ''), _negated=True), models.Q(('label_fr', ''), _negated=True), _connector='OR'), name='figure_has_a_label'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('decimals__lte', 4)), name='figure_decimals_few'),
        ),
        migrations.AddIndex(
            model_name='figurevalue',
            index=models.Index(fields=['figure', 'scope', '-as_of'], name='figure_value_latest'),
        ),
        migrations.AddIndex(
            model_name='figurevalue',
            index=models.Index(fields=['valid_until'], name='figure_value_ends'),
        ),
        migrations.AddConstraint(
            model_name='figurevalue',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('as_of')), _connector='OR'), name='figure_value_ends_after'),
        ),
        migrations.AddConstraint(
            model_name='figurevalue',
            constraint=models.CheckConstraint(condition=models.Q(('group_size', None), ('group_size__gte', 1), _connector='OR'), name='figure_value_counts_someone'),
        ),
        migrations.AddConstraint(
            model_name='revisionfigure',
            constraint=models.UniqueConstraint(fields=('revision', 'figure'), name='revision_figure_once'),
        ),
        migrations.RunPython(keep_what_is_rendered, migrations.RunPython.noop),
    ]



import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wiki', '0004_archived_is_withdrawn'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VerificationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=120, verbose_name='What has changed')),
                ('reason', models.TextField(max_length=1000, verbose_name='What to look at')),
                ('due_on', models.DateField(verbose_name='Verify by')),
                ('asked_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestedVerification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wiki.answer')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wiki.answerrevision')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requested', to='wiki.verificationrequest')),
            ],
        ),
        migrations.AddIndex(
            model_name='verificationrequest',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['due_on', 'id'], name='verification_request_open'),
        ),
        migrations.AddIndex(
            model_name='verificationrequest',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['-closed_at', '-id'], name='verification_request_closed'),
        ),
        migrations.AddConstraint(
            model_name='verificationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('event', ''), _negated=True), name='verification_request_named'),
        ),
        migrations.AddConstraint(
            model_name='verificationrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), ('closed_at__gte', models.F('asked_at')), _connector='OR'), name='verification_request_closed_after_asked'),
        ),
        migrations.AddConstraint(
            model_name='requestedverification',
            constraint=models.UniqueConstraint(fields=('request', 'answer'), name='requested_verification_once'),
        ),
        migrations.AddConstraint(
            model_name='requestedverification',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('asked_at')), _connector='OR'), name='requested_verification_withdrawn_after_asked'),
        ),
    ]

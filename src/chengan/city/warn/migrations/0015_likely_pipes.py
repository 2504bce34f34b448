"""Which pipe likely leaks, kept with the alarm that it was asked for."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
        ('warn', '0014_backtests_of_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='PipeNaming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('reading', 'Reading the pressures'), ('running', "Running the network's model"), ('done', 'Done'), ('failed', 'No pipe could be named')], default='queued', max_length=8)),
                ('share', models.FloatField(default=0)),
                ('asked_by', models.CharField(max_length=150)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('data_from', models.DateTimeField(null=True)),
                ('data_until', models.DateTimeField(null=True)),
                ('sensors', models.PositiveIntegerField(default=0)),
                ('days', models.PositiveIntegerField(default=0)),
                ('model_id', models.BigIntegerField(null=True)),
                ('model_zh', models.CharField(blank=True, max_length=200)),
                ('model_en', models.CharField(blank=True, max_length=200)),
                ('engine', models.CharField(blank=True, max_length=60)),
                ('result', models.JSONField(default=list)),
                ('failure', models.TextField(blank=True)),
                ('is_sample', models.BooleanField(default=False)),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pipe_namings', to='warn.alarm')),
            ],
            options={
                'verbose_name': 'pipe naming',
                'verbose_name_plural': 'pipe namings',
            },
        ),
        migrations.CreateModel(
            name='PipeNamingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('reading', 'Reading the pressures'), ('running', "Running the network's model"), ('done', 'Done'), ('failed', 'No pipe could be named')], default='queued', max_length=8)),
                ('asked_by', models.CharField(max_length=150)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('data_from', models.DateTimeField(null=True)),
                ('data_until', models.DateTimeField(null=True)),
                ('sensors', models.PositiveIntegerField(default=0)),
                ('days', models.PositiveIntegerField(default=0)),
                ('model_id', models.BigIntegerField(null=True)),
                ('model_zh', models.CharField(blank=True, max_length=200)),
                ('model_en', models.CharField(blank=True, max_length=200)),
                ('engine', models.CharField(blank=True, max_length=60)),
                ('result', models.JSONField(default=list)),
                ('failure', models.TextField(blank=True)),
                ('is_sample', models.BooleanField(default=False)),
                ('alarm', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='warn.alarm')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='warn.pipenaming')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='pipenaming',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['queued', 'reading', 'running'])), fields=('alarm',), name='warn_one_naming_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pipenaming',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "warn_pipenamingevent" ("alarm_id", "asked_at", "asked_by", "data_from", "data_until", "days", "engine", "failure", "finished_at", "id", "is_sample", "model_en", "model_id", "model_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "sensors", "status") VALUES (NEW."alarm_id", NEW."asked_at", NEW."asked_by", NEW."data_from", NEW."data_until", NEW."days", NEW."engine", NEW."failure", NEW."finished_at", NEW."id", NEW."is_sample", NEW."model_en", NEW."model_id", NEW."model_zh", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."result", NEW."sensors", NEW."status"); RETURN NULL;', hash='b6b64b771a3f6e312fb95a3ac636d9168dd38229', operation='INSERT', pgid='pgtrigger_insert_insert_795bb', table='warn_pipenaming', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pipenaming',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."alarm_id" IS DISTINCT FROM (NEW."alarm_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by" IS DISTINCT FROM (NEW."asked_by") OR OLD."data_from" IS DISTINCT FROM (NEW."data_from") OR OLD."data_until" IS DISTINCT FROM (NEW."data_until") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."engine" IS DISTINCT FROM (NEW."engine") OR OLD."failure" IS DISTINCT FROM (NEW."failure") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_sample" IS DISTINCT FROM (NEW."is_sample") OR OLD."model_en" IS DISTINCT FROM (NEW."model_en") OR OLD."model_id" IS DISTINCT FROM (NEW."model_id") OR OLD."model_zh" IS DISTINCT FROM (NEW."model_zh") OR OLD."result" IS DISTINCT FROM (NEW."result") OR OLD."sensors" IS DISTINCT FROM (NEW."sensors") OR OLD."status" IS DISTINCT FROM (NEW."status"))', func='INSERT INTO "warn_pipenamingevent" ("alarm_id", "asked_at", "asked_by", "data_from", "data_until", "days", "engine", "failure", "finished_at", "id", "is_sample", "model_en", "model_id", "model_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "sensors", "status") VALUES (NEW."alarm_id", NEW."asked_at", NEW."asked_by", NEW."data_from", NEW."data_until", NEW."days", NEW."engine", NEW."failure", NEW."finished_at", NEW."id", NEW."is_sample", NEW."model_en", NEW."model_id", NEW."model_zh", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."result", NEW."sensors", NEW."status"); RETURN NULL;', hash='1bd7509b7d6a6f42294007d36c6f97be55db5713', operation='UPDATE', pgid='pgtrigger_update_update_627ee', table='warn_pipenaming', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pipenaming',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "warn_pipenamingevent" ("alarm_id", "asked_at", "asked_by", "data_from", "data_until", "days", "engine", "failure", "finished_at", "id", "is_sample", "model_en", "model_id", "model_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "sensors", "status") VALUES (OLD."alarm_id", OLD."asked_at", OLD."asked_by", OLD."data_from", OLD."data_until", OLD."days", OLD."engine", OLD."failure", OLD."finished_at", OLD."id", OLD."is_sample", OLD."model_en", OLD."model_id", OLD."model_zh", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."result", OLD."sensors", OLD."status"); RETURN NULL;', hash='965147b7ed1a42cd60dd43d8f0bb8dc26a556006', operation='DELETE', pgid='pgtrigger_delete_delete_11832', table='warn_pipenaming', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pipenamingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c9f364c57fa71c8f929c2447b6d00978b69faf7e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cf7fd', table='warn_pipenamingevent', when='BEFORE')),
        ),
    ]

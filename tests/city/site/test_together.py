"""Migrations with operations gathered leave the same database as Django's own."""

import pytest
from django.db import connection, models
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from chengan.city.site.management.commands.migrate import GatheringExecutor
from chengan.city.site.together import Together, gathered

KEY = ("id", models.BigAutoField(primary_key=True))
STEPS = [
    operations.CreateModel("Well", [KEY, ("name", models.CharField(max_length=20))]),
    operations.CreateModel(
        "Pipe", [KEY, ("well", models.ForeignKey("toys.Well", models.CASCADE))]
    ),
    operations.AddField("pipe", "depth", models.FloatField(default=1.5)),
    operations.AddConstraint(
        "pipe",
        models.CheckConstraint(name="deep_enough", condition=models.Q(depth__gt=0)),
    ),
    operations.AlterField("pipe", "depth", models.FloatField(null=True)),
    operations.AlterField("well", "name", models.CharField(max_length=30, unique=True)),
    operations.RunSQL("insert into toys_well (name) values ('a')", "delete from toys_well"),
    operations.AddIndex("well", models.Index(fields=["name"], name="by_name")),
    operations.AddField(
        "well", "feeds", models.ForeignKey("toys.Pipe", models.SET_NULL, null=True)
    ),
]  # fmt: skip
SHAPE = """
select table_name, column_name, data_type, is_nullable, character_maximum_length::text
from information_schema.columns where table_name like 'toys_%'
union all
select conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
from pg_constraint where conrelid::regclass::text like 'toys_%'
union all
select tablename, indexname, indexdef, '', '' from pg_indexes where tablename like 'toys_%'
order by 1, 2
"""


def kinds(steps):
    return [
        [type(part).__name__ for part in step.parts] if isinstance(step, Together) else "alone"
        for step in gathered(steps)
    ]


def shape_after(executor):
    """Columns, constraints and indexes that a migration of STEPS leaves."""
    migration = Migration("first", "toys")
    migration.operations = list(STEPS)
    executor(connection).apply_migration(ProjectState(), migration)
    with connection.cursor() as cursor:
        cursor.execute(SHAPE)
        found = cursor.fetchall()
        cursor.execute("drop table toys_well, toys_pipe cascade")
        cursor.execute("delete from django_migrations where app = 'toys'")
    return found


def test_what_needs_a_state_from_in_between_begins_a_new_group():
    assert kinds(STEPS) == [
        ["CreateModel", "CreateModel"],
        ["AddField", "AddConstraint"],
        ["AlterField", "AlterField"],
        "alone",
        ["AddIndex", "AddField"],
    ]


@pytest.mark.django_db(transaction=True)
def test_the_database_is_the_same_as_after_single_operations():
    gathering, plain = shape_after(GatheringExecutor), shape_after(MigrationExecutor)
    assert len(plain) > 8
    assert gathering == plain

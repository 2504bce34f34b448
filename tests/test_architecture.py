"""The shape of the house, held by machine."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tools import city_map, front_door

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "chengan"
LONG_ALLOWED = ("migrations", "tables", "vendor")


def own_models() -> list[type[models.Model]]:
    return [model for stage in settings.STAGES for model in apps.get_app_config(stage).get_models()]


def stage_of(model: type[models.Model]) -> int | None:
    label = model._meta.app_label
    return settings.STAGES.index(label) if label in settings.STAGES else None


def is_history(model: type[models.Model]) -> bool:
    return model.__name__.endswith("Event") and hasattr(model, "pgh_id")


def links() -> list[tuple[type[models.Model], models.ForeignKey]]:
    return [
        (model, field)
        for model in own_models()
        if not is_history(model)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and stage_of(field.related_model) is not None
    ]


def test_foreign_keys_point_back_along_the_stages():
    forward = [
        f"{model.__name__}.{field.name}"
        for model, field in links()
        if stage_of(field.related_model) > stage_of(model)
    ]
    assert forward == []


def test_foreign_keys_across_apps_leave_no_way_back():
    open_ways = [
        f"{model.__name__}.{field.name}"
        for model, field in links()
        if stage_of(field.related_model) != stage_of(model)
        and field.remote_field.related_name != "+"
    ]
    assert open_ways == []


def test_the_sciences_import_without_django():
    program = (
        "import sys, pkgutil, importlib\n"
        "sys.modules['django'] = None\n"
        "import chengan.core\n"
        "for m in pkgutil.walk_packages(chengan.core.__path__, 'chengan.core.'):\n"
        "    importlib.import_module(m.name)\n"
        "assert not [m for m in sys.modules if m.startswith('chengan.city')]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_source_file_is_longer_than_400_lines():
    long = {
        str(file.relative_to(SOURCE)): lines
        for file in SOURCE.rglob("*.py")
        if not set(LONG_ALLOWED) & set(file.parts)
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_the_map_of_the_code_is_fresh():
    assert city_map.PAGE.read_text(encoding="utf-8") == city_map.page(), "run `make docs`"


def test_a_way_round_a_front_door_is_found():
    file = front_door.CITY / "warn" / "views.py"
    assert front_door.trespasses(file, "from chengan.city.sense.models import Latest\n") == [
        "warn/views.py:1: imports chengan.city.sense.models.Latest; use sense.api"
    ]
    assert front_door.trespasses(file, "from chengan.city.sense import api\n") == []


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "manual" / "settings.md").read_text(encoding="utf-8")
    tree = ast.parse((SOURCE / "city/site/settings.py").read_text(encoding="utf-8"))
    names = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("CHENGAN_")
    }
    assert names
    assert sorted(name for name in names if f"`{name}`" not in page) == []


def test_every_command_is_documented():
    import typer.main

    from chengan.city.site.cli.main import app

    page = (ROOT / "docs" / "manual" / "commands.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    shown = [name for name, command in group.commands.items() if not command.hidden]
    assert sorted(name for name in shown if f"`chengan {name}" not in page) == []


@pytest.mark.parametrize("stage", settings.STAGES)
def test_every_app_says_what_it_takes_does_and_gives(stage):
    doc = ast.get_docstring(ast.parse((SOURCE / "city" / stage / "__init__.py").read_text()))
    assert all(word in doc for word in ("Takes:", "Does:", "Gives:"))


def test_the_city_has_no_missing_migrations(transactional_db):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", *settings.STAGES, verbosity=0)

"""Finds the running city of a data folder and makes Django ready to work on it."""

import json
import os
from pathlib import Path

import django
import typer

from chengan.city.site.errors import NotRunning

SETTINGS = "chengan.city.site.settings"


def data_folder(given: Path | None) -> Path:
    """Give the data folder: the option, else CHENGAN_DATA, else the account's own."""
    default = Path.home() / ".local/share/chengan"
    return (given or Path(os.environ.get("CHENGAN_DATA", str(default)))).resolve()


def adopt(data: Path) -> None:
    """Take the addresses of the city that runs on `data` into the environment.

    Values already in the environment win, so that given servers are used.

    Raises
    ------
    NotRunning
        If no city was ever started on `data` and no database is given.
    """
    os.environ.setdefault("CHENGAN_DATA", str(data))
    file = data / "run" / "env.json"
    if file.exists():
        for name, value in json.loads(file.read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, str(value))
    elif "CHENGAN_DATABASE_URL" not in os.environ:
        raise NotRunning(
            f"没有城市在 {data} 上运行，请先执行 chengan up。 · "
            f"No city runs on {data}: start one with `chengan up` "
            "or set CHENGAN_DATABASE_URL and CHENGAN_NATS_URL."
        )


def is_known() -> bool:
    """Say whether a city is given by the environment, or was started in the usual folder."""
    file = data_folder(None) / "run" / "env.json"
    return "CHENGAN_DATABASE_URL" in os.environ or file.exists()


def prepare() -> None:
    """Load Django with the environment as it stands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def connect(data: Path | None) -> Path:
    """Adopt the running city and load Django; exit 3 with a message when there is none."""
    folder = data_folder(data)
    try:
        adopt(folder)
    except NotRunning as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    prepare()
    return folder

"""Reads deployment values from the environment: typed, with errors that name the variable."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chengan.city.site.errors import BadSetting

YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off", ""}


def text(name: str, default: str = "") -> str:
    """Text of `name`, or of the file that `name_FILE` points to (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f'{name}_FILE="{file}": cannot be read ({error.strerror})') from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Truth of `name`: yes/no, true/false, on/off, 1/0."""
    value = text(name, "yes" if default else "no").lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise BadSetting(f'{name}="{value}": use "yes" or "no"')


def integer(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    """Whole number of `name`, from `low` to `high`."""
    value = text(name, str(default))
    if not value.lstrip("-").isdigit() or not low <= int(value) <= high:
        raise BadSetting(f'{name}="{value}": use a whole number from {low} to {high}')
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated words of `name`."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str, default: str) -> dict[str, str | int]:
    """Django's parts of a `postgresql://user:password@host:port/database` address."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise BadSetting(f'{name}="{shown}": use postgresql://user:password@host:port/database')
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or 5432,
    }

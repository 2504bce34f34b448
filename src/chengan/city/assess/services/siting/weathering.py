"""A year of weather from a table of hours: wind, where it comes from, cloud; row by row."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.assess import messages
from chengan.city.assess.errors import BadInputs
from chengan.city.assess.models import WeatherYear
from chengan.city.journal import api as journal
from chengan.core import errors as science
from chengan.core.physics import sun
from chengan.core.risk import weather

COLUMNS: Final = ("time", "wind_m_s", "direction_deg", "cloud")
MOST_ROWS: Final = 100_000
LEAST_HOURS: Final = 24
SHOWN_ERRORS: Final = 20


def load(
    *,
    text: str,
    code: str,
    name: str,
    source: str,
    lon: float,
    lat: float,
    by: str,
    at: datetime,
) -> WeatherYear:
    """Keep the rose of a table of hours, and that of day and of night, as the weather in use.

    Columns: time (ISO; without a zone it is the city's clock), wind_m_s, direction_deg (from where
    it blows), cloud (eighths, 0–8). `lon`, `lat`: where, for the height of the sun.

    Raises
    ------
    BadInputs
        For a missing column, rows that are wrong (each named), or fewer than 24 hours.
    """
    faults: list[str] = []
    rows = list(_rows(text, faults))
    if faults:
        raise BadInputs("file", "; ".join(faults[:SHOWN_ERRORS]))
    if len(rows) < LEAST_HOURS:
        raise BadInputs("file", _("At least 24 hours are needed, got %(n)s.") % {"n": len(rows)})
    seconds, wind, direction, cloud = (np.array(column) for column in zip(*rows, strict=True))
    try:
        sky = sun.skies(sun.elevation(seconds, lat, lon), cloud / 8)
        roses = _roses(seconds, wind, direction, sky)
    except science.CoreError as error:
        raise BadInputs("file", messages.of(error)) from error
    return _keep(roses, len(rows), code, name, source, by, at)


def _roses(
    seconds: np.ndarray, wind: np.ndarray, direction: np.ndarray, sky: np.ndarray
) -> dict[str, Any]:
    """Shares of the time: of all hours, of those by day and of those by night, by the city's clock.

    Day and night stand only where each has a day's worth of hours: fewer are no climate.
    """
    clock = [timezone.localtime(datetime.fromtimestamp(each, UTC)) for each in seconds]
    is_day = weather.is_day([each.hour + each.minute / 60 for each in clock])
    found: dict[str, Any] = {"share": weather.rose(wind, direction, sky).tolist()}
    if min(is_day.sum(), (~is_day).sum()) >= LEAST_HOURS:
        for name, chosen in (("day", is_day), ("night", ~is_day)):
            found[name] = weather.rose(wind[chosen], direction[chosen], sky[chosen]).tolist()
    return found


def _rows(text: str, faults: list[str]) -> Iterator[tuple[float, float, float, float]]:
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS if name not in (table.fieldnames or [])]
    if missing:
        faults.append(_("Columns are missing: %(names)s.") % {"names": ", ".join(missing)})
        return
    for number, row in enumerate(table, 2):
        if number > MOST_ROWS + 1:
            faults.append(_("More than %(n)s rows.") % {"n": MOST_ROWS})
            return
        try:
            yield _hour(row)
        except (ValueError, TypeError) as error:
            faults.append(_("Row %(row)s: %(why)s") % {"row": number, "why": error})


def _hour(row: dict[str, str]) -> tuple[float, float, float, float]:
    at = datetime.fromisoformat(row["time"].strip())
    if timezone.is_naive(at):
        at = timezone.make_aware(at)
    wind, direction, cloud = (float(row[name]) for name in COLUMNS[1:])
    for name, value, most in (
        ("wind_m_s", wind, 60.0), ("direction_deg", direction, 360.0), ("cloud", cloud, 8.0),
    ):  # fmt: skip
        if not 0 <= value <= most:
            raise ValueError(f"{name} = {value:g}, 0–{most:g}")
    return at.timestamp(), wind, direction, cloud


def _keep(
    roses: dict[str, Any], hours: int, code: str, name: str, source: str, by: str, at: datetime
) -> WeatherYear:
    rose = {"classes": [each.name for each in weather.CLASSES], **roses}
    with transaction.atomic():
        newest = WeatherYear.objects.select_for_update().filter(code=code).order_by("-version")
        made = WeatherYear.objects.create(
            code=code,
            version=(newest[0].version + 1) if newest else 1,
            name_zh=name,
            rose=rose,
            hours=hours,
            source=source,
            made_by=by,
            effective_at=at,
        )
        data = {"code": code, "version": made.version, "hours": hours, "source": source}
        fact = journal.Fact(
            kind="assess.weather.loaded", subject=f"weather:{code}", at=at, actor=by, data=data
        )
        journal.append([fact])
    return made

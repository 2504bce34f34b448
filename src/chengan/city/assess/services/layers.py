"""Sums by cell kept for each day, so that the map of a million risks is a lookup."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from chengan.city.assess.models import CellCount, Layer
from chengan.city.assess.selectors import layers
from chengan.city.places import api as places

DAILY: Final = 62
"""Days of which every day's sums are kept; before that, the first of each month."""


def rebuild(day: date, at: datetime) -> int:
    """Sum a day anew, with the whole city's finished layers; give how many rows there are.

    Whoever looks meanwhile sees the sums of before: all of it changes in one transaction.
    """
    made = [
        CellCount(
            day=day,
            scheme=scheme,
            key=key,
            area_path=path,
            **dict(zip(layers.SUMS, sums, strict=True)),
        )
        for scheme in (*layers.CELLS, "grid")
        for key, path, *sums in layers.sums_of(scheme, day, at)
    ]
    with transaction.atomic():
        CellCount.objects.filter(day=day).delete()
        CellCount.objects.bulk_create(made, batch_size=5000)
        everything = places.Scope(everything=True)
        finished = [
            Layer(
                day=day,
                scheme=scheme,
                area_path=layers.EVERYTHING,
                body=layers.make(scheme, layers.summed(scheme, day, everything, at), day, at),
                built_at=at,
            )
            for scheme in layers.SCHEMES
        ]
        Layer.objects.filter(day=day).delete()
        Layer.objects.bulk_create(finished)
    return len(made)


def ensure(day: date, at: datetime) -> None:
    """Sum a past day of which there are no sums, from the changes of level up to its end."""
    if not CellCount.objects.filter(day=day).exists():
        rebuild(day, at)


def prune(today: date) -> int:
    """Let the sums of old days go, but for the first of each month; give how many days went."""
    old = CellCount.objects.filter(day__lt=today - timedelta(days=DAILY)).exclude(day__day=1)
    gone = list(old.values_list("day", flat=True).distinct())
    CellCount.objects.filter(day__in=gone).delete()
    Layer.objects.filter(day__in=gone).delete()
    return len(gone)

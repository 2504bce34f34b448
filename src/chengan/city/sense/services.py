"""Writes of sense: limits handed back by warn, and the sample city's sensors."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chengan.city.hub import api as hub
from chengan.city.places import api as places
from chengan.city.sense.models import Datastream, ObservedProperty, StreamLimit, Thing
from chengan.core.tables import units

LOCK = 0x6C696D69


@transaction.atomic
def set_limits(limits: dict[int, dict[str, Any]]) -> int:
    """Replace the limits of the datastreams named, in SI; give how many changed.

    Parameters
    ----------
    limits : by datastream id; fields of `StreamLimit` without `version`
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("select coalesce(max(version), 0) + 1 from sense_streamlimit")
        version = int(cursor.fetchone()[0])
    have = {row.pk: row for row in StreamLimit.objects.filter(pk__in=limits)}
    changed = [
        StreamLimit(datastream_id=pk, version=version, **fields)
        for pk, fields in limits.items()
        if pk not in have or any(getattr(have[pk], name) != part for name, part in fields.items())
    ]
    names = [f.name for f in StreamLimit._meta.concrete_fields if not f.primary_key]
    StreamLimit.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["datastream"], update_fields=names
    )
    return len(changed)


def ensure_properties(properties: Iterable[Any]) -> None:
    """Create observed properties; leave alone those that are there."""
    ObservedProperty.objects.bulk_create(
        (
            ObservedProperty(
                code=item.code,
                name_zh=item.name_zh,
                name_en=item.name_en,
                si_unit=item.si_unit,
                shown_unit=item.shown_unit,
            )
            for item in properties
        ),
        ignore_conflicts=True,
    )


def load_sample(sample: Any, at: datetime) -> None:
    """Register the sample city's things and datastreams."""
    ensure_properties(sample.properties)
    properties = {row.code: row for row in ObservedProperty.objects.all()}
    sources = hub.sources_by_key()
    things: dict[str, Thing] = {}
    for item in sample.datastreams:
        if item.thing not in things:
            things[item.thing] = Thing.objects.create(
                key=item.thing,
                name_zh=item.name_zh,
                name_en=item.name_en,
                city_object=_object(item.object),
                owner=places.organisation_by_code(item.owner),
                lon=item.lon,
                lat=item.lat,
                is_sample=True,
            )
        _datastream(item, properties[item.property], sources[item.source], things[item.thing], at)


def _object(key: str) -> places.CityObject:
    namespace, external_id = key.split("/", 1)
    return places.CityObject.objects.get(namespace=namespace, external_id=external_id)


def _datastream(
    item: Any, observed: ObservedProperty, source: hub.Source, thing: Thing, at: datetime
) -> None:
    bounds = [
        None if bound is None else float(units.to_si(bound, item.unit))
        for bound in (item.plausible_low, item.plausible_high)
    ]
    Datastream.objects.create(
        source=source,
        key=item.key,
        thing=thing,
        observed_property=observed,
        name_zh=item.name_zh,
        name_en=item.name_en,
        unit=item.unit,
        expected_interval_s=item.interval_s,
        plausible_low=bounds[0],
        plausible_high=bounds[1],
        created_at=at,
        is_sample=True,
    )

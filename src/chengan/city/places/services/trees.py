"""Areas and organisations: written by code, paths kept by the database."""

from typing import Any

from chengan.city.places import geometry as geometries
from chengan.city.places.models import Area, Organisation


def put_area(*, code: str, geometry: Any = None, **values: Any) -> Area:
    """Create or change the area of this code; give it with its path and box.

    Raises
    ------
    BadObject
        If the geometry is not a valid polygon.
    """
    if geometry is not None:
        bounds = geometries.bounds(geometry, ("Polygon", "MultiPolygon"))
        names = ("lon_min", "lat_min", "lon_max", "lat_max")
        values |= {"geometry": geometry, **dict(zip(names, bounds, strict=True))}
    area, _ = Area.objects.update_or_create(code=code, defaults=values)
    area.refresh_from_db(fields=["path"])
    return area


def put_organisation(*, code: str, **values: Any) -> Organisation:
    """Create or change the organisation of this code; give it with its path."""
    organisation, _ = Organisation.objects.update_or_create(code=code, defaults=values)
    organisation.refresh_from_db(fields=["path"])
    return organisation

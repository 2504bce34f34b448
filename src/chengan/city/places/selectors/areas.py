"""Which area a position lies in."""

import shapely
from shapely.geometry import shape

from chengan.city.places.models import Area


def area_at(lon: float | None, lat: float | None) -> Area | None:
    """Give the deepest area that holds a position (degrees, WGS 84); None outside all of them."""
    if lon is None or lat is None:
        return None
    around = Area.objects.filter(
        lon_min__lte=lon, lon_max__gte=lon, lat_min__lte=lat, lat_max__gte=lat, retired_at=None
    ).exclude(geometry=None)
    point = shapely.Point(lon, lat)
    holding = [each for each in around if shape(each.geometry).intersects(point)]
    return max(holding, key=lambda each: each.path.count("/"), default=None)

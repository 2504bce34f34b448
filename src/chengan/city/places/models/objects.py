"""City objects and the networks they form."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import Named


@pghistory.track()
class ObjectKind(Named):
    """A kind of object, with the schema of its attributes (JSON Schema)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    plate = models.CharField(_("plate"), max_length=20, blank=True)
    geometry_types = models.JSONField(default=list)
    attribute_schema = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("kind of object")
        verbose_name_plural = _("kinds of object")


@pghistory.track()
class Network(Named):
    """A water, gas, road or power network."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    medium = models.CharField(_("medium"), max_length=20)
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="networks"
    )

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")


@pghistory.track()
class CityObject(Named):
    """A pipe, manhole, station, bridge, building, enterprise, school, hospital …

    Geometry is GeoJSON in WGS 84; `lon`/`lat` its representative point; `h3_N` the H3 cells
    of that point as 64-bit integers.
    """

    namespace = models.CharField(_("register"), max_length=40)
    external_id = models.CharField(_("number in the register"), max_length=120)
    kind = models.ForeignKey(ObjectKind, on_delete=models.PROTECT, related_name="city_objects")
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="city_objects"
    )
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="city_objects"
    )
    network = models.ForeignKey(
        Network, null=True, blank=True, on_delete=models.SET_NULL, related_name="city_objects"
    )
    geometry = models.JSONField()
    datum_given = models.CharField(max_length=20, default="wgs84")
    lon = models.FloatField()
    lat = models.FloatField()
    h3_7 = models.BigIntegerField(editable=False)
    h3_8 = models.BigIntegerField(editable=False)
    h3_9 = models.BigIntegerField(editable=False)
    h3_10 = models.BigIntegerField(editable=False)
    attributes = models.JSONField(default=dict, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("object")
        verbose_name_plural = _("objects")
        constraints = [
            models.UniqueConstraint(fields=["namespace", "external_id"], name="object_natural_key"),
            models.CheckConstraint(
                name="object_on_earth",
                condition=models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "id"], name="object_kind"),
            models.Index(fields=["h3_9"], name="object_h3_9"),
            models.Index(fields=["lat", "lon"], name="object_lat_lon"),
        ]

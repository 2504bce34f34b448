"""Districts, streets and grid cells (网格)."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import TreeNode


@pghistory.track()
class Area(TreeNode):
    """A piece of the city's ground: city → district → street → grid cell."""

    class Kind(models.TextChoices):
        """The four tiers of the city's ground."""

        CITY = "city", _("Whole city")
        DISTRICT = "district", _("District")
        STREET = "street", _("Street")
        GRID = "grid", _("Grid cell")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("lies in"),
    )
    geometry = models.JSONField(_("outline (GeoJSON)"), null=True, blank=True)
    lon_min = models.FloatField(null=True, editable=False)
    lat_min = models.FloatField(null=True, editable=False)
    lon_max = models.FloatField(null=True, editable=False)
    lat_max = models.FloatField(null=True, editable=False)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [
            models.Index(
                fields=["path"], name="area_path_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]

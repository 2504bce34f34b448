"""The organisation tree: city, departments, districts, streets, grid teams, enterprises."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.places.models.named import TreeNode


@pghistory.track()
class Organisation(TreeNode):
    """Somebody who can own objects, employ people and be told."""

    class Kind(models.TextChoices):
        """What an organisation is to the city."""

        CITY = "city", _("Whole city")
        DEPARTMENT = "department", _("Department")
        DISTRICT = "district", _("District")
        STREET = "street", _("Street")
        GRID_TEAM = "grid_team", _("Grid team")
        ENTERPRISE = "enterprise", _("Enterprise")
        THIRD_PARTY = "third_party", _("Third-party institution")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    area = models.ForeignKey(
        "places.Area",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("area"),
        help_text=_("The ground this organisation answers for; empty for the whole of its duty."),
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [
            models.Index(fields=["path"], name="org_path_prefix", opclasses=["varchar_pattern_ops"])
        ]

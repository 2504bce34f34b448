"""A risk as people keep it, its level as it is derived, and every change of that level."""

from typing import Final

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.marks import Level

MOST_PEOPLE: Final = 2_147_483_647
"""What the column holds."""
MOST_FIGURE: Final = 1e12
"""Beyond it a loss or an area is a slip of the pen [ours]."""


@pghistory.track()
class Risk(models.Model):
    """A risk point (风险点): one hazard at one object of the city."""

    class Status(models.TextChoices):
        """Whether it is in the register."""

        FOUND = "found", _("Found, not assessed")
        IN_FORCE = "in_force", _("In the register")
        CLOSED = "closed", _("Closed")

    city_object = models.ForeignKey("places.CityObject", on_delete=models.PROTECT, related_name="+")
    hazard_code = models.CharField(_("hazard"), max_length=60)
    sector = models.SlugField(_("sector"), max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    accident_zh = models.CharField(_("accident type"), max_length=100, blank=True)
    accident_en = models.CharField(max_length=100, blank=True)
    place_note = models.CharField(_("where exactly"), max_length=200, blank=True)
    description = models.TextField(_("what was seen"), blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    area_m2 = models.FloatField(_("area it stands for, m²"), null=True, blank=True)
    exposed_people = models.PositiveIntegerField(_("people exposed"), null=True, blank=True)
    loss_per_year = models.FloatField(_("expected loss a year, 10,000 yuan"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.FOUND)
    found_by = models.CharField(max_length=150, blank=True)
    found_at = models.DateTimeField()
    client_id = models.UUIDField(null=True, editable=False, unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.UniqueConstraint(
                fields=["city_object", "hazard_code", "place_note"],
                condition=~models.Q(status="closed"),
                name="risk_once_a_place",
            ),
            models.CheckConstraint(
                name="risk_on_earth",
                condition=models.Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]
        indexes = [models.Index(fields=["city_object", "hazard_code"], name="risk_object_hazard")]


class Rating(models.Model):
    """The levels of one risk, derived: from its approved assessment and from what happens.

    Everything a map, a list or a re-rating needs stands in this one row. `f1`…`f3` are the
    factors without controls, `r1`…`r3` with them, for methods that multiply or look up factors.
    `weight` (m²) and `loss` are null where unknown: unknown is not nothing.
    """

    risk = models.OneToOneField(
        Risk, primary_key=True, on_delete=models.CASCADE, related_name="rating"
    )
    method_code = models.SlugField(max_length=60, blank=True, db_index=False)
    method_version = models.PositiveIntegerField(default=0)
    f1 = models.FloatField(null=True)
    f2 = models.FloatField(null=True)
    f3 = models.FloatField(null=True)
    r1 = models.FloatField(null=True)
    r2 = models.FloatField(null=True)
    r3 = models.FloatField(null=True)
    score = models.FloatField(null=True)
    inherent = models.SmallIntegerField(choices=Level.choices, null=True)
    residual = models.SmallIntegerField(choices=Level.choices, null=True)
    current = models.SmallIntegerField(choices=Level.choices, null=True)
    is_raised = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    owner_path = models.CharField(max_length=400)
    area_path = models.CharField(max_length=400, blank=True)
    sector = models.SlugField(max_length=40, db_index=False)
    h3_7 = models.BigIntegerField()
    h3_8 = models.BigIntegerField()
    h3_9 = models.BigIntegerField()
    h3_10 = models.BigIntegerField()
    weight = models.FloatField(null=True)
    loss = models.FloatField(null=True)
    review_date = models.DateField(null=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [
            models.Index(
                models.F("current").desc(nulls_last=True),
                models.F("risk_id").desc(),
                name="rating_worst_first",
            ),
            models.Index(fields=["h3_9"], name="rating_h3_9"),
            models.Index(
                fields=["owner_path"], name="rating_owner", opclasses=["varchar_pattern_ops"]
            ),
        ]


class LevelChange(models.Model):
    """The levels of a risk from a moment on, and why; append-only: time slider, comparison."""

    class Why(models.TextChoices):
        """What changed the level."""

        ASSESSED = "assessed", _("Assessed")
        RAISED = "raised", _("Raised by an event")
        LOWERED = "lowered", _("The event is over")
        METHOD = "method", _("Method changed")
        CORRECTED = "corrected", _("Place, area or loss corrected")
        CLOSED = "closed", _("Closed")

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="level_changes")
    at = models.DateTimeField()
    inherent = models.SmallIntegerField(null=True)
    residual = models.SmallIntegerField(null=True)
    current = models.SmallIntegerField(null=True)
    why = models.CharField(max_length=10, choices=Why.choices)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of level")
        verbose_name_plural = _("changes of level")
        indexes = [models.Index(fields=["risk", "at"], name="level_change_risk_at")]


@pghistory.track()
class Photo(models.Model):
    """A picture taken where the risk was found, or evidence of a control."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="photos")
    file = models.CharField(max_length=400)
    media_type = models.CharField(max_length=40)
    taken_by = models.CharField(max_length=150, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("risk photo")
        verbose_name_plural = _("risk photos")

"""What may leak, burn or burst, as a siting review needs it; and the weather that carries it."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.marks import Mark
from chengan.city.assess.models.named import Named
from chengan.city.assess.models.siting import SitingProject


@pghistory.track()
class Installation(Named):
    """One vessel, tank or set of them, at an object of the city or planned by a project.

    Temperature in K, pressure in Pa (absolute; null: the substance's own), inventory in kg of one
    vessel; `count` of them. `kind` says what GB/T 37243-2019 calls it.
    """

    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    project = models.ForeignKey(
        SitingProject,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="installations",
    )
    kind = models.CharField(_("kind of installation"), max_length=20, default="chemical_plant")
    equipment = models.CharField(_("equipment"), max_length=40)
    cas = models.CharField(_("substance (CAS)"), max_length=20)
    inventory_kg = models.FloatField(_("inventory, kg"))
    temperature_k = models.FloatField(_("temperature, K"))
    pressure_pa = models.FloatField(_("pressure, Pa"), null=True, blank=True)
    bund_m2 = models.FloatField(_("area of the bund, m²"), default=1500)
    count = models.PositiveSmallIntegerField(_("how many"), default=1)
    barriers = models.JSONField(_("barriers"), default=list, blank=True)
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    source = models.TextField(_("source"), blank=True)
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        constraints = [
            models.CheckConstraint(
                name="installation_one_home",
                condition=Q(city_object=None) ^ Q(project=None),
            ),
            models.CheckConstraint(
                name="installation_amounts",
                condition=Q(inventory_kg__gt=0, temperature_k__gt=0, count__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["lat", "lon"], name="installation_lat_lon")]


@pghistory.track()
class WeatherYear(Named):
    """Shares of time by stability class, wind speed and direction, made from a year's records.

    `rose`: {"stability": [...], "speed": [m/s ...], "direction": [deg, from ...],
    "share": [[[...]]]}; shares sum to 1. `hours`: records it was made from.
    """

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    rose = models.JSONField()
    hours = models.PositiveIntegerField()
    source = models.TextField(_("source"))
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    made_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField()

    class Meta:
        verbose_name = _("weather of a year")
        verbose_name_plural = _("weather of years")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="weather_year_version")
        ]


@pghistory.track()
class Standing(models.Model):
    """A hazard and a target too near each other, found by the standing check.

    One row for an installation and a target (an object of the city); seen again it is brought up
    to date, and when it is gone it is closed.
    """

    class Status(models.TextChoices):
        """What was made of it."""

        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Handled otherwise")
        GONE = "gone", _("No longer so")

    installation = models.ForeignKey(
        Installation, on_delete=models.CASCADE, related_name="standings"
    )
    target = models.ForeignKey("places.CityObject", on_delete=models.CASCADE, related_name="+")
    risk = models.FloatField()
    criterion = models.FloatField()
    criterion_of = models.TextField(blank=True)
    distance_m = models.FloatField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    note = models.TextField(blank=True)
    handled_by = models.CharField(max_length=150, blank=True)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("finding of the standing check")
        verbose_name_plural = _("findings of the standing check")
        constraints = [
            models.UniqueConstraint(fields=["installation", "target"], name="standing_once")
        ]
        indexes = [models.Index(fields=["status", "-risk"], name="standing_worst")]

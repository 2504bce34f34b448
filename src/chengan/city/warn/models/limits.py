"""Limit sets and the rules that bind them."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.severity import Mark


@pghistory.track()
class LimitSet(models.Model):
    """Limits of one observed property, versioned, each with its source and mark."""

    Mark = Mark

    class JointScope(models.TextChoices):
        """Whose datastreams are judged together."""

        OBJECT = "object", _("those of one object")
        OWNER = "owner", _("those of one owner")

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    observed_property = models.ForeignKey(
        "sense.ObservedProperty", on_delete=models.PROTECT, related_name="+"
    )
    unit = models.CharField(max_length=20)
    high = models.JSONField(default=dict, blank=True)
    low = models.JSONField(default=dict, blank=True)
    hysteresis = models.FloatField(default=0)
    hold_s = models.FloatField(default=0)
    clear_hold_s = models.FloatField(default=0)
    rate_per_s = models.FloatField(null=True, blank=True)
    rate_severity = models.PositiveSmallIntegerField(default=0)
    stuck_s = models.FloatField(default=0)
    stuck_epsilon = models.FloatField(default=0)
    silent_factor = models.FloatField(default=3)
    anomaly_severity = models.PositiveSmallIntegerField(default=0)
    anomaly_a_year = models.FloatField(default=1)
    step_severity = models.PositiveSmallIntegerField(default=0)
    step_window_s = models.FloatField(default=10)
    step_usual = models.FloatField(default=0)
    joint_severity = models.PositiveSmallIntegerField(default=0)
    joint_scope = models.CharField(
        max_length=6, choices=JointScope.choices, default=JointScope.OBJECT
    )
    release_severity = models.PositiveSmallIntegerField(default=0)
    owner = models.ForeignKey(
        "places.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.CharField(max_length=150, blank=True)
    source = models.TextField(_("source"))
    mark = models.CharField(max_length=2, choices=Mark.choices)
    effective_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="limit_set_version")
        ]


@pghistory.track()
class Rule(models.Model):
    """Binds a kind of object and a property to a limit set; the nearest binding wins.

    Nearest: one datastream, then one object, then one owner, then a kind, then the property.
    """

    observed_property = models.ForeignKey(
        "sense.ObservedProperty", on_delete=models.PROTECT, related_name="+"
    )
    object_kind = models.ForeignKey(
        "places.ObjectKind", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        "places.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    datastream = models.ForeignKey(
        "sense.Datastream", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    limit_set_code = models.SlugField(max_length=60)
    is_active = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

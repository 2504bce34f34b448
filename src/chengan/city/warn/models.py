"""Limit sets, rules, alarms and warnings."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """The four colours and the notice below them; larger is worse."""

    NOTICE = 1, _("Notice")
    BLUE = 2, _("Blue")
    YELLOW = 3, _("Yellow")
    ORANGE = 4, _("Orange")
    RED = 5, _("Red")


@pghistory.track()
class LimitSet(models.Model):
    """Limits of one observed property, versioned, each with its source and mark."""

    class Mark(models.TextChoices):
        """How sure the figures are."""

        V = "V", _("read in the cited public source")
        V_MINUS = "V-", _("read in a secondary source, to be confirmed")
        R = "R", _("commonly known, unverified")
        D = "D", _("our own design, the city's to set")

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


@pghistory.track()
class Alarm(models.Model):
    """What a machine says: one object, one cause, however many readings."""

    class Category(models.TextChoices):
        """Danger to people, or trouble with a device."""

        SAFETY = "safety", _("Safety")
        DEVICE = "device", _("Device")

    class Status(models.TextChoices):
        """What the officer made of it."""

        OPEN = "open", _("Waiting")
        CONFIRMED = "confirmed", _("Confirmed as warning")
        DISMISSED = "dismissed", _("Dismissed")

    class DismissReason(models.TextChoices):
        """Five reasons why it was a false alarm."""

        SENSOR_FAULT = "sensor_fault", _("Sensor fault")
        MAINTENANCE = "maintenance", _("Maintenance or test")
        ENVIRONMENT = "environment", _("Environment (weather, traffic, biogas)")
        LIMIT_TOO_TIGHT = "limit_too_tight", _("Limit too tight")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    category = models.CharField(max_length=6, choices=Category.choices)
    cause = models.CharField(max_length=20)
    city_object = models.ForeignKey("places.CityObject", on_delete=models.PROTECT, related_name="+")
    datastream = models.ForeignKey("sense.Datastream", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60, blank=True)
    owner_path = models.CharField(max_length=400)
    area_path = models.CharField(max_length=400, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    worst_severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    is_active = models.BooleanField(default=True)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    judged_by = models.CharField(max_length=150, blank=True)
    judged_at = models.DateTimeField(null=True)
    dismiss_reason = models.CharField(max_length=20, choices=DismissReason.choices, blank=True)
    judge_note = models.TextField(blank=True)
    assigned_to = models.CharField(max_length=150, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["-severity", "-number"],
                condition=models.Q(status="open"),
                include=["owner_path", "area_path", "city_object"],
                name="warn_alarm_waiting",
            ),
            models.Index(fields=["-severity", "-number"], name="warn_alarm_order"),
            models.Index(fields=["rule", "category"], name="warn_alarm_rule"),
        ]


class Episode(models.Model):
    """One datastream's time beyond its limits, or out of order, within an alarm."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="episodes")
    datastream = models.ForeignKey("sense.Datastream", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20)
    onset = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    worst_severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["datastream", "cause", "onset"], name="warn_episode_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["datastream", "cause"],
                condition=models.Q(ended_at=None),
                name="warn_episode_going",
            )
        ]

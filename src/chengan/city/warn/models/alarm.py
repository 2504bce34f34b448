"""Alarms: what a machine says."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.severity import Severity


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
    group = models.ForeignKey(
        "warn.AlarmGroup", null=True, blank=True, on_delete=models.SET_NULL, related_name="alarms"
    )
    is_lead = models.BooleanField(default=True, db_default=True)
    inhibited_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="explains"
    )

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        indexes = [
            models.Index(
                fields=["-severity", "-number"],
                condition=models.Q(status="open", is_lead=True, inhibited_by=None),
                include=["owner_path", "area_path", "city_object"],
                name="warn_alarm_queue",
            ),
            models.Index(fields=["-severity", "-number"], name="warn_alarm_order"),
            models.Index(fields=["rule", "category"], name="warn_alarm_rule"),
            models.Index(fields=["group", "-severity", "-number"], name="warn_alarm_group"),
            models.Index(
                fields=["inhibited_by"],
                condition=models.Q(inhibited_by__isnull=False),
                name="warn_alarm_inhibited",
            ),
        ]


class Episode(models.Model):
    """One datastream's time beyond its limits, or out of order, within an alarm.

    why_over : of one that no reading ended, the runner's word for why; empty for all others.
    """

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="episodes")
    datastream = models.ForeignKey("sense.Datastream", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20)
    onset = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_over = models.CharField(_("why it is over"), max_length=20, default="", db_default="")
    last_at = models.DateTimeField()
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    worst_severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    is_late = models.BooleanField(_("came late"), default=False, db_default=False)

    class Meta:
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")
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

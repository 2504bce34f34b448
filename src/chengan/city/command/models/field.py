"""What comes from the field: reports and photos, kept as they were sent."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.incident import Incident
from chengan.city.command.models.task import Task


class Photo(models.Model):
    """A picture from the field, cleaned of what the camera wrote beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="photos")
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()


class FieldReport(models.Model):
    """One thing that a handler said or did, once, however often it was sent."""

    class Action(models.TextChoices):
        """What was done."""

        ACKNOWLEDGE = "acknowledge", _("Acknowledged")
        EN_ROUTE = "en_route", _("En route")
        ON_SCENE = "on_scene", _("On scene")
        DONE = "done", _("Done")
        NOTE = "note", _("Note")
        REFUSE = "refuse", _("Declined")
        HAND_OVER = "hand_over", _("Handed over")
        VERIFY = "verify", _("Verified, over")
        RETURN = "return", _("Sent back")

    client_id = models.UUIDField(primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports")
    action = models.CharField(max_length=12, choices=Action.choices)
    is_taken = models.BooleanField(default=True)
    refusal = models.TextField(blank=True)
    note = models.TextField(blank=True)
    photo = models.ForeignKey(
        Photo, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    by = models.CharField(max_length=150)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    client_at = models.DateTimeField(null=True, blank=True)
    """As the device's clock said, right or wrong."""
    clock_off_s = models.FloatField(null=True, blank=True)
    """Seconds that the device's clock was behind ours when it sent."""
    is_clock_wrong = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["task", "happened_at"], name="field_report_task")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

"""What was done about a danger, by whom, why, with what to show for it; append-only."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.close.models.danger import HiddenDanger
from chengan.city.close.models.deadline import DangerDeadline


class DangerStep(models.Model):
    """One step of a hidden danger."""

    class Kind(models.TextChoices):
        """What was done."""

        REPORTED = "reported", _("Reported")
        JUDGED = "judged", _("Level judged")
        DISMISSED = "dismissed", _("Judged not to be a hidden danger")
        PLANNED = "planned", _("Report of a major danger written")
        ORDERED = "ordered", _("Rectification ordered")
        STARTED = "started", _("Rectification begun")
        RECTIFIED = "rectified", _("Rectified")
        RETURNED = "returned", _("Sent back")
        VERIFIED = "verified", _("Verified on site")
        CLOSED = "closed", _("Taken off the list")
        EXTENSION_ASKED = "extension_asked", _("Extension asked for")
        EXTENDED = "extended", _("Extension granted")
        NOT_EXTENDED = "not_extended", _("Extension not granted")
        LISTED = "listed", _("Listed for supervision")
        FILED = "filed", _("Filed with the safety committee")
        PUBLISHED = "published", _("Published")
        OVERDUE = "overdue", _("Rectification overdue")
        LATE = "late", _("A date of supervision has passed")
        NOTED = "noted", _("Note")

    danger = models.ForeignKey(HiddenDanger, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    """Account name; empty for what the sweep found."""
    note = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    """The deadline that the step set, asked for, or found passed."""
    what = models.CharField(max_length=7, choices=DangerDeadline.Step.choices, blank=True)
    """Which deadline passed or was kept (`DangerDeadline.Step`)."""

    class Meta:
        verbose_name = _("step of a hidden danger")
        verbose_name_plural = _("steps of hidden dangers")
        indexes = [models.Index(fields=["danger", "id"], name="danger_step_danger")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class DangerPhoto(models.Model):
    """A picture that belongs to a step, cleaned of what the camera wrote beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(DangerStep, on_delete=models.PROTECT, related_name="photos")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("photo of a hidden danger")
        verbose_name_plural = _("photos of hidden dangers")

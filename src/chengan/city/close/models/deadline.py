"""Deadlines of hidden dangers, which are rows, and extensions asked of them."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengan.city.close.models.danger import HiddenDanger


class DangerDeadline(models.Model):
    """What is due of a danger: fired once by the sweep when it passes, or settled before."""

    class Step(models.TextChoices):
        """What is due."""

        RECTIFY = "rectify", _("to be rectified")
        ANSWER = "answer", _("extension to be answered")
        FILE = "file", _("listing to be filed with the safety committee")
        PUBLISH = "publish", _("order to be published")
        END = "end", _("end to be published")

    danger = models.ForeignKey(HiddenDanger, on_delete=models.CASCADE, related_name="deadlines")
    step = models.CharField(max_length=7, choices=Step.choices)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("deadline of a hidden danger")
        verbose_name_plural = _("deadlines of hidden dangers")
        constraints = [
            models.UniqueConstraint(
                fields=["danger", "step"],
                condition=Q(settled_at=None),
                name="danger_deadline_one_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(fired_at=None, settled_at=None),
                name="danger_deadline_waiting",
            )
        ]


@pghistory.track()
class Extension(models.Model):
    """More time asked for by whoever rectifies, answered by somebody else."""

    class Status(models.TextChoices):
        """What was answered."""

        WAITING = "waiting", _("Waiting for an answer")
        GRANTED = "granted", _("Extension granted")
        REFUSED = "refused", _("Extension not granted")
        WITHDRAWN = "withdrawn", _("No longer needed")

    danger = models.ForeignKey(HiddenDanger, on_delete=models.CASCADE, related_name="extensions")
    until_at = models.DateTimeField()
    reason = models.TextField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["danger"], condition=Q(status="waiting"), name="extension_one_waiting"
            ),
            models.CheckConstraint(
                name="extension_not_answered_by_its_asker",
                condition=Q(answered_by="") | ~Q(answered_by=F("asked_by")),
            ),
        ]

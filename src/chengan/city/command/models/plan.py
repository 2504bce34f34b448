"""Plans as data, and what they bring into an incident."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.incident import Incident


@pghistory.track()
class Plan(models.Model):
    """One version of a plan: roles, tasks, notices, decisions, with times from its activation."""

    class Mark(models.TextChoices):
        """How sure its contents are."""

        V = "V", _("read in the cited public source")
        V_MINUS = "V-", _("read in a secondary source, to be confirmed")
        R = "R", _("commonly known, unverified")
        D = "D", _("our own design, the city's to set")

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Incident.Kind.choices)
    levels = models.JSONField(default=list)
    body = models.JSONField()
    text = models.TextField()
    source = models.TextField()
    mark = models.CharField(max_length=2, choices=Mark.choices)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="plan_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(effective_at__isnull=False, retired_at=None),
                name="plan_one_in_force",
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        """Say whether this version may be activated."""
        return self.effective_at is not None and self.retired_at is None

    def __str__(self) -> str:
        return f"{self.code}/{self.version}"


class Activation(models.Model):
    """A plan was activated for an incident, once."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="activations")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="activations")
    plan_code = models.SlugField(max_length=60)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "plan_code"], name="activation_once")
        ]


@pghistory.track()
class Decision(models.Model):
    """A question that the plan puts at a certain time; somebody answers it, with a reason."""

    activation = models.ForeignKey(Activation, on_delete=models.PROTECT, related_name="decisions")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    code = models.SlugField(max_length=60)
    question_zh = models.CharField(max_length=300)
    question_en = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=list)
    due_at = models.DateTimeField()
    chosen = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activation", "code"], name="decision_once")]


class IncidentNotice(models.Model):
    """A message to an organisation about an incident, when it is to go out, and who read it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    activation = models.ForeignKey(
        Activation, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    code = models.SlugField(max_length=60, blank=True)
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.CharField(max_length=150, blank=True)
    is_rehearsed = models.BooleanField(default=False)
    message = models.ForeignKey(
        "warn.Notice", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """How it went out, to whom, and who answered; empty for what is rehearsed or not due yet."""

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at=None, is_rehearsed=False),
                name="incident_notice_due",
            )
        ]

"""Teams, vehicles, stores, shelters and experts, and where they are sent."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.task import Task


@pghistory.track()
class Resource(models.Model):
    """Something or somebody that can be sent, or be gone to."""

    class Kind(models.TextChoices):
        """What it is."""

        TEAM = "team", _("Team")
        VEHICLE = "vehicle", _("Vehicle")
        WAREHOUSE = "warehouse", _("Store of supplies")
        SHELTER = "shelter", _("Shelter")
        EXPERT = "expert", _("Expert")

    class State(models.TextChoices):
        """Whether it can be sent."""

        READY = "ready", _("Ready")
        SENT = "sent", _("On a task")
        OUT = "out", _("Out of service")

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    skills = models.JSONField(default=list, blank=True)
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    phone = models.CharField(max_length=40, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    contents = models.TextField(blank=True)
    speed_kmh = models.FloatField(default=30)
    state = models.CharField(max_length=6, choices=State.choices, default=State.READY)
    state_note = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    located_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="resource_moves", condition=Q(speed_kmh__gt=0)),
            models.CheckConstraint(
                name="resource_on_earth",
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


@pghistory.track()
class Dispatch(models.Model):
    """A resource is on its way to, or at, a task; an officer decided so."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="dispatches")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="dispatches")
    travel_s = models.FloatField(null=True, blank=True)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=Q(released_at=None), name="dispatch_one_at_a_time"
            )
        ]

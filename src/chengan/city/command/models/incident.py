"""Incidents, how they hang together, and who looks at them."""

import uuid

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Incident(models.Model):
    """One shared case: what happened, where, how grave, who leads; its log is in the journal."""

    class Kind(models.TextChoices):
        """What happened."""

        GAS_LEAK = "gas_leak", _("Gas leak")
        BURST_MAIN = "burst_main", _("Burst main")
        BRIDGE_LIMIT = "bridge_limit", _("Bridge over its limit")
        FLOODED_UNDERPASS = "flooded_underpass", _("Flooded underpass")
        CROWD = "crowd", _("Crowd")
        CHEMICAL_RELEASE = "chemical_release", _("Hazardous-chemical release")
        FIRE = "fire", _("Fire")
        TRAFFIC = "traffic", _("Traffic accident")
        COLLAPSE = "collapse", _("Collapse or subsidence")
        OTHER = "other", _("Other incident")

    class Level(models.IntegerChoices):
        """How grave it is, as the accident grades; larger is worse."""

        ORDINARY = 2, _("Ⅳ ordinary")
        MAJOR = 3, _("Ⅲ major")
        GRAVE = 4, _("Ⅱ grave")
        EXTREME = 5, _("Ⅰ extraordinarily grave")

    class Origin(models.TextChoices):
        """How it became known."""

        WARNING = "warning", _("Warning")
        ALARM = "alarm", _("Alarm")
        REPORT = "report", _("Report")
        CALL = "call", _("Telephone call")
        DRILL = "drill", _("Drill")

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("Under way")
        CLOSED = "closed", _("Case closed")
        MERGED = "merged", _("Merged into another")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.ORDINARY)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    origin_ref = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    is_drill = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    caller_name = models.CharField(max_length=100, blank=True)
    caller_phone = models.CharField(max_length=40, blank=True)
    lead = models.ForeignKey("places.Organisation", on_delete=models.PROTECT, related_name="+")
    owner_path = models.CharField(max_length=400)
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area_path = models.CharField(max_length=400, blank=True)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    affected_area = models.JSONField(null=True, blank=True)
    plume = models.JSONField(null=True, blank=True)
    """The cloud as it was last reckoned: what was put in, and its outlines on the ground."""
    deaths = models.PositiveIntegerField(default=0)
    serious_injuries = models.PositiveIntegerField(default=0)
    direct_loss_yuan = models.PositiveBigIntegerField(default=0)
    occurred_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    close_note = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    clock_at = models.DateTimeField(null=True, blank=True)
    """The simulated time of a rehearsal; empty for whatever runs on the city's clock."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_ref"], condition=~Q(origin_ref=""), name="incident_once_an_origin"
            ),
            models.CheckConstraint(
                name="incident_drill_has_no_real_origin",
                condition=Q(is_drill=False) & ~Q(origin="drill")
                | Q(is_drill=True, origin="drill", origin_ref=""),
            ),
            models.CheckConstraint(
                name="incident_rehearsal_is_a_drill",
                condition=Q(clock_at=None) | Q(is_drill=True),
            ),
            models.CheckConstraint(
                name="incident_merged_names_where",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
            ),
        ]
        indexes = [models.Index(fields=["status", "-number"], name="incident_status")]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"


class IncidentLink(models.Model):
    """Two incidents that belong together: `source` was merged into, or split from, `target`."""

    class Way(models.TextChoices):
        """How they hang together."""

        MERGED = "merged", _("merged into")
        SPLIT = "split", _("split from")

    source = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links_in")
    way = models.CharField(max_length=6, choices=Way.choices)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_link_two_ends", condition=~Q(source=models.F("target"))
            )
        ]


class Viewer(models.Model):
    """Who has an incident's page open: when it last asked."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="viewers")
    user = models.ForeignKey("places.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user"], name="viewer_once_an_incident")
        ]

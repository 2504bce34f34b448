"""Dependencies between objects, network models, and runs of what fails if this fails."""

from typing import Final

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Dependency(models.Model):
    """`dependent` needs `supplier`; suppliers of the same `group` stand in for each other."""

    dependent = models.ForeignKey("places.CityObject", on_delete=models.CASCADE, related_name="+")
    supplier = models.ForeignKey("places.CityObject", on_delete=models.CASCADE, related_name="+")
    group = models.CharField(_("what is supplied"), max_length=40)
    reserve_h = models.FloatField(_("lasts without it, h"), default=0)
    source = models.CharField(max_length=200, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.UniqueConstraint(
                fields=["dependent", "supplier", "group"], name="dependency_once"
            ),
            models.CheckConstraint(
                name="dependency_not_on_itself",
                condition=~models.Q(dependent=models.F("supplier")),
            ),
            models.CheckConstraint(
                name="dependency_reserve_not_negative", condition=models.Q(reserve_h__gte=0)
            ),
        ]


@pghistory.track()
class NetworkFile(models.Model):
    """The model of a network (EPANET, SWMM, GeoJSON lines) and how its nodes are objects."""

    class Engine(models.TextChoices):
        """Which engine reads it."""

        WATER = "water", _("Water supply (EPANET)")
        DRAINAGE = "drainage", _("Drainage (SWMM)")
        LINES = "lines", _("Lines (GeoJSON): who is cut off")

    network = models.ForeignKey(
        "places.Network", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey("places.Organisation", on_delete=models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=8, choices=Engine.choices)
    namespace = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("network model")
        verbose_name_plural = _("network models")


ASKED: Final = {"burst": _("burst of"), "close": _("closing of"), "storm": _("storm")}


@pghistory.track()
class OutageRun(models.Model):
    """One question to a network: what was broken, what came of it, whether it is believed."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Result refused")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    network_file = models.ForeignKey(NetworkFile, on_delete=models.CASCADE, related_name="runs")
    question = models.JSONField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    result = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    asked_by = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outage run")
        verbose_name_plural = _("outage runs")

    @property
    def asked(self) -> str:
        """What was asked, in the page's language."""
        word = str(ASKED.get(self.question.get("kind", ""), self.question.get("kind", "")))
        return " ".join(filter(None, (word, self.question.get("link", ""))))

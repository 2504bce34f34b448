"""Cordons drawn on an incident's map."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.incident import Incident


@pghistory.track()
class Cordon(models.Model):
    """A closed, evacuated or controlled piece of ground, until it is lifted."""

    class Kind(models.TextChoices):
        """What holds inside."""

        CORDON = "cordon", _("Cordon, no entry")
        EVACUATION = "evacuation", _("To be evacuated")
        TRAFFIC = "traffic", _("Traffic control")
        SAFE = "safe", _("Place of assembly")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="cordons")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CORDON)
    name = models.CharField(max_length=100, blank=True)
    geometry = models.JSONField()
    drawn_by = models.CharField(max_length=150)
    drawn_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cordon_lifted_by_somebody",
                condition=models.Q(lifted_at=None, lifted_by="")
                | models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by=""),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

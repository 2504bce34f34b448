"""A file being brought into the register, in the background: risks, dependencies, a network."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class RiskImport(models.Model):
    """One file: (looked at →) waiting → running → done; its errors stand in a file beside it."""

    class Kind(models.TextChoices):
        """What the file holds."""

        RISKS = "risks", _("Risks")
        DEPENDENCIES = "dependencies", _("Dependencies")
        NETWORK = "network", _("Network of lines")

    class Status(models.TextChoices):
        """Where the import stands."""

        PREVIEW = "preview", _("To be looked at")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.RISKS)
    options = models.JSONField(default=dict)
    file = models.CharField(max_length=400)
    file_name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    rows_expected = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    rows_created = models.BigIntegerField(default=0)
    rows_unchanged = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    rows_alike = models.BigIntegerField(default=0)
    error_file = models.CharField(max_length=400, blank=True)
    failure = models.TextField(blank=True)
    created_by = models.ForeignKey(
        "places.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of risks")
        verbose_name_plural = _("imports of risks")

    @property
    def is_table(self) -> bool:
        """Whether refused rows can be handed back as rows."""
        return not self.file.lower().endswith((".geojson", ".json", ".geojsonl", ".ndjson"))

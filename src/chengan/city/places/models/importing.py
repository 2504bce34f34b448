"""A file being brought into the register, in the background."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class ImportJob(models.Model):
    """One file: preview → running → done; its errors by row stand in a file beside it."""

    class Status(models.TextChoices):
        """Where the import stands."""

        PREVIEW = "preview", _("Preview")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    file = models.CharField(max_length=400)
    file_name = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    namespace = models.CharField(max_length=40)
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="imports"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREVIEW)
    rows_expected = models.BigIntegerField(null=True)
    rows_read = models.BigIntegerField(default=0)
    rows_created = models.BigIntegerField(default=0)
    rows_updated = models.BigIntegerField(default=0)
    rows_unchanged = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    error_file = models.CharField(max_length=400, blank=True)
    failure = models.TextField(blank=True)
    created_by = models.ForeignKey(
        "places.User", null=True, on_delete=models.SET_NULL, related_name="imports"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

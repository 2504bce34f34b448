"""Assessment methods as versioned data, and the re-rating that follows a new version."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.marks import Mark


@pghistory.track()
class Method(models.Model):
    """One version of a method; `definition` is checked by `services/definitions.py`."""

    class Kind(models.TextChoices):
        """Which pure function of core/risk reads the definition."""

        PRODUCT = "product", _("Product of factors")
        MATRIX = "matrix", _("Matrix")
        MAJOR_HAZARD = "major_hazard", _("Major hazard")
        CHECKLIST = "checklist", _("Checklist index")
        FAULT_TREE = "fault_tree", _("Fault tree")
        BOW_TIE = "bow_tie", _("Bow-tie")
        POLICY = "policy", _("Rules of the register")

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    sector = models.SlugField(max_length=40, blank=True)
    definition = models.JSONField()
    source = models.TextField(_("source"))
    mark = models.CharField(max_length=2, choices=Mark.choices)
    changed_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assessment method")
        verbose_name_plural = _("assessment methods")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="assess_method_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(retired_at=None),
                name="assess_method_one_in_use",
            ),
        ]


@pghistory.track()
class Rerating(models.Model):
    """All ratings of a method brought to a new version, in batches that can be stopped."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="reratings")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    expected = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unrated = models.BigIntegerField(default=0)
    last_risk = models.BigIntegerField(default=0)
    failure = models.TextField(blank=True)
    asked_by = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("re-rating")
        verbose_name_plural = _("re-ratings")

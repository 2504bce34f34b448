"""Hazard libraries: what can go wrong in a sector, as versioned data."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.marks import Mark


@pghistory.track()
class HazardLibrary(models.Model):
    """One edition of one sector's library; the newest that is not retired is in use."""

    code = models.SlugField(_("sector"), max_length=40)
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    plate = models.CharField(max_length=20, blank=True)
    is_own = models.BooleanField(default=False)
    source = models.TextField(_("source"))
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    changed_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hazard library")
        verbose_name_plural = _("hazard libraries")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="hazard_library_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(retired_at=None),
                name="hazard_library_one_in_use",
            ),
        ]


@pghistory.track()
class Hazard(models.Model):
    """One thing that can go wrong: guide words, causes, typical accident, controls.

    `guide_words` and `causes` are lists of {"zh", "en"}; `controls` of {"kind", "zh", "en"};
    `object_kinds` codes of the kinds of objects it is typical of.
    """

    library = models.ForeignKey(HazardLibrary, on_delete=models.CASCADE, related_name="hazards")
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    accident_zh = models.CharField(max_length=100)
    accident_en = models.CharField(max_length=100, blank=True)
    guide_words = models.JSONField(default=list, blank=True)
    causes = models.JSONField(default=list, blank=True)
    controls = models.JSONField(default=list, blank=True)
    object_kinds = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        constraints = [
            models.UniqueConstraint(fields=["library", "code"], name="hazard_once_a_library")
        ]

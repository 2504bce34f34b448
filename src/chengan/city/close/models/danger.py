"""A hidden danger (隐患): what is wrong, where, who puts it right by when, how far it is."""

from typing import Final

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

ORDINARY: Final = 1
MAJOR: Final = 2
ON_THE_SPOT: Final = 0
BY_DEADLINE: Final = 1


@pghistory.track()
class HiddenDanger(models.Model):
    """Found, judged, ordered, put right, verified, closed; its steps are `DangerStep` rows.

    `source`, `level`, `kind` and `manage` are numbers of the code sets in `codes/danger.yaml`.
    `due_at` is the deadline in force, `overdue_at` when the sweep found it passed. What a major
    danger's report must hold: `kind` and `level`, `affects`, `measures`, `funds`, `plan_date`,
    `emergency`.
    """

    class Status(models.TextChoices):
        """How far it is."""

        REPORTED = "reported", _("Reported, to be judged")
        JUDGED = "judged", _("Judged, to be ordered")
        ORDERED = "ordered", _("Rectification ordered")
        RECTIFYING = "rectifying", _("In rectification")
        TO_VERIFY = "to_verify", _("Rectified, to be verified")
        VERIFIED = "verified", _("Verified, to be closed")
        CLOSED = "closed", _("Taken off the list")
        DISMISSED = "dismissed", _("Not a hidden danger")

    class Stop(models.TextChoices):
        """What stands still while it is listed."""

        WHOLE = "whole", _("Production or use stopped wholly")
        PARTIAL = "partial", _("Production or use stopped in part")

    title = models.CharField(_("what is wrong"), max_length=200)
    description = models.TextField(_("what was seen"), blank=True)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    risk = models.ForeignKey(
        "assess.Risk", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area_path = models.CharField(max_length=400, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    place_note = models.CharField(_("where exactly"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("responsible organisation"),
    )
    organisation_path = models.CharField(max_length=400)
    source = models.PositiveSmallIntegerField(_("found by"), default=1)
    kind = models.PositiveSmallIntegerField(_("type of danger"), default=8)
    level = models.PositiveSmallIntegerField(_("level of danger"), null=True, blank=True)
    manage = models.PositiveSmallIntegerField(_("how it is put right"), null=True, blank=True)
    cause = models.SlugField(_("what it may lead to"), max_length=60, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REPORTED)
    found_by = models.CharField(max_length=150)
    found_at = models.DateTimeField()
    client_id = models.UUIDField(null=True, editable=False, unique=True)
    affects = models.TextField(_("extent and degree of what it affects"), blank=True)
    measures = models.TextField(_("measures of rectification"), blank=True)
    funds = models.TextField(_("source of funds and how they are secured"), blank=True)
    plan_date = models.DateField(_("to be rectified by"), null=True, blank=True)
    emergency = models.TextField(_("emergency measures meanwhile"), blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(null=True, blank=True)
    stop = models.CharField(max_length=7, choices=Stop.choices, blank=True)
    rectified_by = models.CharField(max_length=150, blank=True)
    rectified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=150, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("hidden danger")
        verbose_name_plural = _("hidden dangers")
        constraints = [
            models.CheckConstraint(
                name="danger_not_verified_by_its_rectifier",
                condition=Q(verified_by="") | ~Q(verified_by=F("rectified_by")),
            ),
            models.CheckConstraint(
                name="danger_major_reported_before_ordered",
                condition=~Q(level=MAJOR)
                | Q(status__in=["reported", "judged", "dismissed"])
                | ~Q(affects="")
                & ~Q(measures="")
                & ~Q(funds="")
                & ~Q(emergency="")
                & Q(plan_date__isnull=False),
            ),
            models.CheckConstraint(
                name="danger_somewhere",
                condition=Q(city_object__isnull=False)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="danger_status"),
            models.Index(fields=["city_object", "status"], name="danger_object"),
            models.Index(
                fields=["organisation_path"],
                opclasses=["varchar_pattern_ops"],
                name="danger_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is to be done."""
        return self.status in {self.Status.CLOSED, self.Status.DISMISSED}

    @property
    def is_major(self) -> bool:
        """Say whether it was judged a major one."""
        return self.level == MAJOR

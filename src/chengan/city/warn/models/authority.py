"""Kinds of events, who may issue a warning of which level, and who is told."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.severity import Mark, Severity


def levels() -> list[int]:
    """All four colours."""
    return [5, 4, 3, 2]


@pghistory.track()
class EventType(models.Model):
    """What a warning can be about: its levels, CAP category, and how soon people must answer."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    national_code = models.CharField(_("national code"), max_length=10, blank=True)
    cap_category = models.CharField(_("CAP category"), max_length=10, default="Safety")
    levels = ArrayField(models.PositiveSmallIntegerField(), default=levels)
    properties = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    tells_public = models.BooleanField(_("tells the public"), default=False)
    receipt_min = models.JSONField(_("minutes to acknowledge, by level"), default=dict)
    response_min = models.JSONField(_("minutes to be on site, by level"), default=dict)
    instruction_zh = models.TextField(_("what to do (Chinese)"), blank=True)
    instruction_en = models.TextField(_("what to do (English)"), blank=True)
    mark = models.CharField(_("how sure"), max_length=2, choices=Mark.choices, default=Mark.D)
    source = models.TextField(_("source or reason"), blank=True)
    is_active = models.BooleanField(_("in force"), default=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")

    def __str__(self) -> str:
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.name_zh if is_chinese else self.name_en or self.name_zh


@pghistory.track()
class Authority(models.Model):
    """Who may issue, raise, lower and lift one level of one event type; versioned.

    The lists hold `kind:district` or `org:CODE`; the account needs the permission there.
    Without an event type the row holds for every type that has none of its own.
    """

    event_type = models.ForeignKey(
        EventType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    version = models.PositiveIntegerField(default=1)
    issuers = ArrayField(models.CharField(max_length=60), default=list)
    raisers = ArrayField(models.CharField(max_length=60), default=list)
    lowerers = ArrayField(models.CharField(max_length=60), default=list)
    lifters = ArrayField(models.CharField(max_length=60), default=list)
    needs_approval = models.BooleanField(default=False)
    approvers = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    source = models.TextField(blank=True)
    changed_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "severity", "version"],
                name="authority_version",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["event_type", "severity"],
                condition=models.Q(retired_at=None),
                name="authority_in_force_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="authority_red_needs_two",
                condition=~models.Q(severity=5) | models.Q(needs_approval=True),
            ),
        ]


@pghistory.track()
class Routing(models.Model):
    """From which level on whom to tell."""

    class Whom(models.TextChoices):
        """Who stands where to the danger."""

        RESPONSIBLE = "responsible", _("the responsible unit's duty holders")
        OWNER = "owner", _("the owner's people on duty")
        SUPERVISION = "supervision", _("who supervises the place")
        DEPARTMENT = "department", _("the department in charge")
        DISTRICT = "district", _("the district government")
        CITY = "city", _("the safety committee and the emergency bureau")
        PUBLIC = "public", _("the public")

    event_type = models.ForeignKey(
        EventType, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    whom = models.CharField(max_length=12, choices=Whom.choices)
    from_severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    needs_receipt = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    source = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["event_type", "whom"], name="routing_once", nulls_distinct=False
            )
        ]

"""Warnings: what a person released, step by step, with every deadline as a row."""

import uuid

import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.severity import Severity


class State(models.TextChoices):
    """Where a warning stands on its way."""

    JUDGED = "judged", _("Judged")
    LEVELLED = "levelled", _("Levelled")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    DISPATCHED = "dispatched", _("Dispatched")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ON_SITE = "on_site", _("On site")
    HANDLING = "handling", _("Handling")
    FED_BACK = "fed_back", _("Fed back")
    VERIFIED = "verified", _("Verified")
    LIFTED = "lifted", _("Lifted")
    EVALUATED = "evaluated", _("Evaluated")
    ARCHIVED = "archived", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Origin(models.TextChoices):
    """Where a warning comes from."""

    ALARM = "alarm", _("an alarm")
    PERSON = "person", _("a person")
    FORECAST = "forecast", _("a forecast")
    EXTERNAL = "external", _("another authority")


@pghistory.track(exclude=["step_count"])
class Warning(models.Model):  # noqa: A001 - the trade's word
    """One warning from judgement to archive; each change is one conditional update of this row."""

    State = State
    Origin = Origin

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    identifier = models.CharField(max_length=200, null=True, unique=True)
    event_type = models.ForeignKey("warn.EventType", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    origin_key = models.CharField(max_length=300, null=True, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.JUDGED)
    state_at = models.DateTimeField()
    step_count = models.PositiveIntegerField(default=0)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    pending_severity = models.PositiveSmallIntegerField(choices=Severity.choices, null=True)
    headline_zh = models.CharField(_("headline (Chinese)"), max_length=160)
    headline_en = models.CharField(_("headline (English)"), max_length=160, blank=True)
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    instruction_zh = models.TextField(_("what to do (Chinese)"), blank=True)
    instruction_en = models.TextField(_("what to do (English)"), blank=True)
    alarm = models.ForeignKey(
        "warn.Alarm", null=True, on_delete=models.PROTECT, related_name="warnings"
    )
    group = models.ForeignKey(
        "warn.AlarmGroup", null=True, on_delete=models.PROTECT, related_name="warnings"
    )
    city_object = models.ForeignKey(
        "places.CityObject", null=True, on_delete=models.PROTECT, related_name="+"
    )
    responsible = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_path = models.CharField(max_length=400, blank=True)
    area_path = models.CharField(max_length=400, blank=True)
    geometry = models.JSONField(null=True)
    area_zh = models.CharField(_("affected area (Chinese)"), max_length=300, blank=True)
    area_en = models.CharField(_("affected area (English)"), max_length=300, blank=True)
    probability = models.FloatField(_("probability"), null=True)
    expected_at = models.DateTimeField(_("expected time"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    is_public = models.BooleanField(_("tells the public"), default=False)
    judged_by = models.CharField(max_length=150, blank=True)
    levelled_by = models.CharField(max_length=150, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)
    released_by = models.CharField(max_length=150, blank=True)
    released_at = models.DateTimeField(null=True)
    fed_back_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)
    supervised_at = models.DateTimeField(null=True)
    ringing_since = models.DateTimeField(null=True)
    sender = models.CharField(max_length=200, blank=True)
    is_exercise = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("warning")
        verbose_name_plural = _("warnings")
        indexes = [
            models.Index(fields=["-number"], name="warn_warning_newest"),
            models.Index(
                fields=["-severity", "-number"],
                condition=~models.Q(state__in=["lifted", "evaluated", "archived", "withdrawn"]),
                name="warn_warning_going",
            ),
            models.Index(fields=["city_object"], name="warn_warning_object"),
        ]
        constraints = [
            models.CheckConstraint(
                name="warning_probability",
                condition=models.Q(probability=None)
                | models.Q(probability__gte=0, probability__lte=1),
            ),
            models.CheckConstraint(
                name="warning_red_needs_two",
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("levelled_by")),
            ),
        ]

    def __str__(self) -> str:
        is_chinese = (get_language() or "zh").startswith("zh")
        return self.headline_zh if is_chinese else self.headline_en or self.headline_zh


class WarningStep(models.Model):
    """One thing that was done to a warning: who, when, why, with what evidence; never changed."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    since_previous_s = models.FloatField(null=True)

    class Meta:
        verbose_name = _("warning step")
        verbose_name_plural = _("warning steps")
        constraints = [models.UniqueConstraint(fields=["warning", "seq"], name="warning_step_once")]


class Deadline(models.Model):
    """By when something must be done; a sweep over `due_at` is the truth, nobody sleeps."""

    class Kind(models.TextChoices):
        """What is waited for."""

        RECEIPT = "receipt", _("Acknowledge")
        RESPONSE = "response", _("Be on site")
        APPROVAL = "approval", _("Approve")
        END = "end", _("Lift it, or give a later end")

    class Status(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        MET = "met", _("Met")
        FIRED = "fired", _("Missed")
        CANCELLED = "cancelled", _("No longer needed")

    key = models.CharField(max_length=200, unique=True)
    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    rank = models.PositiveSmallIntegerField(default=0)
    chain = models.CharField(max_length=150, blank=True)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status="waiting"),
                name="warn_deadline_due",
            ),
            models.Index(fields=["warning", "kind"], name="warn_deadline_of"),
        ]

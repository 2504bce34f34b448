"""One event of many alarms, what explains an alarm, and what hides one for a while."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.alarm import Alarm
from chengan.city.warn.models.severity import Mark, Severity


def codes(verbose: Any) -> "ArrayField[Any, Any]":
    """A list of codes; empty stands for all."""
    code = models.CharField(max_length=60)
    return ArrayField(code, default=list, blank=True, verbose_name=verbose)


class Kept(models.Model):
    """A rule kept as data: named, marked, sourced, on or off."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)
    mark = models.CharField(_("how sure"), max_length=2, choices=Mark.choices, default=Mark.D)
    source = models.TextField(_("source or reason"), blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh


@pghistory.track()
class CorrelationRule(Kept):
    """Which alarms are one event: what they have in common, how soon, how many, of how many kinds.

    Identity (the same alarm) is another matter: that hangs on object, property and cause.
    """

    class Reach(models.TextChoices):
        """What the alarms of one event share."""

        OBJECT = "object", _("the same object")
        NETWORK = "network", _("the same network")
        STREET = "street", _("the same street")
        DISTRICT = "district", _("the same district")
        OWNER = "owner", _("the same owner")
        CELL = "cell", _("the same map cell of about 0.1 km²")

    category = models.CharField(
        _("category"), max_length=6, choices=Alarm.Category.choices, default=Alarm.Category.SAFETY
    )
    causes = codes(_("causes"))
    properties = codes(_("observed properties"))
    kinds = codes(_("kinds of object"))
    reach = models.CharField(_("shared"), max_length=10, choices=Reach.choices)
    window_s = models.PositiveIntegerField(_("one event while within, s"), default=1800)
    min_alarms = models.PositiveSmallIntegerField(_("at least so many alarms"), default=2)
    min_properties = models.PositiveSmallIntegerField(_("of so many properties"), default=1)
    event_type = models.ForeignKey(
        "warn.EventType",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("event type"),
    )
    rank = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("correlation rule")
        verbose_name_plural = _("correlation rules")


@pghistory.track()
class InhibitRule(Kept):
    """A standing alarm that explains others: upstream in a network, or of the same object."""

    class Relation(models.TextChoices):
        """Where the explained alarm stands."""

        DOWNSTREAM = "downstream", _("downstream in the same network")
        SAME_OBJECT = "same_object", _("at the same object")
        SAME_NETWORK = "same_network", _("in the same network")

    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    source_category = models.CharField(
        _("the explaining alarm's category"), max_length=6, choices=Alarm.Category.choices
    )
    source_causes = codes(_("its causes"))
    source_properties = codes(_("its observed properties"))
    target_category = models.CharField(
        _("the explained alarm's category"), max_length=6, choices=Alarm.Category.choices
    )
    target_causes = codes(_("causes explained"))
    target_properties = codes(_("observed properties explained"))
    max_severity = models.PositiveSmallIntegerField(
        _("explains up to"), choices=Severity.choices, default=Severity.ORANGE
    )

    class Meta:
        verbose_name = _("inhibition rule")
        verbose_name_plural = _("inhibition rules")


class AlarmGroup(models.Model):
    """Alarms of one cause: one event. One of them leads and stands in the queue for all."""

    class Status(models.TextChoices):
        """Whether it is an event yet, and what the officer made of it."""

        GATHERING = "gathering", _("Too few yet")
        OPEN = "open", _("Waiting")
        CONFIRMED = "confirmed", _("Confirmed as warning")
        DISMISSED = "dismissed", _("Dismissed")

    key = models.CharField(max_length=200)
    rule = models.ForeignKey(CorrelationRule, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.GATHERING)
    count = models.PositiveIntegerField(default=0)
    properties = ArrayField(models.CharField(max_length=60), default=list)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("alarm group")
        verbose_name_plural = _("alarm groups")
        indexes = [models.Index(fields=["key", "-last_at"], name="warn_group_newest")]


@pghistory.track(exclude=["last_match_at", "matched"])
class Silence(models.Model):
    """Alarms hidden from the queue for a while; who, why, until when. Red needs a second person."""

    class Kind(models.TextChoices):
        """Why the alarms are hidden."""

        SILENCE = "silence", _("Silence")
        MAINTENANCE = "maintenance", _("Maintenance window")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("object"),
    )  # fmt: skip
    network = models.ForeignKey(
        "places.Network", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("network"),
    )  # fmt: skip
    area = models.ForeignKey(
        "places.Area", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("area"),
    )  # fmt: skip
    object_kind = models.ForeignKey(
        "places.ObjectKind", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("kind of object"),
    )  # fmt: skip
    observed_property = models.ForeignKey(
        "sense.ObservedProperty", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("observed property"),
    )  # fmt: skip
    category = models.CharField(
        _("category"), max_length=6, choices=Alarm.Category.choices, blank=True
    )
    max_severity = models.PositiveSmallIntegerField(
        _("hides up to"), choices=Severity.choices, default=Severity.ORANGE
    )
    owner_path = models.CharField(max_length=400, editable=False)
    area_path = models.CharField(max_length=400, blank=True, editable=False)
    reason = models.TextField(_("reason"))
    created_by = models.CharField(_("owner"), max_length=150)
    created_at = models.DateTimeField()
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    idle_s = models.PositiveIntegerField(
        _("ends by itself when idle for, s"), null=True, blank=True
    )
    last_match_at = models.DateTimeField(null=True)
    matched = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.CheckConstraint(
                name="silence_ends_after_start",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="silence_needs_two", condition=~models.Q(approved_by=models.F("created_by"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=models.Q(ended_at=None),
                name="warn_silence_going",
            )
        ]

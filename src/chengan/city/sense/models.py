"""Things, datastreams and observed properties (OGC SensorThings 1.1), and what the runner keeps."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class ObservedProperty(models.Model):
    """What is observed, with its SI unit and the unit people read it in."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100)
    si_unit = models.CharField(_("SI unit"), max_length=20)
    shown_unit = models.CharField(_("unit shown"), max_length=20)
    definition = models.URLField(_("definition"), blank=True)

    class Meta:
        verbose_name = _("observed property")
        verbose_name_plural = _("observed properties")


@pghistory.track()
class Thing(models.Model):
    """A sensor or station as SensorThings means it; stands at a city object."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    city_object = models.ForeignKey(
        "places.CityObject", on_delete=models.PROTECT, related_name="+", verbose_name=_("object")
    )
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    make = models.CharField(_("make"), max_length=100, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("sensor")
        verbose_name_plural = _("sensors")


@pghistory.track()
class Datastream(models.Model):
    """One property of one thing, from one source; its id is its slot in the runner's arrays."""

    source = models.ForeignKey(
        "hub.Source", on_delete=models.PROTECT, related_name="+", verbose_name=_("source")
    )
    key = models.CharField(_("key"), max_length=120)
    thing = models.ForeignKey(
        Thing, on_delete=models.PROTECT, related_name="datastreams", verbose_name=_("sensor")
    )
    observed_property = models.ForeignKey(
        ObservedProperty,
        on_delete=models.PROTECT,
        related_name="datastreams",
        verbose_name=_("observed property"),
    )
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    unit = models.CharField(_("unit sent"), max_length=20)
    expected_interval_s = models.FloatField(_("expected interval, s"))
    plausible_low = models.FloatField(_("lowest plausible value"), null=True, blank=True)
    plausible_high = models.FloatField(_("highest plausible value"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    is_active = models.BooleanField(_("in use"), default=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("datastream")
        verbose_name_plural = _("datastreams")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="datastream_key"),
            models.CheckConstraint(
                name="datastream_interval_positive",
                condition=models.Q(expected_interval_s__gt=0),
            ),
        ]


class StreamLimit(models.Model):
    """What the core checks on a datastream, in SI; handed back by warn, read by the runner."""

    datastream = models.OneToOneField(
        Datastream,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="limit",
        verbose_name=_("datastream"),
    )
    high = models.JSONField(_("high limits"), default=list)
    low = models.JSONField(_("low limits"), default=list)
    hysteresis = models.FloatField(_("hysteresis"), default=0)
    hold_s = models.FloatField(_("hold time, s"), default=0)
    clear_hold_s = models.FloatField(_("hold time to clear, s"), default=0)
    rate = models.FloatField(_("rate limit"), null=True)
    rate_severity = models.PositiveSmallIntegerField(_("level of the rate limit"), default=0)
    stuck_s = models.FloatField(_("stuck after, s"), default=0)
    stuck_epsilon = models.FloatField(_("difference that counts as none"), default=0)
    silent_s = models.FloatField(_("silent after, s"), default=0)
    anomaly_severity = models.PositiveSmallIntegerField(_("level of the unusual"), default=0)
    anomaly_a_year = models.FloatField(_("false alarms allowed a year"), default=1)
    step_severity = models.PositiveSmallIntegerField(_("level of a step"), default=0)
    step_window_s = models.FloatField(_("window of a step, s"), default=10)
    step_usual = models.FloatField(_("usual range of the level"), default=0)
    joint_severity = models.PositiveSmallIntegerField(
        _("level of leaving those it moves with"), default=0
    )
    joint_group = models.CharField(_("judged together with"), max_length=60, blank=True)
    release_severity = models.PositiveSmallIntegerField(_("level of a release of gas"), default=0)
    release_group = models.CharField(_("gas sensors of one site"), max_length=60, blank=True)
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    version = models.BigIntegerField(_("version"))

    class Meta:
        verbose_name = _("limits of a datastream")
        verbose_name_plural = _("limits of datastreams")


class Latest(models.Model):
    """The newest reading of a datastream, and how it stands."""

    datastream = models.OneToOneField(
        Datastream,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="latest",
        verbose_name=_("datastream"),
    )
    time = models.BigIntegerField(_("measured at"))
    value = models.FloatField(_("value"))
    arrival = models.BigIntegerField(_("received at"))
    severity = models.SmallIntegerField(_("level"), default=0)
    faults = models.SmallIntegerField(_("faults"), default=0)

    class Meta:
        verbose_name = _("newest reading")
        verbose_name_plural = _("newest readings")


class Segment(models.Model):
    """A Parquet file of readings; these rows, not the folder, say what the lake holds."""

    path = models.CharField(_("path"), max_length=300, unique=True)
    partition = models.PositiveSmallIntegerField(_("partition"), default=0)
    level = models.PositiveSmallIntegerField(_("stage"))
    time_min = models.BigIntegerField(_("first reading"))
    time_max = models.BigIntegerField(_("last reading"))
    rows = models.BigIntegerField(_("readings"))
    bytes = models.BigIntegerField(_("bytes"))
    stream_min = models.IntegerField(_("lowest datastream"), null=True)
    stream_max = models.IntegerField(_("highest datastream"), null=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [models.Index(fields=["time_min", "time_max"], name="segment_span")]


class Checkpoint(models.Model):
    """How far a partition's runner has come: the truth after any crash.

    `epoch` counts tails, and says whose the partition is: who takes it over raises it, and whoever
    comes with a lower one changes nothing any more. `state_epoch` is the epoch at whose beginning
    the state on disk was taken.
    """

    partition = models.PositiveSmallIntegerField(_("partition"), primary_key=True)
    log_seq = models.BigIntegerField(_("place in the log"), default=0)
    batch = models.BigIntegerField(_("batch"), default=0)
    tail_file = models.CharField(_("tail"), max_length=300, blank=True)
    tail_offset = models.BigIntegerField(_("bytes of the tail"), default=0)
    epoch = models.BigIntegerField(_("epoch"), default=0)
    heard_us = models.BigIntegerField(_("heard until"), default=0)
    registry = models.CharField(_("limits in force"), max_length=80, blank=True)
    state_epoch = models.BigIntegerField(_("epoch of the state"), default=0)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")


class SealedTail(models.Model):
    """A tail that nobody writes any more, whose readings are in no segment yet."""

    partition = models.PositiveSmallIntegerField(_("partition"))
    epoch = models.BigIntegerField(_("epoch"))
    path = models.CharField(_("path"), max_length=300, unique=True)
    bytes = models.BigIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("sealed tail")
        verbose_name_plural = _("sealed tails")
        constraints = [
            models.UniqueConstraint(fields=["partition", "epoch"], name="sealed_once"),
        ]

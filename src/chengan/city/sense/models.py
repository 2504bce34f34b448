"""Things, datastreams and observed properties (OGC SensorThings 1.1), and what the runner keeps."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class ObservedProperty(models.Model):
    """What is observed, with its SI unit and the unit people read it in."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    si_unit = models.CharField(max_length=20)
    shown_unit = models.CharField(max_length=20)
    definition = models.URLField(blank=True)


@pghistory.track()
class Thing(models.Model):
    """A sensor or station as SensorThings means it; stands at a city object."""

    key = models.CharField(max_length=120, unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    city_object = models.ForeignKey("places.CityObject", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("places.Organisation", on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    make = models.CharField(max_length=100, blank=True)
    is_sample = models.BooleanField(default=False)


@pghistory.track()
class Datastream(models.Model):
    """One property of one thing, from one source; its id is its slot in the runner's arrays."""

    source = models.ForeignKey("hub.Source", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(_("key"), max_length=120)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="datastreams"
    )
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(_("unit sent"), max_length=20)
    expected_interval_s = models.FloatField(_("expected interval, s"))
    plausible_low = models.FloatField(null=True, blank=True)
    plausible_high = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
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
        Datastream, on_delete=models.CASCADE, primary_key=True, related_name="limit"
    )
    high = models.JSONField(default=list)
    low = models.JSONField(default=list)
    hysteresis = models.FloatField(default=0)
    hold_s = models.FloatField(default=0)
    clear_hold_s = models.FloatField(default=0)
    rate = models.FloatField(null=True)
    rate_severity = models.PositiveSmallIntegerField(default=0)
    stuck_s = models.FloatField(default=0)
    stuck_epsilon = models.FloatField(default=0)
    silent_s = models.FloatField(default=0)
    rule = models.CharField(max_length=60, blank=True)
    version = models.BigIntegerField()


class Latest(models.Model):
    """The newest reading of a datastream, and how it stands."""

    datastream = models.OneToOneField(
        Datastream, on_delete=models.CASCADE, primary_key=True, related_name="latest"
    )
    time = models.BigIntegerField()
    value = models.FloatField()
    arrival = models.BigIntegerField()
    severity = models.SmallIntegerField(default=0)
    faults = models.SmallIntegerField(default=0)


class Segment(models.Model):
    """A Parquet file of readings; these rows, not the folder, say what the lake holds."""

    path = models.CharField(max_length=300, unique=True)
    partition = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField()
    time_min = models.BigIntegerField()
    time_max = models.BigIntegerField()
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["time_min", "time_max"], name="segment_span")]


class Checkpoint(models.Model):
    """How far a partition's runner has come: the truth after any crash.

    `epoch` counts tails, and says whose the partition is: who takes it over raises it, and whoever
    comes with a lower one changes nothing any more. `state_epoch` is the epoch at whose beginning
    the state on disk was taken.
    """

    partition = models.PositiveSmallIntegerField(primary_key=True)
    log_seq = models.BigIntegerField(default=0)
    batch = models.BigIntegerField(default=0)
    tail_file = models.CharField(max_length=300, blank=True)
    tail_offset = models.BigIntegerField(default=0)
    epoch = models.BigIntegerField(default=0)
    heard_us = models.BigIntegerField(default=0)
    registry = models.CharField(max_length=80, blank=True)
    state_epoch = models.BigIntegerField(default=0)


class SealedTail(models.Model):
    """A tail that nobody writes any more, whose readings are in no segment yet."""

    partition = models.PositiveSmallIntegerField()
    epoch = models.BigIntegerField()
    path = models.CharField(max_length=300, unique=True)
    bytes = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partition", "epoch"], name="sealed_once"),
        ]

"""Sources, the credentials that open them, their counters, and the quarantine."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class Road(models.TextChoices):
    """The way a message came in."""

    MQTT = "mqtt", "MQTT"
    HTTP = "http", "HTTP"
    FILE = "file", _("File")
    REPLAY = "replay", _("Replay")
    QUARANTINE = "quarantine", _("Corrected in quarantine")


class Reason(models.TextChoices):
    """Why data was not stored."""

    UNKNOWN_DATASTREAM = "unknown_datastream", _("Unknown datastream")
    WRONG_UNIT = "wrong_unit", _("Wrong unit")
    NOT_A_NUMBER = "not_a_number", _("Not a number")
    BAD_TIME = "bad_time", _("Time missing or unreadable")
    FAR_FUTURE = "far_future", _("Time far in the future")
    TORN = "torn_payload", _("Torn or unreadable payload")
    TOO_LARGE = "too_large", _("Too large")
    CONFLICT = "conflict", _("Another value for the same time")


@pghistory.track()
class Source(models.Model):
    """Something that sends readings: a department's system, a gateway, an enterprise."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    expected_per_hour = models.FloatField(_("expected readings an hour"))
    schema = models.JSONField(_("schema"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("simulated"), default=False)
    is_sample = models.BooleanField(_("sample data"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.key

    def opens(self, road: str) -> bool:
        """Say whether its schema opens a road; one that names no roads opens all."""
        roads = (self.schema or {}).get("roads")
        return not roads or road in roads


@pghistory.track(exclude=["secret_hash"])
class Credential(models.Model):
    """What opens one source's topics (MQTT) or its address (HTTP); only a hash is kept."""

    class Kind(models.TextChoices):
        """Which road the credential opens."""

        MQTT = "mqtt", "MQTT"
        HTTP = "http", "HTTP"

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="credentials", verbose_name=_("source")
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    secret_hash = models.CharField(_("hash of the secret"), max_length=200)
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")


class Counter(models.Model):
    """What one source sent by one road on one day: received = stored + duplicate + rejected."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="counters", verbose_name=_("source")
    )
    road = models.CharField(_("road"), max_length=10, choices=Road.choices)
    day = models.DateField(_("day"))
    received = models.BigIntegerField(_("received"), default=0)
    stored = models.BigIntegerField(_("stored"), default=0)
    duplicate = models.BigIntegerField(_("duplicate"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    late = models.BigIntegerField(_("late"), default=0)
    last_received_at = models.DateTimeField(_("last received"), null=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["source", "road", "day"], name="counter_once"),
            models.CheckConstraint(
                name="counter_reconciles",
                condition=models.Q(
                    received=models.F("stored") + models.F("duplicate") + models.F("rejected")
                ),
            ),
        ]


@pghistory.track(exclude=["payload"])
class Quarantined(models.Model):
    """Data that could not be stored: one message's readings of one reason, or its raw bytes."""

    class Status(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Open")
        REPLAYED = "replayed", _("Replayed")
        DISCARDED = "discarded", _("Discarded")

    source = models.ForeignKey(
        Source,
        null=True,
        on_delete=models.PROTECT,
        related_name="quarantined",
        verbose_name=_("source"),
    )
    road = models.CharField(_("road"), max_length=10, choices=Road.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    field = models.CharField(_("field"), max_length=40, blank=True)
    detail = models.TextField(_("detail"))
    count = models.PositiveIntegerField(_("count"), default=1)
    readings = models.JSONField(_("readings"), null=True)
    payload = models.BinaryField(_("as sent"), null=True)
    payload_format = models.CharField(_("format"), max_length=12, blank=True)
    received_at = models.DateTimeField(_("received at"))
    log_seq = models.BigIntegerField(_("place in the log"), null=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.OPEN
    )
    handled_by = models.CharField(_("handled by"), max_length=150, blank=True)
    handled_at = models.DateTimeField(_("handled at"), null=True)
    handled_why = models.CharField(_("why handled"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("quarantined data")
        verbose_name_plural = _("quarantined data")
        indexes = [
            models.Index(fields=["status", "-id"], name="quarantined_open"),
            models.Index(fields=["source", "-id"], name="quarantined_source"),
        ]

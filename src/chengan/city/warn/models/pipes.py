"""Which pipe likely leaks: asked for an alarm by a person, answered by the worker, kept with it."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.warn.models.alarm import Alarm


@pghistory.track(exclude=["share"])
class PipeNaming(models.Model):
    """One look at an alarm's pressures, and what came of it.

    data_from, data_until : the stored readings looked at, of `sensors` datastreams, `days` of which
    are known. model_id, model_zh, model_en, engine : what was run. result : the likeliest pipes,
    [{"pipe": name in the model, "share": 0 to 1}]. failure : why none could be named, as
    `assess.stored` keeps it; empty after a fault of ours. share : of the stage, 0 to 1.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Waiting")
        READING = "reading", _("Reading the pressures")
        RUNNING = "running", _("Running the network's model")
        DONE = "done", _("Done")
        FAILED = "failed", _("No pipe could be named")

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="pipe_namings")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    share = models.FloatField(default=0)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    data_from = models.DateTimeField(null=True)
    data_until = models.DateTimeField(null=True)
    sensors = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    model_id = models.BigIntegerField(null=True)
    model_zh = models.CharField(max_length=200, blank=True)
    model_en = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=60, blank=True)
    result = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("pipe naming")
        verbose_name_plural = _("pipe namings")
        constraints = [
            models.UniqueConstraint(
                fields=["alarm"],
                condition=models.Q(status__in=["queued", "reading", "running"]),
                name="warn_one_naming_at_a_time",
            )
        ]

    @property
    def is_going(self) -> bool:
        """Say whether it waits or is worked on."""
        return self.status in GOING


GOING = (PipeNaming.Status.QUEUED, PipeNaming.Status.READING, PipeNaming.Status.RUNNING)

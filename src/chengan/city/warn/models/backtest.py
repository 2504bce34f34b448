"""What limits would have raised on stored history: asked by a person, answered by the worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Backtest(models.Model):
    """Figures of a limit set tried on [start, end]; `result` grows datastream by datastream.

    figures : as `overriding.Figures`. datastreams : ids, in the order tried. units : keys of those
    that are judged together, tried after them. done : how many of both are; within : the share done
    of the next one, 0 to 1.
    result : {"points": [...], "breaches": [...], "readings": n}, see `services.backtesting`.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    is_draft = models.BooleanField(default=False)
    figures = models.JSONField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    datastreams = models.JSONField(default=list)
    is_bound = models.BooleanField(default=True)
    units = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    within = models.FloatField(default=0)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    result = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        indexes = [models.Index(fields=["code", "-id"], name="warn_backtest_code")]

    @property
    def steps(self) -> int:
        """How many datastreams and groups are to be tried."""
        return len(self.datastreams) + len(self.units)

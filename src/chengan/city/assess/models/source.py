"""Root causes: what keeps happening, gathered, and the measure at its source."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class CauseFact(models.Model):
    """A fact of the journal with its cause: an alarm confirmed, a warning, an incident, a danger.

    Derived from the journal by a cursor of its own; can be made anew from it.
    """

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField()
    cause = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField(default=0)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, on_delete=models.CASCADE, related_name="+"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("fact with a cause")
        verbose_name_plural = _("facts with a cause")
        indexes = [
            models.Index(fields=["cause", "at"], name="cause_fact_cause"),
            models.Index(fields=["city_object", "cause", "at"], name="cause_fact_object"),
        ]


@pghistory.track()
class SourceMeasure(models.Model):
    """A measure against one cause (源头治理): owner, day, and what it changed.

    `scope` says which facts it is about: {"cause", and "city_object" or "kind"}.
    `before`/`after`: facts in the `window_days` before it was agreed and after it was done.
    """

    class Status(models.TextChoices):
        """Where it stands."""

        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        DONE = "done", _("Done")
        EFFECTIVE = "effective", _("Effective")
        NOT_EFFECTIVE = "not_effective", _("Not effective")
        DROPPED = "dropped", _("Dropped")

    title = models.CharField(_("what keeps happening"), max_length=200)
    scope = models.JSONField()
    root_cause = models.TextField(_("root cause"), blank=True)
    measure = models.TextField(_("measure at the source"))
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due"))
    window_days = models.PositiveSmallIntegerField(_("days to compare"), default=90)
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.PROPOSED)
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField(null=True)
    proposed_by = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=150, blank=True)
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    evidence = models.TextField(_("evidence"), blank=True)
    judged_by = models.CharField(max_length=150, blank=True)
    judged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("source measure")
        verbose_name_plural = _("source measures")
        indexes = [models.Index(fields=["status", "due_date"], name="source_measure_due")]

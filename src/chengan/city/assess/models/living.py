"""Rules by which events raise a risk for a time, and the raises in force."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.marks import Mark
from chengan.city.assess.models.risk import Risk


@pghistory.track()
class LivingRule(models.Model):
    """Which facts raise which risks, by how much, for how long: data, versioned.

    `definition`: {"begins": [fact kinds], "ends": [fact kinds], "key": [data fields that together
    with the subject say what a begin and its end share], "where": {"by": object | datastream |
    area | cells | geometry | risk | everywhere, "field": names in the fact's data, the first that
    holds something}, "sectors": [codes, empty
    for all], "least": smallest severity, "raise_by": 0–3, "at_least": 0 or a level,
    "hours": until it expires}.
    """

    code = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    definition = models.JSONField()
    source = models.TextField(_("source"))
    mark = models.CharField(max_length=2, choices=Mark.choices, default=Mark.D)
    is_active = models.BooleanField(default=True)
    changed_by = models.CharField(max_length=150, blank=True)
    effective_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("living rule")
        verbose_name_plural = _("living rules")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="living_rule_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(retired_at=None), name="living_rule_one_in_use"
            ),
        ]


class Raise(models.Model):
    """A fact raised a risk under a rule, from a moment until it ends or expires."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="raises")
    rule = models.ForeignKey(LivingRule, on_delete=models.PROTECT, related_name="raises")
    key = models.CharField(max_length=300)
    fact_seq = models.BigIntegerField()
    raise_by = models.PositiveSmallIntegerField()
    at_least = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("raise")
        verbose_name_plural = _("raises")
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "rule", "key", "fact_seq"], name="raise_once_a_fact"
            )
        ]
        indexes = [
            models.Index(fields=["until_at"], condition=Q(ended_at=None), name="raise_in_force"),
            models.Index(fields=["rule", "key"], condition=Q(ended_at=None), name="raise_by_key"),
        ]

    @property
    def fact(self) -> str:
        """The fact's kind, number and subject, as they stand behind the rule's name."""
        return self.why.rpartition(" (")[2].removesuffix(")")

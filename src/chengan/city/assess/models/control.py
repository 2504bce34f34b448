"""What holds a risk down: five kinds of controls with owner, evidence, effect and end."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.risk import Risk


@pghistory.track()
class Control(models.Model):
    """A control of one risk; it lapses at the end of `lapse_date` unless it is renewed."""

    class Kind(models.TextChoices):
        """The five kinds, in the order in which they are to be preferred."""

        ENGINEERING = "engineering", _("Engineering")
        MANAGEMENT = "management", _("Management")
        TRAINING = "training", _("Training")
        PPE = "ppe", _("Personal protection")
        EMERGENCY = "emergency", _("Emergency response")

    class Status(models.TextChoices):
        """Whether it holds."""

        PLANNED = "planned", _("Planned")
        IN_FORCE = "in_force", _("In force")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Effect(models.TextChoices):
        """How well it works, as last judged."""

        GOOD = "good", _("Effective")
        PARTLY = "partly", _("Partly effective")
        NONE = "none", _("Not effective")
        UNKNOWN = "unknown", _("Not judged")

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="controls")
    kind = models.CharField(_("kind of control"), max_length=12, choices=Kind.choices)
    name_zh = models.CharField(_("what is done"), max_length=300)
    name_en = models.CharField(_("in English"), max_length=300, blank=True)
    owner = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    responsible = models.CharField(_("responsible person or post"), max_length=100, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)
    effect = models.CharField(
        _("effectiveness"), max_length=8, choices=Effect.choices, default=Effect.UNKNOWN
    )
    lapse_date = models.DateField(_("lapses after"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.IN_FORCE)
    changed_by = models.CharField(max_length=150, blank=True)
    changed_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("control")
        verbose_name_plural = _("controls")
        indexes = [models.Index(fields=["owner", "lapse_date", "id"], name="control_owner_due")]

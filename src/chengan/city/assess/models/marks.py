"""Levels of a risk, and how sure a figure of a method is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """The four colours of a risk (四色); larger is worse."""

    BLUE = 2, _("Low risk")
    YELLOW = 3, _("Ordinary risk")
    ORANGE = 4, _("Considerable risk")
    RED = 5, _("Major risk")


class Mark(models.TextChoices):
    """How sure the figures are."""

    V = "V", _("read in the cited public source")
    V_MINUS = "V-", _("read in a secondary source, to be confirmed")
    R = "R", _("commonly known, unverified")
    D = "D", _("our own design, the city's to set")

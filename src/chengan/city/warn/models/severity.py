"""The levels, and how sure a figure of a table is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """The four colours and the notice below them; larger is worse."""

    NOTICE = 1, _("Notice")
    BLUE = 2, _("Blue")
    YELLOW = 3, _("Yellow")
    ORANGE = 4, _("Orange")
    RED = 5, _("Red")


class Mark(models.TextChoices):
    """How sure the figures are."""

    V = "V", _("read in the cited public source")
    V_MINUS = "V-", _("read in a secondary source, to be confirmed")
    R = "R", _("commonly known, unverified")
    D = "D", _("our own design, the city's to set")

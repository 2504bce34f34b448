"""After-action reviews and what comes of them."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.incident import Incident


@pghistory.track()
class Review(models.Model):
    """What was learned from a closed incident."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="review")
    went_well = models.TextField(blank=True)
    went_wrong = models.TextField(blank=True)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    finished_by = models.CharField(max_length=150, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)


@pghistory.track()
class ReviewMeasure(models.Model):
    """A proposal that is carried out: who, by which day, how far."""

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="measures")
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    due_date = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    note = models.TextField(blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

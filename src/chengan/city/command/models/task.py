"""Tasks and their deadlines, which are rows."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengan.city.command.models.incident import Incident
from chengan.city.command.models.plan import Activation


@pghistory.track()
class Task(models.Model):
    """What somebody has to do by when; never verified by whoever did it."""

    class Status(models.TextChoices):
        """How far it is."""

        GIVEN = "given", _("Given out")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        EN_ROUTE = "en_route", _("En route")
        ON_SCENE = "on_scene", _("On scene")
        DONE = "done", _("Done, to be verified")
        VERIFIED = "verified", _("Verified, over")
        REFUSED = "refused", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")

    class Supervision(models.IntegerChoices):
        """How far up an overdue task has gone (督办)."""

        NONE = 0, _("in time")
        REMINDED = 1, _("not acknowledged in time")
        SUPERVISED = 2, _("overdue, under supervision")
        LEAD = 3, _("overdue, with whoever leads the incident")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    first_incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    """Where it was given out: a merger moves the task, not this."""
    activation = models.ForeignKey(
        Activation, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    code = models.SlugField(max_length=60, blank=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    instruction_zh = models.TextField(blank=True)
    instruction_en = models.TextField(blank=True)
    organisation = models.ForeignKey(
        "places.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation_path = models.CharField(max_length=400, blank=True)
    post = models.ForeignKey(
        "places.Post", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        "places.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why_them = models.CharField(max_length=200, blank=True)
    needs = models.JSONField(default=list, blank=True)
    """Resources it needs: [{kind, skill, count}]."""
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.GIVEN)
    supervision = models.PositiveSmallIntegerField(
        choices=Supervision.choices, default=Supervision.NONE
    )
    round = models.PositiveSmallIntegerField(default=1)
    given_by = models.CharField(max_length=150)
    given_at = models.DateTimeField()
    ack_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    en_route_at = models.DateTimeField(null=True, blank=True)
    on_scene_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=150, blank=True)
    late_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_not_verified_by_its_doer",
                condition=Q(verified_by="") | ~Q(verified_by=F("done_by")),
            ),
            models.UniqueConstraint(
                fields=["activation", "code"],
                condition=Q(activation__isnull=False),
                name="task_once_an_activation",
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "due_at"], name="task_incident_due"),
            models.Index(
                fields=["organisation_path"],
                opclasses=["varchar_pattern_ops"],
                name="task_organisation_path",
            ),
            models.Index(fields=["person", "status"], name="task_person"),
        ]

    @property
    def is_over(self) -> bool:
        """Say whether nothing more is to be done."""
        return self.status in {self.Status.VERIFIED, self.Status.CANCELLED}


class Deadline(models.Model):
    """One step of a task's clock: fired once when it passes, or settled before."""

    class Step(models.TextChoices):
        """What is overdue, and how far up it goes."""

        ACK = "ack", _("to be acknowledged")
        DUE = "due", _("to be done")
        LEAD = "lead", _("still not done")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="deadlines")
    round = models.PositiveSmallIntegerField(default=1)
    step = models.CharField(max_length=4, choices=Step.choices)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    is_rehearsed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "round", "step"], name="deadline_once_a_round")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(fired_at=None, settled_at=None, is_rehearsed=False),
                name="deadline_waiting",
            )
        ]

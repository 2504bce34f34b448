"""An assessment with its receipt, signed by three different people, and when the next is due."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chengan.city.assess.models.method import Method
from chengan.city.assess.models.risk import Risk


@pghistory.track()
class Assessment(models.Model):
    """`inputs` and `result` each hold "inherent" (without controls) and "residual" (with them).

    `receipt`: method code, version and hash, software versions, hash of inputs and result.
    """

    class Status(models.TextChoices):
        """Whose turn it is."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waits for review")
        REVIEWED = "reviewed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        REPLACED = "replaced", _("Replaced by a newer one")

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="assessments")
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="+")
    inputs = models.JSONField()
    result = models.JSONField()
    receipt = models.JSONField()
    note = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    author = models.CharField(max_length=150)
    written_at = models.DateTimeField()
    reviewer = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    approver = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)
    next_date = models.DateField(null=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_three_people",
                condition=(Q(reviewer="") | ~Q(reviewer=F("author")))
                & (Q(approver="") | (~Q(approver=F("author")) & ~Q(approver=F("reviewer")))),
            ),
            models.UniqueConstraint(
                fields=["risk"], condition=Q(status="approved"), name="assessment_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["risk"],
                condition=Q(status__in=["submitted", "reviewed"]),
                name="assessment_one_waiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=["submitted", "reviewed"]),
                name="assessment_waiting",
            )
        ]


@pghistory.track()
class ReviewDue(models.Model):
    """A deadline as a row: the next review of a risk, the end of a control."""

    class Kind(models.TextChoices):
        """What is due."""

        REVIEW = "review", _("Next review")
        CONTROL = "control", _("End of a control")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="dues")
    control = models.ForeignKey(
        "assess.Control", null=True, on_delete=models.CASCADE, related_name="dues"
    )
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("date due")
        verbose_name_plural = _("dates due")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(done_at=None),
                name="review_due_waiting",
            )
        ]

"""A message about something that is no warning: a task, a missed deadline, a notice of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """What an organisation is told, by the same channels and with the same receipts as a warning.

    `about` names the matter as the journal does; who wrote it knows it again by `key`.
    """

    key = models.CharField(max_length=120, unique=True)
    about = models.CharField(max_length=120)
    url = models.CharField(max_length=300)
    severity = models.PositiveSmallIntegerField()
    subject_zh = models.CharField(max_length=200)
    subject_en = models.CharField(max_length=200)
    body_zh = models.TextField()
    body_en = models.TextField()
    organisation = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    owner_path = models.CharField(max_length=400)
    city_object = models.ForeignKey(
        "places.CityObject", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_exercise = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(default=0)
    """Who was told last: 0 the organisation, 1 substitutes, 2 up the tree, 3 the duty room."""
    receipt_due_at = models.DateTimeField(null=True)
    """By when somebody must answer; None when nobody must, or nobody is left to be told."""
    receipt_at = models.DateTimeField(null=True)
    receipt_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                fields=["receipt_due_at"],
                condition=models.Q(receipt_at=None, receipt_due_at__isnull=False),
                name="warn_notice_due",
            )
        ]

    def __str__(self) -> str:
        return self.subject_zh

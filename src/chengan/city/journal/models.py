"""The chain of facts, where it ends, and how far each reader has come."""

import pgtrigger
from django.db import models


class Entry(models.Model):
    """One fact, chained to the one before it by SHA-256; never changed, never deleted."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=150, blank=True)
    data = models.JSONField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "seq"], name="entry_kind_seq"),
            models.Index(fields=["subject", "seq"], name="entry_subject_seq"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Head(models.Model):
    """The last entry's number and hash: without it a chain cut short would look whole."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="one_head", condition=models.Q(id=1))]


class Cursor(models.Model):
    """A reader has taken in every fact up to `seq`."""

    reader = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)

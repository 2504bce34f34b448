"""The chain of facts, where it ends, and how far each reader has come."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One fact, chained to the one before it by SHA-256; never changed, never deleted."""

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120)
    actor = models.CharField(_("actor"), max_length=150, blank=True)
    data = models.JSONField(_("data"))
    previous_hash = models.BinaryField(_("hash of the one before"), max_length=32)
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
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
    seq = models.BigIntegerField(_("number"))
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        verbose_name = _("end of the chain")
        verbose_name_plural = _("ends of the chain")
        constraints = [models.CheckConstraint(name="one_head", condition=models.Q(id=1))]


class Cursor(models.Model):
    """A reader has taken in every fact up to `seq`."""

    reader = models.CharField(_("reader"), max_length=60, primary_key=True)
    seq = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("cursor of a reader")
        verbose_name_plural = _("cursors of readers")

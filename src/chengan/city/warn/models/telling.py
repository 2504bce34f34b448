"""Who is told by which way, whether it arrived, who answered; and who watches the watchers."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Channel(models.Model):
    """A way to people: in-app, e-mail, webhook, SMS, the public CAP feed."""

    class Kind(models.TextChoices):
        """How the message goes."""

        IN_APP = "in_app", _("In the app")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WEBHOOK = "webhook", _("Webhook")
        CAP = "cap", _("CAP feed")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    organisation = models.ForeignKey(
        "places.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    url = models.URLField(_("address"), blank=True, max_length=500)
    key_version = models.PositiveSmallIntegerField(default=1, editable=False)
    from_severity = models.PositiveSmallIntegerField(_("from level"), default=1)
    is_active = models.BooleanField(_("in force"), default=True)
    is_sample = models.BooleanField(_("sample data"), default=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")


class Delivery(models.Model):
    """One message to one recipient by one channel, until it arrived and was acknowledged."""

    class Status(models.TextChoices):
        """How far it came."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    class Purpose(models.TextChoices):
        """Why it is sent."""

        RELEASE = "release", _("Release")
        UPDATE = "update", _("Update")
        CANCEL = "cancel", _("Lifting")
        ESCALATION = "escalation", _("Escalation")
        APPROVAL = "approval", _("Approval asked")
        NOTICE = "notice", _("Notice of a case")
        END = "end", _("Reminder of its end")
        TEST = "test", _("Test")

    key = models.CharField(max_length=200, unique=True)
    warning = models.ForeignKey(
        "warn.Warning", null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    notice = models.ForeignKey(
        "warn.Notice", null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    """What it carries when it is no warning."""
    step = models.PositiveIntegerField(default=0)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "places.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "places.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=500, blank=True)
    role = models.CharField(max_length=12)
    why_zh = models.CharField(max_length=300)
    why_en = models.CharField(max_length=300)
    chain = models.CharField(max_length=150, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    needs_receipt = models.BooleanField(default=False)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    receipt_at = models.DateTimeField(null=True)
    receipt_by = models.CharField(max_length=150, blank=True)
    receipt_how = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(status="waiting"),
                name="warn_delivery_due",
            ),
            models.Index(fields=["warning", "chain"], name="warn_delivery_chain"),
            models.Index(fields=["person", "-id"], name="warn_delivery_person"),
        ]


class SeenSignature(models.Model):
    """A signed message that was taken once; the same one again is a replay."""

    digest = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("signature seen")
        verbose_name_plural = _("signatures seen")


class Watch(models.Model):
    """A loop that must beat; when it falls silent, another one raises the alarm."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("watchdog")
        verbose_name_plural = _("watchdogs")

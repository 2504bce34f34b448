"""CAP messages that went out and came in, and the feeds they come from."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(exclude=["next_at", "last_at", "last_ok_at", "last_error", "etag", "taken"])
class Feed(models.Model):
    """Somebody's warnings that we subscribe to."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    url = models.URLField(_("address"), max_length=500)
    interval_s = models.PositiveIntegerField(_("asked every, s"), default=60)
    allow_private = models.BooleanField(_("may be in our own network"), default=False)
    is_active = models.BooleanField(_("in force"), default=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    taken = models.PositiveIntegerField(default=0)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(is_active=True), name="warn_feed_due"
            )
        ]


class FeedEntry(models.Model):
    """An entry that a feed lists: once read it is not asked for again as it stands.

    One that could not be read waits until `next_at`, longer each time; `error` says why.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=64)
    read_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("feed entry")
        verbose_name_plural = _("feed entries")
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="feed_entry_once")]


class CapMessage(models.Model):
    """One CAP message as it was sent or received, byte for byte, with the schema's verdict."""

    class Direction(models.TextChoices):
        """Ours, or somebody else's."""

        OUT = "out", _("sent")
        IN = "in", _("received")

    direction = models.CharField(max_length=3, choices=Direction.choices)
    warning = models.ForeignKey(
        "warn.Warning", null=True, on_delete=models.PROTECT, related_name="messages"
    )
    feed = models.ForeignKey(Feed, null=True, on_delete=models.SET_NULL, related_name="messages")
    sender = models.CharField(max_length=200)
    identifier = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    msg_type = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    scope = models.CharField(max_length=12)
    references = models.TextField(blank=True)
    form = models.CharField(max_length=12, default="cap12")
    problems = models.JSONField(default=list)
    xml = models.BinaryField()
    received_at = models.DateTimeField()
    taken_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    """Who took it in from a file; empty for a feed's."""
    seconded_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    """Who took the same file in as a second person, where red needs two."""

    class Meta:
        verbose_name = _("alert message")
        verbose_name_plural = _("alert messages")
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "sender", "identifier", "sent_at"], name="cap_message_once"
            ),
            models.CheckConstraint(
                name="cap_file_needs_two",
                condition=models.Q(seconded_by="") | ~models.Q(seconded_by=models.F("taken_by")),
            ),
        ]
        indexes = [models.Index(fields=["direction", "-id"], name="warn_cap_newest")]

    @property
    def text(self) -> str:
        """The message as text for a page."""
        return bytes(self.xml).decode("utf-8", "replace")

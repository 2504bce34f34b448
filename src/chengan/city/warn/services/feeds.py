"""Asks the feeds we subscribe to, each at its pace; a bad one is named and holds up no other."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.db.models import F

from chengan.city.warn.cap import atom, reading
from chengan.city.warn.errors import BadCap, BadFeed, BadWarning, WrongState
from chengan.city.warn.models import Feed, FeedEntry
from chengan.city.warn.services import guarded, receiving, sample_channels

MOST_MESSAGES = 100
ASK_S = 60.0
"""So long one feed is read at a time: the others wait for it."""
AGAIN, LATEST = timedelta(minutes=1), timedelta(hours=1)
"""An entry that could not be read is asked for again after so long, twice as long each time."""
MOST_TOLD = 3
NOT_MODIFIED = 304


def sweep_feeds(at: datetime, most: int = 20) -> int:
    """Ask the feeds that are due at `at`; give how many messages were new."""
    due = Feed.objects.filter(is_active=True, next_at__lte=at).order_by("next_at")
    return sum(ask(feed, at) for feed in list(due[:most]))


def ask(feed: Feed, at: datetime) -> int:
    """Ask one feed and take what is new; what went wrong stands in its `last_error`."""
    next_at = at + timedelta(seconds=max(feed.interval_s, 10))
    if not Feed.objects.filter(pk=feed.pk, next_at=feed.next_at).update(next_at=next_at):
        return 0
    row = Feed.objects.filter(pk=feed.pk)
    try:
        taken, errors, etag = _take(feed, at)
    except (BadFeed, BadCap) as error:
        row.update(last_at=at, last_error=str(error)[:300])
        return 0
    row.update(
        last_at=at,
        last_ok_at=at,
        last_error="; ".join(errors)[:300],
        etag=etag[:200],
        taken=F("taken") + taken,
    )
    return taken


def _take(feed: Feed, at: datetime) -> tuple[int, list[str], str]:
    headers = {"If-None-Match": feed.etag} if feed.etag else {}
    status, body, found = _fetch(feed, feed.url, headers)
    if status == NOT_MODIFIED:
        return 0, [], feed.etag
    if status != 200:
        raise BadFeed(f"HTTP {status}")
    new = _new(feed, atom.items(body), at)
    messages, errors = _read(feed, new[:MOST_MESSAGES], at)
    taken = sum(_is_taken(feed, each, at) for each in messages)
    unread = feed.entries.filter(read_at=None).order_by("pk").values_list("error", flat=True)
    errors += unread[:MOST_TOLD]
    is_whole = not errors and len(new) <= MOST_MESSAGES
    return taken, errors, found.get("etag", "") if is_whole else ""


def _is_taken(feed: Feed, found: "_Found", at: datetime) -> bool:
    """Take a message in and say whether it was new; the entry is not asked for again."""
    try:
        row = receiving.take_message(xml=found.xml, at=at, feed=feed)
    except (BadCap, BadWarning, WrongState) as error:
        _put_off(feed, found.item, error, at)
        return False
    done = {"read_at": at, "error": ""}
    FeedEntry.objects.update_or_create(feed=feed, key=found.item.key, defaults=done)
    return row is not None


@dataclass(frozen=True)
class _Found:
    """A message that a feed's entry leads to."""

    sent: datetime
    item: atom.Item
    xml: bytes


def _read(feed: Feed, items: list[atom.Item], at: datetime) -> tuple[list[_Found], list[str]]:
    """Give the messages in the order of sending, and a word where there was no time for all.

    Feeds list the newest first: taken so, a cancellation would come before what it cancels.
    """
    end, found, slow = time.monotonic() + ASK_S, [], []
    for item in items:
        if time.monotonic() > end:
            slow = [
                f"{item.identifier[:60]}: 太慢，下次再读 · too slow, the rest is read next time"
            ]
            break
        try:
            xml = _xml(feed, item)
            found.append(_Found(reading.read(xml).message.sent, item, xml))
        except (BadCap, BadFeed) as error:
            _put_off(feed, item, error, at)
    return sorted(found, key=lambda each: each.sent), slow


def _put_off(feed: Feed, item: atom.Item, error: Exception, at: datetime) -> None:
    """Note why an entry was not taken, and when it is asked for again: others go first."""
    entry, _is_new = FeedEntry.objects.get_or_create(feed=feed, key=item.key)
    pause = min(AGAIN * 2 ** min(entry.failures, 10), LATEST)
    FeedEntry.objects.filter(pk=entry.pk).update(
        failures=min(entry.failures, 100) + 1,
        next_at=at + pause,
        error=f"{item.identifier[:60]}: {error}"[:300],
    )


def _fetch(feed: Feed, url: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Ask a feed; a sample feed lies in a file, and nobody is asked."""
    if not feed.is_sample:
        return guarded.fetch(url, allow_private=feed.allow_private, headers=headers)
    try:
        return 200, sample_channels.feed_file(url).read_bytes(), {}
    except OSError as error:
        raise BadFeed(f"{error.strerror}: {sample_channels.feed_file(url)}") from error


def _new(feed: Feed, items: list[atom.Item], at: datetime) -> list[atom.Item]:
    """Those never tried, the oldest first, then those to try again.

    Feeds list the newest first. What the feed lists no longer is forgotten.
    """
    listed = FeedEntry.objects.filter(feed=feed)
    listed.exclude(key__in={item.key for item in items}).delete()
    known = set(listed.values_list("key", flat=True))
    due = set(listed.filter(read_at=None, next_at__lte=at).values_list("key", flat=True))
    untried = [item for item in reversed(items) if item.key not in known]
    return untried + [item for item in items if item.key in due]


def _xml(feed: Feed, item: atom.Item) -> bytes:
    if item.xml:
        return item.xml
    status, body, _headers = _fetch(feed, urljoin(feed.url, item.url), {})
    if status != 200:
        raise BadFeed(f"HTTP {status}: {item.url[:100]}")
    return body

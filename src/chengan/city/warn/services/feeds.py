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
    new = _new(feed, atom.items(body))
    messages, errors = _read(feed, new[:MOST_MESSAGES])
    taken = 0
    for each in messages:
        try:
            taken += receiving.take_message(xml=each.xml, at=at, feed=feed) is not None
        except (BadCap, BadWarning, WrongState) as error:
            errors.append(f"{each.item.identifier[:60]}: {error}")
        else:
            FeedEntry.objects.get_or_create(feed=feed, key=each.item.key, defaults={"read_at": at})
    is_whole = not errors and len(new) <= MOST_MESSAGES
    return taken, errors, found.get("etag", "") if is_whole else ""


@dataclass(frozen=True)
class _Found:
    """A message that a feed's entry leads to."""

    sent: datetime
    item: atom.Item
    xml: bytes


def _read(feed: Feed, items: list[atom.Item]) -> tuple[list[_Found], list[str]]:
    """Give the messages in the order of sending, and what was wrong with others.

    Feeds list the newest first: taken so, a cancellation would come before what it cancels.
    """
    end, found, errors = time.monotonic() + ASK_S, [], []
    for item in items:
        name = item.identifier[:60]
        if time.monotonic() > end:
            errors.append(f"{name}: 太慢，下次再读 · too slow, the rest is read next time")
            break
        try:
            xml = _xml(feed, item)
            found.append(_Found(reading.read(xml).message.sent, item, xml))
        except (BadCap, BadFeed) as error:
            errors.append(f"{name}: {error}")
    return sorted(found, key=lambda each: each.sent), errors


def _fetch(feed: Feed, url: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Ask a feed; a sample feed lies in a file, and nobody is asked."""
    if not feed.is_sample:
        return guarded.fetch(url, allow_private=feed.allow_private, headers=headers)
    try:
        return 200, sample_channels.feed_file(url).read_bytes(), {}
    except OSError as error:
        raise BadFeed(f"{error.strerror}: {sample_channels.feed_file(url)}") from error


def _new(feed: Feed, items: list[atom.Item]) -> list[atom.Item]:
    """Those not read yet; what the feed lists no longer is forgotten."""
    listed = FeedEntry.objects.filter(feed=feed)
    listed.exclude(key__in={item.key for item in items}).delete()
    known = set(listed.values_list("key", flat=True))
    return [item for item in items if item.key not in known]


def _xml(feed: Feed, item: atom.Item) -> bytes:
    if item.xml:
        return item.xml
    status, body, _headers = _fetch(feed, urljoin(feed.url, item.url), {})
    if status != 200:
        raise BadFeed(f"HTTP {status}: {item.url[:100]}")
    return body

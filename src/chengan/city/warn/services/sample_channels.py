"""Working samples of channels and of a feed: all go into files, nothing leaves the machine."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from chengan.city.places import api as places
from chengan.city.warn.cap import atom, writing
from chengan.city.warn.cap.message import Area, Info, Message
from chengan.city.warn.models import Channel, Feed

HOOK = "https://gas.example/chengan"
FEED = "https://weather.example/sample.atom"
LASTS = timedelta(hours=12)


@transaction.atomic
def ensure_sample_channels(at: datetime, firm: places.Organisation | None) -> None:
    """Make the city's e-mail a sample, add a webhook of `firm` and a feed with one message.

    Where a mail server is set nothing is done to the e-mail; again: no change.
    """
    if not settings.EMAIL_HOST:
        Channel.objects.filter(code="email").update(is_sample=True)
    Channel.objects.get_or_create(
        code="sample-webhook",
        defaults={
            "name_zh": "样例企业系统",
            "name_en": "Sample firm's system",
            "kind": Channel.Kind.WEBHOOK,
            "organisation": firm,
            "url": HOOK,
            "from_severity": 2,
            "is_sample": True,
        },
    )
    _feed_files(at)
    Feed.objects.get_or_create(
        code="sample-weather",
        defaults={
            "name_zh": "样例气象台",
            "name_en": "Sample weather service",
            "url": FEED,
            "interval_s": 3600,
            "next_at": at,
            "is_sample": True,
        },
    )


def feed_file(url: str) -> Path:
    """Where what a sample feed would give lies."""
    return Path(settings.OUTBOX_FOLDER) / "feeds" / Path(url).name


def _feed_files(at: datetime) -> None:
    said = _message(at)
    address = FEED.replace(".atom", ".xml")
    zh = said.infos[0]
    entry = atom.Entry(said.identifier, zh.headline, zh.description, address, at, zh.expires)
    listed = atom.to_xml([entry], title="样例气象台", author="样例气象台", url=FEED, updated=at)
    for url, content in ((FEED, listed), (address, writing.to_xml(said))):
        file = feed_file(url)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _message(at: datetime) -> Message:
    """A rain warning as another office would send it; a test, so that it moves nobody."""
    words = (
        ("zh-CN", "暴雨", "样例数据：暴雨蓝色预警（测试报文）", "12 小时内降雨量可达 50 毫米。",
         "注意低洼路段。", "样例气象台", "样例市"),
        ("en-US", "Rainstorm", "Sample data: blue warning of rain (test message)",
         "50 mm of rain are possible within 12 hours.", "Mind low-lying roads.",
         "Sample weather service", "Sample city"),
    )  # fmt: skip
    infos = [
        Info(
            language=language,
            categories=["Met"],
            event=event,
            urgency="Expected",
            severity="Minor",
            certainty="Likely",
            effective=at,
            expires=at + LASTS,
            sender_name=sender,
            headline=headline,
            description=description,
            instruction=instruction,
            areas=[Area(area)],
        )
        for language, event, headline, description, instruction, sender, area in words
    ]
    return Message(
        identifier=f"sample-weather-{at:%Y%m%d%H%M%S}",
        sender="sample@weather.example",
        sent=at.replace(microsecond=0),
        status="Test",
        msg_type="Alert",
        scope="Public",
        source="样例气象台",
        note="样例数据 · sample data",
        infos=infos,
    )

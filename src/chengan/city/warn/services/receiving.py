"""Warnings of other authorities come in: stored as they came, then taken as warnings of ours.

Updates are taken in the order of their sending; an older one is kept and changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from chengan.city.warn import models
from chengan.city.warn.cap import codes, polygons, reading
from chengan.city.warn.cap.message import Info, Message
from chengan.city.warn.errors import BadCap, NeedsSecond
from chengan.city.warn.models import CapMessage, EventType, Feed, Origin, Severity, State
from chengan.city.warn.services import opening, stepping

AHEAD = timedelta(minutes=15)


@transaction.atomic
def take_message(
    *, xml: bytes, at: datetime, feed: Feed | None = None, by: str = ""
) -> CapMessage | None:
    """Take a message in, from a feed or from a file by account `by`; None when it was taken before.

    Red from a file is kept and waits: it comes in force when a second person takes the same file.

    Raises
    ------
    BadCap
    """
    found = reading.read(xml)
    said = found.message
    problems = found.problems + _clock(said, at)
    row, is_new = CapMessage.objects.get_or_create(
        direction=CapMessage.Direction.IN,
        sender=said.sender[:200],
        identifier=said.identifier[:200],
        sent_at=said.sent,
        defaults={
            "feed": feed,
            "msg_type": said.msg_type[:10],
            "status": said.status[:10],
            "scope": said.scope[:12],
            "references": " ".join(each.identifier for each in said.references),
            "form": found.form,
            "problems": problems,
            "xml": xml,
            "received_at": at,
            "taken_by": by,
        },
    )
    if is_new and waits_for_second(row):
        return row
    if not is_new and not (waits_for_second(row) and _may_settle(row, xml, feed, by)):
        return None
    return _put_in_force(row, _act(said, at, feed, by), feed, by)


def waits_for_second(row: CapMessage) -> bool:
    """Say whether a red message from a file waits for a second person."""
    is_open = bool(row.taken_by) and not row.seconded_by and row.warning_id is None
    return is_open and _is_red(reading.read(bytes(row.xml)).message)


def _is_red(said: Message) -> bool:
    if said.status != "Actual" or said.msg_type not in {"Alert", "Update"} or not said.infos:
        return False
    return int(_columns(said)["severity"]) == Severity.RED


def _may_settle(row: CapMessage, xml: bytes, feed: Feed | None, by: str) -> bool:
    """Say whether what waits comes in force: by the authority's own feed, or a second person.

    Raises
    ------
    BadCap
        If the file is another one under the same number.
    NeedsSecond
        If it is whoever took it first.
    """
    if feed is not None:
        CapMessage.objects.filter(pk=row.pk).update(feed=feed, xml=xml)
        return True
    if bytes(row.xml) != xml:
        raise BadCap(_("Another file was taken under this number: compare the two."))
    if by == row.taken_by:
        raise NeedsSecond(_("Red needs two persons: somebody else must take in the same file."))
    return bool(by)


def _put_in_force(
    row: CapMessage, warning: models.Warning | None, feed: Feed | None, by: str
) -> CapMessage:
    if row.taken_by and row.taken_by != by:
        row.seconded_by = f"feed:{feed.code}" if feed else by
    row.warning = warning
    row.save(update_fields=["seconded_by", "warning"])
    return row


def _clock(said: Message, at: datetime) -> list[str]:
    ahead = said.sent - at
    if ahead <= AHEAD:
        return []
    hours = ahead.total_seconds() / 3600
    return [_("The sender's clock is %(hours).1f h ahead of ours.") % {"hours": hours}]


def _act(said: Message, at: datetime, feed: Feed | None, by: str) -> models.Warning | None:
    if said.status not in {"Actual", "Exercise"} or not said.infos:
        return None
    actor = f"feed:{feed.code}" if feed else by or said.sender[:150]
    standing = _referred(said, feed)
    if said.msg_type == "Cancel":
        return _lift(standing, said, at, actor)
    if said.msg_type == "Update" and standing is not None:
        return _update(standing, said, at, actor)
    if said.msg_type not in {"Alert", "Update"}:
        return None
    later = _followed(said, feed)
    return later.warning if later else _open(said, at, actor)


def _followed(said: Message, feed: Feed | None) -> CapMessage | None:
    """The newest message held that updates or cancels this one, which came after it."""
    rows = CapMessage.objects.filter(
        direction=CapMessage.Direction.IN,
        sender=said.sender[:200],
        status=said.status,
        msg_type__in=["Update", "Cancel"],
        references__contains=said.identifier,
        sent_at__gte=said.sent,
    ).exclude(identifier=said.identifier[:200])
    if feed is not None:
        rows = rows.filter(feed=feed)
    held = rows.select_related("warning").order_by("-sent_at")
    return next((row for row in held if said.identifier in row.references.split()), None)


def _referred(said: Message, feed: Feed | None) -> models.Warning | None:
    """The warning that the newest of the references led to.

    A feed speaks of what it brought itself and of nothing else, so that no feed lifts another
    authority's warning; an officer's file may be about any. An identifier is its sender's own.
    A drill never touches the real thing, nor the other way round.
    """
    is_exercise = said.status == "Exercise"
    known = Q(identifier=said.identifier, sender=said.sender[:200])
    for each in said.references:
        known |= Q(identifier=each.identifier, sender=(each.sender or said.sender)[:200])
    rows = CapMessage.objects.filter(
        known, direction=CapMessage.Direction.IN, warning__is_exercise=is_exercise
    )
    if feed is not None:
        rows = rows.filter(feed=feed)
    row = rows.order_by("-sent_at").first()
    return row.warning if row else None


def _open(said: Message, at: datetime, by: str) -> models.Warning | None:
    zh = _info(said, "zh")
    if zh.expires is not None and zh.expires <= at:
        return None
    columns = _columns(said)
    severity = columns.pop("severity")
    event_type = _event_type(zh)
    return opening.open_warning(
        event_type=event_type,
        severity=severity
        if severity in event_type.levels
        else opening.nearest_level(event_type, severity),
        origin=Origin.EXTERNAL,
        by=by,
        at=at,
        state=State.RELEASED,
        action="received",
        headline=(columns.pop("headline_zh"), columns.pop("headline_en")),
        description=(columns.pop("description_zh"), columns.pop("description_en")),
        geometry=columns.pop("geometry"),
        identifier=_free_identifier(said),
        origin_key=f"{said.sender}/{said.identifier}"[:300],
        released_at=said.sent,
        sender=(zh.sender_name or said.sender)[:200],
        is_public=said.scope == "Public",
        is_exercise=said.status == "Exercise",
        said={"area_codes": _codes(zh)},
        **columns,
    )


def _update(
    standing: models.Warning, said: Message, at: datetime, by: str
) -> models.Warning | None:
    if _is_older(standing, said):
        return standing
    columns = _columns(said)
    before = standing.severity
    columns["severity"] = opening.nearest_level(standing.event_type, columns["severity"])
    action = "updated"
    if columns["severity"] != before:
        action = "raised" if columns["severity"] > before else "lowered"
    stepping.take(
        warning=standing,
        action=action,
        allowed=(*stepping.OUT, State.LIFTED),
        to=State.RELEASED,
        by=by,
        at=at,
        changes=columns,
        data={"severity_before": before, "area_codes": _codes(_info(said, "zh"))},
    )
    return standing


def _lift(
    standing: models.Warning | None, said: Message, at: datetime, by: str
) -> models.Warning | None:
    if standing is None or standing.state not in stepping.OUT or _is_older(standing, said):
        return standing
    stepping.take(
        warning=standing,
        action="lifted",
        allowed=stepping.OUT,
        to=State.LIFTED,
        by=by,
        at=at,
        reason=_info(said, "zh").description,
        changes={"lifted_at": at, "pending_severity": None, "ringing_since": None},
    )
    return standing


def expire(at: datetime) -> int:
    """Lift warnings of other authorities whose time is over; give how many."""
    over = models.Warning.objects.filter(
        origin=Origin.EXTERNAL, state__in=stepping.OUT, expires_at__lte=at
    )
    rows = list(over[:200])
    for row in rows:
        stepping.take(
            warning=row, action="lifted", allowed=stepping.OUT, to=State.LIFTED, by="warn", at=at,
            reason=_("Its time is over."), changes={"lifted_at": at},
        )  # fmt: skip
    return len(rows)


def _is_older(standing: models.Warning, said: Message) -> bool:
    """Say whether something newer about this warning was taken already.

    What says to come from the future counts from when it came: it must not block right updates.
    """
    newest = standing.messages.aggregate(at=Max(Least("sent_at", "received_at")))["at"]
    return newest is not None and newest > said.sent


def _columns(said: Message) -> dict[str, Any]:
    zh, en = _info(said, "zh"), _info(said, "en")
    area_zh, area_en = zh.areas[:1], en.areas[:1]
    severity = said.level or codes.FROM_CAP.get(zh.severity, codes.NOTICE)
    return {
        "severity": severity,
        "headline_zh": (zh.headline or zh.event)[:160],
        "headline_en": (en.headline or en.event)[:160],
        "description_zh": zh.description,
        "description_en": en.description,
        "instruction_zh": zh.instruction,
        "instruction_en": en.instruction,
        "area_zh": area_zh[0].description[:300] if area_zh else "",
        "area_en": area_en[0].description[:300] if area_en else "",
        "geometry": _geometry(zh),
        "expected_at": zh.onset if zh.onset and zh.expires and zh.onset < zh.expires else None,
        "expires_at": zh.expires,
    }


def _geometry(info: Info) -> dict[str, Any] | None:
    """Every ring and circle of the areas; the reader said and left out what crosses itself."""
    rings = [ring for area in info.areas for ring in area.rings]
    circles = [polygons.circle_ring(each) for area in info.areas for each in area.circles]
    return polygons.united([*rings, *filter(None, circles)])


def _codes(info: Info) -> list[str]:
    """Codes of the areas: all that a national message says of its ground, as a rule."""
    return [value for area in info.areas for _name, value in area.geocodes if value]


def _info(said: Message, language: str) -> Info:
    """The block in a language; the first one where there is none."""
    fitting = [each for each in said.infos if each.language.lower().startswith(language)]
    return (fitting or said.infos)[0]


def _event_type(info: Info) -> EventType:
    named = [value for _name, value in info.event_codes] + [info.event]
    rows = EventType.objects.filter(is_active=True)
    return (
        rows.filter(national_code__in=[name for name in named if name]).first()
        or rows.filter(name_zh=info.event).first()
        or rows.filter(name_en__iexact=info.event).first()
        or opening.other_type()
    )


def _free_identifier(said: Message) -> str | None:
    taken = models.Warning.objects.filter(identifier=said.identifier).exists()
    return None if taken else said.identifier[:200]

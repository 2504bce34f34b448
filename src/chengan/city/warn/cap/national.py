"""The national early-warning message: it looks like CAP, but has no namespace, other names
(`sendTime`, `eventType`), a colour for a severity and often an empty polygon.

What is missing is left out and said; only what makes a message useless refuses it.
"""

from datetime import datetime

from lxml import etree

from chengan.city.warn.cap import codes, polygons
from chengan.city.warn.cap.message import LONG_AGO, Area, Info, Message, Reference
from chengan.city.warn.errors import BadCap, BadWarning

FORMATS = ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y%m%d%H%M%S")


def is_national(root: etree._Element) -> bool:
    """Say whether this is a national message: no namespace, and a `sendTime` or `eventType`."""
    if etree.QName(root).namespace or etree.QName(root).localname.lower() != "alert":
        return False
    return any(
        root.find(name) is not None for name in ("sendTime", "info/eventType", ".//eventType")
    )


def read(root: etree._Element) -> tuple[Message, list[str]]:
    """Give the message and what was wrong with it.

    Raises
    ------
    BadCap
        Without an identifier, a time, an event or a kind of message.
    """
    problems: list[str] = []
    identifier = _text(root, "identifier")
    sent = when(_text(root, "sendTime")) or codes.entered_at(identifier)
    msg_type = codes.msg_type_of(_text(root, "msgType") or "Alert")
    info = root.find("info")
    event, level = _event(root, info)
    for name, value in (("identifier", identifier), ("sendTime", sent), ("eventType", event),
                        ("msgType", msg_type)):  # fmt: skip
        if not value:
            raise BadCap(f"国家预警报文缺少 {name} · national message without a usable {name}")
    if codes.entered_at(identifier) is None:
        problems.append(f"identifier is not of the 31-character form: {identifier[:60]}")
    node = info if info is not None else root
    made = Message(
        identifier=identifier,
        sender=_text(root, "sender") or _text(root, "senderCode"),
        sent=sent or LONG_AGO,
        status=_text(root, "status") or "Actual",
        msg_type=msg_type or "Alert",
        scope=_text(root, "scope") or "Public",
        references=_references(_text(root, "references")),
        infos=[_info(node, event, level, problems)],
        level=level,
    )
    return made, problems


def _event(root: etree._Element, info: etree._Element | None) -> tuple[str, int | None]:
    node = info if info is not None else root
    code = _text(node, "eventType") or _text(root, "eventType")
    level = codes.level_of_colour(_text(node, "severity"))
    compact = codes.level_of_compact(code)
    if compact:
        return compact[0], level or compact[1]
    return code, level


def _info(node: etree._Element, event: str, level: int | None, problems: list[str]) -> Info:
    if level is None:
        problems.append(f"severity {_text(node, 'severity')!r} is no colour: taken as a notice")
    return Info(
        language=_text(node, "language") or "zh-CN",
        categories=["Met" if event.startswith("11B") else "Other"],
        event=event,
        urgency=_text(node, "urgency") or "Unknown",
        severity=codes.CAP_SEVERITY[level or codes.NOTICE],
        certainty=_text(node, "certainty") or "Unknown",
        event_codes=[("national", event)],
        effective=when(_text(node, "effective")),
        onset=when(_text(node, "onset")),
        expires=when(_text(node, "expires")),
        sender_name=_text(node, "senderName"),
        headline=_text(node, "headline"),
        description=_text(node, "description"),
        instruction=_text(node, "instruction"),
        areas=[_area(each, problems) for each in node.findall("area")],
    )


def _area(node: etree._Element, problems: list[str]) -> Area:
    rings = []
    for each in node.findall("polygon"):
        try:
            ring = polygons.from_cap(each.text or "")
            if ring:
                polygons.checked({"type": "Polygon", "coordinates": [ring]})
                rings.append(ring)
        except BadWarning as error:
            problems.append(str(error))
    if not rings:
        problems.append("no polygon: the area is known by its words and codes alone")
    codes_found = [("geocode", (each.text or "").strip()) for each in node.findall("geocode")]
    return Area(_text(node, "areaDesc"), rings, [], [pair for pair in codes_found if pair[1]])


def _references(given: str) -> list[Reference]:
    """The identifiers alone count: senders write them without the rest."""
    found = []
    for each in given.replace(";", " ").split():
        parts = each.split(",")
        identifier = next((part for part in parts if codes.entered_at(part)), parts[-1])
        found.append(Reference("", identifier, codes.entered_at(identifier) or LONG_AGO))
    return found


def when(given: str) -> datetime | None:
    """Read a time in one of the forms in use; without an offset it is Beijing time."""
    for form in FORMATS:
        try:
            found = datetime.strptime(given, form)  # noqa: DTZ007 - the next line sets the zone
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=codes.BEIJING)
    return None


def _text(node: etree._Element, name: str) -> str:
    return (node.findtext(name) or "").strip()

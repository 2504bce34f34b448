"""Writes a message as CAP 1.2; what would not pass the official schema is never given out."""

from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from chengan.city.warn.cap import polygons, schema
from chengan.city.warn.cap.codes import BEIJING
from chengan.city.warn.cap.message import NAMESPACE, Area, Info, Message, Reference
from chengan.city.warn.errors import BadCap


def to_xml(message: Message) -> bytes:
    """The message as UTF-8 XML.

    Raises
    ------
    BadCap
        If it would not pass the schema, or an Update or Cancel names nothing.
    """
    if message.msg_type in {"Update", "Cancel"} and not message.references:
        raise BadCap(f"{message.msg_type} needs a reference to what it changes")
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _texts(
        root,
        [
            ("identifier", message.identifier),
            ("sender", message.sender),
            ("sent", moment(message.sent)),
            ("status", message.status),
            ("msgType", message.msg_type),
            ("source", message.source),
            ("scope", message.scope),
            ("restriction", message.restriction),
            ("note", message.note),
            ("references", " ".join(map(reference, message.references))),
        ],
    )
    for info in message.infos:
        _info(root, info)
    wrong = schema.faults(root)
    if wrong:
        raise BadCap(f"the message would not pass the schema: {wrong[0]}")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def moment(at: datetime) -> str:
    """A time as CAP writes it, Beijing time, to the second."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M:%S+08:00")


def reference(each: Reference) -> str:
    """`sender,identifier,sent`."""
    return f"{each.sender},{each.identifier},{moment(each.sent)}"


def _info(root: etree._Element, info: Info) -> None:
    node = _add(root, "info")
    _texts(node, [("language", info.language)])
    _texts(node, [("category", each) for each in info.categories])
    _texts(node, [("event", info.event)])
    _texts(node, [("responseType", each) for each in info.responses])
    _texts(
        node,
        [("urgency", info.urgency), ("severity", info.severity), ("certainty", info.certainty)],
    )
    _pairs(node, "eventCode", info.event_codes)
    times = [("effective", info.effective), ("onset", info.onset), ("expires", info.expires)]
    _texts(node, [(name, moment(at)) for name, at in times if at])
    _texts(
        node,
        [
            ("senderName", info.sender_name),
            ("headline", info.headline),
            ("description", info.description),
            ("instruction", info.instruction),
            ("web", info.web),
            ("contact", info.contact),
        ],
    )
    _pairs(node, "parameter", info.parameters)
    for area in info.areas:
        _area(node, area)


def _area(parent: etree._Element, area: Area) -> None:
    node = _add(parent, "area")
    _add(node, "areaDesc").text = area.description
    _texts(node, [("polygon", polygons.to_cap(ring)) for ring in area.rings])
    _texts(node, [("circle", each) for each in area.circles])
    _pairs(node, "geocode", area.geocodes)


def _pairs(parent: etree._Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for key, value in pairs:
        node = _add(parent, name)
        _add(node, "valueName").text = key
        _add(node, "value").text = value


def _texts(parent: etree._Element, pairs: Iterable[tuple[str, str]]) -> None:
    for name, text in pairs:
        if text:
            _add(parent, name).text = "".join(c for c in text if c >= " " or c in "\t\n\r")


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")

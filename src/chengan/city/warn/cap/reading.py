"""Reads CAP 1.2 by the official schema, no stricter; names what is something else."""

from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from chengan.city.warn.cap import national, polygons, schema
from chengan.city.warn.cap.message import LONG_AGO, NAMESPACE, Area, Info, Message, Reference
from chengan.city.warn.errors import BadCap, BadWarning

OLDER = {
    "urn:oasis:names:tc:emergency:cap:1.1": "CAP 1.1",
    "urn:oasis:names:tc:emergency:cap:1.0": "CAP 1.0",
}


@dataclass(frozen=True)
class Read:
    """A message that was understood: `form` cap12 or national; `problems` did not stop it."""

    message: Message
    form: str
    problems: list[str] = field(default_factory=list)


def read(data: bytes) -> Read:
    """Understand the bytes of one message.

    Raises
    ------
    BadCap
        Hostile or broken XML, an older CAP (named), or what the schema objects to.
    """
    root = schema.root_of(data)
    name = etree.QName(root)
    if name.namespace in OLDER:
        said = OLDER[name.namespace]
        raise BadCap(f"这是 {said}，请改用 CAP 1.2 · this is {said}: only CAP 1.2 is taken")
    if national.is_national(root):
        message, problems = national.read(root)
        return Read(message, "national", problems)
    wrong = schema.faults(root)
    if wrong:
        raise BadCap(f"不符合 CAP 1.2 · not CAP 1.2: {wrong[0]}")
    message, problems = _message(root)
    return Read(message, "cap12", problems)


def _message(root: etree._Element) -> tuple[Message, list[str]]:
    problems: list[str] = []
    made = Message(
        identifier=text(root, "identifier"),
        sender=text(root, "sender"),
        sent=_time(text(root, "sent")) or LONG_AGO,
        status=text(root, "status"),
        msg_type=text(root, "msgType"),
        scope=text(root, "scope"),
        source=text(root, "source"),
        restriction=text(root, "restriction"),
        note=text(root, "note"),
        references=_references(text(root, "references"), problems),
        infos=[_info(node, problems) for node in _all(root, "info")],
    )
    if made.msg_type in {"Update", "Cancel"} and not made.references:
        problems.append(f"{made.msg_type} without references: it is taken for itself alone")
    if not made.identifier or not made.sender:
        raise BadCap("identifier 和 sender 不能为空 · identifier and sender must not be empty")
    return made, problems


def _info(node: etree._Element, problems: list[str]) -> Info:
    return Info(
        language=text(node, "language") or "en-US",
        categories=[each.text or "" for each in _all(node, "category")],
        event=text(node, "event"),
        urgency=text(node, "urgency"),
        severity=text(node, "severity"),
        certainty=text(node, "certainty"),
        responses=[each.text or "" for each in _all(node, "responseType")],
        event_codes=_pairs(node, "eventCode"),
        effective=_time(text(node, "effective")),
        onset=_time(text(node, "onset")),
        expires=_time(text(node, "expires")),
        sender_name=text(node, "senderName"),
        headline=text(node, "headline"),
        description=text(node, "description"),
        instruction=text(node, "instruction"),
        web=text(node, "web"),
        contact=text(node, "contact"),
        parameters=_pairs(node, "parameter"),
        areas=[_area(each, problems) for each in _all(node, "area")],
    )


def _area(node: etree._Element, problems: list[str]) -> Area:
    rings = []
    for each in _all(node, "polygon"):
        try:
            ring = polygons.from_cap(each.text or "")
            if ring:
                polygons.checked({"type": "Polygon", "coordinates": [ring]})
                rings.append(ring)
        except BadWarning as error:
            problems.append(str(error))
    return Area(
        description=text(node, "areaDesc"),
        rings=rings,
        circles=_circles(node, problems),
        geocodes=_pairs(node, "geocode"),
    )


def _circles(node: etree._Element, problems: list[str]) -> list[str]:
    found = []
    for each in _all(node, "circle"):
        try:
            polygons.circle_ring(each.text or "")
            found.append(each.text or "")
        except BadWarning as error:
            problems.append(str(error))
    return found


def _references(given: str, problems: list[str]) -> list[Reference]:
    found = []
    for each in given.split():
        parts = each.rsplit(",", 2)
        sent = _time(parts[2]) if len(parts) == 3 else None
        if sent is None:
            problems.append(f"references: expected sender,identifier,sent; got {each[:80]!r}")
        else:
            found.append(Reference(parts[0], parts[1], sent))
    return found


def _pairs(node: etree._Element, name: str) -> list[tuple[str, str]]:
    return [(text(each, "valueName"), text(each, "value")) for each in _all(node, name)]


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return list(node.findall(f"{{{NAMESPACE}}}{name}"))


def text(node: etree._Element, name: str) -> str:
    """The trimmed text of a child; empty when there is none."""
    return (node.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _time(given: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given) if given else None
    except ValueError:
        return None

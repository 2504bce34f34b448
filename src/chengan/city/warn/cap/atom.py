"""Atom feeds of CAP messages: ours, and what others list in Atom or RSS."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from chengan.city.warn.cap import schema
from chengan.city.warn.cap.message import NAMESPACE
from chengan.city.warn.cap.writing import moment
from chengan.city.warn.errors import BadCap

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
MOST_ITEMS = 500


@dataclass(frozen=True)
class Entry:
    """One message in our feed: `url` leads to its XML."""

    identifier: str
    title: str
    summary: str
    url: str
    updated: datetime
    expires: datetime | None = None


@dataclass(frozen=True)
class Item:
    """One message in somebody's feed: the address of its XML, or the XML itself."""

    identifier: str
    url: str = ""
    xml: bytes = b""
    updated: str = ""

    @property
    def key(self) -> str:
        """What tells this entry, as it stands now, from all others."""
        parts = (self.identifier.encode(), self.url.encode(), self.updated.encode(), self.xml)
        return hashlib.sha256(b"\n".join(parts)).hexdigest()


def to_xml(
    entries: Iterable[Entry], *, title: str, author: str, url: str, updated: datetime
) -> bytes:
    """Our feed as Atom (RFC 4287)."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _put(root, "id", url)
    _put(root, "title", title)
    _put(root, "updated", moment(updated))
    _put(_put(root, "author", ""), "name", author)
    _put(root, "link", "", rel="self", href=url)
    for each in entries:
        node = _put(root, "entry", "")
        _put(node, "id", each.url)
        _put(node, "title", each.title)
        _put(node, "updated", moment(each.updated))
        _put(node, "summary", each.summary)
        _put(node, "link", "", rel="alternate", type=CAP_TYPE, href=each.url)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def items(data: bytes) -> list[Item]:
    """What a feed lists; a bare CAP message is a feed of one.

    Raises
    ------
    BadCap
        If it is neither Atom nor RSS nor a message.
    """
    root = schema.root_of(data)
    name = etree.QName(root)
    if name.localname == "alert":
        return [Item("", xml=data)]
    if name.namespace == ATOM and name.localname == "feed":
        return [_item(node) for node in root.findall(f"{{{ATOM}}}entry")[:MOST_ITEMS]]
    if name.localname == "rss":
        return [
            Item(_text(each, "guid"), _text(each, "link"), updated=_text(each, "pubDate"))
            for each in root.findall("channel/item")[:MOST_ITEMS]
        ]
    raise BadCap(
        f"既不是 Atom 也不是 RSS 或 CAP · neither a feed nor a message: <{name.localname}>"
    )


def _item(node: etree._Element) -> Item:
    identifier, updated = _text(node, f"{{{ATOM}}}id"), _text(node, f"{{{ATOM}}}updated")
    inline = node.find(f"{{{ATOM}}}content/{{{NAMESPACE}}}alert")
    if inline is not None:
        return Item(identifier, xml=etree.tostring(inline), updated=updated)
    links = node.findall(f"{{{ATOM}}}link")
    best = [each for each in links if each.get("type") == CAP_TYPE] or [
        each for each in links if each.get("rel", "alternate") in {"alternate", "enclosure"}
    ]
    url = (best[0].get("href") or "") if best else ""
    return Item(identifier, url=url, updated=updated)


def _text(node: etree._Element, name: str) -> str:
    return (node.findtext(name) or "").strip()


def _put(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{ATOM}}}{name}", attrib=attributes)
    node.text = text or None
    return node

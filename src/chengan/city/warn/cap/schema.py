"""The official schema, and XML that can do no harm."""

from functools import lru_cache
from pathlib import Path

from lxml import etree

from chengan.city.warn.errors import BadCap

FILE = Path(__file__).with_name("cap12.xsd")
MOST_BYTES = 5 << 20
DOCTYPE = b"<!DOCTYPE"


@lru_cache(maxsize=1)
def schema() -> etree.XMLSchema:
    """The XML Schema of CAP 1.2 as OASIS published it."""
    return etree.XMLSchema(etree.parse(FILE, _parser()))


def root_of(data: bytes) -> etree._Element:
    """Parse XML that names no entity and no outside file.

    Raises
    ------
    BadCap
        If it is too big, declares a DOCTYPE (entities, outside files), or is not well-formed.
    """
    if len(data) > MOST_BYTES:
        raise BadCap(f"报文过大 · {len(data)} bytes, at most {MOST_BYTES} are read")
    if DOCTYPE in data.replace(b"\0", b"").upper():
        raise BadCap(HOSTILE)
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadCap(f"不是有效的 XML · not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise BadCap(HOSTILE)
    return root


HOSTILE = (
    "拒绝：报文声明了 DOCTYPE（实体或外部文件） · refused: the message declares a DOCTYPE, "
    "which can name entities and outside files; CAP needs none"
)


def faults(root: etree._Element) -> list[str]:
    """What the schema objects to; empty when the message is valid."""
    official = schema()
    if official.validate(root):
        return []
    return [f"line {each.line}: {each.message}" for each in official.error_log]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )

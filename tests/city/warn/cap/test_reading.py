"""Other people's messages: valid, older, broken, hostile."""

import csv
import io
from pathlib import Path

import pytest

from chengan.city.warn.cap import atom, reading, schema
from chengan.city.warn.errors import BadCap

FOLDER = Path(__file__).parent / "messages"
VERDICTS = list(csv.DictReader(io.StringIO((FOLDER / "xsd_verdicts.csv").read_text())))


def data(name):
    return (FOLDER / name).read_bytes()


@pytest.mark.parametrize("row", VERDICTS, ids=lambda row: row["file"])
def test_the_verdict_on_each_message_is_the_official_schemas(row):
    is_valid = row["valid_against_cap12_xsd"] == "True"
    if is_valid:
        found = reading.read(data(row["file"]))
        assert found.form == "cap12"
        assert found.message.identifier and found.message.infos
        return
    with pytest.raises(BadCap) as refused:
        reading.read(data(row["file"]))
    if row["namespace"].endswith("cap:1.1"):
        assert "CAP 1.1" in str(refused.value)
    if row["file"] == "xee.cap":
        assert "DOCTYPE" in str(refused.value)
    if row["file"] == "invalid.cap":
        assert "info" in str(refused.value)


def test_a_message_that_breaks_only_its_profile_is_taken_and_its_faults_are_said():
    found = reading.read(data("canada_errors.cap"))
    assert any("without references" in each for each in found.problems)


def test_what_a_message_says_is_read_by_hand():
    found = reading.read(data("canada.cap")).message
    assert (found.sender, found.msg_type, found.status) == ("cap@ec.gc.ca", "Update", "Actual")
    assert [each.identifier for each in found.references] == [
        "2.49.0.1.124.a3f342a4.2012", "2.49.0.1.124.60f31a3a.2012",
    ]  # fmt: skip
    first = found.infos[0]
    assert (first.language, first.event, first.severity) == ("en-CA", "thunderstorm", "Minor")
    assert first.expires.isoformat() == "2012-05-03T00:20:00+00:00"


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&c;</alert>"""


@pytest.mark.parametrize(
    "hostile",
    [
        LAUGHS,
        LAUGHS.decode()
        .replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
        .encode("utf-16"),
        LAUGHS.replace(b"<!DOCTYPE", b"<!doctype"),
    ],
    ids=["billion laughs", "in UTF-16", "in small letters"],
)
def test_entities_are_refused_before_they_expand(hostile):
    with pytest.raises(BadCap):
        reading.read(hostile)


def test_a_message_without_end_is_refused():
    with pytest.raises(BadCap, match="bytes"):
        schema.root_of(b"<alert>" + b" " * schema.MOST_BYTES)


@pytest.mark.parametrize("bad", [b"", b"{}", b"<a><b></a>", b"\xff\xfe\x00"])
def test_what_is_no_xml_is_named_so(bad):
    with pytest.raises(BadCap):
        reading.read(bad)


def test_a_feed_lists_addresses_or_messages():
    inline = data("australia.cap").split(b"?>", 1)[1]
    feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>'
        b'<link rel="alternate" type="text/html" href="http://x/page"/>'
        b'<link type="application/cap+xml" href="http://x/1.cap"/></entry>'
        b"<entry><id>2</id><content>" + inline + b"</content></entry></feed>"
    )
    first, second = atom.items(feed)
    assert (first.identifier, first.url) == ("1", "http://x/1.cap")
    assert reading.read(second.xml).form == "cap12"
    assert atom.items(data("canada.cap"))[0].xml == data("canada.cap")
    with pytest.raises(BadCap, match="html"):
        atom.items(b"<html/>")

"""Our messages pass the official schema, another parser, and keep every digit."""

from datetime import UTC, datetime, timedelta

import pytest
from capparselib.parsers import CAPParser
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from chengan.city.warn.cap import polygons, reading, signing, writing
from chengan.city.warn.cap.message import Area, Info, Message, Reference
from chengan.city.warn.errors import BadCap, BadWarning

SENT = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
RING = [(24.123456789012345, 60.1), (24.2, 60.1), (24.2, 60.2), (24.123456789012345, 60.1)]


def message(**changed):
    infos = [
        Info(language, ["Safety"], event, "Immediate", "Severe", "Observed", ["Avoid"],
             [("national", "11B06")], SENT, None, SENT + timedelta(hours=2), "安委会", event,
             "浓度 5 & 上升 <快>", "远离", areas=[Area("西区", [RING])])
        for language, event in (("zh-CN", "燃气泄漏"), ("en-US", "Gas leak"))
    ]  # fmt: skip
    given = {"identifier": "00000000000000_20260302123000_0", "sender": "chengan@localhost",
             "sent": SENT, "status": "Actual", "msg_type": "Alert", "scope": "Public",
             "infos": infos}  # fmt: skip
    return Message(**(given | changed))


def test_what_is_written_is_read_back_the_same():
    written = writing.to_xml(message())
    assert b"2026-03-02T12:30:00+08:00" in written
    found = reading.read(written)
    assert found.problems == []
    assert found.message.infos == message().infos
    assert found.message.sent == SENT


def test_another_parser_reads_both_languages():
    alert = CAPParser(writing.to_xml(message()).decode().split("?>", 1)[1]).as_dict()[0]
    assert alert["cap_id"] == "00000000000000_20260302123000_0"
    assert [str(each["cap_language"]) for each in alert["cap_info"]] == ["zh-CN", "en-US"]
    assert str(alert["cap_info"][0]["cap_event"]) == "燃气泄漏"


def test_full_precision_is_kept():
    assert "60.1,24.123456789012344" in polygons.to_cap(RING)


@pytest.mark.parametrize("kind", ["Update", "Cancel"])
def test_update_and_cancel_name_what_they_change(kind):
    with pytest.raises(BadCap, match="reference"):
        writing.to_xml(message(msg_type=kind))
    earlier = Reference("chengan@localhost", "00000000000000_20260302120000_0", SENT)
    found = reading.read(writing.to_xml(message(msg_type=kind, references=[earlier])))
    assert found.message.references == [earlier]


def test_what_the_schema_refuses_is_never_given_out():
    with pytest.raises(BadCap, match="schema"):
        writing.to_xml(message(status="Perhaps"))


point = st.tuples(st.floats(-179, 179), st.floats(-89, 89))


@given(st.lists(point, min_size=3, max_size=8, unique=True))
@settings(max_examples=60)
def test_every_ring_is_closed_and_comes_back_exactly(ring):
    assert polygons.from_cap(polygons.to_cap(ring))[:-1] == ring
    assert (
        polygons.from_cap(polygons.to_cap(ring))[0] == polygons.from_cap(polygons.to_cap(ring))[-1]
    )


def test_a_circle_of_cap_is_read_in_kilometres_and_a_point_has_no_ring():
    ring = polygons.circle_ring("60.17,24.94 2.5")
    assert ring[0] == ring[-1]
    assert max(lat for _lon, lat in ring) - 60.17 == pytest.approx(2500 / 111_195, rel=1e-3)
    assert polygons.circle_ring("60.17,24.94 0") == []
    for bad in ("60.17 24.94 2", "95,24.94 2", "nan,0 1", "0,0 30000"):
        with pytest.raises(BadWarning):
            polygons.circle_ring(bad)


def test_a_circle_is_round_and_closed():
    made = polygons.checked(polygons.circle(24.94, 60.17, 120))
    assert made["type"] == "Polygon"
    assert made["coordinates"][0][0] == made["coordinates"][0][-1]


@pytest.mark.parametrize(
    "bad",
    [
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [1, 1], [0, 0]]]},
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Nonsense"},
        {},
    ],
)
def test_an_area_that_is_none_is_refused(bad):
    with pytest.raises(BadWarning):
        polygons.checked(bad)


@pytest.fixture(scope="module")
def pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "样例")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2120, 1, 1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, made.public_bytes(serialization.Encoding.PEM)


def test_a_signed_message_passes_the_schema_and_a_changed_one_is_found(pair):
    key, certificate = pair
    made = signing.signed(writing.to_xml(message()), key_pem=key, certificate_pem=certificate)
    assert reading.read(made).message.identifier == message().identifier
    assert b"11B06" in signing.check(made, certificate_pem=certificate)
    with pytest.raises(BadCap, match="签名"):
        signing.check(made.replace(b"11B06", b"11B07"), certificate_pem=certificate)
    with pytest.raises(BadCap, match="签名"):
        signing.check(writing.to_xml(message()), certificate_pem=certificate)

"""What a warning becomes for other systems."""

from datetime import UTC, datetime, timedelta

import pytest
from capparselib.parsers import CAPParser
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.db import connection
from lxml import etree
from signxml.exceptions import InvalidSignature
from signxml.verifier import XMLVerifier

from chengan.city.warn import api as warn
from chengan.city.warn.cap import reading
from chengan.city.warn.services import releasing
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_release_raise_and_lift_are_alert_update_and_cancel_with_references(release):
    made, duty = release(3)
    warn.change_level(warning=made, severity=4, by=duty, at=AT + MINUTE, reason="扩散")
    warn.lift(warning=made, by=duty, at=AT + 2 * MINUTE, reason="结束")
    rows = list(made.messages.order_by("id"))
    assert [each.msg_type for each in rows] == ["Alert", "Update", "Cancel"]
    found = [reading.read(bytes(each.xml)).message for each in rows]
    assert found[0].identifier == made.identifier
    assert [each.identifier for each in found[2].references] == [
        found[0].identifier, found[1].identifier,
    ]  # fmt: skip
    assert [each.sent for each in found] == [AT, AT + MINUTE, AT + 2 * MINUTE]
    assert [each.infos[0].severity for each in found] == ["Moderate", "Severe", "Severe"]
    assert ("colour", "Orange") in found[1].infos[0].parameters
    assert found[2].infos[0].urgency == "Past"


def test_both_languages_and_the_area_are_in_it_and_a_second_parser_reads_it(release):
    made, _duty = release(3)
    xml = bytes(made.messages.get().xml)
    said = reading.read(xml).message
    assert [each.language for each in said.infos] == ["zh-CN", "en-US"]
    ring = said.infos[0].areas[0].rings[0]
    assert ring[0] == ring[-1]
    assert [tuple(point) for point in made.geometry["coordinates"][0]] == ring
    alert = CAPParser(xml.decode().split("?>", 1)[1]).as_dict()[0]
    assert alert["cap_message_type"] == "Alert"


def test_sample_data_never_goes_out_as_actual(release):
    made, _duty = release(3)
    said = reading.read(bytes(made.messages.get().xml)).message
    assert made.is_sample == (said.status == "Test")


def test_what_is_not_for_the_public_is_restricted(release):
    made, _duty = release(3)
    said = reading.read(bytes(made.messages.get().xml)).message
    assert (said.scope, bool(said.restriction)) == ("Restricted", True)


def test_whoever_heard_of_it_publicly_hears_its_end_publicly(release):
    made, duty = release(3)
    warn.amend(warning=made, texts={"is_public": True}, by=duty, at=AT + MINUTE, reason="公开")
    warn.amend(warning=made, texts={"is_public": False}, by=duty, at=AT + 2 * MINUTE, reason="限")
    warn.lift(warning=made, by=duty, at=AT + 3 * MINUTE, reason="结束")
    scopes = made.messages.order_by("id").values_list("scope", flat=True)
    assert list(scopes) == ["Restricted", "Public", "Public", "Public"]


def test_its_dates_are_in_order_and_no_update_goes_out_with_an_end_that_is_past(release):
    made, duty = release(3)
    later = AT + timedelta(days=2)
    warn.amend(warning=made, texts={"expected_at": later}, by=duty, at=AT + MINUTE, reason="推迟")
    info = reading.read(bytes(made.messages.order_by("-id")[0].xml)).message.infos[0]
    assert info.effective < info.onset < info.expires
    texts = {"expected_at": None, "expires_at": AT + 5 * MINUTE}
    warn.amend(warning=made, texts=texts, by=duty, at=AT + 2 * MINUTE, reason="短时")
    with pytest.raises(warn.BadWarning):
        warn.change_level(warning=made, severity=4, by=duty, at=AT + 6 * MINUTE, reason="扩散")


def test_an_identifier_is_kept_to_the_commit(release):
    """Two at once in one second: the second waits, and takes the next."""
    release(3)
    with connection.cursor() as sql:
        sql.execute("select count(*) from pg_locks where locktype = 'advisory' and objid = %s",
                    [releasing.LOCK])  # fmt: skip
        assert sql.fetchone()[0] == 1


# ── Signatures ────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def pair():
    """A key and its certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chengan test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return (
        key.private_bytes(serialization.Encoding.PEM, form, plain),
        made.public_bytes(serialization.Encoding.PEM),
    )


def test_a_release_is_signed_by_the_key_that_the_settings_name(release, settings, tmp_path, pair):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(pair[0])
    certificate.write_bytes(pair[1])
    settings.CAP_KEY_FILE, settings.CAP_CERTIFICATE_FILE = str(key), str(certificate)
    made, _duty = release(3)
    row = made.messages.get()
    held = XMLVerifier().verify(bytes(row.xml), x509_cert=pair[1].decode()).signed_xml
    assert made.identifier in etree.tostring(held).decode()
    assert (row.problems, reading.read(bytes(row.xml)).message.identifier) == ([], made.identifier)
    forged = bytes(row.xml).replace(b"<severity>Moderate", b"<severity>Extreme")
    with pytest.raises(InvalidSignature):
        XMLVerifier().verify(forged, x509_cert=pair[1].decode())


@pytest.mark.parametrize("content", [None, b"not a key"], ids=["missing", "no key"])
def test_a_key_that_cannot_be_used_holds_no_warning_back_and_is_named(
    release, settings, tmp_path, content
):
    file = tmp_path / "key.pem"
    if content:
        file.write_bytes(content)
    settings.CAP_KEY_FILE = settings.CAP_CERTIFICATE_FILE = str(file)
    made, _duty = release(3)
    made.refresh_from_db()
    row = made.messages.get()
    assert made.state == "released"
    assert "CHENGAN_CAP_KEY" in row.problems[0]
    assert reading.read(bytes(row.xml)).message.identifier == made.identifier

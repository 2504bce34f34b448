"""The HTTP road: who may send, what is taken, what is refused and still counted."""

import pyarrow as pa
import pytest
from django.test import RequestFactory

from chengan.city.hub import selectors, services, tokens
from chengan.city.hub.errors import LogUnreachable, TooFarBehind
from chengan.city.hub.models import Counter, Quarantined, Source
from chengan.city.hub.views import road as views
from tests.city.hub.conftest import AT

CSV = b"datastream,time,value\na,2026-03-02T04:00:00Z,1\n"


class Door:
    """Stands where the log's door is, and keeps what it is given."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return len(self.sent)

    def check_room(self):
        """There is room."""


@pytest.fixture
def log(monkeypatch):
    made = Door()
    monkeypatch.setattr(views.door, "shared", lambda: made)
    return made


@pytest.fixture
def key(gas):
    credential, secret = services.issue(source=gas, kind="http", at=AT)
    return credential, tokens.token(credential.username, secret)


def post(token, body=CSV, source="gas", content_type="text/csv", **headers):
    request = RequestFactory().post(
        f"/api/v1/sources/{source}/readings",
        body,
        content_type=content_type,
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    return views.readings(request, source)


def test_a_body_is_acknowledged_with_its_receipt(log, key):
    answer = post(key[1], **{"Idempotency-Key": "morning"})
    assert (answer.status_code, answer.content) == (202, b'{"receipt": 1, "bytes": %d}' % len(CSV))
    [sent] = log.sent
    assert (sent.subject, sent.format, sent.payload) == ("readings.0.http.gas", "csv", CSV)
    assert sent.name.startswith("http-gas-")


def test_a_key_makes_one_name_for_one_body_and_never_for_another(log, key):
    bodies = [CSV, CSV, CSV + b"a,2026-03-02T04:01:00Z,1\n"]
    for body in bodies:
        assert post(key[1], body, **{"Idempotency-Key": "k" * 200}).status_code == 202
    assert post(key[1], **{"Idempotency-Key": "k" * 201}).status_code == 202
    first, second, other, longer = [sent.name for sent in log.sent]
    assert first == second
    assert len({first, other, longer}) == 3
    assert post(key[1]).status_code == 202
    assert log.sent[-1].name == ""


@pytest.mark.parametrize("token", ["", "nobody.x", "gas-1.", "." * 90])
def test_a_wrong_token_opens_nothing(log, gas, token):
    assert (post(token).status_code, log.sent) == (401, [])


def test_a_wrong_secret_opens_nothing(log, key):
    assert post(key[1] + "x").status_code == 401


def test_a_token_opens_its_own_source_only(log, key, water):
    assert (post(key[1], source="water").status_code, log.sent) == (403, [])


def test_a_road_that_the_schema_does_not_open_is_shut(log, key, gas):
    for roads, status in ((["mqtt"], 403), (["mqtt", "http"], 202), ([], 202)):
        Source.objects.filter(pk=gas.pk).update(schema={"roads": roads})
        assert post(key[1]).status_code == status
    services.issue(source=gas, kind="mqtt", at=AT)
    assert len(selectors.device_accounts()) == 1
    Source.objects.filter(pk=gas.pk).update(schema={"roads": ["http"]})
    assert selectors.device_accounts() == []


def test_a_revoked_token_is_shut_at_once(log, key):
    assert post(key[1]).status_code == 202
    services.revoke(credential=key[0], at=AT)
    assert post(key[1]).status_code == 401


def test_an_mqtt_credential_does_not_open_http(log, gas):
    credential, secret = services.issue(source=gas, kind="mqtt", at=AT)
    assert post(tokens.token(credential.username, secret)).status_code == 401


def test_what_nobody_decodes_is_refused(log, key):
    assert (post(key[1], content_type="image/png").status_code, log.sent) == (415, [])


def test_what_is_too_large_is_counted_and_its_head_kept(log, key, settings):
    settings.MAX_BODY_BYTES = 20
    assert (post(key[1]).status_code, log.sent) == (413, [])
    kept = Quarantined.objects.get()
    assert (kept.reason, bytes(kept.payload), kept.source.key) == ("too_large", CSV, "gas")
    counted = Counter.objects.get()
    assert (counted.received, counted.rejected, counted.stored) == (1, 1, 0)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_compressed_body_is_kept_as_it_was(log, key, encoding):
    body = squeezed(CSV, encoding)
    assert post(key[1], body, **{"Content-Encoding": encoding}).status_code == 202
    assert log.sent[0].payload == CSV


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_never_unpacked_and_what_is_torn_is_kept_for_a_person(
    log, key, settings, encoding
):
    settings.MAX_BODY_BYTES = 1000
    bomb = squeezed(b"0" * 300_000, encoding)
    assert len(bomb) < 1000
    assert post(key[1], bomb, **{"Content-Encoding": encoding}).status_code == 413
    torn = squeezed(CSV, encoding)[:-4]
    assert post(key[1], torn, **{"Content-Encoding": encoding}).status_code == 400
    kept = Quarantined.objects.order_by("id")
    assert [each.reason for each in kept] == ["too_large", "torn_payload"]
    assert bytes(kept[1].payload) == torn
    assert (Counter.objects.get().received, Counter.objects.get().rejected) == (2, 2)
    assert log.sent == []


def test_an_encoding_that_is_not_offered_is_named(log, key):
    answer = post(key[1], **{"Content-Encoding": "br"})
    assert answer.status_code == 415
    assert "gzip or zstd" in answer.content.decode()


def test_who_sends_faster_than_is_stored_is_told_to_wait(log, key, monkeypatch):
    def full():
        raise TooFarBehind("2000 messages wait")

    monkeypatch.setattr(log, "check_room", full)
    answer = post(key[1])
    assert (answer.status_code, answer["Retry-After"], log.sent) == (429, "5", [])


def squeezed(body, encoding):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, encoding) as stream:
        stream.write(body)
    return sink.getvalue().to_pybytes()


def test_a_silent_log_asks_to_try_again(log, key, monkeypatch):
    def away(_message):
        raise LogUnreachable("away")

    monkeypatch.setattr(log, "send", away)
    answer = post(key[1])
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")

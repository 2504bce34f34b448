"""The sample city's channels and feed work, say that they are samples, and stay on the machine."""

import email
import email.policy
import json

import pytest

from chengan.city.warn import api as warn
from chengan.city.warn.models import CapMessage, Channel, Delivery, Feed
from chengan.city.warn.services import feeds, guarded, sending, signatures
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples(staff, settings, tmp_path, monkeypatch):
    """Sample channels, with every way out of the machine closed."""
    settings.OUTBOX_FOLDER, settings.SMS_FOLDER = tmp_path / "outbox", tmp_path / "sms"
    settings.EMAIL_HOST = ""
    monkeypatch.setattr(guarded, "client", lambda **_named: pytest.fail("asked outside"))
    monkeypatch.setattr(guarded, "fetch", lambda *_given, **_named: pytest.fail("asked outside"))
    for _twice in range(2):
        warn.ensure_sample_channels(AT, staff.first.organisation)
    return settings.OUTBOX_FOLDER


def test_a_mail_and_a_signed_webhook_lie_in_files(samples, release):
    release(3)
    sending.sweep_deliveries(AT)
    rows = Delivery.objects.filter(channel__is_sample=True)
    assert sorted(rows.values_list("channel__code", "status")) == [
        ("email", "sent"), ("sample-webhook", "sent"),
    ]  # fmt: skip
    [mail], [hook] = samples.glob("*.eml"), samples.glob("*.json")
    read = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert (read["To"], "/warn/r/" in read.get_content()) == ("fitter@example.org", True)
    said = json.loads(hook.read_text())
    signatures.check(
        secret=signatures.secret_of(Channel.objects.get(code="sample-webhook")),
        body=said["body"].encode(), stamp=said["headers"]["X-Chengan-Timestamp"],
        signature=said["headers"]["X-Chengan-Signature"], at=AT,
    )  # fmt: skip
    assert json.loads(said["body"])["warning"]["severity"] == 3


def test_the_sample_feed_brings_a_test_message_that_moves_nobody(samples):
    feed = Feed.objects.get()
    assert feeds.ask(feed, AT) == 1
    row = CapMessage.objects.get(direction="in")
    assert (row.status, row.warning, row.problems) == ("Test", None, [])
    assert "样例数据" in row.text
    feed.refresh_from_db()
    assert (feed.last_error, feeds.ask(feed, AT)) == ("", 0)


def test_a_sample_feed_without_its_file_says_so(samples):
    (samples / "feeds" / "sample.atom").unlink()
    feed = Feed.objects.get()
    assert feeds.ask(feed, AT) == 0
    feed.refresh_from_db()
    assert "sample.atom" in feed.last_error


def test_a_city_with_a_mail_server_keeps_its_mail(staff, settings, tmp_path):
    settings.OUTBOX_FOLDER, settings.EMAIL_HOST = tmp_path, "mail.example.org"
    warn.ensure_sample_channels(AT, None)
    assert not Channel.objects.get(code="email").is_sample

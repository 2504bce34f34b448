"""The sweep worker as it runs: it fires what is due, sends what waits, and beats."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from chengan.city.warn import api as warn
from chengan.city.warn.models import Deadline, Delivery, Watch
from chengan.city.warn.services import sweeping, watching
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60


def test_the_worker_fires_what_is_due_sends_what_waits_and_beats(
    staff, release, settings, tmp_path
):
    settings.SMS_FOLDER = tmp_path
    made, _duty = release(3)  # at a time long past: all is due
    stop = threading.Event()
    worker = threading.Thread(target=sweeping.run_sweeper, args=(stop,))
    sweeping.OUTSIDE_S, before = 0.2, sweeping.OUTSIDE_S
    worker.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not (
            Deadline.objects.filter(warning=made, status="fired").count() >= 2
            and Delivery.objects.filter(channel__kind="sms", status="sent").exists()
            and Watch.objects.count() == 3
        ):
            stop.wait(0.1)
    finally:
        stop.set()
        worker.join()
        sweeping.OUTSIDE_S = before
    assert Deadline.objects.filter(warning=made, status="fired").count() >= 2
    assert Delivery.objects.filter(purpose="escalation", person__code="standin").exists()
    assert any(tmp_path.iterdir())
    assert {each.name for each in Watch.objects.all()} == {"deadlines", "deliveries", "feeds"}
    assert warn.Warning.objects.get().supervised_at is not None


# ── The outside heartbeat: a watchdog out of the house rings when it stops ────


@pytest.fixture
def watchdog(settings):
    """A real HTTP receiver that counts how often it was asked."""
    asked = []

    class Receiver(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/beat"
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


def beating(*names):
    for name in names:
        watching.beat(name, timezone.now())  # noqa: TID251 - as the loops do


def test_the_outside_watchdog_is_asked_while_every_loop_beats(watchdog):
    beating(*watching.LOOPS)
    assert sweeping._beat_outside()
    assert watchdog == ["/beat"]


def test_a_loop_that_stands_still_stops_the_heartbeat(watchdog, caplog):
    beating(*watching.LOOPS)
    Watch.objects.filter(name="deadlines").update(beat_at=AT)
    assert not sweeping._beat_outside()
    assert watchdog == []
    assert "deadlines" in caplog.text


def test_a_watchdog_that_does_not_answer_stops_nothing(settings, caplog):
    beating(*watching.LOOPS)
    settings.HEARTBEAT_URL = "http://127.0.0.1:9/beat"
    assert not sweeping._beat_outside()
    assert "heartbeat" in caplog.text
    settings.HEARTBEAT_URL = ""
    assert not sweeping._beat_outside()

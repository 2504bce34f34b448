"""The sweep worker as it runs: it fires what is due, sends what waits, and beats."""

import threading
import time

import pytest

from chengan.city.warn import api as warn
from chengan.city.warn.models import Deadline, Delivery, Watch
from chengan.city.warn.services import sweeping

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

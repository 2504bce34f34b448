"""The roads beside the batched one, from the first reading sent to the last one stored."""

import json
import os
import time
from datetime import UTC, datetime

from chengan.city.site.measuring import devices

STREAMS = 500
"""Datastreams behind the bridges' that these roads use."""
PATIENCE_S = 60.0
WINDOW = 2000
PACK = 5000
SENML = "application/senml+json"


def mqtt(first: int, seconds: float) -> int:
    """Readings a second, each an MQTT message of its own with QoS 1, from one device."""
    from chengan.city.site.measuring import caught_up, ground

    name, secret = ground.credential("mqtt", datetime.now(UTC))
    host, port = os.environ["CHENGAN_MQTT_HOST"], int(os.environ["CHENGAN_MQTT_PORT"])
    device = devices.MqttDevice(host, port, name, secret)
    before, sent = caught_up.counted()["stored"], 0
    at = time.time_ns() // 1000 - 60_000_000
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        turn, stream = divmod(sent, STREAMS)
        device.publish((f"w{first + stream}", at + turn * 1000, 10.0 + turn % 50 / 10))
        sent += 1
        while len(device.waiting) > WINDOW:
            device.settle()
            time.sleep(0.002)
    device.finish(PATIENCE_S)
    caught_up.wait_stored(before + sent, PATIENCE_S)
    return round(sent / (time.perf_counter() - begin))


def senml(url: str, token: str, first: int, seconds: float) -> int:
    """Readings a second by SenML packs of 5,000 records over HTTP."""
    from chengan.city.site.measuring import caught_up

    device = devices.HttpDevice(url, token)
    before, sent = caught_up.counted()["stored"], 0
    at = time.time_ns() // 1000 - 1_800_000_000
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        device.post(_pack(first, at), SENML)
        sent, at = sent + PACK, at + PACK // STREAMS * 1000
        caught_up.wait_stored(before + sent - 20 * PACK, PATIENCE_S)
    caught_up.wait_stored(before + sent, PATIENCE_S)
    return round(sent / (time.perf_counter() - begin))


def _pack(first: int, at: int) -> bytes:
    records: list[dict[str, object]] = []
    for turn in range(PACK // STREAMS):
        moment = (at + turn * 1000) / 1e6
        records += [
            {"n": f"w{first + stream}", "t": moment, "v": 10.0 + stream % 7, "u": "ppm"}
            for stream in range(STREAMS)
        ]
    return json.dumps(records, separators=(",", ":")).encode()

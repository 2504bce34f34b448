"""Ready-to-paste examples of sending, for one very source."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from chengan.city.hub.models import Road, Source

TOKEN = "<token>"  # noqa: S105
PYTHON = """\
import json, time
import paho.mqtt.client as mqtt

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
client.username_pw_set("{username}", "{secret}")
client.connect("{host}", {port})
client.loop_start()
reading = {{"t": time.time(), "v": 12.5{unit_member}}}
client.publish("chengan/{key}/{stream}", json.dumps(reading), qos=1).wait_for_publish(30)
"""


@dataclass(frozen=True)
class Example:
    """Text to paste, and what it is for."""

    title: str
    text: str


@dataclass(frozen=True)
class Opened:
    """How a sender opens the door: a user name and a secret (MQTT), a token (HTTP)."""

    username: str = "<username>"
    secret: str = "<secret>"  # noqa: S105
    token: str = TOKEN


def examples(
    source: Source, *, base_url: str, stream: str = "", by: Opened | None = None
) -> list[Example]:
    """Give examples for the roads that the source uses.

    Parameters
    ----------
    base_url : str
        As the sender sees it, without a slash at its end.
    stream : str
        Key of one of its datastreams.
    """
    schema = source.schema or {}
    roads, unit = schema.get("roads") or [Road.MQTT.value, Road.HTTP.value], schema.get("unit", "")
    given, key = by or Opened(), stream or "<datastream>"
    found = []
    if Road.MQTT.value in roads:
        host = urlsplit(base_url).hostname or settings.MQTT_HOST
        found += _mqtt(source.key, key, unit, host, given)
    if Road.HTTP.value in roads:
        found += _http(f"{base_url}/api/v1/sources/{source.key}/readings", key, unit, given)
    return found


def _mqtt(source: str, stream: str, unit: str, host: str, by: Opened) -> list[Example]:
    door = f"-h {host} -p {settings.MQTT_PORT} -u '{by.username}' -P '{by.secret}' -q 1"
    member = f', "u": "{unit}"' if unit else ""
    pack = f'[{{"n":"{stream}","v":12.5{member.replace(" ", "")}}}]'
    python = PYTHON.format(
        username=by.username, secret=by.secret, host=host, port=settings.MQTT_PORT,
        key=source, stream=stream, unit_member=member,
    )  # fmt: skip
    return [
        Example("mosquitto_pub", f"mosquitto_pub {door} -t 'chengan/{source}/{stream}' -m 12.5"),
        Example(
            "mosquitto_pub, SenML", f"mosquitto_pub {door} -t 'chengan/{source}/senml' -m '{pack}'"
        ),
        Example("Python, MQTT", python),
    ]


def _http(address: str, stream: str, unit: str, by: Opened) -> list[Example]:
    line = f"{stream},2026-03-02T12:00:00+08:00,12.5,{unit}"
    curl = (
        f"curl -X POST '{address}' \\\n"
        f"  -H 'Authorization: Bearer {by.token}' -H 'Content-Type: text/csv' \\\n"
        "  -H 'Idempotency-Key: 2026-03-02-noon' \\\n"
        f"  --data-binary $'datastream,time,value,unit\\n{line}\\n'"
    )
    python = (
        "import urllib.request\n\n"
        f'body = "datastream,time,value,unit\\n{line}\\n"\n'
        f'request = urllib.request.Request("{address}", body.encode(), {{\n'
        f'    "Authorization": "Bearer {by.token}", "Content-Type": "text/csv",\n'
        "})\nprint(urllib.request.urlopen(request, timeout=30).read())\n"
    )
    return [Example("curl", curl), Example("Python, HTTP", python)]

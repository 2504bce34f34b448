"""How NATS names what comes by MQTT, and how our bridge reads it: one place for all who do."""

from typing import Final

STREAM: Final = "$MQTT_msgs"
CONSUMER: Final = "chengan-bridge"
PREFIX: Final = "$MQTT.msgs."
PLAIN: Final = "chengan.>"
FILTER: Final = f"{PREFIX}{PLAIN}"
QOS_HEADER: Final = "Nmqtt-Pub"
MOST_UNACKNOWLEDGED: Final = 10_000
ACK_WAIT: Final = 30.0  # s
PATIENCE: Final = 20.0  # s for the first MQTT connection


def topic_of(subject: str) -> str:
    """Give the MQTT topic that NATS turned into `subject`, with or without the stream's prefix.

    NATS writes `/` as `.`, `.` as `//` and an empty level as `/`.
    """
    levels = subject.removeprefix(PREFIX).split(".")
    return "/".join("" if level == "/" else level.replace("//", ".") for level in levels)

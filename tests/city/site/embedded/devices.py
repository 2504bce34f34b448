"""A device as the tests play it: connects by MQTT, publishes, says what it was answered."""

import queue
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

PATIENCE = 20.0


class Device:
    """One MQTT client whose answers are waited for, never slept for."""

    def __init__(self, services: Any, user: str, password: str, name: str = "") -> None:
        self.heard: queue.Queue[tuple[str, str]] = queue.Queue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name or f"test-{user}", protocol=mqtt.MQTTv311
        )
        self.client.username_pw_set(user, password)
        self.client.on_connect = self._hear("connect")
        self.client.on_disconnect = self._hear("disconnect")
        self.client.on_subscribe = self._hear("subscribe")
        self.address = (services.mqtt_host, services.mqtt_port)

    def _hear(self, what: str) -> Callable[..., None]:
        def hear(*given: Any) -> None:
            self.heard.put((what, str(given[3])))

        return hear

    def __enter__(self) -> "Device":
        self.client.connect(*self.address)
        self.client.loop_start()
        self.answer = self.heard.get(timeout=PATIENCE)
        return self

    def __exit__(self, *_given: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def wait_for_end(self) -> None:
        """Return once the server has closed the connection."""
        while self.heard.get(timeout=PATIENCE)[0] != "disconnect":
            pass

    def publish(self, topic: str, payload: str, qos: int = 1) -> bool:
        """Publish and wait for the acknowledgement; say whether it came."""
        sent = self.client.publish(topic, payload, qos=qos)
        sent.wait_for_publish(PATIENCE)
        return sent.is_published()

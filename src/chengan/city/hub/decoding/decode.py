"""Chooses the reader by the message's format."""

from chengan.city.hub.decoding.pack import unpacked
from chengan.city.hub.decoding.senml import senml
from chengan.city.hub.decoding.shapes import Decoded, torn
from chengan.city.hub.decoding.tables import arrow_table, csv_table

FORMATS = ("arrow", "csv", "senml", "mqtt-pack")


def decode(payload: bytes, *, format: str, received_us: int) -> Decoded:  # noqa: A002
    """Read a message of the log; what is no reading is in `bad`, nothing raises.

    Parameters
    ----------
    format : str, one of FORMATS
    received_us : int, µs since 1970
        When the message reached us: the base of relative times.
    """
    if format == "arrow":
        return arrow_table(payload)
    if format == "csv":
        return csv_table(payload)
    if format == "senml":
        return senml(payload, received_us=received_us)
    if format == "mqtt-pack":
        return unpacked(payload)
    return torn(f"format {format!r}: use one of {', '.join(FORMATS)}")

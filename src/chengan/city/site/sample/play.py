"""Plays the sample city's recordings at real pace, over and over, so that the city lives.

At first start the past hours are sent as history (stored, not judged); the live part then begins
a little before something happens. Where each tape began is kept, so that a later start goes on
where the clock stands and leaves a gap for the time in between.
"""

import json
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings

from chengan.city.site.readings import sender, tape
from chengan.city.site.sample.lifelines import RECORDINGS
from chengan.city.site.sample.load import RECORDINGS as FOLDER
from chengan.city.site.sample.shapes import Recording

SECOND = 1_000_000
TICK_S = 0.25
SLICE_S = 1800


def run_replay(stop: threading.Event) -> None:
    """Send history at first start, then what falls due, until `stop` is set."""
    tapes = {part.source: tape.cut(pq.read_table(FOLDER / part.file)) for part in RECORDINGS}
    memory = Path(settings.DATA_FOLDER) / "run" / "replay.json"
    with sender.Sender() as door:
        done = time.time_ns() // 1000
        anchors = _anchors(memory, tapes, door, stop, done)
        while not stop.wait(TICK_S):
            now = time.time_ns() // 1000
            for source, made in tapes.items():
                due = made.between(anchors[source], done, now)
                if due.num_rows:
                    door.send(source, due, road="replay", evaluate=True)
            done = now


def _anchors(
    memory: Path,
    tapes: dict[str, tape.Tape],
    door: sender.Sender,
    stop: threading.Event,
    now: int,
) -> dict[str, int]:
    """Where each tape began; made, and history sent, at first start.

    A history that was interrupted is sent again with the same times: what came twice is counted
    as duplicate.
    """
    known = json.loads(memory.read_text(encoding="utf-8")) if memory.exists() else {}
    if known.get("is_sent"):
        found: dict[str, int] = known["anchors"]
        return found
    now = known.get("now", now)
    anchors = {part.source: now - int(part.start_s * SECOND) for part in RECORDINGS}
    kept = {"now": now, "anchors": anchors, "is_sent": False}
    memory.write_text(json.dumps(kept), encoding="utf-8")
    for part in RECORDINGS:
        send_history(part, tapes[part.source], anchors[part.source], now, door, stop)
    memory.write_text(json.dumps(kept | {"is_sent": True}), encoding="utf-8")
    return anchors


def send_history(
    part: Recording,
    made: tape.Tape,
    anchor: int,
    now: int,
    door: sender.Sender,
    stop: threading.Event,
) -> None:
    """Send the hours before `now` in slices, to be stored and not judged."""
    start = now - int(part.history_h * 3600 * SECOND)
    while start < now and not stop.is_set():
        end = min(start + SLICE_S * SECOND, now)
        due = made.between(anchor, start, end)
        if due.num_rows:
            door.send(part.source, due, road="replay", evaluate=False)
        start = end

"""How fast the rules alone are: the core on one core and on two, and against three other ways.

Steps of one reading of each of `streams` (10,000) datastreams; `readings` (20,000,000) for the
core, a share of that for plain Python, numpy and bytewax, which judge by the same rules: tests hold
that the events are the same. A ratio is how many times faster than each the core is on one core.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from chengan.city.site.measuring.array_rules import Streams
from chengan.city.site.measuring.flow_rules import run as run_flow
from chengan.city.site.measuring.plain_rules import Asked, Stream
from chengan.core.stream.evaluate import step
from chengan.core.stream.limits import Limits
from chengan.core.stream.state import StreamState

SECOND = 1_000_000
NONE = float("nan")
ASKED = Asked(
    -50.0, 150.0, (60.0, 70.0, 80.0, 90.0, 100.0), (5.0, 4.0, 3.0, 2.0, 1.0), 1.0,
    5 * SECOND, 5 * SECOND, 30.0, 3, 600 * SECOND, 0.0,
)  # fmt: skip
SLOW_SHARE, ARRAY_SHARE = 100, 10


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Measure one after the other."""
    streams = int(options.get("streams", 10_000))
    turns = max(2, int(options.get("readings", 20_000_000)) // streams)
    values = signal(streams, turns)
    one = _core(values, 1)
    progress(0.2, "two cores")
    two = _core(values, 2)
    progress(0.4, "numpy")
    array = _array(values[: max(2, turns // ARRAY_SHARE)])
    progress(0.6, "python")
    few = values[: max(2, turns // SLOW_SHARE)]
    plain = _plain(few)
    progress(0.8, "bytewax")
    flow = _flow(few)
    return {
        "readings_per_s_1": round(one),
        "readings_per_s_2": round(two),
        "ratio_python": round(one / plain, 1),
        "ratio_numpy": round(one / array, 1),
        "ratio_bytewax": round(one / flow, 1),
        "streams": streams,
    }


def signal(streams: int, turns: int) -> np.ndarray:
    """Values of each turn, shape (turns, streams): calm ones that wander, one in 1,000 a danger."""
    chance = np.random.default_rng(1)
    level = chance.uniform(20.0, 50.0, streams)
    base = level + chance.normal(0.0, 0.5, (min(turns, 64), streams))
    base[chance.random(base.shape) < 0.001] = 95.0
    return base[np.arange(turns) % len(base)]


def limits_of(asked: Asked, streams: int) -> Limits:
    """The same limits for the core."""
    made = Limits.none(streams)
    made.put(
        np.arange(streams),
        plausible_low=asked.plausible_low,
        plausible_high=asked.plausible_high,
        high=asked.high,
        low=asked.low,
        hysteresis=asked.hysteresis,
        hold_us=asked.hold,
        clear_hold_us=asked.clear_hold,
        rate_limit=asked.rate,
        rate_severity=asked.rate_severity,
        stuck_us=asked.stuck,
        stuck_epsilon=asked.epsilon,
    )
    return made


def _core(values: np.ndarray, cores: int) -> float:
    """Readings a second of all cores together, each with streams of its own."""
    turns, streams = values.shape
    together = max(1, min(turns, 200_000 // streams))

    def work() -> None:
        state, limits = StreamState.empty(streams), limits_of(ASKED, streams)
        stream = np.repeat(np.arange(streams, dtype=np.int32), together)
        for first in range(0, turns - together + 1, together):
            time_us = np.tile(np.arange(first, first + together) * SECOND, streams)
            value = np.ascontiguousarray(values[first : first + together].T).ravel()
            step(state, limits, stream=stream, time=time_us, value=value, arrival=time_us)

    with ThreadPoolExecutor(cores) as pool:
        pool.submit(lambda: step_once(streams)).result()
        begin = time.perf_counter()
        for done in [pool.submit(work) for _ in range(cores)]:
            done.result()
    return float(cores * (turns // together * together) * streams) / (time.perf_counter() - begin)


def step_once(streams: int) -> None:
    """Let the compiler work before the clock runs."""
    one = np.zeros(1, np.int64)
    step(
        StreamState.empty(streams), limits_of(ASKED, streams), stream=one.astype(np.int32),
        time=one, value=one.astype(float), arrival=one,
    )  # fmt: skip


def _array(values: np.ndarray) -> float:
    streams = Streams(values.shape[1])
    begin = time.perf_counter()
    for turn, value in enumerate(values):
        streams.take(ASKED, turn * SECOND, value)
    return values.size / (time.perf_counter() - begin)


def _plain(values: np.ndarray) -> float:
    streams = [Stream(number) for number in range(values.shape[1])]
    rows = [row.tolist() for row in values]
    begin = time.perf_counter()
    for turn, row in enumerate(rows):
        for stream, value in zip(streams, row, strict=True):
            stream.take(ASKED, turn * SECOND, value)
    return values.size / (time.perf_counter() - begin)


def _flow(values: np.ndarray) -> float:
    readings = [
        (number, turn * SECOND, value)
        for turn, row in enumerate(values)
        for number, value in enumerate(row.tolist())
    ]
    begin = time.perf_counter()
    run_flow(ASKED, readings)
    return values.size / (time.perf_counter() - begin)

"""A datastream's limits as the columns of the core."""

import numpy as np

from chengan.city.sense.models import StreamLimit

SECOND = 1_000_000


def columns_of(row: StreamLimit) -> dict[str, object]:
    """Give the columns of `Limits.put`: SI, µs, NaN where nothing is asked."""
    nan = np.nan
    stream = row.datastream
    return {
        "plausible_low": nan if stream.plausible_low is None else stream.plausible_low,
        "plausible_high": nan if stream.plausible_high is None else stream.plausible_high,
        "high": [nan if part is None else part for part in row.high or [None] * 5],
        "low": [nan if part is None else part for part in row.low or [None] * 5],
        "hysteresis": row.hysteresis,
        "hold_us": round(row.hold_s * SECOND),
        "clear_hold_us": round(row.clear_hold_s * SECOND),
        "rate_limit": nan if row.rate is None else row.rate,
        "rate_severity": row.rate_severity,
        "stuck_us": round(row.stuck_s * SECOND),
        "stuck_epsilon": row.stuck_epsilon,
        "expected_interval_us": round(stream.expected_interval_s * SECOND),
        "silent_after_us": round(row.silent_s * SECOND),
    }

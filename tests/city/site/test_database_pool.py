"""A database that comes back is found within a second or so, however long it was away."""

from psycopg_pool.base import AttemptWithBackoff


def test_a_database_that_is_away_is_tried_every_second():
    attempt, waits = AttemptWithBackoff(timeout=300.0), []
    for turn in range(8):
        attempt.update_delay(float(turn))
        waits.append(attempt.delay)
    assert max(waits) <= 1.1
    assert len(set(waits)) == 1

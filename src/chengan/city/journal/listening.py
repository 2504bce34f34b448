"""Waits for the database to say that facts were appended."""

import threading

import psycopg
from django.db import connection

CHANNEL = "journal"
POINT = """
select coalesce((select seq from journal_head), 0) || '-'
    || coalesce((select sum(seq) from journal_cursor), 0)
"""
"""How far the journal is written, and how far its readers are: one text, equal only while nothing
was stated and nobody took anything in. One statement, so it is one moment's truth."""
_of_thread = threading.local()


def wait_for_news(timeout: float) -> bool:
    """Wait up to `timeout` seconds for news; True when there is (or may be) some.

    The first call of a thread begins to listen and says True at once, as does a call that lost
    its connection: facts may have come while nobody listened.
    """
    listening: psycopg.Connection | None = getattr(_of_thread, "listening", None)
    if listening is None or listening.closed:
        _of_thread.listening = _listen()
        return True
    try:
        return any(True for _ in listening.notifies(timeout=timeout, stop_after=1))
    except psycopg.OperationalError:
        stop_listening()
        return True


def stop_listening() -> None:
    """Close this thread's connection."""
    listening: psycopg.Connection | None = getattr(_of_thread, "listening", None)
    _of_thread.listening = None
    if listening is not None:
        listening.close()


def _listen() -> psycopg.Connection:
    listening = psycopg.connect(**{**connection.get_connection_params(), "autocommit": True})
    listening.execute(f"LISTEN {CHANNEL}")
    return listening

"""What was fetched is cut so that no transaction grows without bound."""

from types import SimpleNamespace

from chengan.city.sense.runner import feed


def taken(seq, size):
    return SimpleNamespace(seq=seq, message=SimpleNamespace(payload=b"x" * size))


def cut(*sizes):
    found = [taken(seq, size) for seq, size in enumerate(sizes)]
    return [[one.seq for one in piece] for piece in feed.pieces(found)]


def test_small_messages_stay_together():
    assert cut(10, 10, 10) == [[0, 1, 2]]


def test_a_piece_ends_with_the_message_that_fills_it():
    most = feed.PIECE_BYTES
    assert cut(most - 1, 1, 5, most, 7) == [[0, 1], [2, 3], [4]]


def test_nothing_fetched_is_no_piece():
    assert cut() == []

"""A table as a file is made as fast as it is taken."""

import asyncio

from chengan.city.places import export

HEADERS = ["n", "text"]
WIDE = "x" * 1000


def table(made, count=500):
    """Rows of a kilobyte; notes in `made` how many were asked for."""
    for n in range(count):
        made.append(n)
        yield [n, WIDE]


async def taken(answer, most):
    """The first `most` pieces of an answer."""
    pieces = []
    async for piece in aiter(answer):
        pieces.append(piece)
        if len(pieces) == most:
            break
    return pieces


def test_an_asynchronous_server_gets_what_a_synchronous_one_gets():
    whole = b"".join(export.answer("t", "csv", HEADERS, table([])).streaming_content)
    pieces = asyncio.run(taken(export.answer("t", "csv", HEADERS, table([])), -1))
    assert b"".join(pieces) == whole
    assert len(whole.splitlines()) == 501
    assert max(map(len, pieces)) < 2 * export.PIECE


def test_rows_are_asked_for_only_when_the_piece_before_was_taken():
    made = []
    asyncio.run(taken(export.answer("t", "csv", HEADERS, table(made)), 1))
    assert 0 < len(made) <= 2 * export.PIECE // len(WIDE)


def test_an_empty_table_has_its_headers():
    pieces = asyncio.run(taken(export.answer("t", "csv", HEADERS, []), -1))
    assert b"".join(pieces).decode("utf-8-sig") == "n,text\r\n"

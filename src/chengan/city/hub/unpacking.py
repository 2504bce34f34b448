"""Undoes a request's Content-Encoding, never making more than was asked for."""

import pyarrow as pa

from chengan.city.hub.errors import EncodingTorn, EncodingUnknown, TooLarge

ENCODINGS = ("gzip", "zstd")
PIECE = 64 * 1024


def unpacked(body: bytes, *, encoding: str, most: int) -> bytes:
    """Give the body as it was before `encoding` ("" and identity change nothing).

    Raises
    ------
    EncodingUnknown
        If `encoding` is not one of ENCODINGS.
    EncodingTorn
        If the body ends early or is not of this encoding.
    TooLarge
        If it would be larger than `most` bytes; no more than that is ever made.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body
    if name not in ENCODINGS:
        raise EncodingUnknown(f"Content-Encoding {name!r}: use {' or '.join(ENCODINGS)}, or none")
    made = bytearray()
    try:
        with pa.CompressedInputStream(pa.py_buffer(body), name) as stream:
            while len(made) <= most and (piece := stream.read(min(PIECE, most + 1 - len(made)))):
                made += piece
    except (OSError, pa.ArrowException) as error:
        raise EncodingTorn(f"no {name}, or it ends early: {error}") from error
    if len(made) > most:
        raise TooLarge(f"unpacks to more than {most} bytes; send it in parts")
    return bytes(made)

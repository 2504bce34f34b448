"""From a message's bytes to readings; pure, no clock, no database.

One module a format. Nothing raises on bad input: what can't be a reading becomes a `Bad` with its
reason, so that every row of a message is either a reading or a `Bad`.
"""

from chengan.city.hub.decoding.decode import FORMATS, decode
from chengan.city.hub.decoding.shapes import Bad, Decoded

__all__ = ["FORMATS", "Bad", "Decoded", "decode"]

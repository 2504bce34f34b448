"""Pictures from the field: checked, turned upright, stripped of what the camera wrote."""

import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from chengan.city.places.errors import BadPicture

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST = 2560
"""Pixels of the longer side of what is kept: enough to read a plate, small enough to send on."""
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class CleanPicture:
    """A picture as JPEG bytes, without metadata, upright."""

    content: bytes
    width: int
    height: int


def clean(pieces: Iterable[bytes], name: str) -> CleanPicture:
    """Give a picture without metadata (place, device, owner), upright, at most LONGEST wide.

    Raises
    ------
    BadPicture
        If it is larger than MAX_BYTES or MAX_PIXELS, or no JPEG, PNG or WebP picture.
    """
    given = bytearray()
    for piece in pieces:
        given += piece
        if len(given) > MAX_BYTES:
            text = _("%(name)s is larger than %(most)s MB: take it with a smaller size.")
            raise BadPicture(text % {"name": name, "most": MAX_BYTES >> 20})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _redrawn(bytes(given))
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        text = _("%(name)s is not a picture that can be read: send a JPEG, PNG or WebP photo.")
        raise BadPicture(text % {"name": name}) from error


def _redrawn(given: bytes) -> CleanPicture:
    with Image.open(io.BytesIO(given), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=QUALITY)
    return CleanPicture(kept.getvalue(), plain.width, plain.height)

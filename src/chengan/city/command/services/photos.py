"""Photos from the field, kept with their task; cleaned by the ground's own hand."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from chengan.city.command.errors import BadPhoto
from chengan.city.command.models import Photo, Task
from chengan.city.places import api as places

Cleaned = places.CleanPicture


def clean(pieces: Iterable[bytes], name: str) -> Cleaned:
    """Give a picture without metadata (place, device, owner), upright, of a size to send on.

    Raises
    ------
    BadPhoto
        If it is too large, or no JPEG, PNG or WebP picture.
    """
    try:
        return places.clean_picture(pieces, name)
    except places.BadPicture as error:
        raise BadPhoto(str(error)) from error


def keep(*, cleaned: Cleaned, task: Task, by: str, at: datetime) -> Photo:
    """Keep a cleaned picture in the folder of uploads, and its row."""
    key = uuid.uuid4()
    name = f"command/{at:%Y/%m}/{key}.jpg"
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cleaned.content)
    return Photo.objects.create(
        id=key,
        incident=task.incident,
        task=task,
        file=name,
        sha256=hashlib.sha256(cleaned.content).hexdigest(),
        bytes=len(cleaned.content),
        width=cleaned.width,
        height=cleaned.height,
        by=by,
        at=at,
    )


def place(name: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.UPLOAD_FOLDER) / name

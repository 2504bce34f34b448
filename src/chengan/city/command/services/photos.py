"""Photos from the field, kept with their task; cleaned by the ground's own hand."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Stored:
    """A picture in the folder of uploads: its number, name there, and digest."""

    id: uuid.UUID
    file: str
    sha256: str


def store(*, cleaned: Cleaned, folder: str, at: datetime) -> Stored:
    """Write a cleaned picture into a stage's `folder` of the uploads, by year and month."""
    key = uuid.uuid4()
    name = f"{folder}/{at:%Y/%m}/{key}.jpg"
    path = place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cleaned.content)
    return Stored(key, name, hashlib.sha256(cleaned.content).hexdigest())


def keep(*, cleaned: Cleaned, task: Task, by: str, at: datetime) -> Photo:
    """Keep a cleaned picture in the folder of uploads, and its row."""
    stored = store(cleaned=cleaned, folder="command", at=at)
    return Photo.objects.create(
        id=stored.id,
        incident=task.incident,
        task=task,
        file=stored.file,
        sha256=stored.sha256,
        bytes=len(cleaned.content),
        width=cleaned.width,
        height=cleaned.height,
        by=by,
        at=at,
    )


def place(name: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.UPLOAD_FOLDER) / name

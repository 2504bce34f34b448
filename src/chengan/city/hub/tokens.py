"""Says whether a bearer token opens a source's HTTP road.

A token is `<user name>.<secret>`. The credential is read each time, so a revoked one is shut at
once; only the slow hash of a secret that fitted is remembered.
"""

import hashlib

import bcrypt

from chengan.city.hub.errors import NotAuthentic, WrongSource
from chengan.city.hub.models import Credential, Road, Source

MOST_REMEMBERED = 10_000
_fitting: dict[str, str] = {}  # sha256 of a token → the stored hash that it fits


def token(username: str, secret: str) -> str:
    """Give what the sender writes after `Bearer`."""
    return f"{username}.{secret}"


def opened_by(authorization: str, *, source_key: str) -> Source:
    """Give the source that an `Authorization` header opens.

    Raises
    ------
    NotAuthentic
        If the header is missing, or its token is wrong or revoked.
    WrongSource
        If the token opens another source, or the source's schema keeps the road by HTTP shut.
    """
    kind, _space, given = authorization.partition(" ")
    username, _dot, secret = given.strip().rpartition(".")
    found = (
        Credential.objects.filter(
            username=username, kind="http", revoked_at=None, source__is_active=True
        )
        .select_related("source")
        .first()
    )
    if kind.lower() != "bearer" or found is None or not _fits(secret, given, found.secret_hash):
        raise NotAuthentic("send a valid token: Authorization: Bearer <token>")
    if found.source.key != source_key:
        raise WrongSource(f"this token opens {found.source.key}, not {source_key}")
    if not found.source.opens(Road.HTTP.value):
        raise WrongSource(f"{source_key} does not send by HTTP: its schema opens other roads")
    return found.source


def _fits(secret: str, given: str, secret_hash: str) -> bool:
    mark = hashlib.sha256(given.encode()).hexdigest()
    if _fitting.get(mark) == secret_hash:
        return True
    if len(secret.encode()) > 72 or not bcrypt.checkpw(secret.encode(), secret_hash.encode()):
        return False
    if len(_fitting) >= MOST_REMEMBERED:
        _fitting.clear()
    _fitting[mark] = secret_hash
    return True

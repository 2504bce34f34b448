"""Signed links and signed messages: HMAC-SHA256, a time window, each message taken once."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from chengan.city.warn.errors import Expired, Forged, Replayed
from chengan.city.warn.models import Channel, SeenSignature

WINDOW = timedelta(minutes=5)
LINK_LASTS = timedelta(hours=72)
SALT = "chengan.warn.receipt"


def secret_of(channel: Channel) -> str:
    """The channel's secret, made from the city's own and the channel's key version."""
    made = salted_hmac(
        "chengan.warn.webhook", f"{channel.code}/{channel.key_version}", algorithm="sha256"
    )
    return str(made.hexdigest())


def sign(*, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Headers of a signed message: its time, and the signature over time and body."""
    stamp = str(int(at.timestamp()))
    return {
        "X-Chengan-Timestamp": stamp,
        "X-Chengan-Signature": f"sha256={_mac(secret, stamp, body)}",
    }


def check(*, secret: str, body: bytes, stamp: str, signature: str, at: datetime) -> None:
    """Take a signed message once.

    Raises
    ------
    Forged
        If time, body and signature do not belong together.
    Expired
        If it is older, or newer, than five minutes: the text says by how much the clocks differ.
    Replayed
        If it was taken before.
    """
    if not stamp.isdecimal() or not constant_time_compare(
        f"sha256={_mac(secret, stamp, body)}", signature
    ):
        raise Forged(_("The signature does not fit this message and our secret."))
    apart = at.timestamp() - int(stamp)
    if abs(apart) > WINDOW.total_seconds():
        raise Expired(
            _("The message is %(apart)d s away from our clock (%(ours)s): at most %(most)d s.")
            % {
                "apart": round(apart),
                "ours": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "most": WINDOW.total_seconds(),
            }
        )
    _once(hashlib.sha256(f"{stamp}.{signature}".encode()).hexdigest(), at)


def _once(digest: str, at: datetime) -> None:
    SeenSignature.objects.filter(seen_at__lt=at - 2 * WINDOW).delete()
    try:
        with transaction.atomic():
            SeenSignature.objects.create(digest=digest, seen_at=at)
    except IntegrityError as error:
        raise Replayed(_("This message was taken already: it is not taken twice.")) from error


def link_token(delivery_id: int, at: datetime) -> str:
    """The token of a one-tap link; good for three days."""
    until = int((at + LINK_LASTS).timestamp())
    said = f"{delivery_id}.{until}"
    return base64.urlsafe_b64encode(f"{said}.{_link_mac(said)}".encode()).decode().rstrip("=")


def open_token(token: str, at: datetime) -> int:
    """The delivery that a link names.

    Raises
    ------
    Forged, Expired
    """
    try:
        padded = token + "=" * (-len(token) % 4)
        said, _dot, mac = base64.urlsafe_b64decode(padded).decode().rpartition(".")
    except (binascii.Error, ValueError, UnicodeDecodeError) as error:
        raise Forged(_("This link is not one of ours.")) from error
    if not constant_time_compare(mac, _link_mac(said)):
        raise Forged(_("This link is not one of ours."))
    delivery, _dot, until = said.partition(".")
    if at.timestamp() > int(until):
        raise Expired(_("This link has expired: sign in to acknowledge."))
    return int(delivery)


def _link_mac(said: str) -> str:
    return str(salted_hmac(SALT, said, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest())[
        :32
    ]


def _mac(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()

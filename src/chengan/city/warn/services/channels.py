"""The ways out: e-mail, SMS, webhook. Each takes plain values and knows no database."""

import hashlib
import importlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import httpx
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from chengan.city.warn.services import guarded, signatures

WEBHOOK_S = 10.0
"""A receiver that takes longer is tried again: it must not hold up the other messages."""


class NotDelivered(Exception):
    """The message did not go out; the text says why, and it is tried again."""


@dataclass(frozen=True)
class Letter:
    """One message ready to go: `link` acknowledges it or opens its page; `key` stays the same."""

    key: str
    kind: str
    address: str
    subject: str
    body: str
    link: str
    is_receipt: bool = True
    secret: str = ""
    data: str = ""
    is_sample: bool = False


class SmsAdapter(Protocol):
    """What an SMS gateway must offer."""

    def send(self, number: str, text: str) -> None:
        """Hand one message over; raises when that failed."""


class FileSms:
    """Writes each message into a file: for cities without a gateway, and for tests."""

    def send(self, number: str, text: str) -> None:
        """Write the message; the same one again replaces it."""
        folder = Path(settings.SMS_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(f"{number}\n{text}".encode()).hexdigest()[:16]
        digits = "".join(sign for sign in number if sign.isalnum()) or "unknown"
        (folder / f"{digits}-{name}.txt").write_text(f"{number}\n{text}\n", encoding="utf-8")


def sms_adapter() -> SmsAdapter:
    """The adapter that the settings name.

    Raises
    ------
    NotDelivered
        If it can't be loaded.
    """
    named = settings.SMS_ADAPTER
    if named == "file":
        return FileSms()
    module, _colon, name = named.partition(":")
    try:
        made: SmsAdapter = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, ValueError) as error:
        raise NotDelivered(f"CHENGAN_SMS_ADAPTER={named!r}: {error}") from error
    return made


def send(letter: Letter, at: datetime) -> None:
    """Send a letter.

    Raises
    ------
    NotDelivered
    """
    ways = SAMPLES if letter.is_sample else WAYS
    try:
        ways[letter.kind](letter, at)
    except NotDelivered:
        raise
    except Exception as error:  # whatever an adapter or a server does, it is tried again
        raise NotDelivered(f"{type(error).__name__}: {error}"[:300]) from error


def _email(letter: Letter, _at: datetime) -> None:
    if not settings.EMAIL_HOST:
        raise NotDelivered("未设置邮件服务器 · no mail server: set CHENGAN_SMTP_HOST")
    mail = _mail(letter)
    mail.connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
    mail.send()


def _mail(letter: Letter) -> EmailMessage:
    return EmailMessage(
        subject=letter.subject,
        body=_with_link(letter),
        to=[letter.address],
        headers={"Message-ID": f"<{_name(letter)}@chengan>", "X-Chengan-Key": letter.key},
    )


def _name(letter: Letter) -> str:
    return hashlib.sha256(letter.key.encode()).hexdigest()[:32]


def _email_file(letter: Letter, _at: datetime) -> None:
    _file(f"{_name(letter)}.eml", _mail(letter).message().as_bytes())


def _webhook_file(letter: Letter, at: datetime) -> None:
    said = {"url": letter.address, "headers": _headers(letter, at), "body": letter.data}
    _file(f"{_name(letter)}.json", json.dumps(said, ensure_ascii=False, indent=1).encode())


def _file(name: str, content: bytes) -> None:
    """Write what a sample channel would send; the same one again replaces it."""
    folder = Path(settings.OUTBOX_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def _with_link(letter: Letter) -> str:
    if not letter.link or not letter.is_receipt:
        return letter.body
    return f"{letter.body}\n\n签收 · acknowledge: {letter.link}"


def _sms(letter: Letter, _at: datetime) -> None:
    text = f"{letter.subject} {letter.link}".strip()
    sms_adapter().send(letter.address, text)


def _webhook(letter: Letter, at: datetime) -> None:
    """Post; of the answer only the status counts, its body is not read."""
    body, headers = letter.data.encode(), _headers(letter, at)
    try:
        with (
            guarded.client(allow_private=settings.WEBHOOK_PRIVATE, total_s=WEBHOOK_S) as asking,
            asking.stream("POST", letter.address, content=body, headers=headers) as answer,
        ):
            status, is_taken = answer.status_code, answer.is_success
    except httpx.HTTPError as error:
        raise NotDelivered(str(error)[:300] or type(error).__name__) from error
    if not is_taken:
        raise NotDelivered(f"HTTP {status}")


def _headers(letter: Letter, at: datetime) -> dict[str, str]:
    signed = signatures.sign(secret=letter.secret, body=letter.data.encode(), at=at)
    return signed | {"Content-Type": "application/json", "X-Chengan-Key": letter.key}


WAYS = {"email": _email, "sms": _sms, "webhook": _webhook}
SAMPLES = {"email": _email_file, "sms": _sms, "webhook": _webhook_file}
"""A sample channel writes into files what it would send."""


def webhook_data(**said: object) -> str:
    """What a webhook carries, as JSON in a fixed order."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True)

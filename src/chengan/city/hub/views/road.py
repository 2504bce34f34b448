"""The HTTP road for bulk readings."""

import hashlib

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chengan.city.hub import door, services, tokens
from chengan.city.hub.errors import (
    EncodingTorn,
    EncodingUnknown,
    FormatUnknown,
    HubError,
    LogUnreachable,
    NotAuthentic,
    TooFarBehind,
    TooLarge,
    WrongSource,
)
from chengan.city.hub.log import Message
from chengan.city.hub.models import Reason, Road, Source
from chengan.city.hub.unpacking import unpacked

FORMATS = {
    "application/vnd.apache.arrow.stream": "arrow",
    "text/csv": "csv",
    "application/senml+json": "senml",
}
RETRY_S = "5"
UNAUTHORIZED = 401
LATER = (429, 503)
STATUS: dict[type[HubError], int] = {
    NotAuthentic: UNAUTHORIZED,
    WrongSource: 403,
    FormatUnknown: 415,
    EncodingUnknown: 415,
    EncodingTorn: 400,
    TooLarge: 413,
    TooFarBehind: 429,
    LogUnreachable: 503,
}


@csrf_exempt
@require_POST
def readings(request: HttpRequest, source_key: str) -> JsonResponse:
    """Put a body into the log; 202 with its sequence once it is durable there."""
    try:
        source = tokens.opened_by(request.headers.get("Authorization", ""), source_key=source_key)
        made = FORMATS.get((request.content_type or "").lower())
        if made is None:
            raise FormatUnknown(f"send one of {', '.join(FORMATS)}")
        return _keep(request, source, made, _body(request, source))
    except HubError as error:
        return refusal(error)


def _body(request: HttpRequest, source: Source) -> bytes:
    """Read and unpack the body, once there is room for it in the log."""
    try:
        return unpacked(
            _sent(request),
            encoding=request.headers.get("Content-Encoding", ""),
            most=settings.MAX_BODY_BYTES,
        )
    except (TooLarge, EncodingTorn) as error:
        _set_aside(request, source, error)
        raise


def _sent(request: HttpRequest) -> bytes:
    most = settings.MAX_BODY_BYTES
    if _length(request) > most:
        raise TooLarge(f"{_length(request)} bytes; at most {most}: send it in parts")
    door.shared().check_room()
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise TooLarge(f"more than {most} bytes; send it in parts") from error
    if len(body) > most:
        raise TooLarge(f"{len(body)} bytes; at most {most}: send it in parts")
    return body


def _keep(request: HttpRequest, source: Source, made: str, body: bytes) -> JsonResponse:
    message = Message(
        source=source.key,
        road=Road.HTTP.value,
        format=made,
        payload=body,
        received_us=round(timezone.now().timestamp() * 1e6),
        name=_name(request.headers.get("Idempotency-Key", ""), source, body),
    )
    sequence = door.shared().send(message)
    return JsonResponse({"receipt": sequence, "bytes": len(body)}, status=202)


def _name(key: str, source: Source, body: bytes) -> str:
    """Give the name by which the log knows a second copy; another body is never taken for one."""
    if not key:
        return ""
    parts = (hashlib.sha256(part).digest() for part in (key.encode("utf-8", "replace"), body))
    return f"http-{source.key}-{hashlib.sha256(b''.join(parts)).hexdigest()}"


def _set_aside(request: HttpRequest, source: Source, why: HubError) -> None:
    """Keep the head and count it."""
    services.set_aside(
        source_key=source.key,
        road=Road.HTTP.value,
        reason=Reason.TOO_LARGE if isinstance(why, TooLarge) else Reason.TORN,
        detail=f"{source.key}: {why}",
        head=_head(request),
        at=timezone.now(),
    )


def _head(request: HttpRequest) -> bytes:
    """Begin of the body, whether or not it was read already."""
    try:
        return bytes(request.read(services.HEAD)) or request.body[: services.HEAD]
    except (OSError, RawPostDataException, RequestDataTooBig):
        return b""


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else 0


def refusal(why: HubError) -> JsonResponse:
    """Give what was refused as JSON, with the status and headers that senders go by."""
    status = STATUS[type(why)]
    answer = JsonResponse({"error": str(why)}, status=status)
    if status in LATER:
        answer["Retry-After"] = RETRY_S
    if status == UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer

"""The HTTP road for bulk readings."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chengan.city.hub import door, services, tokens
from chengan.city.hub.errors import LogUnreachable, NotAuthentic, WrongSource
from chengan.city.hub.log import Message
from chengan.city.hub.models import Road, Source

FORMATS = {
    "application/vnd.apache.arrow.stream": "arrow",
    "text/csv": "csv",
    "application/senml+json": "senml",
}
LONGEST_NAME = 100


@csrf_exempt
@require_POST
def readings(request: HttpRequest, source_key: str) -> JsonResponse:
    """Put a body into the log; 202 with its sequence once it is durable there."""
    try:
        source = tokens.opened_by(request.headers.get("Authorization", ""), source_key=source_key)
    except NotAuthentic as error:
        answer = refusal(401, error)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    except WrongSource as error:
        return refusal(403, error)
    made = FORMATS.get((request.content_type or "").lower())
    if made is None:
        return refusal(415, f"send one of {', '.join(FORMATS)}")
    if _length(request) > settings.MAX_BODY_BYTES:
        return _too_large(request, source)
    try:
        body = request.body
    except RequestDataTooBig:
        return _too_large(request, source)
    return _keep(request, source, made, body)


def _keep(request: HttpRequest, source: Source, made: str, body: bytes) -> JsonResponse:
    name = request.headers.get("Idempotency-Key", "")[:LONGEST_NAME]
    message = Message(
        source=source.key,
        road=Road.HTTP.value,
        format=made,
        payload=body,
        received_us=round(timezone.now().timestamp() * 1e6),
        name=f"http-{source.key}-{name}" if name.isascii() and name.isprintable() and name else "",
    )
    try:
        sequence = door.shared().send(message)
    except LogUnreachable as error:
        answer = refusal(503, error)
        answer["Retry-After"] = "5"
        return answer
    return JsonResponse({"receipt": sequence, "bytes": len(body)}, status=202)


def _too_large(request: HttpRequest, source: Source) -> JsonResponse:
    """Keep the head, count it, and say what would be right."""
    services.set_aside_large(
        source_key=source.key,
        road=Road.HTTP.value,
        head=request.read(services.HEAD),
        size=_length(request),
        at=timezone.now(),
    )
    return refusal(413, f"at most {settings.MAX_BODY_BYTES} bytes; send it in parts")


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    return int(text) if text.isdigit() else 0


def refusal(status: int, why: object) -> JsonResponse:
    """Give an error as JSON."""
    return JsonResponse({"error": str(why)}, status=status)

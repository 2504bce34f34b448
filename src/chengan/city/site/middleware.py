"""What every answer of the web carries."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; worker-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)

NUL = "地址中有空字符（%00），请去掉它 · the address has a NUL (%00); take it out"


@sync_and_async_middleware
def no_nul(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a NUL in an address: no name or word of the city has one, nor does PostgreSQL."""
    if iscoroutinefunction(get_response):

        async def waiting(request: HttpRequest) -> HttpResponseBase:
            return _refused(request) or await get_response(request)

        return waiting

    def direct(request: HttpRequest) -> HttpResponseBase:
        return _refused(request) or get_response(request)

    return direct


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
        return HttpResponseBadRequest(NUL, content_type="text/plain; charset=utf-8")
    return None


@sync_and_async_middleware
def page_headers(get_response: Callable[..., Any]) -> Callable[..., Any]:
    """Let a page load nothing but our own files, and no cache give a part of it for the whole.

    ECharts and MapLibre set styles by script.
    """
    if iscoroutinefunction(get_response):

        async def waiting(request: HttpRequest) -> HttpResponseBase:
            return _marked(await get_response(request))

        return waiting

    def direct(request: HttpRequest) -> HttpResponseBase:
        return _marked(get_response(request))

    return direct


def _marked(response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    if response.headers.get("Content-Type", "").startswith("text/html"):
        patch_vary_headers(response, ["HX-Request"])
    return response


class OwnFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves our own scripts, styles and pictures, each whole: the largest has about a megabyte.

    WhiteNoise gives them line by line, which an asynchronous server can only take in a thread.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Give the file, the part of it that is asked for, or that it has not changed."""
        found = static_file.get_response(request.method, request.META)
        with found.file or BytesIO() as file:
            answer = HttpResponse(file.read(), status=int(found.status))
        del answer["Content-Type"]
        for name, value in found.headers:
            answer[name] = value
        return answer

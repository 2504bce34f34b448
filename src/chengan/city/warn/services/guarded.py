"""Asks other machines, with limits on time and size, and no way into our own network."""

import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from chengan.city.warn.errors import BadFeed

TOTAL_S = 20.0
STEP_S = 8.0
MOST_BYTES = 5 << 20
MOST_REDIRECTS = 3


class Guard(httpcore.SyncBackend):
    """Connects to public addresses only, and to the very address that was looked at."""

    def __init__(self, *, allow_private: bool) -> None:
        """`allow_private` lets addresses of our own network pass."""
        super().__init__()
        self.allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, refuse private addresses, connect to what was resolved.

        Raises
        ------
        httpcore.ConnectError
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        address = str(found[0][4][0])
        if not self.allow_private and any(not _is_public(str(each[4][0])) for each in found):
            raise httpcore.ConnectError(
                f"{host} 指向内网地址 {address}，未获允许 · leads into our own network"
            )
        return super().connect_tcp(address, port, timeout, local_address, socket_options)


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def client(*, allow_private: bool) -> httpx.Client:
    """An HTTP client behind the guard; follows no redirect by itself, uses no proxy."""
    transport = httpx.HTTPTransport(retries=0, trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=Guard(allow_private=allow_private),
    )
    return httpx.Client(transport=transport, timeout=STEP_S, trust_env=False)


def fetch(
    url: str,
    *,
    allow_private: bool,
    headers: dict[str, str] | None = None,
    total_s: float = TOTAL_S,
    most_bytes: int = MOST_BYTES,
) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an address; redirects are followed under the same guard.

    Raises
    ------
    BadFeed
        If it takes longer than `total_s`, is bigger than `most_bytes`, leads elsewhere, or fails.
    """
    end = time.monotonic() + total_s
    with client(allow_private=allow_private) as asking:
        for _hop in range(MOST_REDIRECTS + 1):
            if not url.startswith(("http://", "https://")):
                raise BadFeed(f"只接受 http(s) 地址 · only http and https: {url[:100]}")
            try:
                with asking.stream("GET", url, headers=headers or {}) as answer:
                    if answer.is_redirect:
                        url = str(answer.next_request.url) if answer.next_request else ""
                        continue
                    return answer.status_code, _body(answer, end, most_bytes), dict(answer.headers)
            except (httpx.HTTPError, httpx.InvalidURL, httpcore.ConnectError, OSError) as error:
                raise BadFeed(
                    f"无法读取 · cannot be read: {error or type(error).__name__}"
                ) from error
    raise BadFeed("跳转过多 · too many redirects")


def _body(answer: httpx.Response, end: float, most_bytes: int) -> bytes:
    pieces, size = [], 0
    for piece in answer.iter_bytes(65536):
        size += len(piece)
        if size > most_bytes:
            raise BadFeed(f"内容过大 · more than {most_bytes} bytes: reading was stopped")
        if time.monotonic() > end:
            raise BadFeed("没有结尾 · it does not end: reading was stopped")
        pieces.append(piece)
    return b"".join(pieces)

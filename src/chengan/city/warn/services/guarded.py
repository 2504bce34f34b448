"""Asks other machines, with limits on time and size, and no way into our own network."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from chengan.city.warn.errors import BadFeed

TOTAL_S = 20.0
STEP_S = 8.0
ENDLESS = "没有结尾 · it does not end: reading was stopped"
MOST_BYTES = 5 << 20
MOST_REDIRECTS = 3


class Timed(httpcore.NetworkStream):
    """A connection that ends at a moment, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        """`end` is a moment of `time.monotonic`."""
        self.stream, self.end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self.stream.read(max_bytes, left(self.end, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything."""
        self.stream.write(buffer, left(self.end, timeout))

    def close(self) -> None:
        """Close it."""
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on under TLS, up to the same moment."""
        made = self.stream.start_tls(ssl_context, server_hostname, left(self.end, timeout))
        return Timed(made, self.end)

    def get_extra_info(self, info: str) -> Any:
        """What the connection says of itself."""
        return self.stream.get_extra_info(info)


def left(end: float, timeout: float | None) -> float:
    """Seconds that one step may take: `timeout`, but not beyond `end`.

    Raises
    ------
    httpcore.ReadTimeout
        If there are none left.
    """
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout(ENDLESS)
    return seconds if timeout is None else min(timeout, seconds)


class Guard(httpcore.SyncBackend):
    """Connects to public addresses only, and to the very address that was looked at."""

    def __init__(self, *, allow_private: bool, total_s: float = TOTAL_S) -> None:
        """`allow_private` lets addresses of our own network pass; all ends after `total_s`."""
        super().__init__()
        self.allow_private = allow_private
        self.end = time.monotonic() + total_s

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
        seconds = left(self.end, timeout)
        made = super().connect_tcp(address, port, seconds, local_address, socket_options)
        return Timed(made, self.end)


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def client(*, allow_private: bool, total_s: float = TOTAL_S) -> httpx.Client:
    """An HTTP client behind the guard, good for `total_s` seconds in all.

    It follows no redirect by itself and uses no proxy.
    """
    transport = httpx.HTTPTransport(retries=0, trust_env=False)
    transport._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False),
        network_backend=Guard(allow_private=allow_private, total_s=total_s),
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
    with client(allow_private=allow_private, total_s=total_s) as asking:
        for _hop in range(MOST_REDIRECTS + 1):
            if not url.startswith(("http://", "https://")):
                raise BadFeed(f"只接受 http(s) 地址 · only http and https: {url[:100]}")
            try:
                with asking.stream("GET", url, headers=headers or {}) as answer:
                    if answer.is_redirect:
                        url = str(answer.next_request.url) if answer.next_request else ""
                        continue
                    return answer.status_code, _body(answer, most_bytes), dict(answer.headers)
            except (httpx.HTTPError, httpx.InvalidURL, httpcore.ConnectError, OSError) as error:
                raise BadFeed(
                    f"无法读取 · cannot be read: {error or type(error).__name__}"
                ) from error
    raise BadFeed("跳转过多 · too many redirects")


def _body(answer: httpx.Response, most_bytes: int) -> bytes:
    """Read piece by piece as they come: a full buffer would wait for a sender that drips."""
    pieces, size = [], 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > most_bytes:
            raise BadFeed(f"内容过大 · more than {most_bytes} bytes: reading was stopped")
        pieces.append(piece)
    return b"".join(pieces)

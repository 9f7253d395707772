"""One HTTP request: the only module that opens a socket, and the only one that imports aiohttp.

A request goes only to addresses that the policy allows, which is checked where a name is resolved and again for each
socket. Nothing is followed, kept or repeated: redirects, Retry-After and robots.txt are for the caller.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import zlib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from newsarc.sources.archived.memento import ArchiveAnswer
from newsarc.sources.check.addresses import Address, RefusedAddressError, is_allowed_text, is_public, why_refused
from newsarc.sources.check.name_lookup import NoSuchHostError, SystemLookup
from newsarc.sources.history import NO_SUCH_HOST
from newsarc.sources.web_addresses import host_of_address, port_of_address

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

MAX_BYTES = 64 * 1024  # of a body, and of the headers
MAX_ROBOTS_BYTES = 500 * 1024  # of a robots.txt: at least as many, says RFC 9309
_MAX_UNPACKED = 4 * MAX_BYTES
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
_MAX_LOOKUPS = 3  # of a name whose lookup fails, though it may exist
_ARCHIVE_HEADERS = (
    *("content-location", "link", "location", "memento-datetime", "retry-after"),
    "x-archive-wayback-runtime-error",
)
_KEPT_HEADERS = ("content-type", "location", "retry-after", "cf-mitigated", "x-datadome", "x-amzn-waf-action")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/\d\.\d 1\d\d")  # such as 103 Early Hints: the answer follows

Lookup = Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]]


class Seen(NamedTuple):
    """What one request saw. Without an answer, ``status`` is None and ``error`` says why in a few words.

    ``headers`` has the few that are of use, by name in lower case. ``body`` is the beginning of it, unpacked, as far as
    it came.
    """

    address: str
    status: int | None
    error: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be connected to. Tests allow addresses of their own."""

    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})

    def why_refused(self, address: str) -> str | None:
        """Return why an address (a URL) may not be asked, as far as its text tells; None if it may."""
        return why_refused(host_of_address(address), port_of_address(address), self.is_allowed, self.ports)


class _Ended(NamedTuple):
    """What one request saw, and why its body is not whole: ``limit``, ``timeout`` or ``connection closed``."""

    seen: Seen
    end: str = ""


class Fetcher(AbstractResolver):
    """Makes requests. Use it as an asynchronous context manager.

    ``lookup`` returns the addresses and ports of a host and a port, and raises OSError. ``context`` is the TLS context.
    Each name is looked up once, and up to three times if that fails though the name may exist.
    ``keeps_connections`` is for many requests to few hosts.
    """

    def __init__(
        self,
        agent: str,
        policy: Policy | None = None,
        lookup: Lookup | None = None,
        context: ssl.SSLContext | None = None,
        *,
        keeps_connections: bool = False,
    ) -> None:
        self.policy = policy or Policy()
        self._lookup = lookup or SystemLookup()
        self._known: dict[tuple[str, int], tuple[str, int] | OSError] = {}
        self._failures: Counter[tuple[str, int]] = Counter()  # that may be over at the next lookup
        self._lookup_locks: dict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._agent = agent
        self._context = context
        self._keeps_connections = keeps_connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        connector = _Connector(
            resolver=self,
            use_dns_cache=False,
            socket_factory=self._make_socket,
            limit=0,
            force_close=not self._keeps_connections,  # or idle connections would add up at the address of many hosts
            ssl=self._context or True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self._agent, "Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_TIMEOUT,
            auto_decompress=False,  # a small body may unpack to gigabytes
            trust_env=False,
            read_bufsize=MAX_BYTES,
            max_line_size=MAX_BYTES // 4,
            max_field_size=MAX_BYTES // 4,
            max_headers=200,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def locate(self, address: str) -> str | None:
        """Return the IP address that requests for an address go to; None if there is none that may be asked.

        Requests to names with the same IP address are requests to the same machine. A lookup that failed is made again,
        up to three times, unless there is no such host.
        """
        if self.policy.why_refused(address) is not None:
            return None
        try:
            return (await self._resolved(*_place(address), is_retried=True))[0]
        except (OSError, ValueError):
            return None

    def forget(self, address: str) -> None:
        """Forget what is known of the name of an address: it is looked up anew when it is located next."""
        with contextlib.suppress(ValueError):
            host, port = _place(address)
            self._known.pop((host.rstrip("."), port), None)
            self._failures.pop((host.rstrip("."), port), None)

    async def fetch(self, address: str) -> Seen:
        """Request an address, and return what was seen. Raises nothing.

        The name is not looked up again where :meth:`locate` failed. A robots.txt is read up to its last whole line
        within 500 KiB; one that ends too early is no answer, as the rules that are missing may be those that matter.
        """
        if urlsplit(address).path != "/robots.txt":
            return (await self._seen(address, address, {}, _KEPT_HEADERS)).seen
        seen, end = await self._seen(address, address, {}, _KEPT_HEADERS, MAX_ROBOTS_BYTES)
        if end == "limit":
            return seen._replace(body=seen.body[: max(seen.body.rfind(b"\n"), seen.body.rfind(b"\r")) + 1])
        is_page = seen.status is not None and 200 <= seen.status < 300
        return Seen(address, None, end) if end and is_page else seen

    async def get(self, url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        """Request a URL of a web archive, exactly as it is written. Raises OSError if there is no answer."""
        try:
            written = URL(url, encoded=True)
        except ValueError:
            raise OSError("invalid address") from None
        seen, end = await self._seen(url, written, headers, _ARCHIVE_HEADERS, is_retried=True)
        if seen.status is None or end == "timeout":
            raise OSError(seen.error or end)
        return ArchiveAnswer(seen.status, seen.headers, seen.body)

    async def _seen(
        self,
        address: str,
        url: str | URL,
        sent: Mapping[str, str],
        kept: Sequence[str],
        most: int | None = None,
        *,
        is_retried: bool = False,
    ) -> _Ended:
        refused = self.policy.why_refused(address)
        if refused is not None:
            return _Ended(Seen(address, None, f"refused: {refused}"))
        assert self._session is not None
        try:
            await self._resolved(*_place(address), is_retried=is_retried)  # here too, since aiohttp resolves names only
            once = [_Once()]
            async with self._session.get(url, headers=sent, allow_redirects=False, middlewares=once) as response:
                headers = {name: response.headers[name] for name in kept if name in response.headers}
                if "link" in headers:  # the only one that may come in pieces
                    headers["link"] = ", ".join(response.headers.getall("link"))
                packed, end = await _beginning(response, most or MAX_BYTES)
                body, is_cut = _unpacked(packed, response.headers.get("Content-Encoding", ""), most or _MAX_UNPACKED)
                return _Ended(Seen(address, response.status, "", headers, body), end or ("limit" if is_cut else ""))
        except (aiohttp.ClientError, OSError, ValueError, AssertionError) as error:
            return _Ended(Seen(address, None, _reason(error)))

    # --- for aiohttp ---

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the one address that is connected to. Raises OSError."""
        address, number = await self._resolved(host, port)
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(hostname=host, host=address, port=number, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    async def close(self) -> None:
        """Do nothing: the session closes its resolver before this object ends."""

    async def _resolved(self, host: str, port: int, *, is_retried: bool = False) -> tuple[str, int]:
        """Return the address and the port that requests to a host go to.

        ``is_retried`` is for a first step: what follows it goes by what it found. Raises OSError.
        """
        key = host.rstrip("."), port
        async with self._lookup_locks[key]:
            found = self._known.get(key)
            if found is None or (is_retried and 0 < self._failures[key] < _MAX_LOOKUPS):
                found = self._known[key] = await self._looked_up(*key)
                is_lasting = not isinstance(found, OSError) or isinstance(found, (NoSuchHostError, RefusedAddressError))
                self._failures[key] = 0 if is_lasting else self._failures[key] + 1
        if isinstance(found, OSError):
            raise type(found)(*found.args)
        return found

    async def _looked_up(self, host: str, port: int) -> tuple[str, int] | OSError:
        try:
            return self._chosen(await self._lookup(host, port))
        except OSError as error:  # with TimeoutError
            return error
        except ValueError:  # a name that cannot be encoded
            return NoSuchHostError(host)

    def _chosen(self, found: Sequence[tuple[str, int]]) -> tuple[str, int]:
        allowed = [pair for pair in found if is_allowed_text(pair[0], self.policy.is_allowed)]
        if found and not allowed:
            raise RefusedAddressError("not a public address")
        # One address only, so that there is one connection; IPv4 first, which more machines have.
        return min(allowed, key=lambda pair: ":" in pair[0])

    def _make_socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """Return a socket for an address, just before it is connected. Raises RefusedAddressError."""
        family, kind, proto, _, place = info
        if not is_allowed_text(str(place[0]), self.policy.is_allowed):
            raise RefusedAddressError("not a public address")
        return socket.socket(family, kind, proto)


class _Connector(aiohttp.TCPConnector):
    """Makes connections. aiohttp bounds the length and the number of headers, and this the sum of their lengths."""

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        if connection.protocol is not None and connection.transport is not None:
            connection.transport.set_protocol(_HeadReader(connection.protocol, connection.transport))
        return connection


class _HeadReader(asyncio.Protocol):
    """Passes the head of an answer on to ``reader``, or ends the connection if it is too long.

    ``reader`` itself receives what follows.
    """

    def __init__(self, reader: ResponseHandler, transport: asyncio.Transport) -> None:
        self._reader = reader
        self._transport = transport
        self._head = bytearray()
        self._left = MAX_BYTES

    def data_received(self, data: bytes) -> None:
        searched = max(0, len(self._head) - 3)
        self._head += data
        while (end := _BLANK_LINE.search(self._head, searched)) is not None and _INTERIM.match(self._head):
            self._left -= end.end()
            del self._head[: end.end()]
            searched = 0
        if (end.end() if end is not None else len(self._head)) > self._left:
            self._reader.set_exception(aiohttp.ClientPayloadError("headers too long"))
            self._transport.abort()
            return
        if end is not None:
            self._transport.set_protocol(self._reader)
        self._reader.data_received(data)

    def eof_received(self) -> None:
        self._reader.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._reader.connection_lost(exc)

    def pause_writing(self) -> None:
        self._reader.pause_writing()

    def resume_writing(self) -> None:
        self._reader.resume_writing()


class _Once:
    """Keeps aiohttp from asking again, at once, a server that closed the connection: that is not polite."""

    def __init__(self) -> None:
        self._was_sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self._was_sent:
            raise aiohttp.ServerDisconnectedError
        self._was_sent = True
        return await handler(request)


@lru_cache(4096)
def _place(address: str) -> tuple[str, int]:
    """Return the host of an address, as it is looked up, and the port. Raises ValueError."""
    url = URL(address)
    return url.raw_host or "", port_of_address(address)


async def _beginning(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, str]:
    """Return the beginning of a body, and why it is not all of it, as :class:`_Ended` says."""
    pieces: list[bytes] = []
    end = ""
    try:
        while most > 0 and (piece := await response.content.read(most)):
            pieces.append(piece)
            most -= len(piece)
    except (aiohttp.ClientError, OSError) as error:  # the answer is there, if not all of it
        end = "timeout" if isinstance(error, TimeoutError) else "connection closed"
    if end or most <= 0:
        response.close()  # and not release(), which would read the rest
    return b"".join(pieces), end or ("limit" if most <= 0 else "")


def _unpacked(body: bytes, encoding: str, most: int) -> tuple[bytes, bool]:
    """Return the beginning of a body as it was before its server packed it, and whether more follows."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return body, False
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        with contextlib.suppress(zlib.error):
            unpacking = zlib.decompressobj(bits)
            return unpacking.decompress(body, most), not unpacking.eof
    return b"", False


def _reason(error: BaseException) -> str:
    """Return why there was no answer, in a few words."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, RefusedAddressError) or isinstance(error, RefusedAddressError):
        return "refused: not a public address"
    if isinstance(cause, NoSuchHostError):
        return NO_SUCH_HOST
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)) or isinstance(cause, ssl.SSLError):
        return "TLS error"
    if isinstance(error, aiohttp.ClientConnectorDNSError) or str(cause) == "name lookup failed":
        return "name lookup failed"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection"
    if isinstance(error, (aiohttp.ServerDisconnectedError, OSError)):
        return "connection closed"
    return "invalid answer"

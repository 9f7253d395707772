"""Servers on loopback addresses with names of their own, which write down each request."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, ip_address
from types import TracebackType

import trustme
from aiohttp import web

from newsarc.sources.check.addresses import Address, is_public
from newsarc.sources.check.fetch import Fetcher, Policy
from newsarc.sources.check.name_lookup import NoSuchHostError
from tests.sources.virtual_time import passed

AGENT = "newsarc-tests"
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
SERVERS = IPv4Network("127.0.0.2/31")  # 127.0.0.2 and 127.0.0.3; all else on this machine is somebody's secret
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Request:
    """A line of the log. Times are those of the loop."""

    ip: str
    host: str
    path: str
    began: float
    ended: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


class Servers:
    """One server at each address, for all names; ``handler`` answers. ``open`` counts connections by address."""

    def __init__(self, handler: Handler, names: dict[str, str]) -> None:
        self.log: list[Request] = []
        self.names = names
        self.most_open: dict[str, int] = {}
        self._open: dict[str, int] = {}
        self._handler = handler
        self._ports: dict[tuple[str, int], int] = {}
        self._runners: list[web.ServerRunner] = []
        self._authority = trustme.CA()
        self.trust = ssl.create_default_context()
        self._authority.configure_trust(self.trust)

    async def __aenter__(self) -> Servers:
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*self.names).configure_cert(served)
        for ip in sorted(set(self.names.values())):
            if ip_address(ip) not in SERVERS:
                continue
            for port, context in ((80, None), (443, served)):
                server = web.Server(self._logged(ip))
                runner = web.ServerRunner(server, shutdown_timeout=0)
                await runner.setup()
                site = web.TCPSite(runner, ip, 0, ssl_context=context)
                await site.start()
                self._ports[ip, port] = runner.addresses[0][1]
                self._runners.append(runner)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for runner in self._runners:
            await runner.cleanup()

    def _logged(self, ip: str) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            loop = asyncio.get_running_loop()
            entry = Request(ip, request.host, request.path_qs, loop.time(), headers=dict(request.headers))
            self.log.append(entry)
            self._open[ip] = self._open.get(ip, 0) + 1
            self.most_open[ip] = max(self.most_open.get(ip, 0), self._open[ip])
            try:
                return await self._handler(request)  # type: ignore[arg-type]
            finally:
                self._open[ip] -= 1
                entry.ended = loop.time()

        return handle

    async def lookup(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """Return what a resolver of this world's own says. A literal address is itself."""
        try:
            ip = str(ip_address(host))
        except ValueError:
            if host not in self.names:
                raise NoSuchHostError(host) from None
            ip = self.names[host]
        return [(ip, self._ports.get((ip, port), port))]

    def fetcher(self, *, keeps_connections: bool = False) -> Fetcher:
        """Return a fetcher that may connect to these servers and to public addresses."""
        policy = Policy(is_allowed)
        return Fetcher(AGENT, policy, self.lookup, self.trust, keeps_connections=keeps_connections)


def is_allowed(address: Address) -> bool:
    return is_public(address) or address in SERVERS


def now() -> dt.datetime:
    return START + dt.timedelta(seconds=passed())

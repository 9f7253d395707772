"""No address outside the public Internet is connected to, however it is written and whatever leads there."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web

from newsarc.sources.check.addresses import is_public
from newsarc.sources.check.checker import Checker
from newsarc.sources.check.fetch import Fetcher, Policy, Seen
from newsarc.sources.citations import Citation
from newsarc.sources.ledger import LedgerWriter, read_ledger
from newsarc.sources.web_addresses import web_address
from tests.sources.servers import AGENT, Servers, is_allowed, now
from tests.sources.virtual_time import run

IPV4 = [
    "10.0.0.5", "127.0.0.1", "127.255.255.254", "169.254.169.254", "192.168.1.1", "172.16.0.1", "172.31.255.1",
    "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "198.18.0.1",
    "192.0.0.8", "192.0.0.170", "192.0.2.1", "198.51.100.1", "203.0.113.9", "192.88.99.1",
]  # fmt: skip
IPV6 = [
    "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.5", "::7f00:1", "::10.0.0.5", "64:ff9b::10.0.0.5",
    "64:ff9b::7f00:1", "64:ff9b:1::a00:5", "2002:7f00:1::", "2002:a00:5::1", "2002:a9fe:a9fe::", "2001:0:7f00:1::",
    "2001:0:808:808:0:0:f5ff:fffa", "fe80::1", "fe80::5efe:a00:5", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "ff0e::1", "2001:db8::1", "100::1", "2606:4700::5efe:10.0.0.5", "2001:10::1", "5f00::1",
]  # fmt: skip
# As a browser, getaddrinfo or inet_aton read them.
ODD = [
    "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "10.5", "127.0.0.1.", "017700000001", "0", "127.0.1",
    "127。0。0。1", "①②⑦.⓪.⓪.①", "localhost", "LOCALHOST.", "a.localhost", "printer.local", "router.lan", "db.internal",
    "hub.home.arpa",
]  # fmt: skip
FORMS = [*IPV4, *(f"[{one}]" for one in IPV6), *ODD]
NAMES = {"gazette.test": "127.0.0.2"}
connections: list[object] | None = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if connections is not None and event in ("socket.connect", "socket.sendto"):
        connections.append(arguments[1])


sys.addaudithook(_hook)


@contextmanager
def connected() -> Iterator[list[object]]:
    """Record where sockets connect to meanwhile."""
    global connections  # noqa: PLW0603
    connections = []
    try:
        yield connections
    finally:
        connections = None


def elsewhere(seen: Sequence[object]) -> list[object]:
    """The places that are neither public nor the servers of the test."""
    return [place for place in seen if not (isinstance(place, tuple) and is_allowed(ipaddress.ip_address(place[0])))]


async def answer(request: web.Request) -> web.StreamResponse:
    if request.path.startswith("/to/"):
        return web.Response(status=302, headers={"Location": request.query["url"]})
    return web.Response(text="ok")


def test_there_are_enough_forms() -> None:
    assert len(FORMS) >= 60


@pytest.mark.parametrize("text", [*IPV4, *IPV6])
def test_private(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"]
)
def test_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def visited(*addresses: str) -> tuple[list[Seen], list[object]]:
    async def ask() -> tuple[list[Seen], list[object]]:
        async with Servers(answer, NAMES) as servers, servers.fetcher() as fetcher:
            with connected() as places:
                return [await fetcher.fetch(address) for address in addresses], places

    return run(ask(), grace=0.002)


def test_literal() -> None:
    written = [f"{scheme}://{form}/" for form in FORMS for scheme in ("http", "https")]
    addresses = [address for url in written if (address := web_address(url)) is not None]
    assert len(addresses) >= 2 * 60
    seen, places = visited(*addresses, "http://gazette.test/")
    assert elsewhere(places) == []
    assert len(places) == 1, "the hook sees the one that is allowed"
    wrong = [one for one in seen[:-1] if one.status is not None or not one.error.startswith("refused: ")]
    assert wrong == []


def test_user_names_and_ports() -> None:
    assert web_address("http://gazette.test@127.0.0.1/") == "http://127.0.0.1/"
    assert web_address("http://me:secret@gazette.test/a#b") == "http://gazette.test/a"
    ports = [22, 25, 6379, 8080, 0]
    seen, places = visited(*(f"http://gazette.test:{port}/" for port in ports))
    assert places == []
    assert [one.error for one in seen] == [f"refused: port {port}" for port in ports]


@pytest.mark.parametrize("text", [*IPV4, *IPV6])
def test_name_and_rebinding(text: str) -> None:
    """A name that resolves to a private address; to a public one first; to both; and a resolver that lets it pass."""
    answers = iter([["127.0.0.2"], [text]])
    first: list[str] = []

    async def ask() -> tuple[list[Seen], list[object]]:
        async with Servers(answer, NAMES) as servers:

            async def lookup(host: str, port: int) -> Sequence[tuple[str, int]]:
                real = await servers.lookup("gazette.test", port)
                if host == "rebinding.test":
                    return [real[0] if one == "127.0.0.2" else (one, port) for one in next(answers)]
                return [(text, port), *(real if host == "both.test" else [])]

            policy = Policy(is_allowed)
            async with Fetcher(AGENT, policy, lookup) as fetcher, _Careless(AGENT, policy, lookup) as careless:
                with connected() as places:
                    private = await fetcher.fetch("http://private.test/")
                    first.append((await fetcher.locate("http://rebinding.test/")) or "")
                    fetcher._known.clear()
                    rebound = await fetcher.fetch("http://rebinding.test/")
                    both = await fetcher.fetch("http://both.test/")
                    return [private, rebound, await careless.fetch("http://private.test/"), both], places

    seen, places = run(ask(), grace=0.002)
    assert first == ["127.0.0.2"]
    assert elsewhere(places) == []
    assert [one.error for one in seen] == ["refused: not a public address"] * 3 + [""]
    assert len(places) == 1


class _Careless(Fetcher):
    """Does not look at what the resolver says: what remains is the check of the socket."""

    def _chosen(self, found: Sequence[tuple[str, int]]) -> tuple[str, int]:
        return found[0]


def test_redirect(tmp_path: Path) -> None:
    """A page that redirects to a private address: nothing is connected to, and the outcome says so."""
    addresses = {f"http://gazette.test/to/{place}?url=http://{form}/": form for place, form in enumerate(FORMS)}

    async def check() -> list[object]:
        async with Servers(answer, NAMES) as servers, servers.fetcher() as fetcher:
            with connected() as places, LedgerWriter(tmp_path / "sources.jsonl") as ledger:
                citations = dict.fromkeys(addresses, Citation())
                await Checker(citations, fetcher, ledger, now=now).run()
                return places

    places = run(check(), grace=0.002)
    assert elsewhere(places) == []
    assert len(places) == len(addresses) + 1, "each page, and robots.txt"
    found = read_ledger(tmp_path / "sources.jsonl")
    wrong = {
        form: history
        for address, form in addresses.items()
        if (history := found[address])[-1].outcome not in ("refused", "gone")
    }
    assert wrong == {}


def test_the_hook_sees_connections() -> None:
    with connected() as places, socket.socket() as one:
        one.settimeout(1)
        with pytest.raises(OSError):
            one.connect(("127.0.0.1", 9))
    assert places == [("127.0.0.1", 9)]
    assert elsewhere(places) == places

"""One request, to servers on loopback addresses."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web

from newsarc.sources.fetch import MAX_BYTES, Fetcher, Policy, Seen
from newsarc.sources.memento import ArchiveAnswer
from newsarc.sources.name_lookup import NoSuchHostError
from tests.sources.servers import AGENT, Servers, is_allowed
from tests.sources.virtual_time import run

NAMES = {"gazette.test": "127.0.0.2", "radio.test": "127.0.0.3"}
BOMB = gzip.compress(bytes(50_000_000), 9)


async def answer(request: web.Request) -> web.StreamResponse:
    match request.path:
        case "/cookie":
            return web.Response(headers={"Set-Cookie": "id=4711; Domain=test; Path=/"}, text="set")
        case "/moved":
            return web.Response(status=301, headers={"Location": "/page"})
        case "/bomb":
            return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"})
        case "/packed":
            body = gzip.compress(b"<title>Packed</title>")
            return web.Response(body=body, headers={"Content-Encoding": "gzip"}, content_type="text/html")
        case "/endless":
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(bytes(65536))
        case "/headers":
            return web.Response(headers={"X-Long": "x" * 1_000_000})
        case "/many-headers":
            return web.Response(headers={f"X-{number}": "x" * 100 for number in range(5000)})
        case "/silent":
            await asyncio.sleep(3600)
        case "/reset":
            assert request.transport is not None
            request.transport.abort()
        case "/head" if request.method == "HEAD":
            return web.Response(status=405)
    return web.Response(text=f"<title>{request.path}</title>", content_type="text/html")


def fetch(*addresses: str, names: dict[str, str] | None = None) -> tuple[list[Seen], Servers]:
    async def ask() -> tuple[list[Seen], Servers]:
        async with Servers(answer, {**NAMES, **(names or {})}) as servers, servers.fetcher() as fetcher:
            return [await fetcher.fetch(address) for address in addresses], servers

    return run(ask(), grace=0.02)


def test_a_page() -> None:
    (plain, secure), servers = fetch("http://gazette.test/a?b=c", "https://radio.test/")
    assert (plain.status, plain.error, plain.body) == (200, "", b"<title>/a</title>")
    assert plain.headers["content-type"].startswith("text/html") if "content-type" in plain.headers else True
    assert secure.status == 200
    assert [(one.ip, one.host, one.path) for one in servers.log] == [
        ("127.0.0.2", "gazette.test", "/a?b=c"),
        ("127.0.0.3", "radio.test", "/"),
    ]
    assert servers.log[0].headers["User-Agent"] == AGENT


def test_nothing_is_followed() -> None:
    (seen,), servers = fetch("http://gazette.test/moved")
    assert (seen.status, dict(seen.headers)["location"]) == (301, "/page")
    assert len(servers.log) == 1


def test_no_cookie_is_kept() -> None:
    _, servers = fetch("http://gazette.test/cookie", "http://gazette.test/page", "http://radio.test/page")
    assert [one.headers.get("Cookie") for one in servers.log] == [None, None, None]


def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.9:9")
    (seen,), _ = fetch("http://gazette.test/page")
    assert seen.status == 200


def test_no_password_of_the_user_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine gazette.test login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    _, servers = fetch("http://gazette.test/page")
    assert "Authorization" not in servers.log[0].headers


def test_little_is_read_and_unpacked() -> None:
    (bomb, packed, endless), _ = fetch(*(f"http://gazette.test/{name}" for name in ("bomb", "packed", "endless")))
    assert bomb.status == 200
    assert len(bomb.body) <= 4 * MAX_BYTES
    assert packed.body == b"<title>Packed</title>"
    assert len(endless.body) == MAX_BYTES


@pytest.mark.parametrize("name", ["headers", "many-headers"])
def test_long_headers_are_not_read(name: str) -> None:
    (seen,), _ = fetch(f"http://gazette.test/{name}")
    assert (seen.status, seen.error) == (None, "invalid answer")


def test_what_does_not_answer() -> None:
    addresses = ["http://gazette.test/silent", "http://gazette.test/reset", "http://nowhere.test/"]
    seen, servers = fetch(*addresses)
    assert [(one.status, one.error) for one in seen] == [
        (None, "timeout"),
        (None, "connection closed"),
        (None, "no such host"),
    ]
    assert len(servers.log) == 2


def test_a_certificate_of_another_name_or_authority_is_an_error() -> None:
    async def ask() -> list[str]:
        async with Servers(answer, NAMES) as servers:
            servers.names["other.test"] = "127.0.0.2"
            async with servers.fetcher() as fetcher, Fetcher(AGENT, Policy(is_allowed), servers.lookup) as strict:
                seen = await fetcher.fetch("https://other.test/"), await strict.fetch("https://gazette.test/")
                return [one.error for one in seen]

    assert run(ask(), grace=0.02) == ["TLS error", "TLS error"]


async def memento(request: web.Request) -> web.StreamResponse:
    response = web.Response(headers={"Memento-Datetime": "Fri, 16 Jun 2017 10:15:00 GMT", "Set-Cookie": "a=b"})
    response.headers.add("Link", "<http://a.example/>; rel=original")
    response.headers.add("Link", "<http://b.example/>; rel=timemap")
    return response


def get(url: str, headers: dict[str, str] | None = None) -> tuple[ArchiveAnswer, Servers]:
    async def ask() -> tuple[ArchiveAnswer, Servers]:
        async with Servers(memento, NAMES) as servers, servers.fetcher() as fetcher:
            return await fetcher.get(url, headers or {}), servers

    return run(ask(), grace=0.02)


def test_a_request_to_an_archive_is_sent_as_it_is_written() -> None:
    path = "/web/2017/http://a.example/%7Ea%2Fb?x=%26&y=%C3%A9"
    found, servers = get(f"https://gazette.test{path}", {"accept-datetime": "Fri, 16 Jun 2017 12:00:00 GMT"})
    assert (found.status, servers.log[0].path) == (200, path)
    assert servers.log[0].headers["accept-datetime"] == "Fri, 16 Jun 2017 12:00:00 GMT"
    assert servers.log[0].headers["User-Agent"] == AGENT


def test_the_headers_of_an_archive_are_kept_and_joined() -> None:
    found, _ = get("https://gazette.test/memento")
    assert found.headers == {
        "memento-datetime": "Fri, 16 Jun 2017 10:15:00 GMT",
        "link": "<http://a.example/>; rel=original, <http://b.example/>; rel=timemap",
    }


@pytest.mark.parametrize("url", ["https://secret.test/", "http://10.0.0.5/", "https://gazette.test:8080/"])
def test_an_archive_is_as_unable_to_lead_into_a_network(url: str) -> None:
    async def ask() -> None:
        names = {**NAMES, "secret.test": "10.0.0.5"}
        async with Servers(answer, names) as servers, servers.fetcher() as fetcher:
            await fetcher.get(url, {})

    with pytest.raises(OSError, match="refused"):
        run(ask(), grace=0.02)


@pytest.mark.parametrize("keeps_connections", [True, False])
def test_connections_to_an_archive_are_kept(keeps_connections: bool) -> None:
    seen: set[object] = set()

    async def told(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        seen.add(request.transport.get_extra_info("peername"))
        return web.Response(status=302, headers={"Location": "/web/2017/http://a.example/"})

    async def ask() -> None:
        async with Servers(told, NAMES) as servers, servers.fetcher(keeps_connections=keeps_connections) as fetcher:
            for _ in range(3):
                assert (await fetcher.get("https://gazette.test/web/", {})).status == 302

    run(ask(), grace=0.02)
    assert len(seen) == (1 if keeps_connections else 3)


class Lookups:
    """A resolver that fails as it is told, before it finds a name."""

    def __init__(self, *errors: OSError) -> None:
        self.hosts: list[str] = []
        self.errors = list(errors)

    async def __call__(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        await asyncio.sleep(1)
        self.hosts.append(host)
        if self.errors:
            raise self.errors.pop(0)
        return [("127.0.0.9", 9)]


def locate(lookups: Lookups, times: int) -> list[str | None]:
    async def ask() -> list[str | None]:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            return [await fetcher.locate("http://gazette.test/") for _ in range(times)]

    return run(ask())


@pytest.mark.parametrize("error", [OSError("name lookup failed"), TimeoutError()])
def test_a_lookup_that_fails_is_made_again_a_few_times(error: OSError) -> None:
    lookups = Lookups(error, error)
    assert locate(lookups, 5) == [None, None, "127.0.0.9", "127.0.0.9", "127.0.0.9"]
    assert len(lookups.hosts) == 3
    lookups = Lookups(*[error] * 9)
    assert locate(lookups, 5) == [None] * 5
    assert len(lookups.hosts) == 3


def test_that_there_is_no_such_host_is_remembered() -> None:
    lookups = Lookups(NoSuchHostError("gazette.test"))
    assert locate(lookups, 3) == [None] * 3
    assert len(lookups.hosts) == 1


def test_a_name_is_looked_up_once_by_all_who_ask_at_the_same_time() -> None:
    lookups = Lookups()

    async def ask() -> list[str | None]:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            return list(await asyncio.gather(*(fetcher.locate("http://gazette.test/") for _ in range(9))))

    assert run(ask()) == ["127.0.0.9"] * 9
    assert lookups.hosts == ["gazette.test"]


def test_a_request_goes_by_the_lookup_before_it() -> None:
    lookups = Lookups(OSError("name lookup failed"))

    async def ask() -> list[str]:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            await fetcher.locate("http://gazette.test/")
            return [(await fetcher.fetch("http://gazette.test/")).error for _ in range(2)]

    assert run(ask()) == ["name lookup failed"] * 2
    assert len(lookups.hosts) == 1


def test_a_request_to_an_archive_looks_its_name_up_again() -> None:
    lookups = Lookups(*[OSError("name lookup failed")] * 9)

    async def ask() -> list[str]:
        errors = []
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            for _ in range(5):
                with pytest.raises(OSError) as raised:
                    await fetcher.get("http://gazette.test/", {})
                errors.append(str(raised.value))
        return errors

    assert run(ask()) == ["name lookup failed"] * 5
    assert len(lookups.hosts) == 3


@pytest.mark.parametrize("error", [NoSuchHostError("gazette.test"), TimeoutError()])
def test_a_name_that_was_forgotten_is_looked_up_anew(error: OSError) -> None:
    lookups = Lookups(*[error] * 3)

    async def ask() -> list[str | None]:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            found = []
            for _ in range(4):
                found.append(await fetcher.locate("http://gazette.test./a"))
                fetcher.forget("http://gazette.test/b")
            return found

    assert run(ask()) == [None, None, None, "127.0.0.9"]
    assert len(lookups.hosts) == 4


def test_the_failures_of_a_name_that_was_forgotten_do_not_count() -> None:
    lookups = Lookups(*[TimeoutError()] * 5)

    async def ask() -> list[str | None]:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            found = [await fetcher.locate("http://gazette.test/") for _ in range(3)]
            fetcher.forget("http://gazette.test/")
            return found + [await fetcher.locate("http://gazette.test/") for _ in range(3)]

    assert run(ask()) == [None] * 5 + ["127.0.0.9"]


def test_a_refused_name_is_not_looked_up() -> None:
    lookups = Lookups()

    async def ask() -> None:
        async with Fetcher(AGENT, Policy(lambda address: True), lookups) as fetcher:
            fetcher.forget("http://printer.local/")
            assert await fetcher.locate("http://printer.local/") is None
            assert (await fetcher.fetch("http://printer.local/")).error == "refused: name in a local network"
            with pytest.raises(OSError, match="refused"):
                await fetcher.get("http://printer.local/", {})

    run(ask())
    assert lookups.hosts == []

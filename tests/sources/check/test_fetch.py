"""One request, to servers on loopback addresses."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp import web

from newsarc.sources.archived.memento import ArchiveAnswer
from newsarc.sources.check.fetch import MAX_BYTES, MAX_ROBOTS_BYTES, Fetcher, Policy, Seen
from newsarc.sources.check.name_lookup import NoSuchHostError
from tests.sources.servers import AGENT, Handler, Servers, is_allowed
from tests.sources.virtual_time import run

NAMES = {"gazette.test": "127.0.0.2", "radio.test": "127.0.0.3", "archive.test": "127.0.0.3"}
BOMB = gzip.compress(bytes(50_000_000), 9)
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"


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
        case "/silent":
            await asyncio.sleep(3600)
        case "/reset":
            assert request.transport is not None
            request.transport.abort()
        case "/head" if request.method == "HEAD":
            return web.Response(status=405)
    return web.Response(text=f"<title>{request.path}</title>", content_type="text/html")


async def heads(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    match request.path:
        case "/one-long":
            return web.Response(headers={"X-Long": "x" * 1_000_000})
        case "/many":
            return web.Response(headers={f"X-{number}": "x" * 100 for number in range(5000)})
        case "/many-long":
            return web.Response(headers={f"X-{number}": "x" * 15_000 for number in range(190)})
        case "/long-enough":
            return web.Response(headers={f"X-{number}": "x" * 10_000 for number in range(6)}, text="page")
        case "/early" | "/always-early":
            request.transport.write(EARLY * (3 if request.path == "/early" else 1500))
        case "/slow":
            head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
            for begin in range(0, len(head), 2):
                request.transport.write(head[begin : begin + 2])
                await asyncio.sleep(0.01)
            request.transport.write(b"page" * 25_000)
    return web.Response(text="page")


async def beginning_only(request: web.Request) -> web.StreamResponse:
    """Send a part of a body, and no more of it; or end the connection, if the path says so."""
    status = 404 if request.host == "archive.test" else 200
    response = web.StreamResponse(status=status, headers={"Content-Type": "text/html", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"<title>Bridge</title>")
    if request.path == "/breaks-off" or request.host == "radio.test":
        await asyncio.sleep(1)
        assert request.transport is not None
        request.transport.close()
    await asyncio.sleep(3600)
    return response


def fetch(*addresses: str, handler: Handler = answer) -> tuple[list[Seen], Servers]:
    async def ask() -> tuple[list[Seen], Servers]:
        async with Servers(handler, NAMES) as servers, servers.fetcher() as fetcher:
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


@pytest.mark.parametrize("name", ["one-long", "many", "many-long", "always-early"])
def test_long_headers_are_not_read(name: str) -> None:
    (seen,), _ = fetch(f"http://gazette.test/{name}", handler=heads)
    assert (seen.status, seen.error) == (None, "invalid answer")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ["long-enough", "early", "slow"])
def test_headers_up_to_64_kib_are_read(scheme: str, name: str) -> None:
    (seen,), _ = fetch(f"{scheme}://gazette.test/{name}", handler=heads)
    assert (seen.status, seen.error, seen.body[:4]) == (200, "", b"page")


def test_the_headers_of_each_answer_count_alone() -> None:
    """Also where a connection is kept."""

    async def ask() -> list[int]:
        async with Servers(heads, NAMES) as servers, servers.fetcher(keeps_connections=True) as fetcher:
            return [(await fetcher.get("https://gazette.test/long-enough", {})).status for _ in range(3)]

    assert run(ask(), grace=0.02) == [200] * 3


@pytest.mark.parametrize("name", ["stalls", "breaks-off"])
def test_a_page_that_ends_too_early_is_an_answer(name: str) -> None:
    (seen,), _ = fetch(f"http://gazette.test/{name}", handler=beginning_only)
    assert (seen.status, seen.error, seen.body) == (200, "", b"<title>Bridge</title>")


@pytest.mark.parametrize(("host", "error"), [("gazette.test", "timeout"), ("radio.test", "connection closed")])
def test_a_robots_txt_that_ends_too_early_is_none(host: str, error: str) -> None:
    (seen,), _ = fetch(f"http://{host}/robots.txt", handler=beginning_only)
    assert seen == (f"http://{host}/robots.txt", None, error, {}, b"")


def test_the_body_of_an_error_in_place_of_robots_txt_does_not_matter() -> None:
    (seen,), _ = fetch("http://archive.test/robots.txt", handler=beginning_only)
    assert (seen.status, seen.error) == (404, "")


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_long_robots_txt_is_read_up_to_a_whole_line(end: bytes, is_packed: bool) -> None:
    rules = b"Disallow: /newsletter" + end
    text = rules * (2 * MAX_ROBOTS_BYTES // len(rules))

    async def answer(request: web.Request) -> web.StreamResponse:
        body = text if request.host == "gazette.test" else text[:300_000]
        headers = {"Content-Encoding": "gzip"} if is_packed else None
        return web.Response(body=gzip.compress(body) if is_packed else body, headers=headers)

    (cut, whole), _ = fetch("http://gazette.test/robots.txt", "http://radio.test/robots.txt", handler=answer)
    assert cut.body == rules * (MAX_ROBOTS_BYTES // len(rules))
    assert whole.body == text[:300_000]


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


def test_an_archive_that_does_not_send_all_has_not_answered() -> None:
    async def ask() -> None:
        async with Servers(beginning_only, NAMES) as servers, servers.fetcher() as fetcher:
            await fetcher.get("https://gazette.test/cdx", {})

    with pytest.raises(OSError, match="timeout"):
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

"""What answers mean."""

from __future__ import annotations

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from newsarc.sources.check.answers import Reply, redirect_target
from newsarc.sources.check.fetch import Seen
from newsarc.sources.web_addresses import normalized
from tests.sources.servers import Servers
from tests.sources.virtual_time import run

HERE = "https://gazette.test/2019/choir?page=2"


def target(location: str) -> str | None:
    return redirect_target(Reply(HERE, 301, "", {"location": location}))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/new page", "https://gazette.test/new%20page"),
        ("/caf\udce9", "https://gazette.test/caf%E9"),
        ("/a?b=c d&e=\udcff", "https://gazette.test/a?b=c%20d&e=%FF"),
        (" \t/a\tb\x0b ", "https://gazette.test/ab"),
        ("/a\x01b\x7f", "https://gazette.test/a%01b%7F"),
        ("/a\u3000b", "https://gazette.test/a%E3%80%80b"),
        ("http://radio.test\\new\\page", "http://radio.test/new/page"),
        ("\\\\radio.test\\new", "https://radio.test/new"),
        ("/a\\b?c=\\d#\\e", "https://gazette.test/a/b?c=\\d"),
        ("http://radio.test\\@gazette.test/", "http://radio.test/@gazette.test/"),
        ("/caf%E9/%20", "https://gazette.test/caf%E9/%20"),
        ("https://münchen.example/straße", "https://münchen.example/straße"),
        ("/2019/03?x=%zz", "https://gazette.test/2019/03?x=%zz"),
    ],
)
def test_a_redirect_is_read_as_browsers_do(location: str, expected: str) -> None:
    assert target(location) == expected


@pytest.mark.parametrize(
    "location",
    ["http://two words.test/", "http://\udce9.test/", "//[", "ftp://radio.test/a b", "mailto:a b@radio.test"],
)
def test_a_redirect_to_no_web_address(location: str) -> None:
    assert target(location) == ""


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_whatever_a_redirect_says_its_target_is_a_normal_address_or_none(location: str) -> None:
    found = target(location)
    assert found is not None
    assert found == "" or normalized(found) == found


def test_redirects_over_http() -> None:
    """What servers send as bytes arrives as an address that can be asked."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        location = b"http://gazette.test\\caf\xe9 au lait"
        request.transport.write(b"HTTP/1.1 301 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
        request.transport.close()
        return web.Response()

    async def ask() -> tuple[Seen, Servers]:
        async with Servers(answer, {"gazette.test": "127.0.0.2"}) as servers, servers.fetcher() as fetcher:
            to = redirect_target(await fetcher.fetch("http://gazette.test/"))
            return await fetcher.fetch(to or ""), servers

    seen, servers = run(ask(), grace=0.02)
    assert seen.address == "http://gazette.test/caf%E9%20au%20lait"
    assert [one.path for one in servers.log] == ["/", "/caf%E9%20au%20lait"]

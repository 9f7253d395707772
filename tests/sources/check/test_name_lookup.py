"""Name lookups, by a resolver of the tests in place of that of the system."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from newsarc.sources.check import name_lookup
from newsarc.sources.check.name_lookup import NoSuchHostError, SystemLookup
from tests.sources.virtual_time import run

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
Answer = Callable[[str], list[Any]]


class Resolver:
    """Stands for ``socket.getaddrinfo``. Names that begin with ``dead`` hang until they are let go."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.most_at_once = 0
        self.let_go = threading.Event()
        self.error: Exception | None = None
        self._running = 0
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int, **options: int) -> list[Any]:
        assert options == {"type": socket.SOCK_STREAM}
        with self._lock:
            self.names.append(host)
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        try:
            if host.startswith("dead"):
                assert self.let_go.wait(30)
                raise socket.gaierror(socket.EAI_AGAIN, "temporary failure")
            if self.error is not None:
                raise self.error
            return FOUND
        finally:
            with self._lock:
                self._running -= 1


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver


def look_up(*hosts: str) -> list[object]:
    async def ask() -> list[object]:
        lookup = SystemLookup()
        async with asyncio.timeout(30):
            return list(await asyncio.gather(*(lookup(host, 443) for host in hosts), return_exceptions=True))

    return asyncio.run(ask())


def test_no_search_domain_is_appended_to_a_name(resolver: Resolver) -> None:
    assert look_up("gazette.example", "intranet") == [[("93.184.216.34", 443)]] * 2
    assert sorted(resolver.names) == ["gazette.example.", "intranet."]


def test_an_address_stays_as_it_is(resolver: Resolver) -> None:
    look_up("93.184.216.34", "2001:db8::1")
    assert sorted(resolver.names) == ["2001:db8::1", "93.184.216.34"]


@pytest.mark.parametrize("code", ["EAI_NONAME", "EAI_NODATA"])
def test_no_such_host(resolver: Resolver, code: str) -> None:
    if not hasattr(socket, code):
        pytest.skip(f"no {code} on this system")
    resolver.error = socket.gaierror(getattr(socket, code), "unknown")
    (error,) = look_up("nowhere.example")
    assert isinstance(error, NoSuchHostError)


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_MEMORY])
def test_a_failure_of_the_resolver_is_not_the_lack_of_a_host(resolver: Resolver, code: int) -> None:
    resolver.error = socket.gaierror(code, "try again")
    (error,) = look_up("gazette.example")
    assert isinstance(error, OSError)
    assert not isinstance(error, NoSuchHostError)
    assert str(error) == "name lookup failed"


def test_a_name_that_cannot_be_encoded(resolver: Resolver) -> None:
    resolver.error = UnicodeError("label too long")
    (error,) = look_up("a" * 64)
    assert isinstance(error, ValueError)


def test_lookups_end_after_a_time_and_wait_without_limit(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name behind many dead ones is found. A lookup that nobody waits for any more still counts."""
    monkeypatch.setattr(name_lookup, "_LOOKUPS", 2)

    async def ask() -> list[object]:
        lookup, loop = SystemLookup(), asyncio.get_running_loop()
        began = loop.time()
        dead = [loop.create_task(lookup(f"dead{number}.example", 443)) for number in range(2)]
        living = [loop.create_task(lookup(f"living{number}.example", 443)) for number in range(5)]
        errors = await asyncio.gather(*dead, return_exceptions=True)
        assert [type(error) for error in errors] == [TimeoutError, TimeoutError]
        assert loop.time() - began == pytest.approx(20)
        await asyncio.sleep(3600)
        assert not any(task.done() for task in living)
        assert sorted(resolver.names) == ["dead0.example.", "dead1.example."]
        resolver.let_go.set()
        async with asyncio.timeout(1000):
            return list(await asyncio.gather(*living))

    assert run(ask(), grace=1.0) == [[("93.184.216.34", 443)]] * 5
    assert resolver.most_at_once == 2


def test_who_no_longer_waits_gives_up_the_turn(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_lookup, "_LOOKUPS", 1)

    async def ask() -> object:
        lookup, loop = SystemLookup(), asyncio.get_running_loop()
        running = loop.create_task(lookup("dead.example", 443))
        waiting = loop.create_task(lookup("other.example", 443))
        await asyncio.sleep(1)
        for task in (running, waiting):
            task.cancel()
        await asyncio.gather(running, waiting, return_exceptions=True)
        resolver.let_go.set()
        async with asyncio.timeout(1000):
            return await lookup("gazette.example", 443)

    assert run(ask(), grace=1.0) == [("93.184.216.34", 443)]
    assert resolver.names == ["dead.example.", "gazette.example."]


def test_a_system_without_threads(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(name_lookup, "_LOOKUPS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        errors = look_up("gazette.example", "radio.example")
    assert [str(error) for error in errors] == ["name lookup failed"] * 2

"""A run over addresses: how polite it is, as the servers' logs tell, and what it makes of their answers."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from newsarc.sources.check.checker import Checker
from newsarc.sources.citations import Citation
from newsarc.sources.history import Check, History
from newsarc.sources.ledger import LedgerWriter, ledger_line, read_ledger
from newsarc.sources.verdicts import judge
from tests.sources.servers import START, Handler, Servers, now
from tests.sources.virtual_time import passed, run
from tests.sources.world import Seen, World

NAMES = {"gazette.test": "127.0.0.2", "radio.test": "127.0.0.3", "times.test": "127.0.0.3", "old.test": "127.0.0.2"}
CITED = Citation(("Harbour bridge closes after storm",), ("The Gazette",))
TINY = 1e-6  # what timers are off by


def html(title: str, status: int = 200, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = f"<html><head><title>{title}</title></head></html>"
    return web.Response(text=body, status=status, content_type="text/html", headers=named)


def check(
    folder: Path,
    handler: Handler,
    *addresses: str,
    known: Mapping[str, History] | None = None,
    citation: Citation = CITED,
    interval: float = 1.0,
    seconds: float = float("inf"),
) -> tuple[dict[str, History], Servers]:
    """Check addresses; return the ledger, and the servers with their log."""
    file = folder / "sources.jsonl"
    if known:
        file.write_text("".join(itertools.starmap(ledger_line, known.items())), encoding="utf-8")

    async def ask() -> Servers:
        async with Servers(handler, NAMES) as servers, servers.fetcher() as fetcher:
            with LedgerWriter(file) as ledger:
                cited = dict.fromkeys(addresses, citation)
                await Checker(cited, fetcher, ledger, interval=interval, seconds=seconds, now=now).run()
            return servers

    servers = run(ask(), grace=0.005)
    return read_ledger(file), servers


def event_page(request: web.Request) -> web.Response:
    """The page of an event: each has a title of its own."""
    return html(f"{CITED.headlines[0]} {request.path}")


def outcomes(found: Mapping[str, History]) -> dict[str, tuple[str, str]]:
    return {address: (history[-1].outcome, history[-1].reason) for address, history in found.items()}


# --- politeness ---


async def busy(request: web.Request) -> web.StreamResponse:
    """Redirects a third of its pages to another host, and asks for patience now and then."""
    if request.path == "/robots.txt":
        return web.Response(text="User-agent: *\nDisallow: /private\n")
    number = int(request.path.strip("/") or 0)
    if number % 3 == 0 and request.host != "times.test":
        return web.Response(status=302, headers={"Location": f"http://times.test/{number}"})
    return html(CITED.headlines[0])


def test_one_connection_and_one_request_a_second_to_a_host_and_to_an_address(tmp_path: Path) -> None:
    addresses = [f"http://{host}/{number}" for host in NAMES for number in range(1, 13)]
    found, servers = check(tmp_path, busy, *addresses)
    assert {history[-1].outcome for history in found.values()} == {"alive"}
    assert len(found) == len(addresses)
    for ip in ("127.0.0.2", "127.0.0.3"):
        requests = [one for one in servers.log if one.ip == ip]
        assert len(requests) > len(addresses) / 2
        pauses = [after.began - before.ended for before, after in itertools.pairwise(requests)]
        assert min(pauses) >= 1 - TINY, "redirects wait in the queue of their new host too"
    assert set(servers.most_open.values()) == {1}


def test_robots_txt_comes_first_and_once(tmp_path: Path) -> None:
    found, servers = check(tmp_path, busy, "http://gazette.test/1", "http://gazette.test/private/2")
    assert [one.path for one in servers.log] == ["/robots.txt", "/1"]
    assert outcomes(found)["http://gazette.test/private/2"] == ("blocked", "robots.txt forbids it")


def test_crawl_delay(tmp_path: Path) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        return web.Response(text="User-agent: newsarc\nCrawl-delay: 20\n") if "robots" in request.path else html("x")

    _, servers = check(tmp_path, slow, *(f"http://gazette.test/{number}" for number in range(4)))
    began = [one.began for one in servers.log[1:]]
    assert min(after - before for before, after in itertools.pairwise(began)) >= 20 - TINY


@pytest.mark.parametrize("written", ["45", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(tmp_path: Path, written: str, status: int) -> None:
    refused: list[float] = []

    async def patient(request: web.Request) -> web.StreamResponse:
        if "robots" in request.path or refused:
            return html(CITED.headlines[0]) if refused else web.Response(status=404)
        moment = now()
        refused.append(moment.timestamp())
        later = (moment + dt.timedelta(seconds=45)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return html("wait", status, Retry_After=later if written == "date" else written)

    found, servers = check(tmp_path, patient, *(f"http://gazette.test/{number}" for number in range(3)))
    assert {history[-1].outcome for history in found.values()} == {"alive"}
    assert [one.path for one in servers.log] == ["/robots.txt", "/0", "/1", "/2", "/0"]
    assert servers.log[2].began - servers.log[1].ended >= 45 - 1  # HTTP dates are whole seconds


def test_429_without_retry_after_waits_longer_each_time(tmp_path: Path) -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404 if "robots" in request.path else 429)

    found, servers = check(tmp_path, never, "http://gazette.test/1")
    assert outcomes(found) == {"http://gazette.test/1": ("blocked", "429")}
    began = [one.began for one in servers.log[1:]]
    assert len(began) == 3
    assert [round(after - before) for before, after in itertools.pairwise(began)] == [60, 120]


def test_who_wants_to_be_left_alone_for_long_is(tmp_path: Path) -> None:
    async def closed(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404) if "robots" in request.path else html("no", 503, Retry_After="86400")

    found, servers = check(tmp_path, closed, *(f"http://gazette.test/{number}" for number in range(5)))
    assert [one.path for one in servers.log] == ["/robots.txt", "/0"]
    assert outcomes(found) == {"http://gazette.test/0": ("down", "503")}


def test_a_host_that_does_not_answer_is_not_asked_for_ever(tmp_path: Path) -> None:
    async def dead(request: web.Request) -> web.StreamResponse:
        if request.host == "gazette.test" and "robots" not in request.path:
            assert request.transport is not None
            request.transport.abort()
        return html(CITED.headlines[0])

    addresses = [f"http://gazette.test/{number}" for number in range(20)]
    found, servers = check(tmp_path, dead, *addresses, "http://radio.test/1")
    assert {found[address][-1].outcome for address in addresses} == {"down"}
    assert sum(one.host == "gazette.test" for one in servers.log) == 1 + 5


def test_a_budget_of_time(tmp_path: Path) -> None:
    addresses = [f"http://gazette.test/{number}" for number in range(1, 100)]
    found, servers = check(tmp_path, busy, *addresses, seconds=10)
    assert 5 <= sum(one.host == "gazette.test" for one in servers.log) <= 11
    assert next(iter(found)) == "http://gazette.test/1"
    assert len(found) < 11
    began = servers.log[0].began
    assert all(one.began - began <= 10 for one in servers.log)


# --- outcomes ---


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, {}, "alive"),
        (206, {}, "alive"),
        *((status, {}, "gone") for status in (404, 410)),
        *((status, {}, "blocked") for status in (400, 401, 402, 403, 405, 406, 418, 429, 451, 999)),
        *((status, {}, "down") for status in (500, 502, 503, 504, 520)),
        (404, {"cf_mitigated": "challenge"}, "blocked"),
        (410, {"x_datadome": "protected"}, "blocked"),
        (202, {"x_amzn_waf_action": "challenge"}, "blocked"),
        (302, {"Location": "ftp://gazette.test/"}, "refused"),
        (302, {"Location": "http://gazette.test/1"}, "blocked"),
        (302, {"Location": "http://nowhere.test/"}, "gone"),
        (302, {}, "down"),
    ],
)
def test_an_outcome(tmp_path: Path, status: int, headers: dict[str, str], outcome: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if "robots" in request.path:
            return web.Response(status=404)
        return html(CITED.headlines[0], status, **headers) if request.path == "/1" else html("other")

    found, _ = check(tmp_path, answer, "http://gazette.test/1")
    ((check_, *_),) = found.values()
    assert check_.outcome == outcome


@pytest.mark.parametrize(
    ("status", "target", "title", "outcome"),
    [
        (301, "http://radio.test/2026/bridge", "Harbour bridge closes after storm – Radio", "moved"),
        (308, "http://radio.test/2026/bridge", "Harbour bridge closes after storm – Radio", "moved"),
        (302, "http://radio.test/2026/bridge", "Harbour bridge closes after storm – Radio", "alive"),
        (301, "http://radio.test/2026/bridge", "Welcome to our new site", "alive"),
        (301, "http://radio.test/", "Harbour bridge closes after storm – Radio", "alive"),
        (301, "https://gazette.test/bridge/", "Harbour bridge closes after storm", "alive"),
    ],
)
def test_a_move(tmp_path: Path, status: int, target: str, title: str, outcome: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if "robots" in request.path:
            return web.Response(status=404)
        if request.path == "/bridge":
            return web.Response(status=status, headers={"Location": target})
        return html(title)

    found, _ = check(tmp_path, answer, "http://gazette.test/bridge")
    ((check_,),) = found.values()
    assert (check_.outcome, check_.to) == (outcome, target if outcome == "moved" else None)


def test_a_soft_404_is_told_by_a_page_that_cannot_exist(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        known = {"/news/1", "/news/2", "/news/3"}
        return event_page(request) if request.path in known else html("Nothing to see")

    addresses = [f"http://gazette.test/news/{number}" for number in range(1, 6)]
    found, servers = check(tmp_path, answer, *addresses)
    assert [found[address][-1].outcome for address in addresses] == ["alive"] * 3 + ["soft-gone"] * 2
    assert sum("newsarc-" in one.path for one in servers.log) == 1 + 2, "one for a folder, and one to confirm each"


def test_a_wall_that_comes_up_in_a_run_is_no_soft_404(tmp_path: Path) -> None:
    asked: list[str] = []

    async def metered(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return event_page(request) if len(asked) <= 3 else html("Before you continue")

    addresses = [f"http://gazette.test/news/{number}" for number in range(1, 6)]
    found, _ = check(tmp_path, metered, *addresses)
    assert {history[-1].outcome for history in found.values()} == {"alive"}


def test_a_site_that_never_showed_a_page_of_an_event_has_no_soft_404(tmp_path: Path) -> None:
    async def consent(request: web.Request) -> web.StreamResponse:
        return html("Before you continue")

    found, _ = check(tmp_path, consent, *(f"http://gazette.test/news/{number}" for number in range(5)))
    assert {history[-1].outcome for history in found.values()} == {"alive"}


def test_a_wall_that_comes_up_after_an_error_page_was_told_is_none(tmp_path: Path) -> None:
    asked: list[str] = []

    async def metered(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        if len(asked) > 16:
            return html("Before you continue")
        number = int(request.path.rpartition("/")[2]) if request.path.rpartition("/")[2].isdigit() else 99
        return event_page(request) if number < 2 else html("Nothing to see")

    addresses = [f"http://gazette.test/news/{number}/{number}" for number in range(22)]
    found, _ = check(tmp_path, metered, *addresses)
    assert "soft-gone" not in {history[-1].outcome for history in found.values()}


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("/", "soft-gone"),
        ("http://www.gazette.test/", "soft-gone"),
        ("http://radio.test/", "alive"),
        ("/consent", "alive"),
        ("/?back=/news/1", "alive"),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_the_front_page_instead_of_a_page_that_was_seen_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, outcome: str, is_known: bool
) -> None:
    """Else a site may show its front page to everybody who has no cookies."""
    monkeypatch.setitem(NAMES, "www.gazette.test", "127.0.0.2")

    async def answer(request: web.Request) -> web.StreamResponse:
        if not request.path.startswith("/news/"):
            return html("Welcome to the Gazette")
        return web.Response(status=302, headers={"Location": target})

    address = "http://gazette.test/news/1"
    seen = (Check(START - dt.timedelta(days=9), "alive", 200, is_identified=True, title="0a1b2c"),)
    found, _ = check(tmp_path, answer, address, known={address: seen} if is_known else None)
    assert found[address][-1].outcome == (outcome if is_known else "alive")


def test_a_front_page_that_only_one_page_redirects_to_is_no_soft_404(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/news/1":
            return web.Response(status=302, headers={"Location": "/"})
        return html("Welcome", 200 if request.path == "/" else 404)

    found, _ = check(tmp_path, answer, "http://gazette.test/news/1")
    assert outcomes(found) == {"http://gazette.test/news/1": ("alive", "")}


@pytest.mark.parametrize("leads_back", [True, False])
def test_a_login_is_no_soft_404(tmp_path: Path, leads_back: bool) -> None:
    """Where it leads back to the page, or is what a section without pages of events shows."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path in ("/news/1", "/news/2"):
            return event_page(request)
        if leads_back and request.path != "/login":
            return web.Response(status=302, headers={"Location": f"/login?next={request.path}"})
        return html("Sign in")

    closed = "http://gazette.test/news/3" if leads_back else "http://gazette.test/plus/3"
    found, _ = check(tmp_path, answer, "http://gazette.test/news/1", "http://gazette.test/news/2", closed)
    assert found[closed][-1].outcome == "alive"


@pytest.mark.parametrize("failure", [500, 503, None])
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("was_gone", [False, True])
def test_a_page_that_fails_is_asked_again(tmp_path: Path, failure: int | None, times: int, was_gone: bool) -> None:
    asked: list[str] = []

    async def failing(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        if request.path == "/1" and asked.count("/1") <= times:
            if failure is None:
                assert request.transport is not None
                request.transport.abort()
            return web.Response(status=failure or 500)
        return event_page(request)

    address = "http://gazette.test/1"
    known = {address: failures(1, 1)} if was_gone else None
    found, _ = check(tmp_path, failing, address, "http://gazette.test/2", known=known)
    assert found[address][-1].outcome == ("alive" if was_gone or times == 1 else "down")
    assert asked[:4] == ["/robots.txt", "/1", "/2", "/1"]


@pytest.mark.parametrize(("times", "outcome"), [(2, "alive"), (9, "blocked")])
def test_robots_txt_that_fails_is_asked_for_again(tmp_path: Path, times: int, outcome: str) -> None:
    asked: list[str] = []

    async def failing(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        if request.path == "/robots.txt":
            return web.Response(status=503 if asked.count("/robots.txt") <= times else 404)
        return html(CITED.headlines[0])

    found, _ = check(tmp_path, failing, *(f"http://gazette.test/{number}" for number in range(5)))
    assert {history[-1].outcome for history in found.values()} == {outcome}
    assert asked.count("/robots.txt") == 3
    assert ("/1" in asked) is (outcome == "alive")


def failures(count: int, days: int) -> History:
    last = START - dt.timedelta(days=1)
    return tuple(Check(last - dt.timedelta(days=days * place), "gone", 404) for place in reversed(range(count)))


def test_a_title_that_several_addresses_show_is_that_of_no_event(tmp_path: Path) -> None:
    """Here, the title of a wall has words of two headlines."""

    async def wall(request: web.Request) -> web.StreamResponse:
        return html("Harbour bridge cookies")

    addresses = [f"http://gazette.test/news/{number}" for number in range(15)]
    found, _ = check(tmp_path, wall, *addresses)
    assert {history[-1].outcome for history in found.values()} == {"alive"}
    assert sum(history[-1].is_identified is True for history in found.values()) == 1


def test_what_cannot_be_told_of_a_page_that_was_gone_is_recorded(tmp_path: Path) -> None:
    async def consent(request: web.Request) -> web.StreamResponse:
        return html("Before you continue")

    address = "http://gazette.test/news/1"
    found, _ = check(tmp_path, consent, address, known={address: failures(3, 7)})
    assert found[address][-1][1:4] == ("blocked", 200, "cannot tell whether it is the page")
    assert address in judge(found).dead


@pytest.mark.parametrize(("status", "is_told"), [(200, True), (404, False), (403, False)])
def test_a_front_page_tells_whether_a_host_lives_whose_pages_are_gone(
    tmp_path: Path, status: int, is_told: bool
) -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        return html("Welcome", status) if request.path == "/" else web.Response(status=404)

    addresses = [f"http://gazette.test/news/{number}" for number in range(4)]
    found, servers = check(tmp_path, gone, *addresses, known=dict.fromkeys(addresses, failures(3, 7)))
    assert [one.path for one in servers.log].count("/") == 1
    assert ("http://gazette.test/" in found) is is_told
    judgement = judge(found)
    assert (set(judgement.dead), set(judgement.failing)) == (
        (set(addresses), set()) if is_told else (set(), {"gazette.test"})
    )


def test_a_front_page_is_only_asked_for_where_all_pages_are_gone(tmp_path: Path) -> None:
    async def some(request: web.Request) -> web.StreamResponse:
        return event_page(request) if request.path == "/news/1" else web.Response(status=404)

    _, servers = check(tmp_path, some, *(f"http://gazette.test/news/{number}" for number in range(4)))
    assert "/" not in [one.path for one in servers.log]


class Unplugged(World):
    """After ten seconds, this machine has no network any more."""

    async def locate(self, address: str) -> str | None:
        return await super().locate(address) if self._is_online() else None

    async def fetch(self, address: str) -> Seen:
        return await super().fetch(address) if self._is_online() else Seen(address, None, "no such host")

    def _is_online(self) -> bool:
        return passed() < 10


def test_a_network_that_goes_makes_no_page_gone(tmp_path: Path) -> None:
    world = Unplugged(1)
    file = tmp_path / "sources.jsonl"
    with LedgerWriter(file) as ledger:
        run(Checker(world.citations, world, ledger, now=world.now).run())
    found = read_ledger(file)
    unknown = {address for address, history in found.items() if history[-1].reason == "no such host"}
    assert {world.kinds[address.split("/")[2]] for address in unknown} == {"vanished"}
    assert len(unknown) == 10, "those that were looked up before somebody answered for the last time"
    assert len(found) < len(world.citations)


def test_that_there_is_no_such_host_is_asked_again_where_it_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    lookup = Servers.lookup

    async def count(self: Servers, host: str, port: int) -> Sequence[tuple[str, int]]:
        looked_up.append(host)
        if host == "late.test" and looked_up.count(host) > 1:
            host = "gazette.test"
        return await lookup(self, host, port)

    monkeypatch.setattr(Servers, "lookup", count)
    late, lost, new = (f"http://{name}.test/1" for name in ("late", "lost", "new"))
    unknown = tuple(check._replace(reason="no such host", status=None) for check in failures(2, 7))
    found, _ = check(tmp_path, busy, late, lost, new, "http://radio.test/1", known={late: unknown, lost: unknown})
    assert [found[address][-1].outcome for address in (late, lost, new)] == ["alive", "gone", "gone"]
    assert [looked_up.count(f"{name}.test") for name in ("late", "lost", "new")] == [2, 2, 1]


@pytest.mark.parametrize("status", [301, 403, 404, 500, 502])
def test_retry_after_is_heeded_whatever_the_status(tmp_path: Path, status: int) -> None:
    async def tired(request: web.Request) -> web.StreamResponse:
        if request.path != "/1":
            return event_page(request)
        return html("later", status, Retry_After="60", Location="/3")

    _, servers = check(tmp_path, tired, "http://gazette.test/1", "http://gazette.test/2")
    began = {one.path: one.began for one in reversed(servers.log)}
    assert began["/2"] - began["/1"] >= 60


def test_hosts_at_one_address_wait_for_each_other_without_keeping_others_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        monkeypatch.setitem(NAMES, f"blog{number}.test", "127.0.0.2")
    blogs = [f"http://blog{number}.test/{page}" for number in range(60) for page in (1, 2)]
    others = [f"http://radio.test/{number}" for number in range(20)]
    found, servers = check(tmp_path, busy, *blogs, *others, seconds=30)
    assert len([address for address in blogs if address in found]) >= 15, "and not robots.txt of each blog alone"
    assert len([address for address in others if address in found]) >= 15
    hosts = [one.host for one in servers.log if one.ip == "127.0.0.2"]
    assert [host for host, _ in itertools.groupby(hosts)] == list(dict.fromkeys(hosts)), "one host after the other"


def test_one_host_at_an_address_does_not_keep_others_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by its size, nor by its patience."""
    for number in range(20):
        monkeypatch.setitem(NAMES, f"blog{number}.test", "127.0.0.2")

    async def slow(request: web.Request) -> web.StreamResponse:
        if request.path == "/robots.txt" and request.host == "gazette.test":
            return web.Response(text="User-agent: *\nCrawl-delay: 30\n")
        if request.host == "old.test" and request.path == "/1":
            return html("later", 429, Retry_After="3000")
        return event_page(request)

    large = [f"http://gazette.test/{number}" for number in range(100)]
    patient = [f"http://old.test/{number}" for number in range(1, 50)]
    blogs = [f"http://blog{number}.test/{page}" for number in range(20) for page in (1, 2)]
    found, servers = check(tmp_path, slow, *large, *patient, *blogs, seconds=200)
    assert set(blogs) <= set(found)
    pauses = [
        after.began - before.ended
        for before, after in itertools.pairwise(one for one in servers.log if one.ip == "127.0.0.2")
    ]
    assert min(pauses) >= 1 - TINY


def test_a_silent_target_of_redirects_is_left_alone(tmp_path: Path) -> None:
    async def silent(request: web.Request) -> web.StreamResponse:
        if request.host == "radio.test" and "robots" not in request.path:
            assert request.transport is not None
            request.transport.abort()
        if "robots" in request.path:
            return web.Response(status=404)
        return web.Response(status=302, headers={"Location": f"http://radio.test{request.path}"})

    _, servers = check(tmp_path, silent, *(f"http://gazette.test/{number}" for number in range(30)))
    assert sum(one.host == "radio.test" for one in servers.log) == 1 + 5


def test_what_was_put_off_is_not_lost_when_the_time_is_over(tmp_path: Path) -> None:
    async def some(request: web.Request) -> web.StreamResponse:
        number = int(request.path.strip("/")) if "robots" not in request.path else 0
        if number in (1, 2):
            return web.Response(status=404)
        return web.Response(status=500) if number in (3, 4) else event_page(request)

    addresses = [f"http://gazette.test/{number}" for number in range(1, 100)]
    known = dict.fromkeys(addresses[:2], failures(2, 7))
    found, _ = check(tmp_path, some, *addresses, known=known, seconds=40)
    assert [found[address][-1].outcome for address in addresses[:4]] == ["gone", "gone", "down", "down"]
    assert all(len(found[address]) == 3 for address in addresses[:2])
    assert addresses[-1] not in found


def test_a_wall_that_falls_before_the_test_is_over_makes_no_page_soft_gone(tmp_path: Path) -> None:
    asked: list[str] = []

    async def wall(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        is_up = 4 < len(asked) <= 15
        if is_up:
            return html("Before you continue")
        return event_page(request) if request.path.rpartition("/")[2].isdigit() else web.Response(status=404)

    found, _ = check(tmp_path, wall, *(f"http://gazette.test/news/{number}" for number in range(40)))
    assert "soft-gone" not in {history[-1].outcome for history in found.values()}


def test_suspicious_pages_wait_for_a_page_of_their_section(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        is_lost = request.path.startswith("/b/") and request.path != "/b/99"
        known = request.path.rpartition("/")[2].isdigit() and not is_lost
        return event_page(request) if known else html("Nothing to see")

    lost = [f"http://gazette.test/b/{number}" for number in range(12)]
    found, _ = check(tmp_path, answer, "http://gazette.test/a/1", *lost, "http://gazette.test/b/99")
    assert {found[address][-1].outcome for address in lost} == {"soft-gone"}


@pytest.mark.parametrize(("path", "is_identified"), [("/news/1?ref=feed", True), ("/news/2", False)])
def test_a_report_with_other_parameters_is_the_same(tmp_path: Path, path: str, is_identified: bool) -> None:
    async def same(request: web.Request) -> web.StreamResponse:
        return html(CITED.headlines[0]) if "robots" not in request.path else web.Response(status=404)

    found, _ = check(tmp_path, same, "http://gazette.test/news/1", f"http://gazette.test{path}")
    assert found[f"http://gazette.test{path}"][-1].is_identified is is_identified


def test_a_host_that_does_not_exist_is_looked_up_twice_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    lookup = Servers.lookup

    async def count(self: Servers, host: str, port: int) -> Sequence[tuple[str, int]]:
        looked_up.append(host)
        return await lookup(self, host, port)

    monkeypatch.setattr(Servers, "lookup", count)
    lost = [f"http://lost.test/{number}" for number in range(30)]
    unknown = tuple(check._replace(reason="no such host", status=None) for check in failures(2, 7))
    found, _ = check(tmp_path, busy, *lost, "http://radio.test/1", known=dict.fromkeys(lost, unknown))
    assert {found[address][-1].reason for address in lost} == {"no such host"}
    assert looked_up.count("lost.test") == 2


def test_an_end_of_the_output_loses_no_check_that_waited(tmp_path: Path) -> None:
    world = Unplugged(1)
    file = tmp_path / "sources.jsonl"

    def end(address: str, check: Check) -> None:
        raise OSError("closed pipe")

    with pytest.raises(OSError, match="closed pipe"), LedgerWriter(file) as ledger:
        checker = Checker(world.citations, world, ledger, now=world.now, on_check=end)
        for number in range(50):
            checker._run._early.append((f"http://early.test/{number}", Check(START, "down")))
        run(checker.run())
    assert sum("early.test" in address for address in read_ledger(file)) == 50


def test_what_is_refused_is_recorded_without_a_network(tmp_path: Path) -> None:
    found, _ = check(tmp_path, busy, "http://10.0.0.5/1", "http://nowhere.test/1")
    assert outcomes(found) == {"http://10.0.0.5/1": ("refused", "not a public address")}


def test_what_would_make_an_address_dead_is_asked_twice(tmp_path: Path) -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    address, other = "http://gazette.test/1", "http://gazette.test/2"
    known = {address: failures(2, 7), other: failures(1, 7)}
    _, servers = check(tmp_path, gone, address, other, known=known)
    assert [one.path for one in servers.log[1:]] == ["/1", "/2", "/1"]


def test_without_a_network_nothing_is_recorded(tmp_path: Path) -> None:
    found, _ = check(tmp_path, busy, *(f"http://nowhere{number}.test/" for number in range(9)))
    assert found == {}
    assert not (tmp_path / "sources.jsonl").exists()


def test_a_name_that_is_gone_is_recorded_once_somebody_answered(tmp_path: Path) -> None:
    found, _ = check(tmp_path, busy, "http://nowhere.test/1", "http://gazette.test/1")
    assert outcomes(found)["http://nowhere.test/1"] == ("gone", "no such host")


def test_pages_with_other_titles_are_recorded_soon(tmp_path: Path) -> None:
    async def other(request: web.Request) -> web.StreamResponse:
        number = int(request.path.rpartition("/")[2]) if request.path.startswith("/news/1") else 0
        return event_page(request) if number in (100, 101) else html(f"Live {request.path}")

    addresses = [f"http://gazette.test/news/{number}" for number in range(100, 140)]
    found, _ = check(tmp_path, other, *addresses, seconds=30)
    assert 20 < len(found) < 35
    at = [history[-1].at for history in found.values()]
    assert (max(at) - min(at)).total_seconds() > 20, "and not all at the end"


def test_a_name_of_a_private_address_is_refused_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMES, "private.test", "10.0.0.5")
    addresses = [f"http://private.test/{number}" for number in range(8)]
    found, servers = check(tmp_path, busy, *addresses, "http://gazette.test/1")
    assert {outcomes(found)[address] for address in addresses} == {("refused", "not a public address")}
    assert {one.host for one in servers.log} == {"gazette.test"}


@pytest.mark.parametrize("what", ["report", "flush"])
def test_a_failure_ends_the_run_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    world = World(1)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), LedgerWriter(tmp_path / "sources.jsonl") as ledger:
        if what == "flush":
            monkeypatch.setattr(ledger, "flush", fail)
            monkeypatch.setattr(ledger, "close", lambda: None)
        report = fail if what == "report" else lambda address, check: None
        run(Checker(world.citations, world, ledger, now=world.now, on_check=report).run())
    assert world.requests < 100

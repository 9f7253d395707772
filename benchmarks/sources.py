"""How fast addresses are checked, and whom a month of checks calls dead.

``python -m benchmarks.sources speed [ADDRESSES [CHECKS]]`` checks that many addresses, ten on each host, against one
server in a process of its own, without pauses. All hosts have loopback addresses of their own. The ledger has so many
earlier checks of each address that found it gone.

``python -m benchmarks.sources month [HOSTS]`` simulates five weekly checks in the world of the tests, whose hosts
misbehave, and counts the living pages that are called dead and the dead ones that are missed.

``python -m benchmarks.sources drift [SITES]`` checks pages that change, on that many sites of each kind, and counts
which of them are called drifted and soft-gone. Their words and the seed are held out, not used for tuning.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from ipaddress import IPv4Network
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

from newsarc.sources.check.checker import Checker
from newsarc.sources.check.fetch import Fetcher, Policy
from newsarc.sources.citations import Citation
from newsarc.sources.history import Check
from newsarc.sources.ledger import LedgerWriter, read_ledger, write_ledger
from newsarc.sources.verdicts import judge
from tests.sources import virtual_time
from tests.sources.changed_pages import ChangingWorld, scores
from tests.sources.world import KINDS, World

_LOOPBACK = IPv4Network("127.0.0.0/8")
_PER_HOST = 10
_HELD_OUT_SEED = 20261129
_PAGE = b"<!doctype html><title>Harbour bridge closes after storm in %b</title>" + b"x" * 2000


def main(words: Sequence[str]) -> None:
    """Run the benchmark that ``words`` name."""
    what, number, checks = (*words, "", "", "")[:3]
    if what == "speed":
        measure_speed(int(number or 150_000), int(checks or 0))
    elif what == "month":
        simulate_month(int(number or 1000))
    elif what == "drift":
        score_drift(int(number or 300))
    else:
        sys.exit(__doc__)


def measure_speed(addresses: int, checks: int) -> None:
    """Print seconds, CPU seconds and memory of a check of so many addresses, of each of which so many are known."""
    citation = Citation(("Harbour bridge closes after storm",), ("The Gazette",))
    citations = {f"http://h{n // _PER_HOST}.test/{n % _PER_HOST}": citation for n in range(addresses)}
    mine, other = Pipe()
    server = Process(target=_serve, args=(other,), daemon=True)
    server.start()
    port = mine.recv()

    async def lookup(host: str, _: int) -> Sequence[tuple[str, int]]:
        return [(str(_LOOPBACK[256 + int(host[1:].partition(".")[0])]), port)]

    async def check(file: Path) -> None:
        policy = Policy(lambda address: address in _LOOPBACK)
        with LedgerWriter(file) as ledger:
            async with Fetcher("newsarc-benchmark", policy, lookup) as fetcher:
                await Checker(citations, fetcher, ledger, interval=0.0).run()

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.jsonl"
        writer = Process(target=_write_checks, args=(file, list(citations), checks))  # for the memory of this one
        writer.start()
        writer.join()
        began, cpu = time.perf_counter(), time.process_time()
        asyncio.run(check(file))
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        alive = sum(history[-1].outcome == "alive" for history in read_ledger(file).values())
    print(f"{addresses:,} addresses, {alive:,} alive: {seconds:.1f} s, {cpu:.1f} s CPU, {memory:.0f} MB")
    server.terminate()


def _write_checks(file: Path, addresses: Sequence[str], checks: int) -> None:
    """Write a ledger with weekly checks, until a week ago."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    found = tuple(Check(now - dt.timedelta(weeks=week), "gone", 404, "404") for week in range(checks, 0, -1))
    if found:
        write_ledger(file, dict.fromkeys(addresses, found))


def _serve(pipe: Connection) -> None:
    """Answer every request with a page, and tell the port."""

    class Page(asyncio.Protocol):
        transport: asyncio.Transport

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            is_page = not data.startswith(b"GET /robots.txt")
            path = data[4:20].split(b" ")[0]  # so that each page has a title of its own
            status, body = (b"200 OK", _PAGE % path) if is_page else (b"404 Not Found", b"")
            head = b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            self.transport.write(head % (status, len(body)) + body)
            self.transport.close()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Page, "0.0.0.0", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def simulate_month(hosts: int) -> None:
    """Print whom five weekly checks call dead."""
    world = World(max(1, hosts // len(KINDS)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.jsonl"
        for week in range(5):
            world.day = 7 * week
            with LedgerWriter(file) as ledger:
                virtual_time.run(Checker(world.citations, world, ledger, now=world.now).run())
            judgement = judge(read_ledger(file))
            dead, living = set(judgement.dead), len(world.citations) - len(world.dead)
            print(
                f"day {world.day:2}: {len(dead - world.dead)} of {living:,} living pages called dead; "
                f"{len(world.dead & dead):,} of {len(world.dead):,} dead ones "
                f"({len(world.seen_dead - dead)} of those seen dead three times missed); "
                f"{len(judgement.failing)} of {len(world.kinds):,} hosts fail; {world.requests:,} requests so far"
            )


def score_drift(sites: int) -> None:
    """Print which pages that change are called drifted and soft-gone after four weekly checks."""
    with tempfile.TemporaryDirectory() as folder:
        found = scores(Path(folder), ChangingWorld(_HELD_OUT_SEED, sites, is_held_out=True))
    for verdict, score in found.items():
        print(f"{verdict}: precision {score.precision:.4f}, recall {score.recall:.3f}")
        for kind, pages in score.pages.items():
            print(f"  {kind}: {score.given[kind]:,} of {pages:,}{' (right)' if kind in score.meant else ''}")


if __name__ == "__main__":
    main(sys.argv[1:])

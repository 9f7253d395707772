"""``newsarc sources copies``, with web archives in memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.sources.archived.copy_search import merged_searches
from newsarc.sources.archived.memento import ArchiveAnswer
from newsarc.sources.check import run as sources_run
from newsarc.sources.history import Check
from newsarc.sources.ledger import LedgerWriter, read_all, write_ledger
from tests.cli.commands.test_sources import write_archive
from tests.cli.driver import Outcome, run
from tests.sources.archive_world import ArchiveWorld, install
from tests.test_imports import loaded

PAPER = "paper.example"
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ANNOUNCED = (
    "newsarc: will send 5 addresses to web.archive.org and, if it has no copy, to arquivo.pt, about 1 second to "
    "12 seconds"
)
GONE = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))


def page(number: int) -> str:
    return f"https://{PAPER}/news/{number}"


def copy_url(number: int, digits: str) -> str:
    return f"https://web.archive.org/web/{digits}/{page(number)}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with ten sources, one for each day from 2020-03-01 on, of which the first five are dead."""
    root = write_archive(tmp_path / "archive", PAPER)
    alive = (Check(START, "alive", 200),)
    write_ledger(root / "sources.jsonl", {page(number): GONE if number < 5 else alive for number in range(10)})
    return root


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArchiveWorld:
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))  # or archives would rest from test to test
    world = ArchiveWorld()
    world.captures["wayback"] = {
        page(0): ["20190101000000", "20200301100000", "20200401000000"],
        page(1): ["20080101000000"],
        page(6): ["20200307000000"],
    }
    world.captures["arquivo"] = {page(2): ["20200305000000"]}
    world.withheld = {page(3)}
    install(monkeypatch, world)
    return world


def copies(root: Path, *words: str) -> Outcome:
    return run("-A", root, "sources", "copies", *words)


def test_copies(root: Path, world: ArchiveWorld) -> None:
    result = copies(root, "--yes")
    assert result.code == 0
    assert sorted(result.rows) == [
        ["found", "2020-03-01", "2020-03-01", "0", page(0), copy_url(0, "20200301100000")],
        ["found", "2020-03-02", "2008-01-01", "-4444", page(1), copy_url(1, "20080101000000")],
        ["found", "2020-03-03", "2020-03-05", "2", page(2), f"https://arquivo.pt/wayback/20200305000000/{page(2)}"],
        ["never-archived", "2020-03-05", "", "", page(4), ""],
        ["withheld", "2020-03-04", "", "", page(3), ""],
    ]
    assert world.sent == {page(number) for number in range(5)}
    assert world.hosts() == {"web.archive.org", "arquivo.pt"}
    assert "looked for 5 of 5 copies: 3 found, 1 " in result.err
    ledger = read_all(root / "sources.jsonl")
    assert len(ledger.histories) == 10
    assert {address: searches[0].why for address, searches in ledger.searches.items()} == {
        page(0): None,
        page(1): None,
        page(2): None,
        page(3): "withheld",
        page(4): "never-archived",
    }


def test_what_is_known_is_not_asked_again(root: Path, world: ArchiveWorld) -> None:
    copies(root, "--yes")
    before = len(world.log)
    result = copies(root, "--yes")
    assert (result.code, result.out, len(world.log)) == (0, "", before)
    assert "nothing to look for: 5 sources with a known copy or a search in the last 30 days" in result.err
    assert len(copies(root, "--yes", "--all").rows) == 5


def test_copies_of_some_events(root: Path, world: ArchiveWorld) -> None:
    assert [row[1] for row in copies(root, "2020-03-02", "--yes").rows] == ["2020-03-02"]
    assert world.sent == {page(1)}
    assert [
        row[4] for row in copies(root, "--all", "--since", "2020-03-07", "--until", "2020-03-07", "--yes").rows
    ] == [page(6)]
    assert copies(root, "2031", "--yes").code == 1


def test_copies_asks_first_and_says_what_is_sent_where(root: Path, world: ArchiveWorld) -> None:
    result = copies(root)
    assert (result.code, result.out, world.log) == (2, "", [])
    assert "would send 5 addresses to web.archive.org and, if it has no copy, to arquivo.pt, about " in result.err
    assert "about 1 second to 12 seconds; use --yes" in result.err
    assert result.err.endswith("use --yes to do so, --dry-run to list them\n")


@pytest.mark.parametrize(("typed", "is_done"), [("y\n", True), ("\n", False), ("", False)])
def test_the_question(
    root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch, typed: str, is_done: bool
) -> None:
    monkeypatch.setattr("newsarc.cli.source_requests.is_terminal", lambda stream: True)
    result = run("-A", root, "sources", "copies", stdin=typed)
    assert result.code == 0
    assert result.err.startswith("Send 5 addresses to web.archive.org and, if it has no copy, to arquivo.pt, ab")
    assert "without a contact" in result.err
    assert (bool(world.log), "nothing was sent" in result.err) == (is_done, not is_done)


def test_a_dry_run_lists_the_addresses_and_needs_no_package(
    root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_run, "find_spec", lambda name: None)
    before = (root / "sources.jsonl").read_bytes()
    result = copies(root, "--dry-run", "--all", "--for", "1s")
    assert result.rows == [[page(number)] for number in range(10)]
    assert "would send 10 addresses" in result.err
    assert "about 2 seconds to 25 seconds; this run stops after 1 second" in result.err
    assert (world.log, (root / "sources.jsonl").read_bytes()) == ([], before)
    result = copies(root, "--yes")
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "newsarc sources copies requires another package" in result.err


def test_the_contact_is_sent(root: Path, world: ArchiveWorld) -> None:
    (root / "newsarc.toml").write_text('[sources]\ncontact = "https://example.org/about"\n', encoding="utf-8")
    copies(root, "--yes")
    assert [name.endswith("; +https://example.org/about)") for name in world.agents] == [True]


def test_the_time_is_kept_and_the_next_run_goes_on(root: Path, world: ArchiveWorld) -> None:
    first = copies(root, "--yes", "--all", "--for", "1s")
    assert 0 < len(first.rows) < 10
    second = copies(root, "--yes", "--all")
    assert len(first.rows) + len(second.rows) == 10
    assert len({row[4] for row in first.rows + second.rows}) == 10


def test_sources_at_a_host_that_fails_are_looked_for(root: Path, world: ArchiveWorld) -> None:
    """They are not dead, since the host may only refuse to answer programs."""
    write_ledger(root / "sources.jsonl", {page(number): GONE for number in range(4)})
    assert {row[4] for row in copies(root, "--yes").rows} == {page(number) for number in range(4)} == world.sent


def test_no_source_is_dead(root: Path, world: ArchiveWorld) -> None:
    (root / "sources.jsonl").write_text("", encoding="utf-8")
    result = copies(root, "--yes")
    assert (result.code, result.out, world.log) == (0, "", [])
    assert "no dead sources are known; run newsarc sources check" in result.err


def test_without_a_network_nothing_is_recorded(root: Path, world: ArchiveWorld) -> None:
    world.silent = {"web.archive.org", "arquivo.pt"}
    before = (root / "sources.jsonl").read_bytes()
    for _ in range(2):  # the first run leaves no pause for which nobody asked
        result = copies(root, "--yes", "--all")
        assert (result.code, result.out) == (2, "")
        assert result.err.splitlines()[1:] == [
            "newsarc: no archive answered, so nothing was recorded; is this machine connected to the Internet?"
        ]
        assert (root / "sources.jsonl").read_bytes() == before
    world.silent = set()
    assert len(copies(root, "--yes", "--all").rows) == 10


def test_a_silent_archive_ends_the_run_and_not_the_next_one(root: Path, world: ArchiveWorld) -> None:
    world.silent = {"web.archive.org"}
    result = copies(root, "--yes", "--all")
    assert result.code == 0
    assert "newsarc: Wayback Machine does not answer; a later run continues\n" in result.err
    assert "left alone" not in result.err
    assert not any(row[0] == "never-archived" for row in result.rows)
    world.silent = set()
    result = copies(root, "--yes", "--all")
    assert "does not answer" not in result.err
    assert "left alone" not in result.err
    assert len(result.rows) > 0


def test_an_archive_that_fails_has_a_pause_in_other_runs_too(root: Path, world: ArchiveWorld) -> None:
    world.failing = {"web.archive.org"}
    first = copies(root, "--yes", "--all").err.splitlines()[-1]
    assert first.startswith("newsarc: Wayback Machine wants to be left alone until ")
    world.failing = set()
    assert copies(root, "--yes", "--all").err.splitlines()[-1] == first


def test_without_time_nothing_is_asked(root: Path, world: ArchiveWorld) -> None:
    result = copies(root, "--yes", "--for", "0s")
    assert (result.code, result.out, world.log) == (2, "", [])
    assert result.err.endswith("\nnewsarc: no time for a single request; use a longer --for\n")


def test_an_archive_that_refuses_ends_the_run(root: Path, world: ArchiveWorld) -> None:
    world.busy = {"web.archive.org"}
    result = copies(root, "--yes", "--all")
    assert result.code == 0
    assert "Wayback Machine wants to be left alone until 20" in result.err
    assert {search.why for (search,) in read_all(root / "sources.jsonl").searches.values()} <= {"no-answer", None}
    assert not any(row[0] == "never-archived" for row in result.rows)
    before = len(world.log)
    world.busy = set()
    assert "wants to be left alone until" in copies(root, "--yes", "--all").err  # the next process, too
    assert len(world.log) - before <= 8  # of the other archive


def test_an_archive_that_refuses_after_some_answers(
    root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = world.get

    async def refusing(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        if len(world.log) > 8:
            world.busy = {"web.archive.org"}
        return await get(url, headers)

    monkeypatch.setattr(world, "get", refusing)
    result = copies(root, "--yes", "--all")
    assert {row[0] for row in result.rows} <= {"found", "never-archived", "withheld", "no-answer"}
    assert 0 < len(result.rows) < 10
    assert [row for row in result.rows if row[0] == "no-answer"] == []


def test_a_silent_second_archive_does_not_end_the_run(root: Path, world: ArchiveWorld) -> None:
    world.silent = {"arquivo.pt"}
    result = copies(root, "--yes")
    assert sorted(row[0] for row in result.rows) == ["found", "found", "no-answer", "no-answer", "withheld"]
    assert "left alone" not in result.err


def test_ctrl_c_keeps_what_was_found(root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    get = world.get

    async def interrupted(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        if read_all(root / "sources.jsonl").searches:
            raise KeyboardInterrupt
        return await get(url, headers)

    monkeypatch.setattr(world, "get", interrupted)
    result = copies(root, "--yes")
    assert (result.code, len(result.rows) > 0) == (130, True)
    assert {row[4] for row in result.rows} == set(read_all(root / "sources.jsonl").searches)
    assert "recorded in" in result.err
    lines = (root / "sources.jsonl").read_text(encoding="utf-8").splitlines()
    assert (len(lines), lines) == (10, sorted(lines))


def test_a_closed_pipe_ends_the_run_silently(root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(session: Session, pieces: Iterable[str], **_: object) -> None:
        raise OutputEndedError

    monkeypatch.setattr(Session, "write", write)
    result = copies(root, "--yes")
    assert (result.code, result.err) == (0, f"{ANNOUNCED}\n")
    assert 0 < len(read_all(root / "sources.jsonl").searches) < 5


def test_a_full_disk_is_one_line(root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def flush(ledger: LedgerWriter) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(ledger.file))

    monkeypatch.setattr(LedgerWriter, "flush", flush)
    result = copies(root, "--yes")
    assert (result.code, len(result.err.splitlines())) == (2, 2)
    assert "No space left on device" in result.err


def test_one_run_at_a_time(root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Outcome] = []
    get = world.get

    async def again(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        if not seen:
            seen.append(Outcome(0, "", ""))
            seen[0] = await asyncio.to_thread(copies, root, "--yes")
        return await get(url, headers)

    monkeypatch.setattr(world, "get", again)
    assert copies(root, "--yes").code == 0
    assert (seen[0].code, "another newsarc sources check or copies of this archive is running" in seen[0].err) == (
        2,
        True,
    )


def test_without_a_cache_folder(root: Path, world: ArchiveWorld) -> None:
    assert len(copies(root, "--yes", "--no-cache").rows) == 5
    searches = read_all(root / "sources.jsonl").searches
    assert searches[page(0)] == merged_searches(searches[page(0)])


def test_without_searching_nothing_loads_what_connects(root: Path) -> None:
    names = loaded("-A", str(root), "sources", "copies", "--dry-run")
    assert not names & {
        *("aiohttp", "asyncio", "ssl"),
        *("newsarc.sources.check.fetch", "newsarc.sources.archived.copies"),
    }

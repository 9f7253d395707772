"""``newsarc new --archived``, with web archives in memory."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.sources.check import run as sources_run
from newsarc.sources.ledger import read_all
from newsarc.storage.cache import open_cache
from newsarc.storage.lock import FileLock
from tests.archive.test_sites import JEKYLL, make
from tests.cli.commands.test_sources import write_archive
from tests.cli.driver import Outcome, run
from tests.sources.archive_world import ArchiveWorld, install

PAPER = "https://paper.example/news/1"
RADIO = "https://radio.example/a"
COPY = f"https://web.archive.org/web/20200303100000/{PAPER}"
ANNOUNCED = (
    "newsarc: will send 1 address to web.archive.org and, if it has no copy, to arquivo.pt, about 1 second to 2 seconds"
)
PAGE = "news/2020/03/2/bridges.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_archive(tmp_path / "archive", "paper.example")
    (root / "sources.jsonl").touch()
    return root


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ArchiveWorld:
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))  # or archives would rest from test to test
    world = ArchiveWorld()
    world.captures["wayback"] = {PAPER: ["20190101000000", "20200303100000", "20200401000000"]}
    install(monkeypatch, world)
    return world


def new(root: Path, *words: str, sources: tuple[str, ...] = (PAPER,), stdin: str = "") -> Outcome:
    said = [word for source in sources for word in ("--source", f"The Gazette {source}")]
    return run("-A", root, "new", "Bridges", "--date", "2020-03-02", *said, *words, stdin=stdin)


def items(root: Path) -> list[str]:
    return [line for line in (root / PAGE).read_text("utf-8").splitlines() if line[:1].isdigit()]


def test_the_nearest_copy_is_cited_beside_the_source(root: Path, world: ArchiveWorld) -> None:
    result = new(root, "--archived", "--yes")
    assert (result.code, result.lines, result.err) == (0, [str(root / PAGE)], f"{ANNOUNCED}\n")
    assert items(root) == [f"1. [The Gazette]({PAPER}) ([archived 2020-03-03]({COPY}))"]
    with Archive.open(root) as archive:
        (source,) = archive.load(PAGE).sources
    assert (source.url, source.archived) == (PAPER, COPY)
    assert (world.sent, world.hosts()) == ({PAPER}, {"web.archive.org"})
    assert read_all(root / "sources.jsonl").searches[PAPER][0].date == dt.date(2020, 3, 2)


def test_where_there_is_none_the_event_is_created_without(root: Path, world: ArchiveWorld) -> None:
    result = new(root, "--archived", "--yes", sources=(RADIO, PAPER, "http://10.0.0.1/x"))
    assert result.code == 0
    assert items(root) == [
        f"1. [The Gazette]({RADIO})",
        f"2. [The Gazette]({PAPER}) ([archived 2020-03-03]({COPY}))",
        "3. [The Gazette](http://10.0.0.1/x)",
    ]
    assert result.err.splitlines()[1:] == [
        f"newsarc: no copy is cited beside {RADIO} (never-archived), http://10.0.0.1/x (not searched for)"
    ]
    assert world.sent == {RADIO, PAPER}


def test_without_an_answer(root: Path, world: ArchiveWorld) -> None:
    world.silent = {"web.archive.org", "arquivo.pt"}
    result = new(root, "--archived", "--yes")
    assert (result.code, items(root)) == (0, [f"1. [The Gazette]({PAPER})"])
    assert result.err.splitlines() == [ANNOUNCED, f"newsarc: no copy is cited beside {PAPER} (no-answer)"]
    assert not read_all(root / "sources.jsonl").searches


def test_while_another_run_writes_the_ledger(root: Path, world: ArchiveWorld) -> None:
    cache = open_cache(root.resolve(), None)
    assert cache is not None
    with closing(FileLock(cache.ledger_lock)) as lock:
        assert lock.acquire(exclusive=True, patience=0)
        result = new(root, "--archived", "--yes")
    assert (result.code, items(root)) == (0, [f"1. [The Gazette]({PAPER})"])
    assert result.err.splitlines() == [
        ANNOUNCED,
        "newsarc: another newsarc sources check or copies of this archive is running; the archives were not asked",
        f"newsarc: no copy is cited beside {PAPER} (not searched for)",
    ]
    assert world.sent == set()


def test_a_copy_from_another_time_is_told(root: Path, world: ArchiveWorld) -> None:
    world.captures["wayback"] = {PAPER: ["20080101000000"]}
    result = new(root, "--archived", "--yes")
    assert "([archived 2008-01-01](" in items(root)[0]
    assert "the nearest copy is from 2008-01-01, the event from 2020-03-02; look at it: https://web.arch" in result.err


def test_nothing_is_sent_unasked(root: Path, world: ArchiveWorld) -> None:
    result = new(root, "--archived")
    assert (result.code, result.out, world.log) == (2, "", [])
    assert "would send 1 address to web.archive.org and, if it has no copy, to arquivo.pt, about " in result.err
    assert "about 1 second to 2 seconds; use --yes" in result.err
    assert not (root / PAGE).exists()
    assert new(root).code == 0
    assert (items(root), world.log) == ([f"1. [The Gazette]({PAPER})"], [])


@pytest.mark.parametrize(("typed", "is_done"), [("y\n", True), ("\n", False), ("", False)])
def test_the_question(
    root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch, typed: str, is_done: bool
) -> None:
    monkeypatch.setattr("newsarc.cli.source_requests.is_terminal", lambda stream: True)
    result = new(root, "--archived", stdin=typed)
    assert result.code == 0
    assert result.err.startswith("Send 1 address to web.archive.org and, if it has no copy, to arquivo.pt, about")
    assert (bool(world.log), COPY in items(root)[0]) == (is_done, is_done)
    assert ("(not searched for)" in result.err) != is_done


def test_a_dry_run_sends_nothing_and_shows_known_copies(
    root: Path, world: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_run, "find_spec", lambda name: None)
    result = new(root, "--archived", "--dry-run")
    assert (result.code, world.log, "would send 1 address" in result.err) == (0, [], True)
    assert "requires another package" in new(root, "--archived", "--yes").err
    monkeypatch.undo()
    install(monkeypatch, world)
    new(root, "--archived", "--yes")
    (root / PAGE).unlink()
    before = len(world.log)
    result = new(root, "--archived", "--dry-run")
    assert f"+1. [The Gazette]({PAPER}) ([archived 2020-03-03]({COPY}))" in result.lines
    assert (result.err.strip(), len(world.log)) == ("", before)


def test_copies_need_sources_and_an_archive(root: Path, tmp_path: Path, world: ArchiveWorld) -> None:
    assert "--archived requires --source" in new(root, "--archived", "--yes", sources=()).err
    assert "--yes requires --archived" in new(root, "--yes").err
    site = make(tmp_path / "site", JEKYLL)
    result = run("-A", site, "new", "Bridges", "--source", f"Gazette {PAPER}", "--archived", "--yes")
    assert (result.code, "posts of a site do not cite archived copies" in result.err, world.log) == (2, True, [])


def test_an_event_that_cannot_be_created_sends_nothing(root: Path, world: ArchiveWorld) -> None:
    assert new(root).code == 0
    result = new(root, "--archived", "--yes")
    assert (result.code, "already exists" in result.err, world.log) == (2, True, [])

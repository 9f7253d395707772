"""The ledger in the cache, once the archive has one of its own: nothing that was checked is lost without a word."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import CopySearch
from newsarc.sources.history import Check, merged
from newsarc.sources.ledger import read_all, write_ledger
from newsarc.storage.cache import open_cache
from newsarc.storage.lock import FileLock
from tests.cli.commands.test_sources import PLAIN, write_archive
from tests.cli.driver import run

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
FRESH = (Check(NOW, "alive", 200),)
OLD = tuple(Check(NOW - dt.timedelta(days=days), "gone", 404, "404") for days in (30, 20, 10))
SEARCH = CopySearch(dt.date(2020, 3, 1), NOW, None, ())
NOTE = "newsarc: earlier checks are still in the cache; the next newsarc sources check or copies moves them into {}"
CHECK = ("sources", "check", "--yes")


def page(number: int) -> str:
    return f"https://{PLAIN}/news/{number}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", PLAIN)


@pytest.fixture
def cached(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The ledger in the cache: all ten sources were checked a moment ago."""
    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))
    cache = open_cache(root.resolve(), None)
    assert cache is not None
    write_ledger(cache.ledger, {page(number): FRESH for number in range(10)}, {page(0): (SEARCH,)})
    return cache.ledger


@pytest.mark.parametrize("is_empty", [True, False])
def test_the_next_check_takes_it_over(root: Path, cached: Path, is_empty: bool) -> None:
    ledger, before = root / "sources.jsonl", read_all(cached)
    ledger.touch()
    if not is_empty:
        write_ledger(ledger, {page(0): OLD, "https://other.example/": OLD})
    result = run("-A", root, *CHECK)
    assert (result.code, result.out) == (0, "")  # nothing is asked for again
    assert result.err.splitlines() == [
        f"newsarc: moved the records of 10 sources from the cache into {ledger}",
        "newsarc: nothing to check: 10 addresses, all checked within the last 20 hours",
    ]
    assert not cached.exists()
    after = read_all(ledger)
    assert after.searches == before.searches
    assert len(after.histories) == (10 if is_empty else 11)
    assert after.histories[page(1)] == FRESH
    assert after.histories[page(0)] == (FRESH if is_empty else merged(OLD, FRESH))
    again = run("-A", root, *CHECK)
    assert again.err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "copies"])
def test_without_agreement_nothing_is_moved(root: Path, cached: Path, command: str) -> None:
    (root / "sources.jsonl").touch()
    write_ledger(cached, {page(number): OLD for number in range(9)})
    assert run("-A", root, "sources", command).code == 2  # without a terminal
    assert ((root / "sources.jsonl").read_bytes(), cached.exists()) == (b"", True)


def test_copies_take_it_over(root: Path, cached: Path) -> None:
    (root / "newsarc.toml").write_text('[sources]\nledger = "data/sources.jsonl"\n', encoding="utf-8")
    result = run("-A", root, "sources", "copies", "--yes")
    assert "moved the records of 10 sources from the cache" in result.err
    assert len(read_all(root / "data/sources.jsonl").histories) == 10
    assert not cached.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("sources", "status"),
        ("sources", "list"),
        ("sources", "check", "--dry-run"),
        ("sources", "copies", "--dry-run"),
        ("lint",),
        ("show", "2020-03-01/event-0", "--json"),
        ("stats",),
    ],
)
def test_others_say_that_it_is_there(root: Path, cached: Path, words: tuple[str, ...]) -> None:
    note = NOTE.format(root / "sources.jsonl")
    before = cached.read_bytes()
    assert note not in run("-A", root, *words).err
    (root / "sources.jsonl").touch()
    assert run("-A", root, *words).err.splitlines().count(note) == 1
    assert note not in run("--no-cache", "-A", root, *words).err
    assert (cached.read_bytes(), (root / "sources.jsonl").read_bytes()) == (before, b"")


def test_a_ledger_that_is_invalid_or_in_use_is_left_alone(root: Path, cached: Path) -> None:
    ledger = root / "sources.jsonl"
    ledger.write_text("{\n", encoding="utf-8")
    before = cached.read_bytes()
    result = run("-A", root, *CHECK)
    assert (result.code, cached.read_bytes(), ledger.read_text("utf-8")) == (2, before, "{\n")
    assert result.err == f"newsarc: {ledger}:1: not valid JSON; remove this line, or restore the ledger\n"
    ledger.write_text("", encoding="utf-8")
    cache = open_cache(root.resolve(), None)
    assert cache is not None
    with closing(FileLock(cache.ledger_lock)) as lock:
        assert lock.acquire(exclusive=True, patience=0)
        result = run("-A", root, *CHECK)
    assert (result.code, cached.read_bytes(), ledger.read_bytes()) == (2, before, b"")
    assert "another newsarc sources check or copies of this archive is running" in result.err

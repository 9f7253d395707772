"""The ledger: what is written is read again, two can be merged, and a kill loses little."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.config import SourcesConfig
from newsarc.errors import ArchiveError, ConfigError
from newsarc.sources.archived.copy_search import CopySearch
from newsarc.sources.check.checker import Checker
from newsarc.sources.history import OUTCOMES, Check, merged, shortened
from newsarc.sources.ledger import LedgerWriter, ledger_line, read_all, read_hosts, read_ledger, write_ledger
from newsarc.sources.ledger_place import find_ledger
from newsarc.sources.verdicts import drifted_since, judge, moved_to
from newsarc.sources.web_addresses import host_of_address, web_address
from newsarc.storage.cache import Cache
from tests.sources.virtual_time import run
from tests.sources.world import World

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ADDRESS = "https://gazette.test/1"
CHECKS = st.builds(
    Check,
    st.integers(0, 60).map(lambda day: START + dt.timedelta(days=day)),
    st.sampled_from(OUTCOMES),
    st.none() | st.integers(100, 999),
    st.text(max_size=9),
    st.none() | st.just("https://gazette.test/new"),
    st.none() | st.booleans(),
    st.sampled_from(("", "0a1b2c")),
    st.sampled_from(("", "home", "ci")),
)


HISTORIES = st.lists(CHECKS, max_size=12).map(merged)


def as_text(*lines: str) -> str:
    return "".join(lines)


@given(st.dictionaries(st.sampled_from([f"https://gazette.test/{number}" for number in range(9)]), HISTORIES))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, histories: dict[str, tuple[Check, ...]]
) -> None:
    file = tmp_path_factory.mktemp("ledger") / "sources.jsonl"
    write_ledger(file, histories)
    assert read_ledger(file) == histories
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line.split('"')[3])


STARTS = ("http://", "HTTPS://", "https://a.test", "https://a.test/", "https://me:pw@A.test:443?", "https://İß.test?")
URLS = st.builds(
    lambda start, rest, length: f"{start}{rest}".ljust(length, "a"),
    st.sampled_from(STARTS),
    st.text("ab.1/:?#@[]%&=~\\\"' é界İ", max_size=12),
    st.just(0) | st.integers(4090, 4100),
)
TIMES = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59), timezones=st.just(dt.UTC))


@given(URLS, URLS, TIMES, st.dates())
def test_what_is_written_is_read_for_any_address_and_time(
    tmp_path_factory: pytest.TempPathFactory, url: str, other: str, time: dt.datetime, date: dt.date
) -> None:
    address, at = web_address(url), time.replace(microsecond=0)
    if address is None:
        return
    file = tmp_path_factory.mktemp("ledger") / "sources.jsonl"
    check, search = Check(at, "moved", 200, to=web_address(other)), CopySearch(date, at, None, ())
    with LedgerWriter(file) as ledger:
        ledger.add(address, check)
        ledger.add_search(address, search)
    assert read_all(file) == ({address: (check,)}, {address: (search,)})
    assert read_hosts(file, [host_of_address(address)]) == read_all(file)


@given(st.lists(CHECKS, max_size=15))
def test_a_shortened_history_has_the_same_verdict(checks: list[Check]) -> None:
    whole = tuple(sorted(set(checks), key=lambda check: check.at))
    short = merged(checks)
    assert len(short) <= 2 + 1 + 3 * 4 + 3
    if len({check.at for check in whole}) == len(whole):  # else their order is not that of the list
        assert set(judge({ADDRESS: short}).dead) == set(judge({ADDRESS: whole}).dead)
        assert judge({ADDRESS: short}).verdicts == judge({ADDRESS: whole}).verdicts
        assert (drifted_since(short), moved_to(short)) == (drifted_since(whole), moved_to(whole))
    assert shortened(short) == short


@given(HISTORIES, HISTORIES)
def test_merging_is_the_same_both_ways(one: tuple[Check, ...], other: tuple[Check, ...]) -> None:
    assert merged(one, other) == merged(other, one)
    assert merged(one, one) == one


@given(st.lists(CHECKS, max_size=12), st.lists(CHECKS, max_size=12))
def test_merging_never_makes_an_address_dead_that_is_not(one: list[Check], other: list[Check]) -> None:
    whole = sorted({*one, *other}, key=lambda check: check.at)
    if len({check.at for check in whole}) == len(whole):
        both = judge({ADDRESS: merged(merged(one), merged(other))})
        assert set(both.dead) <= set(judge({ADDRESS: tuple(whole)}).dead)


def test_a_soft_404_replaces_what_it_was_taken_for() -> None:
    seen, unmasked = Check(START, "alive", 200, "", None, False), Check(START, "soft-gone", 200, "shows the same")
    assert merged([seen], [unmasked]) == merged([unmasked], [seen]) == (unmasked,)


def test_a_wrong_clock_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "sources.jsonl"
    ahead = Check(START.replace(year=2036), "alive", 200)
    miss = CopySearch(dt.date(2019, 3, 1), ahead.at, None, ())
    gone = [Check(START + dt.timedelta(days=day), "gone", 404) for day in (0, 7, 14)]
    write_ledger(file, {ADDRESS: (gone[0], ahead), "https://gazette.test/2": (ahead,)}, {ADDRESS: (miss,)})
    for check in gone[1:]:
        with LedgerWriter(file) as ledger:
            ledger.add(ADDRESS, check)
            ledger.add_search(ADDRESS, miss._replace(asked=check.at))
    histories, searches = read_all(file)
    assert histories == {ADDRESS: tuple(gone), "https://gazette.test/2": (ahead,)}
    assert searches == {ADDRESS: (miss._replace(asked=gone[2].at),)}
    assert judge(histories).dead
    early = Check(dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "down")
    with LedgerWriter(file) as ledger:
        ledger.add(ADDRESS, early)
    assert set(gone) <= set(read_ledger(file)[ADDRESS])


def test_lines_of_one_address_count_as_one(tmp_path: Path) -> None:
    one, other = Check(START, "alive", 200), Check(START + dt.timedelta(days=1), "gone", 404)
    file = tmp_path / "sources.jsonl"
    file.write_text(as_text(ledger_line(ADDRESS, [other]), "\n", ledger_line(ADDRESS, [one])), encoding="utf-8")
    assert read_ledger(file) == {ADDRESS: (one, other)}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_other_programs_may_write_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "sources.jsonl"
    line = '{"url": "https://gazette.test/ä", "checks": [{"at": "2026-03-01T10:00:00+01:00", "outcome": "gone"}]}\n'
    file.write_text(line, encoding=encoding)
    assert read_ledger(file) == {"https://gazette.test/ä": (Check(START.replace(hour=9), "gone"),)}
    file.write_text(line, encoding="latin-1")
    with pytest.raises(ArchiveError, match=r"sources\.jsonl:1: not valid JSON"):
        read_ledger(file)


def test_git_merges_two_ledgers(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *named, *words], cwd=tmp_path, check=True, capture_output=True)

    file = tmp_path / "sources.jsonl"
    (tmp_path / ".gitattributes").write_text("sources.jsonl merge=union\n", encoding="utf-8")
    checks = [Check(START + dt.timedelta(days=7 * place), "gone", 404) for place in range(3)]
    addresses = [f"https://gazette.test/{number}" for number in range(30)]
    write_ledger(file, dict.fromkeys(addresses, (checks[0],)))
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    for branch, check in (("mine", checks[1]), ("yours", checks[2])):
        git("checkout", "-q", "-b", branch, "main")
        write_ledger(file, dict.fromkeys(addresses, (checks[0], check)))
        git("commit", "-qam", branch)
    git("merge", "-q", "mine", "-m", "both")
    assert read_ledger(file) == {address: tuple(checks) for address in addresses}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('{"url": 3, "checks": []}', '"url" must be'),
        (
            '{"url": "https://me:secret@gazette.test/a", "checks": []}',
            '"url" must not have a user name or password: https://gazette.test/a',
        ),
        ('{"url": "https://me@gazette.test/", "checks": []}', '"url" must not have a user name or password: https'),
        ('{"url": "file:///etc/passwd", "checks": []}', '"url" must be an http or https URL: file:///etc/passwd'),
        (
            '{"url": "https://a.test/\\u001b[2J", "checks": []}',
            '"url" must be an http or https URL: https://a.test/␛[2J',
        ),
        (
            f'{{"url": "gopher://{"a" * 5000}", "checks": []}}',
            f'"url" must be an http or https URL: gopher://{"a" * 291}…',
        ),
        ('{"url": "https://gazette.test/"}', '"checks" must be a list'),
        ('{"url": "https://gazette.test/", "checks": [{"outcome": "fine"}]}', '"outcome" of a check must be'),
        ('{"url": "https://gazette.test/", "checks": [{"outcome": "gone", "at": "x"}]}', '"at" of a check must be'),
        ("<<<<<<< HEAD", "conflict marker of git"),
        (">>>>>>> other", "conflict marker of git"),
    ],
)
def test_a_bad_line_is_one_clear_error(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "sources.jsonl"
    good = ledger_line(ADDRESS, [Check(START, "alive", 200)])
    file.write_text(as_text(good, line, "\n", good), encoding="utf-8")
    with pytest.raises(ArchiveError) as caught:
        read_ledger(file)
    assert str(caught.value).startswith(f"{file}:2: {said}")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "written",
    ["https://gazette.test/a?", "https://GAZETTE.test/a", "HTTPS://gazette.test:443/a", "https://gazette.test/a#top"],
)
def test_other_forms_of_an_address_count_as_the_normal_one(tmp_path: Path, written: str) -> None:
    one, other = Check(START, "alive", 200), Check(START + dt.timedelta(days=1), "gone", 404)
    file = tmp_path / "sources.jsonl"
    file.write_text(ledger_line(written, [other]) + ledger_line("https://gazette.test/a", [one]), encoding="utf-8")
    assert read_ledger(file) == {"https://gazette.test/a": (one, other)}
    assert read_hosts(file, ["gazette.test"]).histories == read_ledger(file)
    with LedgerWriter(file) as ledger:
        ledger.add("https://gazette.test/b", one)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["url"] for line in lines] == ["https://gazette.test/a", "https://gazette.test/b"]


def test_an_incomplete_last_line_is_what_a_kill_leaves(tmp_path: Path) -> None:
    file = tmp_path / "sources.jsonl"
    good, other = (ledger_line(f"https://gazette.test/{name}", [Check(START, "alive", 200)]) for name in "ab")
    for rest, known in ((other[:-9], 1), (other[:-1], 2)):
        file.write_text(good + rest, encoding="utf-8")
        assert len(read_ledger(file)) == known
        with LedgerWriter(file) as ledger:
            ledger.add("https://gazette.test/c", Check(START, "alive", 200))
            ledger.flush()
            assert len(read_ledger(file)) == known + 1
        assert len(file.read_text(encoding="utf-8").splitlines()) == known + 1


@pytest.mark.parametrize("way", ["append", "replace", "delete"])
@pytest.mark.parametrize("flushes", [True, False])
def test_what_another_program_writes_meanwhile_is_kept(tmp_path: Path, way: str, flushes: bool) -> None:
    """As git pull does, and another run where there is no lock."""
    file = tmp_path / "sources.jsonl"
    names = {name: f"https://gazette.test/{name}" for name in ("old", "first", "other", "second")}
    seen = {address: Check(START, "alive", 200, name) for name, address in names.items()}
    write_ledger(file, {names["old"]: (seen[names["old"]],)})
    with LedgerWriter(file) as ledger:
        ledger.add(names["first"], seen[names["first"]])
        ledger.flush()
        theirs = ledger_line(names["other"], [seen[names["other"]]])
        if way == "append":
            file.write_text(file.read_text("utf-8") + theirs, "utf-8")
        elif way == "replace":
            write_ledger(file, {names["other"]: (seen[names["other"]],)})
        else:
            file.unlink()
        ledger.add(names["second"], seen[names["second"]])
        if flushes:
            ledger.flush()
    known = read_ledger(file)
    assert known == {address: (check,) for address, check in seen.items() if way != "delete" or "other" not in address}
    assert len(file.read_text("utf-8").splitlines()) == len(known)


@pytest.mark.parametrize("flushes", [True, False])
def test_nothing_is_lost_beside_a_conflict(tmp_path: Path, flushes: bool) -> None:
    file = tmp_path / "sources.jsonl"
    with pytest.raises(ArchiveError, match=":1: conflict marker"), LedgerWriter(file) as ledger:
        ledger.add(ADDRESS, Check(START, "alive", 200))
        ledger.flush()
        file.unlink()
        file.write_text("<<<<<<< HEAD\n", "utf-8")
        ledger.add(f"{ADDRESS}/2", Check(START, "gone", 404))
        if flushes:
            with pytest.raises(ArchiveError):
                ledger.flush()
            ledger.add(f"{ADDRESS}/3", Check(START, "gone", 404))
            ledger.flush()
            raise ArchiveError(f"{file}:1: conflict marker")
    head, *lines = file.read_text("utf-8").splitlines()
    assert head == "<<<<<<< HEAD"
    assert {json.loads(line)["url"] for line in lines} == {ADDRESS, f"{ADDRESS}/2", *([f"{ADDRESS}/3"] * flushes)}


def test_nothing_is_written_where_nothing_was_checked(tmp_path: Path) -> None:
    with LedgerWriter(tmp_path / "sources.jsonl"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_written_is_told_at_once(tmp_path: Path, what: str) -> None:
    file = tmp_path / "sources.jsonl"
    file.touch()
    (file if what == "file" else tmp_path).chmod(0o555)
    with pytest.raises(PermissionError), LedgerWriter(file):
        pytest.fail("the block is not entered")


def test_a_folder_in_its_place_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "data" / "sources.jsonl"
    file.parent.write_text("", "utf-8")
    with pytest.raises(OSError, match="data"), LedgerWriter(file):
        pytest.fail("the block is not entered")


def test_where_it_is(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    root.mkdir()
    cache = Cache(tmp_path / "cache", root, None)
    assert find_ledger(root, SourcesConfig(), None) is None
    assert find_ledger(root, SourcesConfig(), cache) == cache.ledger
    assert find_ledger(root, SourcesConfig("data/l.jsonl"), cache) == root / "data/l.jsonl"
    (root / "sources.jsonl").touch()
    assert find_ledger(root, SourcesConfig(), cache) == root / "sources.jsonl"


@pytest.mark.parametrize("named", ["../l.jsonl", "/etc/l.jsonl", "out/l.jsonl", "sources.jsonl"])
def test_it_is_never_outside_the_archive(tmp_path: Path, named: str) -> None:
    root = tmp_path / "archive"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "sources.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    config = SourcesConfig("" if named == "sources.jsonl" else named)
    with pytest.raises(ConfigError, match="outside the archive"):
        find_ledger(root, config, None)


# --- kill -9 ---

KILLS = int(os.environ.get("NEWSARC_TEST_KILLS") or 8)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_loses_the_last_second_at_most(tmp_path: Path, seed: int) -> None:
    """A process reports each check, with the time of its loop, and is killed after some of them."""
    file = tmp_path / "sources.jsonl"
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.close(reading)
        _check_until_killed(file, writing)
    os.close(writing)
    wanted = random.Random(seed).randrange(1, 200)
    with os.fdopen(reading) as stream:
        reported = [line.split() for _, line in zip(range(wanted), stream, strict=False)]
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reported += [line.split() for line in stream if line.endswith("\n")]  # what was in the pipe
    last = float(reported[-1][0])
    known = read_ledger(file)
    lost = [address for at, address in reported if address not in known and float(at) < last - 1.001]
    assert lost == []
    assert len(reported) >= wanted
    with LedgerWriter(file) as ledger:  # and the next run goes on
        ledger.add(ADDRESS, Check(START, "alive", 200))
    assert read_ledger(file).keys() == known.keys() | {ADDRESS}


def _check_until_killed(file: Path, pipe: int) -> None:
    def report(address: str, check: Check) -> None:
        os.write(pipe, f"{asyncio.get_running_loop().time()} {address}\n".encode())

    try:
        world = World(1)
        with LedgerWriter(file) as ledger:
            run(Checker(world.citations, world, ledger, now=world.now, on_check=report).run())
        while True:  # done before the signal came
            signal.pause()
    finally:
        os._exit(1)

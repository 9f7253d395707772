from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from newsarc import Archive
from newsarc.lint import linter
from newsarc.storage.workers import map_ordered
from tests.generated import generate
from tests.mutation import mutate

Part = TypeVar("Part")
Result = TypeVar("Result")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")


def children() -> set[int]:
    """Return the child processes of this one."""
    command = ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return {int(line.split()[0]) for line in found.stdout.splitlines() if line.split()[1] != "ps"}


def test_results_are_in_the_order_of_the_parts() -> None:
    """The first part finishes last: each part waits for the next, in another worker."""
    done = [os.pipe() for _ in range(3)]

    def slow_first(number: int) -> tuple[int, int]:
        if number < 2:
            os.read(done[number + 1][0], 1)
        if number < 3:
            os.write(done[number][1], b"x")
        return number, os.getpid()

    found = list(map_ordered(slow_first, range(20), workers=3))
    assert [number for number, _ in found] == list(range(20))
    assert len({pid for _, pid in found}) == 3
    assert os.getpid() not in {pid for _, pid in found}


def test_results_larger_than_a_pipe_arrive() -> None:
    assert [len(text) for text in map_ordered(lambda size: "x" * size, [5_000_000, 3, 1_000_000], workers=2)] == [
        5_000_000,
        3,
        1_000_000,
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_is_raised_in_the_parent(workers: int) -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with pytest.raises(ValueError, match="three"):
        list(map_ordered(work, range(6), workers))


def test_the_parts_of_a_dead_worker_are_done() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if number == 4 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(map_ordered(work, range(9), workers=2)) == list(range(9))


def test_a_result_that_does_not_pickle_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="pickle"):
        list(map_ordered(lambda number: lambda: number, range(4), workers=2))


def test_closing_the_results_ends_all_workers() -> None:
    before = children()

    def slow(number: int) -> int:
        if number:
            signal.pause()  # forever
        return number

    results = map_ordered(slow, range(4), workers=2)
    assert next(results) == 0
    results.close()
    assert children() == before


@pytest.mark.parametrize("workers", [1, 2])
def test_results_can_be_closed_with_any_number_of_workers(workers: int) -> None:
    results = map_ordered(lambda number: number, range(4), workers)
    assert next(results) == 0
    results.close()
    assert list(results) == []


def test_one_core_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.storage.workers.cores", lambda: 1)
    assert set(map_ordered(lambda number: os.getpid(), range(4))) == {os.getpid()}


def test_lint_finds_the_same_with_workers_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(tmp_path / "sound", 3, days=60)
    mutate(tmp_path / "sound", tmp_path / "broken", 3)
    reports = []
    for few, cores in ((10**9, 1), (0, 3)):
        monkeypatch.setattr("newsarc.index.build._FEW_DAYS", few)
        monkeypatch.setattr("newsarc.lint.archive_pass._FEW_LINKS", few)
        monkeypatch.setattr("newsarc.storage.workers.cores", lambda cores=cores: cores)
        reports.append(linter.lint(Archive.open(tmp_path / "broken")))
    one, many = reports
    assert one.findings == many.findings
    assert one.digests == many.digests
    assert one.files == many.files
    assert len(one.findings) > 50


class Pool:
    """An executor of the standard library, which pickles all work."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(self, fn: Callable[[Part], Result], parts: Sequence[Part], /) -> Iterator[Result]:
        with ProcessPoolExecutor(self.workers, multiprocessing.get_context("fork")) as pool:
            yield from pool.map(fn, parts)


def test_another_executor_can_do_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(tmp_path / "sound", 3, days=12)
    mutate(tmp_path / "sound", tmp_path / "broken", 3)
    reports = [linter.lint(Archive.open(tmp_path / "broken", cache=False))]
    used: list[Pool] = []

    def new_pool(workers: int) -> Pool:
        used.append(Pool(workers))
        return used[-1]

    monkeypatch.setenv("NEWSARC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("newsarc.index.build._FEW_DAYS", 0)
    monkeypatch.setattr("newsarc.index.build._DAYS_AT_ONCE", 1)
    monkeypatch.setattr("newsarc.lint.archive_pass._FEW_LINKS", 0)
    for size in ("_LINKS_AT_ONCE", "_PAGES_AT_ONCE", "_GROUPS_AT_ONCE"):
        monkeypatch.setattr(f"newsarc.lint.archive_pass.{size}", 4)
    monkeypatch.setattr("newsarc.storage.workers.cores", lambda: 2)
    monkeypatch.setattr("newsarc.storage.workers.new_executor", new_pool)
    reports.append(linter.lint(Archive.open(tmp_path / "broken")))
    assert reports[0].findings == reports[1].findings
    assert len(used) >= 5  # for fingerprints, pages, rules, suggestions and fixes


def test_an_interrupt_ends_all_workers_at_once(tmp_path: Path) -> None:
    generate(tmp_path, 4, days=60)
    reader, writer = os.pipe()
    script = (
        "import os, signal; from newsarc.index import build, extractor; from newsarc.storage import workers;"
        "from newsarc.cli import main;"
        "build._FEW_DAYS = 0; workers.cores = lambda: 2;"
        f"extractor.Extractor.__call__ = lambda self, days: (os.write({writer}, b'x'), signal.pause());"
        "main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, "-A", str(tmp_path), "lint"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=[writer],
        # Background processes of a shell ignore it, and so do their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        os.close(writer)
        assert os.read(reader, 1) + os.read(reader, 1) == b"xx"  # both workers are running
        process.send_signal(signal.SIGINT)  # to the parent only, which must end the others
        out, err = process.communicate()  # returns when no process has the pipes open
        assert process.returncode == 130
        assert (out, err) == (b"", b"")
        assert os.read(reader, 1) == b""
    assert members(process.pid) == set()


def members(group: int) -> set[int]:
    """Return the running processes of a group."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-g", str(group)], capture_output=True, text=True, check=False)
    return {int(line.split()[0]) for line in found.stdout.splitlines() if "Z" not in line.split()[1]}

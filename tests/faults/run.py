"""Commands of newsarc, each run many times, with another call of the operating system failing in each run.

``python -m tests.faults`` compiles ``shim.c`` and starts itself anew with it preloaded; this module is what runs
then. A run is a fork of this process, so that newsarc is imported once.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import importlib
import os
import pkgutil
import random
import re
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import newsarc

KINDS = ("open", "read", "write", "sync", "rename", "stat", "list", "remove", "resize", "make")
# What each kind of call may meet; EINTR is no failure: a run must be as if nothing had been.
ERRORS: dict[str, tuple[int, ...]] = {
    "open": (errno.EACCES, errno.EMFILE, errno.EIO, errno.EINTR),
    "read": (errno.EIO, errno.EINTR),
    "write": (errno.ENOSPC, errno.EIO, errno.EINTR),
    "sync": (errno.EIO, errno.ENOSPC),
    "rename": (errno.EACCES, errno.EIO),
    "stat": (errno.EACCES, errno.EIO),
    "list": (errno.EIO, errno.EMFILE),
    "remove": (errno.EACCES, errno.EIO),
    "resize": (errno.ENOSPC, errno.EIO),
    "make": (errno.EACCES, errno.ENOSPC),
}
KILL = -signal.SIGKILL
HERE = Path(__file__).parent
ARCHIVE = HERE.parent / "lint" / "cases" / "NA101-broken-related-link" / "bad"
EVENT = "2021-05-09/lorne-looks-back-on-a-week"
_SECONDS = re.compile(r'"seconds": [\d.]+,|\([\d.]+ s\)')


@dataclass(frozen=True)
class Command:
    """A command to run in the archive. ``makes``: the files it writes there, besides pages that it mends.

    ``is_warm``: it has run before, so that there is a cache. ``is_done_once``: a second run is no repetition.
    """

    name: str
    arguments: tuple[str, ...]
    is_warm: bool = False
    mends: bool = False
    makes: tuple[str, ...] = ()
    is_done_once: bool = False


READING = {
    "list": ("list",),
    "show a day": ("show", "2021-05-03"),
    "show an event": ("show", EVENT, "--json"),
    "search": ("search", "harbour", "--json"),
    "search --fixed": ("search", "--fixed", "harbour", "--json"),
    "related": ("related", EVENT, "--discover", "--json"),
    "lint": ("lint", "--output-format", "json"),
    "timeline": ("timeline", "harbour", "--json"),
    "stats": ("stats", "--json"),
}
COMMANDS = (
    *(Command(name, arguments) for name, arguments in READING.items()),
    *(Command(f"{name}, warm", arguments, is_warm=True) for name, arguments in READING.items()),
    Command("list --no-cache", ("--no-cache", "list")),
    Command("lint --fix", ("lint", "--fix", "--unsafe-fixes"), mends=True),
    Command("lint --write-baseline", ("lint", "--write-baseline", "baseline.json"), makes=("baseline.json",)),
    Command("graph", ("graph", "2021-05", "--output", "story.svg"), makes=("story.svg",)),
    Command(
        "new",
        ("new", "Quay closed", "--date", "2021-05-03", "--topic", "Harbours", "--related", EVENT),
        makes=("news/2021/05/3/harbours-quay-closed.md", "news/2021/05/3/quay-closed.md"),
        is_done_once=True,
    ),
    Command(
        "init",
        ("init", "--yes", "--only", "settings", "--only", "workflow", "--install", "newsarc"),
        makes=("newsarc.toml", ".github/workflows/newsarc.yml"),
        is_done_once=True,
    ),
    Command("export to SQLite", ("export", "--force", "--output", "out.db"), makes=("out.db",)),
    Command("export to JSON Lines", ("export", "--force", "--output", "out.jsonl"), makes=("out.jsonl",)),
    Command("cache clear", ("cache", "clear", "--all"), is_warm=True),
)


@dataclass(frozen=True)
class Outcome:
    """How a run ended, what it said, and what stands in the archive then."""

    code: int
    out: str
    err: str
    files: dict[str, str]
    counts: tuple[int, ...] = ()


class Bench:
    """A folder to run commands in: an archive, a cache, and what they print."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "watched"  # what may fail
        self.archive = self.root / "archive"
        self.shim = ctypes.CDLL(os.environ["LD_PRELOAD"])
        for module in pkgutil.walk_packages(newsarc.__path__, "newsarc."):  # once, and not in each run
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)

    def prepare(self, command: Command) -> None:
        """Put the archive back as it was, with no cache, or one."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(ARCHIVE, self.archive)
        (self.root / "cache").mkdir()
        if command.is_warm:
            self.run(command.arguments if command.arguments[0] != "cache" else ("list",))

    def run(
        self,
        arguments: tuple[str, ...],
        kind: int = -1,
        at: int = 0,
        error: int = 0,
        sticky: int = 0,
        after: float | None = None,
    ) -> Outcome:
        """Run newsarc once, with call number ``at`` of a kind, and all after it if ``sticky``, ending in ``error``."""
        out, err, counts = (self.folder / name for name in ("out", "err", "counts"))
        pid = os.fork()
        if pid == 0:
            self._be_newsarc(arguments, (out, err, counts), (kind, at, error, sticky))
        killer = threading.Timer(after, os.kill, [pid, signal.SIGKILL]) if after is not None else None
        if killer is not None:
            killer.start()
        status = os.waitpid(pid, 0)[1]
        if killer is not None:
            killer.cancel()
        numbers = tuple(map(int, counts.read_text().split())) if counts.is_file() else ()
        counts.unlink(missing_ok=True)
        said, errors = (file.read_text(encoding="utf-8", errors="replace") for file in (out, err))
        code = os.waitstatus_to_exitcode(status)
        return Outcome(code, _SECONDS.sub("", said), _SECONDS.sub("", errors), self.files(), numbers)

    def _be_newsarc(self, arguments: tuple[str, ...], files: tuple[Path, ...], fault: tuple[int, ...]) -> NoReturn:
        code = 99
        try:
            out, err, counts = (os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for file in files)
            os.dup2(out, 1)
            os.dup2(err, 2)
            os.chdir(self.archive)
            os.environ["NEWSARC_CACHE_DIR"] = str(self.root / "cache")
            sys.argv = ["newsarc", *arguments]
            from newsarc.cli import main

            _settle()
            self._write_down_steps()
            self.shim.fault_arm(os.fsencode(self.root), *fault)
            try:
                main()
                code = 0
            except SystemExit as exit_:
                code = exit_.code if isinstance(exit_.code, int) else 1
            except BaseException:
                traceback.print_exc()
            numbers = [self.shim.fault_count(kind) for kind in range(len(KINDS))]
            self.shim.fault_arm(b"", -1, 0, 0, 0)
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(counts, " ".join(map(str, numbers)).encode())
        finally:
            os._exit(code)

    def _write_down_steps(self) -> None:
        """Collect what the pages that newsarc mends are on the way: each turn of its fixes is a sound page."""
        fix: Any = importlib.import_module("newsarc.lint.fixes")
        real, steps = fix.replace_file, self.folder / "steps"

        def replace_file(file: Path, data: bytes, mode: int | None = None) -> None:
            with steps.open("a") as opened:
                opened.write(hashlib.sha256(data).hexdigest() + "\n")
            real(file, data, mode)

        fix.replace_file = replace_file

    def steps(self) -> set[str]:
        """Return the digests of all that was written into pages by runs so far."""
        steps = self.folder / "steps"
        return set(steps.read_text().split()) if steps.exists() else set()

    def files(self) -> dict[str, str]:
        """Return what stands in each file of the archive, as a digest."""
        return {
            str(file.relative_to(self.archive)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(self.archive.rglob("*"))
            if file.is_file()
        }

    def leftovers(self) -> list[str]:
        """Return temporary files that nobody took away."""
        return [str(file.relative_to(self.root)) for file in self.root.rglob("*.tmp")]


def _settle() -> None:
    """Let what newsarc keeps of a folder count however new the folder is: otherwise a run would mend the next."""
    from newsarc.storage.fingerprints import FolderState

    build: Any = importlib.import_module("newsarc.index.build")

    FolderState.is_settled = lambda self, now: True  # type: ignore[method-assign]
    build.LONG_TICK = -(10**15)


@dataclass(frozen=True)
class Fault:
    """One run: a command, and what fails in it."""

    command: Command
    kind: str
    at: int
    error: int
    is_sticky: bool = False
    after: float | None = None  # seconds until it is killed, whatever it is doing

    def __str__(self) -> str:
        if self.after is not None:
            return f"{self.command.name}: killed after {self.after:.4f} s"
        what = "killed" if self.error == KILL else errno.errorcode[self.error]
        return f"{self.command.name}: {self.kind} {self.at}{' and later' if self.is_sticky else ''}: {what}"


def faults(bench: Bench, command: Command, most: int) -> Iterator[Fault]:
    """Yield the runs of a command: each kind of call, the first ones and those spread over the rest."""
    bench.prepare(command)
    counts = bench.run(command.arguments).counts
    for kind, number in zip(KINDS, counts, strict=True):
        step = max(1, number // most)
        for at in [*range(1, min(number, most) + 1), *range(most + step, number + 1, step)]:
            errors = ERRORS[kind]
            yield Fault(command, kind, at, errors[at % len(errors)], is_sticky=False)
            if kind in ("write", "sync", "rename", "remove", "open"):
                yield Fault(command, kind, at, KILL, is_sticky=False)
            if kind in ("write", "open", "resize") and at <= 3:
                yield Fault(command, kind, at, errors[0], is_sticky=True)


def kills(bench: Bench, command: Command, number: int) -> Iterator[Fault]:
    """Yield runs of a command that are killed at some moment, which is chosen by chance."""
    bench.prepare(command)
    started = time.monotonic()
    bench.run(command.arguments)
    took = time.monotonic() - started
    chance = random.Random(0)
    for _ in range(number):
        yield Fault(command, "open", 0, KILL, after=chance.random() * took)


def what_is_wrong(bench: Bench, fault: Fault, before: dict[str, str], truth: Outcome, steps: set[str]) -> list[str]:
    """Run it, and return what should not have been: nothing, if newsarc keeps its promise."""
    command = fault.command
    bench.prepare(command)
    call = (KINDS.index(fault.kind), fault.at, fault.error, int(fault.is_sticky))
    found = bench.run(command.arguments, *call, after=fault.after)
    wrong: list[str] = []
    killed = found.code == KILL
    if "Traceback" in found.err or found.code in (70, 99):
        wrong.append(f"a traceback, exit {found.code}: {found.err[-600:]}")
    if found.code < 0 and not killed:
        wrong.append(f"ended by signal {-found.code}")
    if fault.error == errno.EINTR and (found.code, found.out) != (truth.code, truth.out):
        wrong.append(f"an interrupted call is no failure, but exit {found.code}: {found.err}")
    silent = not found.err.strip()
    if not killed and silent and (found.code, found.out) != (truth.code, truth.out):
        wrong.append(f"another answer (exit {found.code}) without a word: {found.out[:300]!r}")
    wrong += _wrong_files(command, found, before, truth, steps)
    if not killed and fault.kind != "remove" and (left := bench.leftovers()):
        wrong.append(f"left behind: {left}")
    again = bench.run(command.arguments)
    if "Traceback" in again.err or again.code in (70, 99) or again.code < 0:
        wrong.append(f"the next run broke, exit {again.code}: {again.err[-600:]}")
    if command.is_done_once:
        wrong += _wrong_files(command, again, before, truth, steps)
        return wrong
    if not command.mends and (again.code, again.out) != (truth.code, truth.out):
        wrong.append(f"the next run gives another answer (exit {again.code}): {again.out[:300]!r} {again.err[:300]!r}")
    more = again.files.keys() - truth.files.keys()
    if killed and all(".tmp" in name for name in more):  # nobody can take away what is left by kill -9
        again = replace(again, files={name: digest for name, digest in again.files.items() if name not in more})
    if again.files != truth.files:
        wrong.append(f"the next run leaves other files: {_differences(again.files, truth.files)}")
    return wrong


def _wrong_files(
    command: Command, found: Outcome, before: dict[str, str], truth: Outcome, steps: set[str]
) -> Iterator[str]:
    for name, digest in before.items():
        if found.files.get(name) not in (digest, truth.files.get(name), *(steps if command.mends else ())):
            yield f"{name} is neither as it was nor mended"
    for name in found.files.keys() - before.keys():
        if ".tmp" in name:  # of a run that was killed
            continue
        if name not in command.makes:
            yield f"{name} should not be there"
        elif found.files[name] != truth.files[name] and not found.err.strip():
            yield f"{name} is not whole"
    if found.code == truth.code and command.makes and truth.files.keys() - found.files.keys() and not found.err:
        yield "it says that all is well, but wrote nothing"


def _differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def check(
    folder: Path,
    commands: tuple[Command, ...],
    most: int,
    killed: int = 0,
    tell: Callable[[str], None] = lambda line: None,
) -> tuple[int, list[str]]:
    """Run ``commands`` in ``folder`` with their faults or, where ``killed`` is a number, so often with kill -9 at any
    moment; return how many runs that were, and what was wrong.
    """
    bench = Bench(folder)
    runs, wrong = 0, []
    for command in commands:
        bench.prepare(command)
        before = bench.files()
        truth = bench.run(command.arguments)
        steps = bench.steps()
        number = 0
        for fault in kills(bench, command, killed) if killed else faults(bench, command, most):
            number += 1
            wrong += [f"{fault}: {line}" for line in what_is_wrong(bench, fault, before, truth, steps)]
        tell(f"{command.name}: {number:,} runs")
        runs += number
    return runs, wrong

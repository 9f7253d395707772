"""Three ways to run newsarc.

``run``: in this process, the cheapest. ``fork``: as a process of its own, with streams, signals and a working folder.
``spawn``: as a process of a new Python, for what depends on how Python starts.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
from typer import testing

from newsarc.cli.app import app

if TYPE_CHECKING:
    from tests.cli import forks

# Typer makes the commands of an app from their signatures again for each run.
testing._get_command = cache(testing._get_command)  # type: ignore[attr-defined]

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "archive"
CASES = REPOSITORY / "tests" / "archives"
TIMEOUT = 600  # seconds after which a process counts as hanging
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


@dataclass(frozen=True)
class Outcome:
    """What a run of newsarc left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output, split at line feeds only."""
        return self.out.split("\n")[:-1]

    @property
    def rows(self) -> list[list[str]]:
        """The tab-separated fields of each line."""
        return [line.split("\t") for line in self.lines]

    @property
    def json(self) -> Any:
        """Standard output as strict JSON: no NaN, no key twice."""
        return strict_json(self.out)

    @property
    def jsonl(self) -> list[Any]:
        """Each line as strict JSON."""
        return [strict_json(line) for line in self.lines]


def strict_json(text: str) -> Any:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=no_doubles)


def run(*arguments: str | Path, stdin: str | bytes = "", env: Mapping[str, str | None] | None = None) -> Outcome:
    """Run newsarc in this process. Bare: no ``-A`` is added."""
    environment: dict[str, str | None] = {"NEWSARC_ARCHIVE": None, "NO_COLOR": None, "COLUMNS": "80", "TERM": "xterm"}
    result = testing.CliRunner(env={**environment, **(env or {})}).invoke(
        app, [str(word) for word in arguments], input=stdin
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def on_example(*arguments: str | Path, stdin: str = "", env: Mapping[str, str | None] | None = None) -> Outcome:
    """Run newsarc in this process on the example archive."""
    return run("-A", EXAMPLE, *arguments, stdin=stdin, env=env)


def spawn(
    *arguments: str | Path | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = TIMEOUT,
    encoding: str = "utf-8",
) -> Outcome:
    """Run newsarc as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "newsarc", *arguments],
        input=stdin,
        capture_output=True,
        env=clean_environment(env),
        cwd=cwd,
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def fork(
    *arguments: str | Path | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    memory: int | None = None,
    encoding: str = "utf-8",
    script: str | None = None,
) -> Outcome:
    """Run newsarc, or a script of Python, as a process of its own, with bounded memory if wanted."""
    if not CAN_FORK:
        assert script is None
        return spawn(*arguments, stdin=stdin, env=env, cwd=cwd, encoding=encoding)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        code = start(arguments, given, out, err, env=env, cwd=cwd, memory=memory, script=script).wait()
        out.seek(0)
        err.seek(0)
        return Outcome(code, out.read().decode(encoding), err.read().decode(encoding))


def start(
    arguments: Sequence[str | Path | bytes],
    stdin: IO[bytes] | int,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    memory: int | None = None,
    closed: Sequence[int] = (),
    script: str | None = None,
) -> forks.Fork:
    """Start newsarc, or a script of Python, as a process of its own on these streams, those with the numbers in
    ``closed`` closed.
    """
    from tests.cli import forks

    streams = [stream if isinstance(stream, int) else stream.fileno() for stream in (stdin, stdout, stderr)]
    words = [os.fsdecode(word) for word in arguments]
    three = streams[0], streams[1], streams[2]
    return forks.start(words, three, clean_environment(env), cwd, memory, closed, script)


def on_terminal(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    errors: list[str] | None = None,
    encoding: str = "utf-8",
) -> tuple[int, str]:
    """Run newsarc with standard output on a terminal of 80 columns. Standard error is put to ``errors``.

    Where the terminal has another ``encoding``, which ``env`` must name, newsarc runs in a new Python.
    """
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    environment = {"TERM": "xterm", "PAGER": "cat", "LINES": "24", **(env or {})}
    with open(os.devnull, "rb") as nothing, tempfile.TemporaryFile() as err:  # noqa: PTH123
        process: forks.Fork | subprocess.Popen[bytes]
        if encoding == "utf-8":
            process = start(arguments, nothing, slave, err, environment)
        else:
            command = [sys.executable, "-m", "newsarc", *arguments]
            whole = clean_environment(environment)
            process = subprocess.Popen(command, stdin=nothing, stdout=slave, stderr=err, env=whole)
        os.close(slave)
        shown = read_terminal(master)
        code = process.wait()
        if errors is not None:
            err.seek(0)
            errors.append(err.read().decode())
    return code, shown.decode(encoding).replace("\r\n", "\n")


def read_terminal(master: int) -> bytes:
    """Return all that is written to a terminal until nobody has it open."""
    pieces = []
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # how Linux tells the end
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(master)
    return b"".join(pieces)


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what changes newsarc's output, UTF-8 everywhere."""
    dropped = (
        "NEWSARC_ARCHIVE",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
        "NEWSARC_PAGER",
        "PAGER",
        "LESS",
        "GITHUB_ACTIONS",
    )
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONUTF8": "1", "COLUMNS": "80", **(more or {})}

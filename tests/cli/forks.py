"""Runs of newsarc with standard streams that are closed, full or unread, each in a fork of one process.

A run as a process of its own takes as long as ten of these. The streams are made anew in the fork, as Python makes them
when it starts, and are flushed at the end, as Python does when it exits.
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from tests.cli.driver import TIMEOUT, clean_environment

FULL = Path("/dev/full")


class Case(NamedTuple):
    """A command line, and the state of each stream: ``open``, ``closed``, ``full`` or ``unread``."""

    arguments: tuple[str, ...]
    stdin: str = "open"
    stdout: str = "open"
    stderr: str = "open"
    env: tuple[tuple[str, str], ...] = ()


class Ended(NamedTuple):
    """The exit code and what was written."""

    code: int
    out: str
    err: str


def run_all(cases: Sequence[Case], cwd: Path) -> list[Ended]:
    """Run the cases one after the other in ``cwd``."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.forks", str(cwd)],
        input=json.dumps(cases).encode(),
        capture_output=True,
        env=clean_environment({"TERM": "dumb"}),
        cwd=Path(__file__).parents[2],
        timeout=TIMEOUT * 3,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [Ended(*ended) for ended in json.loads(done.stdout)]


def _stream(number: int, state: str, file: IO[bytes]) -> Any:
    """Put ``number`` into the state; return the stream that Python makes of it when it starts."""
    if state == "closed":
        os.close(number)
        return None
    if state == "full":
        os.dup2(os.open(FULL, os.O_WRONLY), number)
    elif state == "unread":
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, number)
    else:
        os.dup2(file.fileno(), number)
    if number == 0:
        return open(number, encoding="utf-8", closefd=False)
    return open(number, "w", encoding="utf-8", closefd=False, buffering=1 if number == 2 else -1)


def _end(run: Callable[[], NoReturn]) -> NoReturn:
    """End the fork with what ``run`` ends with, as Python ends: it flushes the streams, and 120 tells of a failure.

    The rest of what Python does then takes longer than most runs.
    """
    code = 1
    try:
        run()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            code = 120
    os._exit(code)


def _main() -> None:
    from newsarc.cli import app

    cases = [Case(*fields) for fields in json.load(sys.stdin)]
    os.chdir(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # workers of these small archives only cost
    # What a command imports is imported once, here.
    with io.TextIOWrapper(io.BytesIO()) as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        for arguments in {name: case.arguments for case in cases for name in case.arguments[:1]}.values():
            if "--fix" not in arguments and "-" not in arguments:
                with suppress(SystemExit):
                    app.app(arguments, standalone_mode=False)
    gc.freeze()
    ended = []
    for case in cases:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as nothing:
            child = os.fork()
            if child == 0:
                os.environ.update(case.env)
                sys.argv = ["newsarc", *case.arguments]
                sys.stdin = sys.__stdin__ = _stream(0, case.stdin, nothing)  # type: ignore[misc]
                sys.stdout = sys.__stdout__ = _stream(1, case.stdout, out)  # type: ignore[misc]
                sys.stderr = sys.__stderr__ = _stream(2, case.stderr, err)  # type: ignore[misc]
                _end(app.run)
            _, status = os.waitpid(child, 0)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode("utf-8"))
            ended.append((os.waitstatus_to_exitcode(status), *texts))
    json.dump(ended, sys.stdout)


if __name__ == "__main__":
    _main()

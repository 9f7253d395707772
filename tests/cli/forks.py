"""Runs of newsarc as processes of their own that need not start Python and import newsarc first.

A server that has imported newsarc forks for each run. The run has its own process, file descriptors, environment and
working folder. It ends as Python ends, but for taking modules apart, which costs more than most runs. What only a new
Python shows (``PYTHON*`` variables, the locale) needs :func:`tests.cli.driver.spawn`.

``python -m tests.cli.forks FD`` is the server, on one end of a pair of sockets. A request is its length with the
descriptors of the run, then JSON. The run's last descriptor tells its process id and its exit code.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

PATIENCE = 600  # seconds after which a run counts as hanging
_NEEDS_PYTHON = ("PYTHON", "LC_", "LANG")  # beginnings of variables that Python reads when it starts
_ENVIRONMENT = {"PYTHONUTF8": "1"}  # of the server
_ENCODING = "PYTHONIOENCODING"  # of the standard streams, which a fork can set as Python does
_LENGTH = 8
_one_at_a_time = threading.Lock()


class Fork:
    """A run that was started."""

    def __init__(self, status: int) -> None:
        self._status = os.fdopen(status, "rb", buffering=0)
        self.pid = int(self._line())

    def _line(self) -> bytes:
        if not select.select([self._status], [], [], PATIENCE)[0]:
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError(f"newsarc still runs after {PATIENCE} s")
        return self._status.readline()

    def wait(self) -> int:
        """Return the exit code; that of a run that was killed is negative."""
        with self._status:
            return int(self._line())


@cache  # the first call is made under the lock, so that there is one server
def _server() -> socket.socket:
    here, there = socket.socketpair()
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, **_ENVIRONMENT}
    for name in ("GITHUB_ACTIONS", "FORCE_COLOR", "NO_COLOR"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "tests.cli.forks", str(there.fileno())]
    process = subprocess.Popen(
        command,
        pass_fds=[there.fileno()],
        cwd=root,
        env=environment,
        start_new_session=True,
        # Python remembers of its first streams whether they can seek; terminals and pipes cannot.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    there.close()

    def end() -> None:
        here.close()
        process.communicate()

    atexit.register(end)
    return here


def start(
    arguments: Sequence[str],
    streams: tuple[int, int, int],
    env: Mapping[str, str],
    cwd: Path | None = None,
    memory: int | None = None,
    closed: Sequence[int] = (),
    script: str | None = None,
) -> Fork:
    """Run newsarc with these file descriptors as its standard streams, and no more address space than ``memory``.

    The standard streams whose numbers are in ``closed`` are closed before it starts. A ``script`` runs in its place, as
    ``python -c`` runs it.
    """
    at_start = {**os.environ, **_ENVIRONMENT}
    for name, value in env.items():
        if name.startswith(_NEEDS_PYTHON) and name != _ENCODING and value != at_start.get(name):
            raise ValueError(f"only a new Python heeds {name}")
    ours, theirs = os.pipe()
    request = json.dumps(
        {
            "arguments": list(arguments),
            "env": dict(env),
            "cwd": str(cwd or Path.cwd()),
            "memory": memory,
            "closed": list(closed),
            "script": script,
        }
    ).encode()
    with _one_at_a_time:
        server = _server()
        socket.send_fds(server, [len(request).to_bytes(_LENGTH, "big")], [*streams, theirs])
        server.sendall(request)
    os.close(theirs)
    return Fork(ours)


# --- the server ---


def serve(server: socket.socket) -> None:
    """Fork for each request, for newsarc, and tell how each fork ends."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    statuses: dict[int, int] = {}  # of each run
    while True:
        ready, _, _ = select.select([server.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            tell_ends(statuses, os.WNOHANG)
        if server.fileno() not in ready:
            continue
        header, descriptors, _, _ = socket.recv_fds(server, _LENGTH, 4)
        if not header:
            tell_ends(statuses, 0)
            os._exit(0)
        left, request = int.from_bytes(header, "big"), b""
        while len(request) < left:
            request += server.recv(left - len(request))
        *streams, status = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            server.close()
            for descriptor in (woken, waking, status, *statuses.values()):
                os.close(descriptor)
            wanted = json.loads(request)
            _become_run(streams, wanted)
            _be(wanted["script"])
        statuses[pid] = status
        os.write(status, b"%d\n" % pid)
        for descriptor in streams:
            os.close(descriptor)


def tell_ends(statuses: dict[int, int], options: int) -> None:
    """Write the exit codes of the runs that have ended."""
    while statuses:
        pid, ended = os.waitpid(-1, options)
        if pid == 0:
            return
        status = statuses.pop(pid)
        with suppress(BrokenPipeError):  # nobody wants to know
            os.write(status, b"%d\n" % os.waitstatus_to_exitcode(ended))
        os.close(status)


def _become_run(streams: list[int], request: dict[str, object]) -> None:
    """Give this process what the request says."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for number in request["closed"]:  # type: ignore[attr-defined]
        os.close(number)
        name = ("stdin", "stdout", "stderr")[number]
        setattr(sys, name, None)
        setattr(sys, f"__{name}__", None)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[call-overload]
    os.chdir(str(request["cwd"]))
    sys.modules["__main__"].__package__ = None  # the command itself, not python -m
    sys.argv = ["newsarc", *request["arguments"]]  # type: ignore[misc]
    if request["memory"] is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))  # type: ignore[arg-type]
    encoding, _, errors = os.environ.get(_ENCODING, "").partition(":")
    for stream in filter(None, (sys.stdin, sys.stdout, sys.stderr)):
        if encoding:
            handler = "backslashreplace" if stream is sys.stderr else errors or "strict"
            stream.reconfigure(encoding=encoding, errors=handler)
        if stream is sys.stdout:
            stream.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]


def _be(script: str | None) -> NoReturn:
    """Be newsarc, or the script, to the end."""
    try:
        if script is None:
            importlib.import_module("newsarc.cli").main()
        else:
            exec(script, {"__name__": "__main__"})
        code: object = 0
    except SystemExit as end:
        code = end.code
    if not isinstance(code, int):
        raise SystemExit(code)
    gc.collect()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):  # Python says so
        sys.exit(code)
    os._exit(code & 0xFF)


def main() -> None:
    """Import all that newsarc may, and serve."""
    import newsarc

    for module in pkgutil.walk_packages(newsarc.__path__, "newsarc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in (
        "rich.console",
        "rich.table",
        "rich.text",
        "rich.markup",
        "frontmatter",
        "platformdirs",
        "sqlite3",
        "typer._click.decorators",
        "typer.rich_utils",
    ):
        importlib.import_module(name)
    # Typer makes the commands of an app from their signatures again for each run.
    typer_main: Any = importlib.import_module("typer.main")
    typer_main.get_command = cache(typer_main.get_command)
    typer_main.get_command(importlib.import_module("newsarc.cli.app").app)
    importlib.import_module("rich.cells").cell_len("\u4e2d")  # loads a table
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()

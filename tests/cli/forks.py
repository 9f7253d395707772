"""Runs of newsarc as processes of their own that need not start Python and import newsarc first.

A server that has imported newsarc forks for each run. The run has its own process, file descriptors, environment and
working folder, and it ends as Python ends. What only a new Python shows (``PYTHON*`` variables, the locale) needs
:func:`tests.cli.driver.spawn`.

``python -m tests.cli.forks FD`` is the server, on one end of a pair of sockets. A request is its length with the
descriptors of the run, then JSON. The run's last descriptor tells its process id and its exit code.
"""

from __future__ import annotations

import atexit
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
from functools import cache
from pathlib import Path

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
) -> Fork:
    """Run newsarc with these file descriptors as its standard streams, and no more address space than ``memory``.

    The standard streams whose numbers are in ``closed`` are closed before it starts.
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
    """Fork for each request. Return only in the forks, which are to run newsarc then."""
    parents = 0
    while True:
        header, descriptors, _, _ = socket.recv_fds(server, _LENGTH, 4)
        while parents and os.waitpid(-1, os.WNOHANG if header else 0)[0]:
            parents -= 1
        if not header:
            os._exit(0)
        left, request = int.from_bytes(header, "big"), b""
        while len(request) < left:
            request += server.recv(left - len(request))
        if os.fork() == 0:
            server.close()
            _become_run(descriptors, json.loads(request))
            return
        parents += 1
        for descriptor in descriptors:
            os.close(descriptor)


def _become_run(descriptors: list[int], request: dict[str, object]) -> None:
    """Return in a process that is to run newsarc; its parent waits for it and tells how it ended."""
    *streams, status = descriptors
    if pid := os.fork():
        for descriptor in streams:
            os.close(descriptor)
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        os.write(status, b"%d\n" % pid)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(status, b"%d\n" % code)
        os._exit(0)
    os.close(status)
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


def main() -> None:
    """Import all that newsarc may, serve, and be newsarc in each fork."""
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
        "sqlite3",
        "typer.rich_utils",
    ):
        importlib.import_module(name)
    serve(socket.socket(fileno=int(sys.argv[1])))
    newsarc_main = importlib.import_module("newsarc.cli").main
    newsarc_main()


if __name__ == "__main__":
    main()

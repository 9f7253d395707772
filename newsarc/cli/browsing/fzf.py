"""Choosing from a menu with fzf.

The only text that reaches a shell is the REF in the command of the preview: fzf quotes it, and rows whose REF has other
characters than letters, digits and a few signs are left out. Actions are run by newsarc, without a shell.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from newsarc.cli.browsing.menu import Action, Choice, Menu
from newsarc.errors import UsageError
from newsarc.storage.signals import end_program
from newsarc.text.sanitize import visible

_KEYS: Mapping[str, Action] = {
    "enter": "show",
    "ctrl-r": "related",
    "ctrl-t": "timeline",
    "ctrl-e": "edit",
    "ctrl-s": "source",
    "ctrl-o": "web",
    "esc": "back",
    "ctrl-c": "quit",
}
_HEADER = "enter show · ^R related · ^T timeline · ^E edit · ^S source · ^O web page · esc back"
_WITH_POSITION = (0, 36)  # the first version with the event load and the action pos
_VERSION = re.compile(r"(\d+)\.(\d+)")
_ENDED_BY_USER = (1, 130)  # nothing matches the query, or Ctrl-C


class Fzf:
    """The program fzf. ``preview`` is a command to which a REF is added, ``environment`` is added to that of fzf."""

    def __init__(
        self, program: str, version: tuple[int, int], preview: list[str], environment: Mapping[str, str]
    ) -> None:
        self._program = program
        self._version = version
        self._preview = f"{' '.join(map(shlex.quote, preview))} {{1}}"
        # fzf runs the preview with $SHELL, whose quoting may differ from that of sh.
        shell = {} if sys.platform == "win32" else {"SHELL": "/bin/sh"}
        self._environment = {**os.environ, **environment, **shell}

    @classmethod
    def find(cls, preview: list[str], environment: Mapping[str, str]) -> Fzf | None:
        """Return the fzf on the path; None if there is none that runs."""
        program = shutil.which("fzf")
        version = _version_of(program) if program else None
        return cls(program, version, preview, environment) if program and version else None

    def choose(self, menu: Menu) -> Choice:
        """Let the user choose from ``menu``. Raises UsageError if fzf refuses to run."""
        words = [
            self._program,
            "--delimiter=\t",
            "--with-nth=2..",
            "--no-multi",
            "--no-hscroll",
            "--layout=reverse",
            "--tiebreak=index",
            f"--prompt={visible(menu.title)}> ",
            f"--header={_HEADER}",
            f"--query={menu.query}",
            "--print-query",
            f"--expect={','.join(_KEYS)}",
            f"--preview={self._preview}",
            "--preview-window=down:60%:wrap",
        ]
        if self._version >= _WITH_POSITION and menu.chosen is not None and not menu.query:
            words += ["--sync", f"--bind=load:pos({menu.position})"]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment)
        try:
            answer = _exchange(process, menu)
        except BaseException:
            end_program(process)
            raise
        if process.returncode not in (0, *_ENDED_BY_USER):
            raise UsageError(f"fzf exited with {process.returncode}; use --no-fzf")
        return _choice(menu, answer)


def _version_of(program: str) -> tuple[int, int] | None:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.match(done.stdout.decode("utf-8", "replace"))
    return (int(match[1]), int(match[2])) if match and not done.returncode else None


def _exchange(process: subprocess.Popen[bytes], menu: Menu) -> str:
    """Write the rows to fzf as they are known, and return what it prints."""
    assert process.stdin is not None
    assert process.stdout is not None
    # The user may choose before all rows are written.
    with contextlib.suppress(BrokenPipeError), process.stdin as rows:
        for row in menu:
            if row.is_safe:
                rows.write(f"{row.ref}\t{row.text}\n".encode("utf-8", "replace"))
    with process.stdout as printed:
        answer = printed.read()
    process.wait()
    return answer.decode("utf-8", "replace")


def _choice(menu: Menu, answer: str) -> Choice:
    """Return the choice in what fzf printed: the query, the key and the row, a line each."""
    query, key, row, *_ = [*re.split("[\n\0]", answer), "", "", ""]
    action = _KEYS.get(key or "enter", "quit")
    ref = row.partition("\t")[0]
    if not answer or action == "quit":
        return Choice("quit")
    menu.query = query
    if action == "back" or not ref:
        return Choice("back")
    menu.chosen = ref
    return Choice(action, ref)

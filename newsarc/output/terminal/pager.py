"""What is longer than the screen goes through a pager, as git does it."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from types import TracebackType
from typing import TextIO

from newsarc.storage.signals import Terminated, end_program, uninterrupted, wait_for

VARIABLES = ("NEWSARC_PAGER", "PAGER")
_DEFAULT = "less"
# Leave at once where all fits on the screen, let colours through, and leave the text on the screen at the end.
_LESS = "FRX"
_FOR_THE_SHELL = re.compile(r"[|&;<>()$`\\\"'*?\[#~=%\n]")
_ASSIGNMENT = re.compile(r"\w+=")
_PLAIN_NAME = re.compile(r"[\w./+-]+")
_OF_THE_SHELL = ("command", "eval", "exec")
_SHOWS_COLORS = frozenset({"bat", "batcat", "moar", "moor", "ov"})  # whatever their options are
_LESS_TEXTS = 'DkoOpPtT"'  # options of less whose value may hold any letter
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")  # what Rich writes: colours and hyperlinks


class PagerLeftError(Exception):
    """The reader has left the pager before all was written."""


def wanted_pager() -> str | None:
    """Return the command of the pager that the user wants; None where there is to be none.

    It is ``$NEWSARC_PAGER``, else ``$PAGER``, else ``less``. There is none where that is empty or ``cat``, on a
    terminal that can do nothing (``TERM=dumb``), and on Windows, whose ``more`` knows neither colours nor Unicode.
    """
    if sys.platform == "win32" or os.environ.get("TERM", "dumb") == "dumb":
        return None
    named = (os.environ[variable] for variable in VARIABLES if variable in os.environ)
    pager = next(named, _DEFAULT).strip()
    return None if pager in ("", "cat") else pager


def shows_colors(command: str, less: str) -> bool:
    """Whether a pager is known to show colours and hyperlinks as such, and not the characters they consist of.

    ``less`` is the value of ``$LESS``, the options that less takes beside those of the command. Of a pipeline the last
    program counts.
    """
    try:
        words = shlex.split(command.rpartition("|")[2])
    except ValueError:
        return False
    while words and (words[0] in _OF_THE_SHELL or _ASSIGNMENT.match(words[0])):
        name, _, value = words.pop(0).partition("=")
        less = value if name == "LESS" else less
    if not words:
        return False
    program, *options = words
    name = os.path.basename(program)
    if name != "less":
        return name in _SHOWS_COLORS
    shows = False
    # In $LESS the dash may be missing and a text goes up to a dollar sign; in the command, up to the end of the word.
    for text in (*less.split("$"), *(word for word in options if word.startswith("-"))):
        shows = _raw_control_chars(text, shows)
    return shows


def _raw_control_chars(options: str, so_far: bool) -> bool:
    """Return whether less lets colours through after these options (``-R``, ``-r``), given whether it did before."""
    for word in options.split():
        if word.startswith("--"):
            so_far = so_far or word.lower() == "--raw-control-chars"
            continue
        for letter in word.lstrip("-+"):
            if letter in _LESS_TEXTS:
                return so_far
            if letter in "rR":
                so_far = not word.startswith("-+")
    return so_far


class PagedOutput:
    """A text stream to a terminal that starts a pager once there is more than a screen.

    A pager that cannot be started is done without. When the reader leaves it before the end, PagerLeftError is raised
    where more is written, which ends the ``with`` block. The end of the block waits for the reader.

    A pager that is not known to show colours gets none, unless ``keeps_colors`` says that the user wants them.
    """

    def __init__(self, stream: TextIO, pager: str, *, keeps_colors: bool = False) -> None:
        self._stream = stream
        self._command = pager
        self._columns, self._height = shutil.get_terminal_size((80, 24))
        self._held: list[str] = []
        self._rows = 0
        self._pager: subprocess.Popen[str] | None = None
        self._direct = False
        self._environment = {"LESS": _LESS, **os.environ}
        self._keeps_colors = keeps_colors or shows_colors(pager, self._environment["LESS"])
        self.encoding = stream.encoding

    def __enter__(self) -> PagedOutput:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Terminated) and self._pager is not None:
            end_program(self._pager)
            with contextlib.suppress(OSError):  # what it did not take is not wanted any more
                self._pager.communicate()
            return
        self.close()

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self._stream.isatty()

    def flush(self) -> None:
        """Hand on what can be handed on already."""
        if self._direct:
            self._stream.flush()

    def write(self, text: str) -> int:
        """Take ``text``; return its length. Raises PagerLeftError."""
        if self._pager is not None:
            self._hand_on(text)
        elif self._direct:
            self._stream.write(text)
        else:
            self._held.append(text)
            self._rows += sum(self._rows_of(line) for line in text.split("\n")[:-1])
            if self._rows >= self._height:
                self._start()
        return len(text)

    def close(self) -> None:
        """Show what is held back, or wait until the reader leaves the pager. Raises PagerLeftError."""
        if self._pager is None:
            self._stream.write("".join(self._held))
            self._held.clear()
            self._stream.flush()
            return
        was_left = False
        try:
            if self._pager.stdin is not None:
                self._pager.stdin.close()
        except BrokenPipeError:
            was_left = True
        wait_for(self._pager)
        if was_left:
            raise PagerLeftError

    def _hand_on(self, text: str) -> None:
        if self._pager is None or self._pager.stdin is None:
            return
        try:
            self._pager.stdin.write(text if self._keeps_colors else _ESCAPES.sub("", text))
        except BrokenPipeError:
            raise PagerLeftError from None

    def _rows_of(self, line: str) -> int:
        """Return how many rows of the screen a line takes."""
        shown = _ESCAPES.sub("", line)
        cells = len(shown)
        if not shown.isascii():
            cells += sum(unicodedata.east_asian_width(char) in "WF" for char in shown)
        return max(1, -(-cells // self._columns))

    def _start(self) -> None:
        held = "".join(self._held)
        self._held.clear()
        if not _is_there(self._command):
            self._direct = True
            self._stream.write(held)
            return
        for_the_shell = _FOR_THE_SHELL.search(self._command)
        command = ["sh", "-c", self._command] if for_the_shell else shlex.split(self._command)
        if self.encoding.lower().replace("-", "") == "utf8":
            self._environment.setdefault("LESSCHARSET", "utf-8")
        try:
            with uninterrupted():
                self._pager = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    env=self._environment,
                    text=True,
                    encoding=self.encoding,
                    errors="backslashreplace",
                )
        except OSError:
            self._direct = True
            self._stream.write(held)
            return
        self._hand_on(held)


def _is_there(command: str) -> bool:
    """Whether the program that a command line begins with can be run; what is too odd to tell counts as there."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quotation mark too many: the shell would say so, and show nothing
        return False
    program = next((word for word in words if not _ASSIGNMENT.match(word)), "")
    return not _PLAIN_NAME.fullmatch(program) or program in _OF_THE_SHELL or shutil.which(program) is not None

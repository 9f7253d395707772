"""A pager for output that is longer than the screen, as in git."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from types import TracebackType
from typing import TextIO

from newsarc.storage.signals import Terminated, end_program, uninterrupted, wait_for
from newsarc.text.width import cells

VARIABLES = ("NEWSARC_PAGER", "PAGER")
_DEFAULT = "less"
# Quit if one screen is enough, show colours, and keep the text on the screen on exit.
_LESS = "FRX"
_FOR_THE_SHELL = re.compile(r"[|&;<>()$`\\\"'*?\[#~=%\n]")
_ASSIGNMENT = re.compile(r"\w+=")
_PLAIN_NAME = re.compile(r"[\w./+-]+")
_OF_THE_SHELL = ("command", "eval", "exec")
_SHOWS_COLORS = frozenset({"bat", "batcat", "moar", "moor", "ov"})  # with any options
_LESS_TEXTS = 'DkoOpPtT"'  # options of less that take a text
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")  # the escape codes of Rich: colours and hyperlinks


class PagerLeftError(Exception):
    """The user quit the pager before all output was written."""


def wanted_pager() -> str | None:
    """Return the command of the pager: ``$NEWSARC_PAGER``, ``$PAGER`` or ``less``; None for no pager.

    There is no pager if the command is empty or ``cat``, on a dumb terminal (``TERM=dumb``), and on Windows, whose
    ``more`` supports neither colours nor Unicode.
    """
    if sys.platform == "win32" or os.environ.get("TERM", "dumb") == "dumb":
        return None
    named = (os.environ[variable] for variable in VARIABLES if variable in os.environ)
    pager = next(named, _DEFAULT).strip()
    return None if pager in ("", "cat") else pager


def shows_colors(command: str, less: str) -> bool:
    """Whether the pager ``command`` is known to interpret escape codes for colours and hyperlinks.

    ``less`` is the value of ``$LESS``: further options of less. In a pipeline, the last program counts.
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
    # In $LESS the dash is optional and a text ends at a dollar sign; in the command it ends with the word.
    for text in (*less.split("$"), *(word for word in options if word.startswith("-"))):
        shows = _raw_control_chars(text, shows)
    return shows


def _raw_control_chars(options: str, so_far: bool) -> bool:
    """Return whether less shows colours (``-R``, ``-r``) after these options, given whether it did ``so_far``."""
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
    """A text stream to a terminal that starts a pager when there is more than a screen of text.

    If the pager cannot be started, the text goes to the terminal. When the user quits the pager early, the next write
    raises PagerLeftError. The end of the ``with`` block waits until the user quits the pager.

    Colours are removed for a pager that is not known to show them, unless ``keeps_colors`` is true.
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
            with contextlib.suppress(OSError):  # the remaining output is discarded
                self._pager.communicate()
            return
        self.close()

    def isatty(self) -> bool:
        """Whether the underlying stream is a terminal."""
        return self._stream.isatty()

    def flush(self) -> None:
        """Flush the underlying stream if there is no pager."""
        if self._direct:
            self._stream.flush()

    def write(self, text: str) -> int:
        """Write ``text``, and return its length. Raises PagerLeftError."""
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
        """Write buffered text, or wait until the user quits the pager. Raises PagerLeftError."""
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
        """Return the number of screen rows of a line."""
        shown = _ESCAPES.sub("", line)
        width = len(shown) if shown.isascii() else sum(map(cells, shown))
        return max(1, -(-width // self._columns))

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
    """Whether the program of a command line exists; assumed if the command line is too complex to tell."""
    try:
        words = shlex.split(command)
    except ValueError:  # an unbalanced quotation mark: the shell would fail
        return False
    program = next((word for word in words if not _ASSIGNMENT.match(word)), "")
    return not _PLAIN_NAME.fullmatch(program) or program in _OF_THE_SHELL or shutil.which(program) is not None

"""Where output goes: whether it is a terminal, how wide, in colour or not, and through which pager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from io import TextIOWrapper
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

COLORS = ("auto", "always", "never")
MAX_WIDTH = 110  # lines of prose longer than this are hard to read, however wide the window


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads ``stream``."""
    return stream.isatty()


def make_console(stream: TextIO, color: str, widest: int = MAX_WIDTH) -> Console:
    """Return a Rich console on ``stream`` that takes no text for markup.

    ``color`` is one of COLORS; ``auto`` means colour on a terminal unless ``NO_COLOR`` is set or ``TERM`` is ``dumb``.
    No line is longer than ``widest`` cells.
    """
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # Rich itself would exit with 1; to us it is the reader's good right

    colored = color == "always" or (
        color == "auto" and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    columns = shutil.get_terminal_size((80, 24)).columns
    console = PipeConsole(
        file=stream,
        width=max(40, min(columns, widest)),
        force_terminal=colored,
        color_system=("auto" if stream.isatty() else "standard") if colored else None,
        no_color=not colored,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    if colored and console.color_system is None:
        console = PipeConsole(
            file=stream,
            width=console.width,
            force_terminal=True,
            color_system="standard",
            markup=False,
            highlight=False,
            emoji=False,
        )
    return console


class PagedOutput:
    """A text stream to standard output that starts ``$PAGER`` (``less``) once there is more than a screen.

    Only used on a terminal. ``PAGER=cat`` turns it off; a pager that cannot be started is done without.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._height = shutil.get_terminal_size((80, 24)).lines
        self._held: list[str] = []
        self._lines = 0
        self._pager: subprocess.Popen[str] | None = None
        self._direct = False
        self.encoding = stream.encoding

    def __enter__(self) -> PagedOutput:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def isatty(self) -> bool:
        """Whether the stream behind is a terminal."""
        return self._stream.isatty()

    def flush(self) -> None:
        """Hand on what can be handed on already."""
        if self._direct:
            self._stream.flush()

    def write(self, text: str) -> int:
        """Take ``text``; return its length."""
        if self._pager is not None and self._pager.stdin is not None:
            self._pager.stdin.write(text)
        elif self._direct:
            self._stream.write(text)
        else:
            self._held.append(text)
            self._lines += text.count("\n")
            if self._lines >= self._height:
                self._start()
        return len(text)

    def close(self) -> None:
        """Show what is held back, or wait until the reader leaves the pager."""
        if self._pager is None:
            self._stream.write("".join(self._held))
            self._held.clear()
            self._stream.flush()
            return
        try:
            if self._pager.stdin is not None:
                self._pager.stdin.close()
        except BrokenPipeError:
            pass  # the reader has seen enough
        while True:
            try:
                self._pager.wait()
                return
            except KeyboardInterrupt:
                continue  # Ctrl-C in a pager is the pager's business

    def _start(self) -> None:
        try:
            command = shlex.split(os.environ.get("PAGER") or "less")
        except ValueError:
            command = ["less"]  # an open quotation mark
        environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
        held = "".join(self._held)
        self._held.clear()
        if command and os.path.basename(command[0]) != "cat":
            try:
                self._pager = subprocess.Popen(
                    command, stdin=subprocess.PIPE, env=environment, text=True, encoding="utf-8", errors="replace"
                )
            except OSError:
                self._pager = None
        if self._pager is not None and self._pager.stdin is not None:
            self._pager.stdin.write(held)
        else:
            self._direct = True
            self._stream.write(held)


def prepare_streams() -> None:
    """Make standard output and error take any text: what the encoding cannot say is written as an escape."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")

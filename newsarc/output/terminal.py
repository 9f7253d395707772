"""Where output goes: whether it is a terminal, how wide, in colour or not."""

from __future__ import annotations

import os
import shutil
import sys
from io import TextIOWrapper
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
            legacy_windows=False,
        )
    return console


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

"""The console: whether output goes to a terminal, its width, and whether it is coloured."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console as Console  # noqa: PLC0414 - others annotate it, and may not import Rich

COLORS = ("auto", "always", "never")
MAX_WIDTH = 110  # longer lines of prose are hard to read


def is_terminal(stream: TextIO | None) -> bool:
    """Whether ``stream`` is a terminal; None is a closed stream."""
    return stream is not None and stream.isatty()


def is_colored(stream: TextIO, color: str) -> bool:
    """Whether output to ``stream`` is coloured.

    ``color`` is one of COLORS; ``auto`` means colour on a terminal unless ``NO_COLOR`` is set or ``TERM`` is ``dumb``.
    """
    return color == "always" or (
        color == "auto" and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def make_console(stream: TextIO, color: str, widest: int = MAX_WIDTH) -> Console:
    """Return a Rich console for ``stream``, with markup disabled and lines of at most ``widest`` cells.

    For ``color`` see :func:`is_colored`.
    """
    from rich.console import Console

    _break_within_words()
    colored = is_colored(stream, color)
    in_preview = os.environ.get("FZF_PREVIEW_COLUMNS", "")  # of newsarc browse
    columns = int(in_preview) if in_preview.isdecimal() else shutil.get_terminal_size((80, 24)).columns
    console = Console(
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
        console = Console(
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


def _break_within_words() -> None:
    """Make Rich break ideographs and long paths as :func:`newsarc.text.width.wrap` does.

    Rich takes Chinese, Japanese and Korean text without spaces for one long word: it leaves the rest of a line empty
    before it, and breaks it anywhere, also within a number or before a full stop. It also breaks a path that is longer
    than a line within a word.
    """
    from rich import text as rich_text
    from rich._wrap import divide_line
    from rich.cells import cell_len

    from newsarc.text.width import is_wide, line_starts

    def divide(text: str, width: int, fold: bool = True) -> list[int]:
        is_ours = fold and len(text) * 2 > width and (has_long_word(text, width) or has_ideographs(text))
        return line_starts(text, width, cell_len) if is_ours else divide_line(text, width, fold)

    def has_ideographs(text: str) -> bool:
        return not text.isascii() and any(map(is_wide, text))

    def has_long_word(text: str, width: int) -> bool:
        return len(text) > width and any(len(word) > width for word in text.split(" "))

    rich_text.divide_line = divide  # type: ignore[attr-defined]

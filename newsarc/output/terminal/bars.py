"""Counts as bars, the same wherever they are shown: one below the other, or standing side by side in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import StyleType
from rich.table import Table
from rich.text import Text

from newsarc.text.sanitize import visible

BAR = "cyan"
_HEIGHTS = " ▁▂▃▄▅▆▇█"
_PARTS = " ▏▎▍▌▋▊▉"
_PERCENT = 5  # cells: "100 %"
_SHORTEST = 8  # cells of a bar of full width: of a terminal's 40 at least, names get what is left


@dataclass(frozen=True, slots=True)
class Scale:
    """How wide, in cells, the names, the numbers and the bars of a table are; a bar of full width stands for ``most``.

    With ``whole``, each number's share of it is shown too.
    """

    name: int
    digits: int
    bar: int
    most: int
    whole: int | None = None

    @classmethod
    def fit(
        cls, counts: Sequence[tuple[str, int]], width: int, name: int = 6, digits: int = 1, whole: int | None = None
    ) -> Scale:
        """Return the scale that shows ``counts`` on ``width`` cells: names and numbers at least so many cells wide."""
        most = max((number for _, number in counts), default=0) if whole is None else whole
        digits = max(len(f"{most:,}"), digits)
        rest = width - digits - 4 - (0 if whole is None else _PERCENT + 2)
        name = min(max(widest_name(counts), name), width // 2, rest - _SHORTEST)
        return cls(name, digits, rest - name, most, whole)

    def table(self, counts: Iterable[tuple[str, int]], style: StyleType = BAR) -> Table:
        """Return ``counts`` as rows: name, number, bar."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=self.name, no_wrap=True, overflow="ellipsis")
        grid.add_column(width=self.digits, justify="right", style="bold")
        if self.whole is not None:
            grid.add_column(width=_PERCENT, justify="right", style="dim", no_wrap=True)
        grid.add_column(width=self.bar, no_wrap=True)
        for name, number in counts:
            bar = Text(horizontal(number / self.most * self.bar) if number else "", style=style)
            share = [] if self.whole is None else [percent(number, self.whole)]
            grid.add_row(Text(visible(name) or "(none)"), f"{number:,}", *share, bar)
        return grid


def widest_name(counts: Iterable[tuple[str, int]]) -> int:
    """Return how many cells the widest of the names takes."""
    return max((cell_len(visible(name)) for name, _ in counts), default=0)


def horizontal(cells: float) -> str:
    """Return a bar of so many cells, to an eighth of a cell, never empty."""
    eighths = max(1, round(cells * 8))
    return "█" * (eighths // 8) + _PARTS[eighths % 8].strip()


def vertical(numbers: Sequence[int], cells: int) -> str:
    """Return a line of bars ``cells`` wide and at most one cell high; those of numbers above 0 are never empty."""
    most = max(numbers, default=0)
    return "".join(_HEIGHTS[-(-number * 8 // most) if most else 0] * cells for number in numbers)


def percent(part: int, whole: int) -> str:
    """Return a share as ``97 %``; all and nothing are said of nothing else."""
    if not whole:
        return ""
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded} %"

"""Bar charts: horizontal bars in rows, or vertical bars in one line."""

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
_SHORTEST = 8  # cells of a full bar, at least, however long the names are


@dataclass(frozen=True, slots=True)
class Scale:
    """The widths of names, numbers and bars in a table, in cells. A full bar stands for ``most``.

    With ``total``, percentages of it are shown, too.
    """

    name: int
    digits: int
    bar: int
    most: int
    total: int | None = None

    @classmethod
    def fit(
        cls, counts: Sequence[tuple[str, int]], width: int, name: int = 6, digits: int = 1, total: int | None = None
    ) -> Scale:
        """Return the scale for ``counts`` in ``width`` cells; ``name`` and ``digits`` are minimum widths."""
        most = max((number for _, number in counts), default=0) if total is None else total
        digits = max(len(f"{most:,}"), digits)
        rest = width - digits - 4 - (0 if total is None else _PERCENT + 2)
        name = min(max(widest_name(counts), name), width // 2, rest - _SHORTEST)
        return cls(name, digits, rest - name, most, total)

    def table(self, counts: Iterable[tuple[str, int]], style: StyleType = BAR) -> Table:
        """Return ``counts`` as rows of name, number and bar."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=self.name, no_wrap=True, overflow="ellipsis")
        grid.add_column(width=self.digits, justify="right", style="bold")
        if self.total is not None:
            grid.add_column(width=_PERCENT, justify="right", style="dim", no_wrap=True)
        grid.add_column(width=self.bar, no_wrap=True)
        for name, number in counts:
            bar = Text(horizontal(number / self.most * self.bar) if number else "", style=style)
            share = [] if self.total is None else [percent(number, self.total)]
            grid.add_row(Text(visible(name) or "(none)"), f"{number:,}", *share, bar)
        return grid


def widest_name(counts: Iterable[tuple[str, int]]) -> int:
    """Return the width of the widest name, in cells."""
    return max((cell_len(visible(name)) for name, _ in counts), default=0)


def horizontal(cells: float) -> str:
    """Return a bar of ``cells`` cells, rounded to an eighth of a cell, but never empty."""
    eighths = max(1, round(cells * 8))
    return "█" * (eighths // 8) + _PARTS[eighths % 8].strip()


def vertical(numbers: Sequence[int], cells: int) -> str:
    """Return a line of bars, each ``cells`` wide and at most one cell high. Only bars of 0 are empty."""
    most = max(numbers, default=0)
    return "".join(_HEIGHTS[-(-number * 8 // most) if most else 0] * cells for number in numbers)


def percent(part: int, total: int) -> str:
    """Return a share as ``97 %``. Only exact values are 0 % or 100 %."""
    if not total:
        return ""
    rounded = round(100 * part / total)
    if 0 < part < total:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded} %"

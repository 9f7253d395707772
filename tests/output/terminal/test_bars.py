"""Bars: how long, how high, and in which columns."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from newsarc.output.humanize import span
from newsarc.output.terminal.bars import Scale, horizontal, percent, vertical


@pytest.mark.parametrize(
    ("cells", "bar"), [(0.01, "▏"), (0.5, "▌"), (1, "█"), (1.125, "█▏"), (2.97, "███"), (1.9, "█▉")]
)
def test_horizontal(cells: float, bar: str) -> None:
    assert horizontal(cells) == bar


@pytest.mark.parametrize(
    ("numbers", "cells", "line"),
    [((), 3, ""), ((0, 0), 1, "  "), ((1,), 2, "██"), ((0, 1, 800), 1, " ▁█"), ((4, 8, 2, 1), 2, "▄▄██▂▂▁▁")],
)
def test_vertical(numbers: tuple[int, ...], cells: int, line: str) -> None:
    assert vertical(numbers, cells) == line


@pytest.mark.parametrize(
    ("part", "total", "text"),
    [(0, 0, ""), (0, 9, "0 %"), (9, 9, "100 %"), (1, 900, "1 %"), (899, 900, "99 %"), (1, 3, "33 %")],
)
def test_percent(part: int, total: int, text: str) -> None:
    assert percent(part, total) == text


names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "Cc")), max_size=30)


@given(
    st.lists(st.tuples(names, st.integers(0, 10**6)), max_size=5),
    st.integers(40, 160),
    st.integers(1, 30),
    st.booleans(),
)
def test_rows_are_as_wide_as_the_terminal_at_most(
    counts: list[tuple[str, int]], width: int, name: int, is_share: bool
) -> None:
    scale = Scale.fit(counts, width, name, total=sum(number for _, number in counts) if is_share else None)
    console = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False, color_system=None)
    console.print(scale.table(counts))
    lines = console.file.getvalue().split("\n")[:-1]  # type: ignore[attr-defined]
    assert len(lines) == len(counts)
    for (_, number), line in zip(counts, lines, strict=True):
        assert cell_len(line) <= width
        assert f"{number:,}" in line


def test_span() -> None:
    assert span("2017-06-16", "2017-06-16") == "16 June 2017"
    assert span("0001-01-01", "9999-12-31") == "1 January 1 to 31 December 9999"
    assert span(None, None) == ""

"""Checks of sources on a terminal: what is known by host, and how a run goes."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column, Table
from rich.text import Text

from newsarc.output.terminal.events import BROKEN, DIM
from newsarc.sources.states import CitedSource
from newsarc.sources.status import HostStatus, YearStatus
from newsarc.sources.verdicts import Verdict
from newsarc.text.sanitize import visible

_REFRESH = 0.1  # seconds
_BATCH = 100  # rows per table, because Rich measures a whole table before it prints it
_WITH_COPY = "with copy"
# What a table has room for, each with the verdicts that it counts.
_COLUMNS: Mapping[str, tuple[Verdict, ...]] = {
    "alive": ("alive", "moved"),
    "drifted": ("drifted",),
    "gone": ("gone", "soft-gone"),
    "blocked": ("blocked", "refused"),
    "down": ("down",),
    "unchecked": ("unchecked",),
}


def print_status(console: Console, hosts: Sequence[HostStatus]) -> None:
    """Print a table of hosts with their numbers of addresses by verdict, and the totals."""
    rows = [_numbers(one) for one in hosts]
    heads = ["addresses", *_COLUMNS, "dead"]
    if any(one.with_copy for one in hosts):
        heads.append(_WITH_COPY)
        for row, one in zip(rows, hosts, strict=True):
            row.append(one.with_copy)
    totals = [sum(column) for column in zip(*rows, strict=True)]
    widths = [max(len(head), len(f"{total:,}")) for head, total in zip(heads, totals, strict=False)]
    widest = max((cell_len(visible(one.host)) for one in hosts), default=1)
    room = console.width - sum(widths) - len(widths)
    for start in range(0, len(hosts), _BATCH):
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(width=max(8, min(widest, room)), overflow="fold")
        for width in widths:
            table.add_column(width=width, justify="right", no_wrap=True)
        if not start:
            table.add_row("", *(Text(head, DIM) for head in heads))
        for one, numbers in zip(hosts[start : start + _BATCH], rows[start : start + _BATCH], strict=True):
            table.add_row(Text(visible(one.host), BROKEN if one.failure is not None else ""), *_cells(numbers))
        if start + _BATCH >= len(hosts) > 1:
            table.add_row(Text("total", "bold"), *_cells(totals))
        console.print(table)
    for one in hosts:
        if one.failure is not None:
            console.print(Text(visible(str(one.failure)), DIM))


def _numbers(one: HostStatus) -> list[int]:
    counts = [sum(one.verdicts.get(name, 0) for name in names) for names in _COLUMNS.values()]
    return [one.addresses, *counts, one.dead]


def _cells(numbers: Sequence[int]) -> list[Text]:
    cells = [Text(f"{number:,}" if number else "") for number in numbers]
    cells[len(_COLUMNS) + 1].stylize(BROKEN)
    return cells


def print_years(console: Console, years: Sequence[YearStatus]) -> None:
    """Print a table of years with their numbers of addresses, and the share of dead ones."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    for _ in range(6):
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row("", *(Text(head, DIM) for head in ("addresses", "checked", "alive", "dead", "share", _WITH_COPY)))
    for one in years:
        numbers = (one.addresses, one.checked, one.alive, one.dead, one.with_copy)
        *cells, dead, with_copy = (Text(f"{number:,}" if number else "") for number in numbers)
        dead.stylize(BROKEN)
        share = Text("" if one.share is None else f"{one.share:.0%}")
        grid.add_row(Text("no date" if one.year is None else str(one.year)), *cells, dead, share, with_copy)
    console.print(grid)


class CheckProgress:
    """A line on standard error that says how a run goes: a bar, and how many addresses have which verdict."""

    def __init__(self, total: int) -> None:
        self._counts: Counter[str] = Counter()
        self._shown = 0.0  # when, last
        # The numbers of addresses are whole at any width; of the verdicts, the rarest are cut off.
        columns = (
            BarColumn(10, table_column=Column(min_width=10)),
            MofNCompleteColumn(table_column=Column(no_wrap=True, min_width=2 * len(str(total)) + 1)),
            TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
        )
        console = Console(file=sys.stderr)
        self._progress = Progress(*columns, console=console, transient=True, auto_refresh=False, expand=True)
        self._task = self._progress.add_task("", total=total)
        self._progress.start()

    def add(self, verdict: str) -> None:
        """Count an address."""
        self._counts[verdict] += 1
        text = " · ".join(f"{name} {number:,}" for name, number in self._counts.most_common())
        self._progress.update(self._task, advance=1, description=text)
        if time.monotonic() - self._shown >= _REFRESH:
            self._progress.refresh()
            self._shown = time.monotonic()

    def close(self) -> None:
        """Take the line away."""
        self._progress.refresh()
        self._progress.stop()


def print_sources(console: Console, sources: Sequence[CitedSource], refs: Sequence[str]) -> None:
    """Print a table of sources: verdict, name, REF of the event, and below that the URL and what else is known."""
    for start in range(0, len(sources), _BATCH):
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for one, ref in zip(sources[start : start + _BATCH], refs[start : start + _BATCH], strict=True):
            verdict, dead_since, copy, _, _, label, url = (visible(value or "") for value in one.row())
            text = Text(label)
            text.append(f" · {visible(ref)}\n{url}", DIM)
            if dead_since:
                text.append(f"\ndead since {dead_since}", BROKEN)
            if copy:
                text.append(f"\narchived {copy}")
            table.add_row(Text(verdict, BROKEN if dead_since else ""), text)
        console.print(table)

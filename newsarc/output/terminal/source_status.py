"""Tables of sources and their verdicts, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newsarc.output.humanize import addresses
from newsarc.output.terminal.events import BROKEN, DIM
from newsarc.sources.states import CitedSource
from newsarc.sources.status import HostStatus, YearStatus
from newsarc.sources.verdicts import Verdict
from newsarc.text.sanitize import visible

_REFRESH = 0.1  # seconds
_BATCH = 100  # rows per table, because Rich measures a whole table before it prints it
_LEAST_ROOM = len("total")  # cells for the names of hosts
_ADDRESSES = "addresses"
_DEAD = "dead"
_WITH_COPY = "with copy"
_ALWAYS: Final = (_ADDRESSES, _DEAD)  # columns that are shown in any case
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
    """Print a table of hosts with their numbers of addresses by verdict, and the totals.

    If it is too wide, columns without any number are left out; if it still is, each host gets lines of text instead.
    """
    numbers = _numbers(hosts)
    rows = [Text(visible(one.host), BROKEN if one.failure is not None else "") for one in hosts]
    if len(hosts) > 1:
        rows.append(Text("total", "bold"))
        for column in numbers.values():
            column.append(sum(column))
    widest = max((row.cell_len for row in rows), default=1)
    if _room(console, numbers) < widest:
        numbers = {head: column for head, column in numbers.items() if any(column) or head in _ALWAYS}
    room = _room(console, numbers)
    if room < min(widest, _LEAST_ROOM):
        for place, row in enumerate(rows):
            console.print(row, overflow="fold")
            console.print(Padding(_counts(numbers, place), (0, 0, 0, 2)))
    else:
        _print_columns(console, rows, numbers, min(widest, room))
    for one in hosts:
        if one.failure is not None:
            console.print(Text(visible(str(one.failure)), DIM))


def _numbers(hosts: Sequence[HostStatus]) -> dict[str, list[int]]:
    """Return the columns of the table, by heading."""
    numbers = {_ADDRESSES: [one.addresses for one in hosts]}
    for head, verdicts in _COLUMNS.items():
        numbers[head] = [sum(one.verdicts.get(verdict, 0) for verdict in verdicts) for one in hosts]
    numbers[_DEAD] = [one.dead for one in hosts]
    if any(one.with_copy for one in hosts):
        numbers[_WITH_COPY] = [one.with_copy for one in hosts]
    return numbers


def _room(console: Console, numbers: Mapping[str, Sequence[int]]) -> int:
    """Return the cells that columns leave for the names of hosts."""
    return console.width - sum(_width(head, column) + 1 for head, column in numbers.items())


def _width(head: str, column: Sequence[int]) -> int:
    return max(len(head), len(f"{max(column, default=0):,}"))


def _print_columns(console: Console, rows: Sequence[Text], numbers: Mapping[str, Sequence[int]], width: int) -> None:
    """Print the columns, to the right of names in ``width`` cells. A longer name has a line of its own above."""
    widths = {head: _width(head, column) for head, column in numbers.items()}
    heads = (Text(f" {head:>{widths[head]}}", DIM) for head in numbers)
    console.print(Text.assemble(" " * width, *heads), soft_wrap=True)
    for place, row in enumerate(rows):
        if row.cell_len > width:
            console.print(row, overflow="fold")
        line = Text().append_text(row) if row.cell_len <= width else Text()
        line.append(" " * (width - line.cell_len))
        for head, column in numbers.items():
            number = f"{column[place]:,}" if column[place] else ""
            line.append(f" {number:>{widths[head]}}", _style(head))
        console.print(line, soft_wrap=True)


def _counts(numbers: Mapping[str, Sequence[int]], place: int) -> Text:
    """Return the numbers of a row that are not zero: ``30 addresses · 8 alive · 2 dead``."""
    found = [(head, column[place]) for head, column in numbers.items() if column[place]]
    texts = (f"{number:,} {head}" if head != _ADDRESSES else addresses(number) for head, number in found)
    return Text(" · ").join(Text(text, _style(head)) for text, (head, _) in zip(texts, found, strict=True))


def _style(head: str) -> str:
    return BROKEN if head == _DEAD else ""


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


def print_sources(console: Console, sources: Sequence[CitedSource], refs: Sequence[str]) -> None:
    """Print a table of sources: verdict, name, REF of the event, and below that the URL and what else is known."""
    for start in range(0, len(sources), _BATCH):
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for one, ref in zip(sources[start : start + _BATCH], refs[start : start + _BATCH], strict=True):
            verdict, dead_since, copy, _, _, label, url, moved_to = (visible(value or "") for value in one.row())
            text = Text(label)
            text.append(f" · {visible(ref)}\n{url}", DIM)
            if dead_since:
                text.append(f"\ndead since {dead_since}", BROKEN)
            if moved_to:
                text.append(f"\nmoved to {moved_to}")
            if one.state.retitled_after is not None:
                text.append(f"\nanother title than on {one.state.retitled_after.date()}")
            if copy:
                text.append(f"\narchived {copy}")
            table.add_row(Text(verdict, BROKEN if dead_since else ""), text)
        console.print(table)

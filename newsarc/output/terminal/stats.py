"""Archive statistics on a terminal, as bar charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsarc.analysis.statistics import Stats
from newsarc.index.aggregates import NameSpan
from newsarc.output.humanize import long_date, plural, span
from newsarc.output.terminal.bars import BAR, Scale, widest_name
from newsarc.output.terminal.events import BROKEN, DIM, banner
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.sources.states import SourceTotals

WIDEST = 160  # cells: wider than prose, for two columns
_TWO_COLUMNS = 120
_GAP = 4
_SPACE = 2  # between the columns of names
_DATE = 10
_BATCH = 100  # rows per table, because Rich measures a whole table before it prints it


def print_stats(
    console: Console, stats: Stats, title: str, refs: Mapping[str, str], sources: SourceTotals | None = None
) -> None:
    """Print statistics under ``title``, in two columns on a wide terminal.

    ``refs`` are the short REFs of the most linked events, by path. ``sources`` is what the ledger says, if any.
    """
    console.print(_head(stats, title, console.width))
    if sources is not None:
        counts = f"{sources.alive:,} alive, {sources.dead:,} dead, {sources.with_copy:,} with an archived copy"
        console.print(Text(f"{sources.checked:,} sources checked: {counts}", style=DIM))
    if console.width < _TWO_COLUMNS:
        console.print(Group(_column(_quantities(stats), console.width), _column(_names(stats), console.width)))
    else:
        width = (console.width - _GAP) // 2
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(width=width)
        grid.add_column(width=width)
        grid.add_row(_column(_quantities(stats), width), _column(_names(stats), width))
        console.print(grid)
    if stats.most_linked:
        console.print(Group(*_most_linked(stats, refs)))


def _head(stats: Stats, title: str, width: int) -> RenderableType:
    when = [f"{span(stats.first, stats.last)}, {plural(stats.days, 'day')} with events"] if stats.first else []
    if stats.undated:
        when.append(f"{stats.undated:,} without a date")
    return Group(banner(visible(title), plural(stats.events, "event"), width), Text(" · ".join(when), style=DIM))


@dataclass(frozen=True, slots=True)
class _Section:
    """A bar chart under a title. With ``total``, percentages are shown; the bar called ``bad`` is red."""

    title: str
    counts: Sequence[tuple[str, int]]
    note: str = ""
    total: int | None = None
    bad: str = ""


def _quantities(stats: Stats) -> Iterator[_Section]:
    """Yield the sections about quantities: shares, links, years, months, days."""
    shares = (("sources", stats.with_sources), ("related links", stats.with_related), ("summary", stats.with_summary))
    yield _Section("Events with", shares, total=stats.events)
    if stats.links:
        health = (("OK", stats.links - stats.broken), ("broken", stats.broken))
        yield _Section("Related links", health, f"{stats.links:,}", stats.links, "broken")
    if len(stats.years) > 1:
        yield _Section("Years", stats.years)
    if stats.months:
        years = {month[:4] for month, _ in stats.months}
        yield _Section("Months", stats.months, "" if len(years) > 1 else f"of {min(years)}")
    if busy := [(day, number) for day, number in stats.busiest if number > 1]:
        days = [(f"{day} {long_date(dt.date.fromisoformat(day))[:3]}", number) for day, number in busy]
        yield _Section("Busiest days", days)


def _names(stats: Stats) -> Iterator[_Section]:
    """Yield the sections about names: topics, contexts, sources."""
    for title, named in (("Topics", stats.topics), ("Contexts", stats.contexts), ("Sources", stats.sources)):
        if named.counts:
            more = named.total > len(named.counts)
            note = f"{len(named.counts)} most frequent of {named.total:,}" if more else f"{named.total:,}"
            yield _Section(title, named.counts, note)


def _column(sections: Iterable[_Section], width: int) -> RenderableType:
    """Return sections below each other, with their bars aligned."""
    sections = list(sections)
    name = max((widest_name(section.counts) for section in sections), default=0)
    most = max((number for section in sections for _, number in section.counts), default=0)
    parts: list[RenderableType] = []
    for section in sections:
        scale = Scale.fit(section.counts, width, name, len(f"{most:,}"), section.total)
        parts.append(_heading(section.title, section.note))
        parts.extend(
            scale.table([(text, number)], BROKEN if text == section.bad else BAR) for text, number in section.counts
        )
    return Group(*parts)


def _heading(title: str, note: str) -> RenderableType:
    return Text(f"\n{title}", style="bold").append(f"  {note}" if note else "", style=f"not bold {DIM}")


def print_names(console: Console, names: Sequence[NameSpan]) -> None:
    """Print names with their number of events and the days of the first and the last one, in batches."""
    digits = max((len(f"{one.count:,}") for one in names), default=1)
    count = max(digits, len("events"))
    widest = max((cell_len(visible(one.name)) for one in names), default=1)
    room = console.width - count - 2 * _DATE - 3 * _SPACE
    for start in range(0, len(names), _BATCH):
        grid = Table.grid(padding=(0, _SPACE, 0, 0))
        grid.add_column(width=max(1, min(widest, room)), overflow="fold")
        grid.add_column(width=count, justify="right", style="bold")
        grid.add_column(width=_DATE, no_wrap=True, style=DIM)
        grid.add_column(width=_DATE, no_wrap=True, style=DIM)
        if not start:
            grid.add_row("", Text("events", style=f"not bold {DIM}"), "first", "last")
        for one in names[start : start + _BATCH]:
            grid.add_row(Text(visible(one.name)), f"{one.count:,}", one.first or "no date", one.last or "no date")
        console.print(grid)


def _most_linked(stats: Stats, refs: Mapping[str, str]) -> Iterator[RenderableType]:
    yield _heading("Most linked", "number of incoming links")
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(justify="right", style="bold", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for row, number in stats.most_linked:
        text = Text(visible(row.title)).append(f"\n{visible(refs.get(row.path, row.path))}", style=DIM)
        grid.add_row(f"{number:,}", text)
    yield grid

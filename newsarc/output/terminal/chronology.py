"""A timeline on a terminal: its distribution over time, then its events day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from rich.cells import cell_len
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from newsarc.analysis.timeline import Density, Period, Timeline, density
from newsarc.analysis.traversal import Step
from newsarc.index import EventRow
from newsarc.output.humanize import long_date, plural, short_month, span
from newsarc.output.link_tree import ARROWS
from newsarc.output.terminal.bars import BAR, vertical
from newsarc.output.terminal.events import DIM, HEADLINE, MARK, TOPIC, banner, topics_beyond_headline
from newsarc.text.durations import duration
from newsarc.text.normalize import fold
from newsarc.text.sanitize import visible

_LONG_GAP = 7  # longer gaps without events, in days, are shown
_INDENT = 3
_DOT = " · "
_MORE = 9  # the width of " +12 more"
_WIDEST_PERIOD = 6  # cells
_UNITS = {
    ("day", 1): "day",
    ("day", 7): "week",
    ("month", 1): "month",
    ("month", 3): "quarter",
    ("month", 6): "half-year",
    ("month", 12): "year",
}
_STEPS = {"year": (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000), "month": (1, 2, 3, 6, 12), "day": (1, 2, 5, 10, 20)}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a timeline with its short REF. ``step`` is how a traversal reached it, or None."""

    row: EventRow
    ref: str
    topics: Sequence[str]
    contexts: Sequence[str]
    step: Step | None = None


def print_timeline(
    console: Console,
    title: str,
    story: Timeline,
    entries: Iterable[Entry],
    shared: Sequence[str] = (),
    with_summary: bool = False,
    notes: Sequence[str] = (),
) -> None:
    """Print a timeline: its ``title``, a bar chart of events over time, and ``entries`` in the given order.

    ``shared`` are names that all entries have, which are not repeated. ``notes`` are printed at the end.
    """
    _print_head(console, title, story)
    known = frozenset(map(fold, shared))
    before: str | None = None
    year = ""
    for day, group in groupby(entries, key=lambda entry: entry.row.day):
        if before is not None and day is not None and (gap := _distance(before, day)) > _LONG_GAP:
            console.print()
            console.print(Text(f"{'':{_INDENT}}… {duration(gap)} …", style=DIM))
        if day is None or day[:4] != year:
            year = "" if day is None else day[:4]
            console.print()
            console.print(Rule(Text(year or "no date", style="bold"), style=DIM, align="left"))
        console.print()
        if day is not None:
            console.print(_heading(dt.date.fromisoformat(day)))
        for at, entry in enumerate(group):
            if at and with_summary:
                console.print()
            is_start = story.start is not None and entry.row.path == story.start.path
            console.print(_event(entry, is_start, known, with_summary, console.width))
        before = day
    for note in notes:
        console.print(Text(f"\n{note}", style=DIM))


def _print_head(console: Console, title: str, story: Timeline) -> None:
    days = story.days
    spread = density(days, console.width)
    notes = [span(min(days), max(days))] if days else []
    if len(spread.periods) > 1:
        notes.append(f"busiest {_unit(spread)}: {spread.most:,}")
    if undated := len(story.rows) - len(days):
        notes.append(f"{undated:,} without a date")
    console.print(banner(visible(title), plural(len(story.rows), "event"), console.width))
    console.print(Text(" · ".join(notes), style=DIM))
    if story.steps:
        console.print(_legend(story.steps.values()))
    if len(spread.periods) > 1:
        cells = min(console.width // len(spread.periods), _WIDEST_PERIOD)
        console.print()
        bar = vertical([period.count for period in spread.periods], cells)
        console.print(Text(bar, style=BAR, no_wrap=True))
        console.print(Text(_ticks(spread, cells, console.width), style=DIM, no_wrap=True))


def _legend(steps: Iterable[Step]) -> Text:
    text = " the event  → linked from it  ← links to it"
    if any(step.depth > 1 for step in steps):
        text += "  2→ two links away"
    return Text("●", style=MARK).append(text, style=f"not bold default {DIM}")


def _unit(spread: Density) -> str:
    name = _UNITS.get((spread.unit, spread.length))
    return name or (f"{spread.length // 12:,} years" if spread.length >= 12 else f"{spread.length} months")


def _distance(before: str, day: str) -> int:
    return abs((dt.date.fromisoformat(day) - dt.date.fromisoformat(before)).days)


def _heading(date: dt.date) -> Text:
    weekday, _, day = long_date(date).partition(" ")
    return Text(f"{weekday} ", style=DIM).append(day, style="not dim bold")


# --- ticks below the bar ---


def _ticks(spread: Density, cells: int, width: int) -> str:
    """Return the line with the years, months or days below the bars, as many as fit."""
    kind, labels = _labels(spread)
    for step in _STEPS[kind]:
        kept = [(at * cells, text) for at, number, text in labels if at == 0 or number % step == 0]
        if all(right - left > len(text) for (left, text), (right, _) in pairwise(kept[1:])):
            break
    line = ""
    for left, text in kept:
        if (not line or left > len(line)) and left + len(text) <= width:
            line = line.ljust(left) + text
    return line


def _labels(spread: Density) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the kind of labels (year, month or day), and for each label its period, number and text."""
    periods = spread.periods
    months = 12 * (periods[-1].first.year - periods[0].first.year) + periods[-1].first.month - periods[0].first.month
    if spread.unit == "day" and spread.length == 1 and len(periods) <= 31:
        names = [f"{period.first.day} {short_month(period.first.month)}" for period in periods]
        names[0] += f" {periods[0].first.year}"
        return "day", [(at, at, name) for at, name in enumerate(names)]
    if spread.unit == "day" or (spread.length == 1 and months <= 36):
        return "month", _beginnings(periods, lambda day: 12 * day.year + day.month - 1, _month_name)
    return "year", _beginnings(periods, lambda day: day.year, lambda year, is_first: str(year))


def _beginnings(
    periods: Sequence[Period], number: Callable[[dt.date], int], name: Callable[[int, bool], str]
) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for at, period in enumerate(periods):
        here = number(period.last if period.last < dt.date.max and period.first.day > 1 else period.first)
        if not found or found[-1][1] != here:
            found.append((at, here, name(here, at == 0)))
    return found


def _month_name(number: int, is_first: bool) -> str:
    year, month = divmod(number, 12)
    return f"{short_month(month + 1)} {year}" if is_first else str(year) if month == 0 else short_month(month + 1)


# --- events ---


def _event(entry: Entry, is_start: bool, shared: frozenset[str], with_summary: bool, width: int) -> Table:
    body = Table.grid(expand=True)
    body.add_column(ratio=1, overflow="fold")
    body.add_row(Text(visible(entry.row.title), style=HEADLINE if is_start or with_summary else ""))
    if with_summary and entry.row.summary:
        body.add_row(Text(visible(entry.row.summary)))
    for line in _notes(entry, shared, width - _INDENT):
        body.add_row(line)
    grid = Table.grid(expand=True)
    grid.add_column(width=_INDENT, no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_row(_mark(entry.step, is_start), body)
    return grid


def _mark(step: Step | None, is_start: bool) -> Text:
    if step is None:
        return Text("●" if is_start else "", style=MARK)
    return Text((str(step.depth) if step.depth > 1 else "") + ARROWS[step.direction], style=DIM)


def _notes(entry: Entry, shared: frozenset[str], width: int) -> Iterator[Text]:
    """Yield the lines below a headline: topics, contexts and the REF, in one line if they fit."""
    names = list(_about(entry, shared))
    ref = Text(visible(entry.ref), style=DIM, overflow="fold")
    room = width - ref.cell_len - len(_DOT)
    if not names or cell_len(names[0][0]) + _MORE > room:
        if names:
            yield _joined(names, width)
        yield ref
    else:
        yield _joined(names, room).append(_DOT, style=DIM).append_text(ref)


def _about(entry: Entry, shared: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield topics, then contexts, with their styles, but no names that the headline or the title contain.

    In a traversal, the contexts are those of the link. Topics begin with ``#``: not everybody sees colours.
    """
    headline = fold(entry.row.headline)
    seen = set(shared)
    topics = topics_beyond_headline(entry.topics, entry.row.headline)
    contexts = entry.step.contexts if entry.step else entry.contexts
    for names, style, mark in ((topics, TOPIC, "#"), (contexts, DIM, "")):
        by_key: dict[str, str] = {}
        for name in names:
            by_key.setdefault(fold(name), name)
        fresh = [name for key, name in by_key.items() if key not in seen and key not in headline]
        seen.update(by_key)
        for name in fresh:
            yield f"{mark}{visible(name)}", style


def _joined(names: Sequence[tuple[str, str]], width: int) -> Text:
    """Return as many of ``names`` as fit on one line, and the number of the others."""
    text = Text(no_wrap=True, overflow="ellipsis")
    for at, (name, style) in enumerate(names):
        more = len(_rest(len(names) - at - 1))
        if at and text.cell_len + 2 + cell_len(name) + more > width:
            return text.append(_rest(len(names) - at), style=DIM)
        text.append(", " if at else "", style=DIM).append(name, style=style)
    return text


def _rest(number: int) -> str:
    return f" +{number} more" if number else ""

"""Everything known about a source, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from newsarc.output.terminal.events import BROKEN, DIM, link_style
from newsarc.sources.reports import DatedCopy, SourceReport, check_text
from newsarc.sources.states import CitedSource
from newsarc.text.sanitize import visible

_MOST = 10  # events and dates; a front page may be cited by thousands


def print_source_report(console: Console, report: SourceReport, refs: Mapping[str, str], prefix: str = "") -> None:
    """Print a report. ``refs`` are the short REFs of events by path, ``prefix`` is that of the paths of pages."""
    state = report.state
    console.print(Text(visible(report.address), Style(bold=True) + link_style(report.address)), overflow="fold")
    verdict = Text(state.verdict, BROKEN if state.dead_since is not None else "")
    if state.dead_since is not None:
        verdict.append(f", dead since {state.dead_since.date()}")
    console.print(verdict)
    if report.failure is not None:
        console.print(Text(visible(str(report.failure)), DIM), overflow="fold")
    _section(console, "Cited", [(_date(one), _citation(one, refs, prefix)) for one in report.cited[:_MOST]])
    if not report.cited:
        console.print(Padding(Text("by no event; it is only in the ledger"), (0, 0, 0, 2)))
    _say_more(console, len(report.cited))
    checks = [
        (f"{check.at:%Y-%m-%d %H:%M}", Text(check.outcome.ljust(11)).append(visible(check_text(check)), DIM))
        for check in report.history
    ]
    _section(console, "Checks (UTC)", checks)
    sought = [copy for copy in report.copies if copy.search is not None]
    others = [copy.date.isoformat() for copy in report.copies if copy.search is None]
    copies = [(copy.date.isoformat(), _copy(copy)) for copy in sought[:_MOST]]
    if others:
        copies.append((others[0] if len(others) == 1 else f"{len(others):,} dates", Text("not searched for")))
    _section(console, "Copies", copies)
    _say_more(console, len(sought))
    if report.next is not None:
        console.print()
        console.print(Text("Next", "bold"))
        console.print(Padding(Text(visible(report.next.text)), (0, 0, 0, 2)), overflow="fold")
        if report.next.command:  # in one piece, so that it can be copied
            console.print(Text(f"  {visible(report.next.line)}"), soft_wrap=True)


def _section(console: Console, title: str, rows: Sequence[tuple[str, Text]]) -> None:
    if not rows:
        return
    console.print()
    console.print(Text(title, "bold"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=max(len(head) for head, _ in rows) + 2, no_wrap=True)
    grid.add_column(overflow="fold")
    for head, text in rows:
        grid.add_row(Text(f"  {head}", DIM), text)
    console.print(grid)


def _say_more(console: Console, number: int) -> None:
    if number > _MOST:
        console.print(Text(f"  and {number - _MOST:,} more (--format plain has all)", DIM))


def _date(one: CitedSource) -> str:
    return one.event.date.isoformat() if one.event.date is not None else "no date"


def _citation(one: CitedSource, refs: Mapping[str, str], prefix: str) -> Text:
    text = Text(visible(one.event.title))
    ref = refs.get(one.event.path, one.event.slug)
    text.append(f"\n{visible(ref)} · {visible(one.source.text)}", DIM)
    text.append(f"\n{visible(prefix + one.event.path)}:{one.source.line}", DIM)
    if one.source.archived is not None:
        text.append("\ncopy cited: ").append(visible(one.source.archived), link_style(one.source.archived))
    return text


def _copy(copy: DatedCopy) -> Text:
    text = Text(visible(str(copy)))
    if copy.copy is not None:
        text.append("\n").append(visible(copy.copy.url), Style(dim=True) + link_style(copy.copy.url))
    return text

"""Findings for a terminal: the source line with the place marked, and what was probably meant."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.errors import PageError
from newsarc.lint import Finding, Report
from newsarc.lint.statistics import Statistics
from newsarc.pages import Pages
from newsarc.safe import visible

_SEVERITY_STYLES = {"error": "bold red", "warning": "bold yellow"}
_MAX_PER_CELL = 8  # characters that one cell of a terminal is filled with, at most
_LEAD = 24  # characters of the source line that stand before the marked place where the line is too long to show whole


def print_findings(console: Console, report: Report, archive: Pages, folder: str = "") -> None:
    """Print each finding with the line it is about, cut to the width of the terminal around the marked place.

    ``folder`` is the archive root as seen from here, with a slash; paths begin with it.
    """
    lines: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.path not in lines:
            lines = {finding.path: _lines_of(finding.path, archive)}
        console.print(Text(visible(f"{folder}{finding.path}:{finding.line}:{finding.column}")), soft_wrap=True)
        _print_finding(console, finding, lines[finding.path])
        console.print()


def print_statistics(console: Console, counted: Statistics) -> None:
    """Print how often each rule found something, and the missing targets behind most dead links."""
    rules = Table.grid(padding=(0, 2, 0, 0))
    rules.add_column(justify="right", style="bold", no_wrap=True)
    rules.add_column(no_wrap=True)
    rules.add_column()
    rules.add_column(style="dim", no_wrap=True)
    for number, code, name, mendable in counted.rules:
        rules.add_row(f"{number:,}", code, name, f"{mendable:,} can be mended" if mendable else "")
    console.print(rules)
    if not counted.missing:
        return
    console.print(Text("\nMissing targets", style="bold"))
    missing = Table.grid(padding=(0, 2, 0, 0), expand=True)
    missing.add_column(justify="right", style="bold", no_wrap=True)
    missing.add_column(ratio=1, overflow="fold")
    for number, target in counted.missing:
        missing.add_row(f"{number:,}", Text(visible(target)))
    if counted.rest[1]:
        missing.add_row(f"{counted.rest[0]:,}", Text(f"{counted.rest[1]:,} more targets", style="dim"))
    console.print(missing)


def _lines_of(path: str, archive: Pages) -> list[str]:
    if not archive.tree.exists(path):  # it may be a finding that this is no page
        return []
    try:
        return archive.tree.read(path).split("\n")
    except PageError:
        return []


def _print_finding(console: Console, finding: Finding, lines: list[str]) -> None:
    head = Text(f"{finding.code} {finding.name}", style=_SEVERITY_STYLES[finding.severity])
    # Not wrapped here: a path broken in the middle cannot be copied.
    console.print(head.append(f": {visible(finding.message)}", style="default not bold"), soft_wrap=True)
    if 0 < finding.line <= len(lines):
        _print_source(console, finding, lines[finding.line - 1].rstrip("\r"))
    if finding.suggestion is not None:
        renamed = Text("  renamed? ", style="green").append(visible(finding.suggestion.path))
        console.print(renamed, soft_wrap=True)
        console.print(Text(f"           {visible(finding.suggestion.reason)}", style="dim"))


def _print_source(console: Console, finding: Finding, line: str) -> None:
    gutter = f"{finding.line:>5} │ "
    room = max(20, console.width - len(gutter) - 1)
    start, end = finding.column - 1, max(finding.end_column - 1, finding.column)
    # Nothing here takes as long as the line is: all findings of a page may be about one line of it. A character that
    # takes no cell of its own stands on another one, so that few of them in a row show anything.
    is_long = len(line) > _MAX_PER_CELL * room or Text(visible(line)).cell_len > room
    first = max(0, start - _LEAD) if is_long else 0
    end = min(end, first + _MAX_PER_CELL * room)
    lead = "…" if first else ""
    before, marked = lead + visible(line[first:start]), visible(line[start:end])
    shown = Text(before).append(marked, style="bold").append(visible(line[end : end + _MAX_PER_CELL * room]))
    shown.truncate(room, overflow="ellipsis")
    console.print(Text(gutter, style="dim").append_text(shown), no_wrap=True, crop=True)
    column = Text(before).cell_len
    width = max(1, min(Text(marked).cell_len, room - column))
    console.print(
        Text("      │ ", style="dim").append(" " * column + "^" * width, style="red"), no_wrap=True, crop=True
    )

"""Findings for a terminal: the source line with the place marked, and what was probably meant."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from newsarc.archive import Archive
from newsarc.errors import PageError
from newsarc.lint import Finding, Report
from newsarc.safe import visible

_SEVERITY_STYLES = {"error": "bold red", "warning": "bold yellow"}
_LEAD = 24  # characters of the source line that stand before the marked place where the line is too long to show whole


def print_findings(console: Console, report: Report, archive: Archive) -> None:
    """Print each finding with the line it is about, cut to the width of the terminal around the marked place."""
    lines: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.path not in lines:
            lines = {finding.path: _lines_of(finding.path, archive)}
        _print_finding(console, finding, lines[finding.path])
        console.print()


def _lines_of(path: str, archive: Archive) -> list[str]:
    try:
        return archive.tree.read(path).split("\n")
    except PageError:
        return []


def _print_finding(console: Console, finding: Finding, lines: list[str]) -> None:
    console.print(Text(visible(f"{finding.path}:{finding.line}:{finding.column}")), soft_wrap=True)
    head = Text(f"{finding.code} {finding.name}", style=_SEVERITY_STYLES[finding.severity])
    console.print(head.append(f": {visible(finding.message)}", style="default not bold"))
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
    first = max(0, start - _LEAD) if Text(visible(line)).cell_len > room else 0
    lead = "…" if first else ""
    before, marked = lead + visible(line[first:start]), visible(line[start:end])
    shown = Text(before).append(marked, style="bold").append(visible(line[end:]))
    shown.truncate(room, overflow="ellipsis")
    console.print(Text(gutter, style="dim").append_text(shown), no_wrap=True, crop=True)
    column = Text(before).cell_len
    width = max(1, min(Text(marked).cell_len, room - column))
    console.print(
        Text("      │ ", style="dim").append(" " * column + "^" * width, style="red"), no_wrap=True, crop=True
    )

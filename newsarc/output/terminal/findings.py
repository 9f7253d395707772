"""Findings on a terminal, page by page: each with its source line, the place in it, and a suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError
from newsarc.lint import Finding, Report
from newsarc.lint.reporters.concise import fixable_mark
from newsarc.lint.statistics import Statistics
from newsarc.text.sanitize import visible

SEVERITY_STYLES = {"error": "bold red", "warning": "bold yellow"}
_MAX_PER_CELL = 8  # characters in one cell, at most: combining characters take none of their own
_LEAD = 24  # characters shown before the marked place of a long source line


def print_findings(console: Console, report: Report, reader: PageReader, folder: str = "") -> None:
    """Print the path of each page, and below it each finding with its source line, cut to the width of the terminal
    around the marked place.

    ``folder`` is the archive root relative to the current folder, with a slash at its end; it precedes all paths.
    """
    painted = _Painter(console)
    for path, findings in groupby(report.findings, key=attrgetter("path")):
        lines = _lines_of(path, reader)
        # Not wrapped, so that paths can be copied.
        console.file.write(painted(visible(f"{folder}{path}"), "bold") + "\n")
        for finding in findings:
            console.file.write("\n".join((*_finding_lines(finding, lines, painted), "", "")))


class _Painter:
    """Applies styles to short texts, with escape codes that are recorded once for each style.

    :meth:`Console.print` would be too slow for thousands of findings.
    """

    def __init__(self, console: Console) -> None:
        self.width = console.width
        self._console = console
        self._around: dict[str, tuple[str, str]] = {}

    def __call__(self, text: str, style: str) -> str:
        """Return ``text`` in the Rich style ``style``."""
        if style not in self._around:
            with self._console.capture() as capture:
                self._console.print(Text("x", style=style), end="")
            begin, _, end = capture.get().partition("x")
            self._around[style] = begin, end
        begin, end = self._around[style]
        return f"{begin}{text}{end}" if text else ""


def print_statistics(console: Console, counted: Statistics) -> None:
    """Print the number of findings of each rule, and the most frequent missing targets."""
    rules = Table.grid(padding=(0, 2, 0, 0))
    rules.add_column(justify="right", style="bold", no_wrap=True)
    rules.add_column(no_wrap=True)
    rules.add_column()
    rules.add_column(style="dim", no_wrap=True)
    for number, code, name, fixable in counted.rules:
        rules.add_row(f"{number:,}", code, name, f"{fixable:,} fixable" if fixable else "")
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


def _lines_of(path: str, reader: PageReader) -> list[str]:
    if not reader.tree.exists(path):  # some findings are about files that are not pages
        return []
    try:
        return reader.tree.read(path).split("\n")
    except PageError:
        return []


def _finding_lines(finding: Finding, lines: list[str], painted: _Painter) -> Iterator[str]:
    style = SEVERITY_STYLES[finding.severity]
    mark, code = painted(fixable_mark(finding), "cyan"), painted(f"{finding.letter} {finding.code}", style)
    yield f"{finding.line}:{finding.column} {code} {mark}{painted(finding.name, style)}: {visible(finding.message)}"
    if 0 < finding.line <= len(lines):
        yield from _source_lines(finding, lines[finding.line - 1].rstrip("\r"), painted)
    if finding.suggestion is not None:
        yield painted("  renamed? ", "green") + visible(finding.suggestion.path)
        yield painted(f"           {visible(finding.suggestion.reason)}", "dim")


def _source_lines(finding: Finding, line: str, painted: _Painter) -> Iterator[str]:
    gutter = f"{finding.line:>5} │ "
    room = max(20, painted.width - len(gutter) - 1)
    start, end = finding.column - 1, max(finding.end_column - 1, finding.column)
    # The work must not grow with the length of the line, because all findings of a page may be about a single line.
    is_long = len(line) > _MAX_PER_CELL * room or _width(visible(line)) > room
    first = max(0, start - _LEAD) if is_long else 0
    end = min(end, first + _MAX_PER_CELL * room)
    lead = "…" if first else ""
    room -= len(lead)
    before, marked = visible(line[first:start]), visible(line[start:end])
    shown = before + marked + visible(line[end : end + _MAX_PER_CELL * room])
    if _width(shown) > room:
        shown = f"{shown[: room - 1] if shown.isascii() else set_cell_size(shown, room - 1)}…"
    at, after = len(before), len(before) + len(marked)
    yield painted(gutter, "dim") + lead + shown[:at] + painted(shown[at:after], "bold") + shown[after:]
    column = _width(before)
    width = max(1, min(_width(marked), room - column))
    carets = painted("^" * width, SEVERITY_STYLES[finding.severity])
    yield painted("      │ ", "dim") + " " * (len(lead) + column) + carets


def _width(text: str) -> int:
    """Return the width of escaped text, in cells."""
    return len(text) if text.isascii() else cell_len(text)

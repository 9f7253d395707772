"""``newsarc --help`` as Typer prints it by means of Rich, without Rich.

With Rich it takes 150 ms, of which 80 are spent on importing it; without it 60, nearly all of them Typer's own import.
The help of each command stays Typer's.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

# With these Rich writes for no terminal as if for one, or for another width.
_RICHS_OWN = {"FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TERMINAL_WIDTH"}
_GAP = 2
_COLORS = ("cyan", "green", "magenta", "red", "yellow")  # of long options and commands, short ones, …, and values


def print_help(group: TyperGroup, ctx: Any) -> bool:
    """Print the help of ``newsarc`` itself and return True; False where that is left to Rich."""
    if _RICHS_OWN & os.environ.keys() or os.environ.get("TERM") == "dumb":
        return False
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        return False
    width = shutil.get_terminal_size((80, 24)).columns
    lines = _help_lines(group, ctx, width)
    if lines is None:
        return False
    typer.echo("\n".join(lines), color=False if os.environ.get("NO_COLOR") else None)
    return True


def _help_lines(group: TyperGroup, ctx: Any, width: int) -> list[str] | None:
    """Return the help for a terminal of ``width`` columns, None where that is too narrow for the columns of options."""
    panels: dict[str, list[tuple[str, ...]]] = {"Options": []}
    options: list[Any] = group.get_params(ctx)
    for option in options:
        long = ",".join(name for name in option.opts if name.startswith("--"))
        short = ",".join(name for name in option.opts if not name.startswith("--"))
        value = "" if option.is_flag else option.make_metavar(ctx)
        # The two empty columns are Typer's, for what turns an option off.
        row = (long, short, "", "", value, option.help)
        panels.setdefault(option.rich_help_panel or "Options", []).append(row)
    panels["Commands"] = [(name, command.help or "") for name, command in group.commands.items()]
    usage = group.get_usage(ctx)
    lines = ["", f" {usage}", "", *(f" {line}" for line in _wrapped(group.help or "", width - 2)), ""]
    lines = [typer.style(line.ljust(width), bold=at == 1) for at, line in enumerate(lines)]
    for title, rows in panels.items():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
        rest = width - 4 - sum(widths) - _GAP * len(widths)
        if rest < max(widths):  # Rich takes from the wider column first
            return None
        lines.extend(_panel(title, rows, widths, rest))
    return lines


def _panel(title: str, rows: list[tuple[str, ...]], widths: Sequence[int], rest: int) -> Iterator[str]:
    """Yield a frame around ``rows``: cells in columns of ``widths``, the last one in what is left of the line."""
    side = typer.style("│", dim=True)
    indent = sum(widths) + _GAP * len(widths)
    width = indent + rest + 4
    yield typer.style(f"╭─ {title} {'─' * (width - len(title) - 5)}╮", dim=True)
    for *cells, text in rows:
        head = "".join(
            typer.style(cell, fg=color, bold=True) + " " * (size - len(cell) + _GAP)
            for cell, size, color in zip(cells, widths, _COLORS, strict=False)
        )
        for line in _wrapped(text, rest):
            yield f"{side} {head}{line.ljust(rest)} {side}"
            head = " " * indent
    yield typer.style(f"╰{'─' * (width - 2)}╯", dim=True)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)

"""Traversals on a terminal, as trees, and shortest paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.analysis.shortest_path import LinkPath
from newsarc.analysis.traversal import BrokenLink, Traversal
from newsarc.model import Event
from newsarc.output.link_tree import ARROWS, Branch, branches, truncation_note
from newsarc.output.terminal.events import broken_link
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.lint.finding import Renames

_DATE = 14  # cells: arrow, date and the space around them
_MIN_HEADLINE = 24  # cells that a headline keeps, however deep its branch


def print_traversal(
    console: Console, start: Event, traversal: Traversal, refs: Mapping[str, str], renames: Renames
) -> None:
    """Print a traversal as a tree. ``refs`` are short REFs by path, ``renames`` what broken links probably meant."""
    date = start.date.isoformat() if start.date else "no date"
    title = Text(visible(start.title), style="bold")
    title.append(f"\n{visible(refs.get(start.path, start.path))}", style="not bold dim")
    _print_hanging(console, Text(f"{date:10}", style="dim"), title)
    for branch in branches(traversal, start.path):
        step = branch.step
        if isinstance(step, BrokenLink):
            renamed = renames.get((step.via, step.link.target))
            head, body = f"✗ {'broken':10}  ", broken_link(step.link, renamed, refs)
            contexts, ref = step.link.contexts, None
        else:
            head, body = f"{ARROWS[step.direction]} {step.day or 'no date':10}  ", Text(visible(step.headline))
            contexts, ref = step.contexts, refs.get(step.path, step.path)
        if contexts:
            body.append(f"\n{visible(', '.join(contexts))}", style="dim cyan")
        if ref is not None:
            body.append(f"\n{visible(ref)}", style="dim")
        console.print(_lines(console, branch, head, body), no_wrap=True, overflow="ignore", crop=False)
    if traversal.is_truncated:
        console.print(Text(truncation_note(traversal), style="yellow"))


def _lines(console: Console, branch: Branch, head: str, body: Text) -> Text:
    room = max(3, console.width - _DATE - _MIN_HEADLINE)
    guide, guide_on = (_shortened(text, room) for text in (branch.guide, branch.guide_on))
    lines = body.wrap(console, max(_MIN_HEADLINE, console.width - len(guide) - _DATE))
    for line in lines:
        line.rstrip()
    leads = [guide + head, *[guide_on + " " * _DATE] * (len(lines) - 1)]
    return Text("\n").join(
        Text().append(lead, style="dim").append_text(line) for lead, line in zip(leads, lines, strict=True)
    )


def _shortened(guide: str, room: int) -> str:
    return guide if len(guide) <= room else f"…{guide[-room + 1 :]}"


def print_path(console: Console, path: LinkPath, refs: Mapping[str, str]) -> None:
    """Print the events of a path, each with its short REF from ``refs``, and the contexts of the links between them."""
    for event in path.events:
        if event.direction:
            contexts = Text(visible(", ".join(event.contexts)), style="cyan")
            _print_hanging(console, Text(f"{ARROWS[event.direction]:>10}", style="dim"), contexts)
        body = Text(visible(event.title), style="bold").append(f"\n{visible(refs[event.path])}", style="not bold dim")
        _print_hanging(console, Text(f"{event.day or 'no date':10}", style="dim"), body)


def _print_hanging(console: Console, head: Text, body: Text) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=10, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(head, body)
    console.print(grid)

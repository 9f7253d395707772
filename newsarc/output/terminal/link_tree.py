"""Traversals on a terminal, as trees, and shortest paths."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.analysis.shortest_path import LinkPath
from newsarc.analysis.traversal import Traversal
from newsarc.model import Event
from newsarc.output.humanize import plural
from newsarc.output.link_tree import ARROWS, Branch, branches, truncation_note
from newsarc.text.sanitize import visible

_DATE = 14  # cells: arrow, date and the space around them
_MIN_HEADLINE = 24  # cells that a headline keeps, however deep its branch


def print_traversal(console: Console, start: Event, traversal: Traversal, broken: int) -> None:
    """Print a traversal as a tree. ``broken`` is the number of broken links of ``start``, which have no branch."""
    date = start.date.isoformat() if start.date else "no date"
    _print_hanging(console, Text(f"{date:10}", style="dim"), Text(visible(start.title), style="bold"))
    for branch in branches(traversal, start.path):
        console.print(_lines(console, branch), no_wrap=True, overflow="ignore", crop=False)
    if broken:
        console.print(Text(f"{plural(broken, 'broken link')}; see newsarc related without --depth", style="red"))
    if traversal.is_truncated:
        console.print(Text(truncation_note(traversal), style="yellow"))


def _lines(console: Console, branch: Branch) -> Text:
    step = branch.step
    room = max(3, console.width - _DATE - _MIN_HEADLINE)
    guide, guide_on = (_shortened(text, room) for text in (branch.guide, branch.guide_on))
    body = Text(visible(step.headline))
    if step.contexts:
        body.append(f"\n{visible(', '.join(step.contexts))}", style="dim cyan")
    head = f"{ARROWS[step.direction]} {step.day or 'no date':10}  "
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

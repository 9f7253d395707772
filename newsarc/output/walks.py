"""A walk along related links as a tree."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from newsarc.model import Event
from newsarc.related import Step, Walk
from newsarc.safe import visible

_ARROWS = {"related": "→", "backlink": "←"}


def print_walk(console: Console, start: Event, walk: Walk, broken: int) -> None:
    """Print a walk as a tree; each event stands under the one that led to it first.

    ``broken`` is the number of links of ``start`` that lead nowhere: they have no branch.
    """
    root = Tree(Text(visible(start.title), style="bold"), guide_style="dim")
    branches = {start.path: root}
    for step in walk.steps:
        branches[step.path] = branches[step.via].add(_label(step))
    console.print(root)
    if broken:
        console.print(Text(f"{broken} broken: newsarc related without --depth shows them", style="red"))
    if walk.is_cut:
        console.print(Text(f"cut at {len(walk.steps)} events; --limit sets how many", style="yellow"))


def _label(step: Step) -> Text:
    label = Text(f"{_ARROWS[step.direction]} ", style="dim").append(f"{step.day or 'no date':10}  ", style="dim")
    label.append(visible(step.headline), style="default not dim")
    if step.contexts:
        label.append(f"  {visible(', '.join(step.contexts))}", style="dim cyan")
    return label

"""A traversal as a tree: its branches with their guide lines, and the tree as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsarc.analysis.traversal import Direction, Step, Traversal
from newsarc.model import Event
from newsarc.output.humanize import plural
from newsarc.text.sanitize import visible

ARROWS: dict[Direction, str] = {"related": "→", "backlink": "←"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A step with the guides to the left of it: ``guide`` of its first line, ``guide_on`` of further lines."""

    guide: str
    guide_on: str
    step: Step


def branches(traversal: Traversal, start: str) -> Iterator[Branch]:
    """Yield the steps of a traversal from the event at ``start`` in the order of a tree, each below its ``via``."""
    below: dict[str, list[Step]] = {}
    for step in traversal.steps:
        below.setdefault(step.via, []).append(step)
    waiting = _bundle(below, start, "")
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += _bundle(below, branch.step.path, branch.guide_on)


def _bundle(below: dict[str, list[Step]], path: str, guide: str) -> list[Branch]:
    """Return the branches below one event, in reverse order."""
    steps = below.get(path, [])
    return [
        Branch(guide + ("└─ " if last else "├─ "), guide + ("   " if last else "│  "), step)
        for last, step in reversed([(step is steps[-1], step) for step in steps])
    ]


def tree_lines(start: Event, traversal: Traversal) -> Iterator[str]:
    """Yield a traversal from ``start`` as a tree in plain text, one line for each event, not wrapped."""
    yield f"{start.date.isoformat() if start.date else 'no date'}  {visible(start.title)}\n"
    for branch in branches(traversal, start.path):
        step = branch.step
        line = f"{branch.guide}{ARROWS[step.direction]} {step.day or 'no date'}  {visible(step.headline)}"
        yield f"{line}  [{visible(', '.join(step.contexts))}]\n" if step.contexts else f"{line}\n"


def truncation_note(traversal: Traversal) -> str:
    """Return the note about a traversal that reached its limit."""
    depth = traversal.steps[-1].depth
    return (
        f"stopped at {plural(len(traversal.steps), 'event')}, up to {plural(depth, 'link')} away (change with --limit)"
    )

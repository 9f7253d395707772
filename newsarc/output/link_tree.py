"""A walk along related links as a tree: which event stands under which, and the lines that lead there."""

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
    """A step with what stands to the left of it: on its first line, and on those that go on."""

    guide: str
    guide_on: str
    step: Step


def branches(walk: Traversal, start: str) -> Iterator[Branch]:
    """Yield the steps of a walk from the event at ``start`` as they stand in a tree, each below the one that led to
    it first.
    """
    below: dict[str, list[Step]] = {}
    for step in walk.steps:
        below.setdefault(step.via, []).append(step)
    waiting = _bundle(below, start, "")
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += _bundle(below, branch.step.path, branch.guide_on)


def _bundle(below: dict[str, list[Step]], path: str, guide: str) -> list[Branch]:
    """Return the branches of one event, the last of them first."""
    steps = below.get(path, [])
    return [
        Branch(guide + ("└─ " if last else "├─ "), guide + ("   " if last else "│  "), step)
        for last, step in reversed([(step is steps[-1], step) for step in steps])
    ]


def tree_lines(start: Event, walk: Traversal) -> Iterator[str]:
    """Yield a walk from ``start`` as a tree of plain text, a line for each event, however long."""
    yield f"{start.date.isoformat() if start.date else 'no date'}  {visible(start.title)}\n"
    for branch in branches(walk, start.path):
        step = branch.step
        line = f"{branch.guide}{ARROWS[step.direction]} {step.day or 'no date'}  {visible(step.headline)}"
        yield f"{line}  [{visible(', '.join(step.contexts))}]\n" if step.contexts else f"{line}\n"


def cut_note(walk: Traversal) -> str:
    """Return what to tell of a walk that was cut at its limit."""
    far = walk.steps[-1].depth
    return f"cut at {plural(len(walk.steps), 'event')}, the last {plural(far, 'link')} away; --limit sets how many"

"""A traversal as a tree: its branches with their guide lines, and the tree as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.analysis.traversal import BrokenLink, Direction, Step, Traversal
from newsarc.model import Event, RelatedLink
from newsarc.output.humanize import plural
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.lint.finding import Renames, Suggestion

ARROWS: dict[Direction, str] = {"related": "→", "backlink": "←"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A step or a broken link, with the guides to its left: ``guide`` of its first line, ``guide_on`` of others."""

    guide: str
    guide_on: str
    step: Step | BrokenLink


def branches(traversal: Traversal, start: str) -> Iterator[Branch]:
    """Yield the steps and broken links of a traversal from the event at ``start`` as a tree, each below its ``via``."""
    below: dict[str, list[Step | BrokenLink]] = {}
    found: list[Step | BrokenLink] = [*traversal.steps, *traversal.broken]
    for step in found:
        below.setdefault(step.via, []).append(step)
    waiting = _bundle(below, start, "")
    while waiting:
        branch = waiting.pop()
        yield branch
        if isinstance(branch.step, Step):
            waiting += _bundle(below, branch.step.path, branch.guide_on)


def _bundle(below: dict[str, list[Step | BrokenLink]], path: str, guide: str) -> list[Branch]:
    """Return the branches below one event, in reverse order."""
    steps = below.get(path, [])
    return [
        Branch(guide + ("└─ " if last else "├─ "), guide + ("   " if last else "│  "), step)
        for last, step in reversed([(step is steps[-1], step) for step in steps])
    ]


def tree_lines(start: Event, traversal: Traversal, refs: Mapping[str, str], renames: Renames) -> Iterator[str]:
    """Yield a traversal from ``start`` as a tree in plain text, one line for each event or broken link, not wrapped.

    ``refs`` are short REFs by path, ``renames`` the pages that broken links probably meant, by page and target.
    """
    date = start.date.isoformat() if start.date else "no date"
    yield f"{date}  {visible(start.title)}  {visible(refs.get(start.path, start.path))}\n"
    for branch in branches(traversal, start.path):
        step = branch.step
        if isinstance(step, BrokenLink):
            link = step.link
            head, contexts = f"✗ broken  {visible(link.text)}", link.contexts
            end = _missing_page(link, renames.get((step.via, link.target)), refs)
        else:
            head = f"{ARROWS[step.direction]} {step.day or 'no date'}  {visible(step.headline)}"
            end, contexts = visible(refs.get(step.path, step.path)), step.contexts
        named = f"  [{visible(', '.join(contexts))}]" if contexts else ""
        yield f"{branch.guide}{head}{named}  {end}\n"


def _missing_page(link: RelatedLink, renamed: Suggestion | None, refs: Mapping[str, str]) -> str:
    """Return what to say of a broken link: its target, and the REF of the page that it probably meant."""
    missing = f"page does not exist: {visible(link.target)}"
    return missing if renamed is None else f"{missing}  renamed? {visible(refs.get(renamed.path, renamed.path))}"


def truncation_note(traversal: Traversal) -> str:
    """Return the note about a traversal that reached its limit."""
    depth = traversal.steps[-1].depth
    return (
        f"stopped at {plural(len(traversal.steps), 'event')}, up to {plural(depth, 'link')} away (change with --limit)"
    )

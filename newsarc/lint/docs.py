"""The docstrings of the rules, taken apart and as Markdown."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from newsarc.lint.rules.rule import Rule

FAMILIES = {
    "NA1": "Related links and changes",
    "NA2": "Dates",
    "NA3": "Sources",
    "NA4": "Headlines, sections and events",
    "NA5": "Day pages",
    "NA6": "Text and encoding",
    "NA7": "Front matter",
    "NA9": "Files and suppressions",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a docstring, or an example in it; the text has no indentation of its own."""

    text: str
    is_example: bool


def family(rule: Rule) -> str:
    """Return the code of the family that ``rule`` belongs to: ``NA1``."""
    return rule.code[:3]


def state(rule: Rule) -> str:
    """Return ``on`` for a rule that runs by default, else ``off``."""
    return "on" if rule.default else "off"


def blocks(rule: Rule) -> list[Block]:
    """Return the docstring of ``rule`` in parts. What is indented by four spaces is an example."""
    lines = inspect.cleandoc(type(rule).__doc__ or "").split("\n")
    parts: list[Block] = []
    for kind, group in groupby(_kinds(lines), key=lambda pair: pair[0]):
        text = textwrap.dedent("\n".join(line for _, line in group)).strip("\n")
        if kind is not None:
            parts.append(Block(text, kind))
    return parts


def _kinds(lines: Sequence[str]) -> Iterator[tuple[bool | None, str]]:
    """Yield each line with whether it is of an example; a blank line between two lines of one example is too."""
    for number, line in enumerate(lines):
        if line.strip():
            yield line.startswith("    "), line
        else:
            before = lines[number - 1] if number else ""
            after = next((later for later in lines[number:] if later.strip()), "")
            is_inside = before.startswith("    ") and after.startswith("    ")
            yield (True if is_inside else None), line


def first_line(rule: Rule) -> str:
    """Return the sentence that the docstring of ``rule`` begins with."""
    return blocks(rule)[0].text


def explanation(rule: Rule) -> str:
    """Return what the docstring of ``rule`` says before its examples."""
    prose: list[str] = []
    for block in blocks(rule):
        if block.is_example or block.text.startswith("Bad"):
            break
        prose.append(block.text)
    return "\n\n".join(prose)


def rule_markdown(rule: Rule, level: int = 1) -> str:
    """Return one rule's documentation, with a heading of ``level``."""
    parts = [f"{'#' * level} {rule.code} {rule.name}", f"Severity: {rule.severity}. Default: {state(rule)}."]
    parts += [_fenced(block.text) if block.is_example else block.text for block in blocks(rule)]
    return "\n\n".join(parts) + "\n"


def _fenced(example: str) -> str:
    fence = "```"
    while fence in example:
        fence += "`"
    return f"{fence}markdown\n{example}\n{fence}"

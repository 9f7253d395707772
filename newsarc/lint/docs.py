"""The documentation of the rules, from their docstrings."""

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
    """A paragraph or an example in a docstring. ``text`` is dedented."""

    text: str
    is_example: bool


def family(rule: Rule) -> str:
    """Return the family code of ``rule``, such as ``NA1``."""
    return rule.code[:3]


def state(rule: Rule) -> str:
    """Return ``on`` if ``rule`` runs by default, else ``off``."""
    return "on" if rule.default else "off"


def kinds(rule: Rule) -> str:
    """Return the kinds of archives that ``rule`` is for: ``day folders``, ``sites``, or both."""
    pairs = ((rule.in_day_folders, "day folders"), (rule.in_sites, "sites"))
    return " and ".join(kind for is_for, kind in pairs if is_for)


def blocks(rule: Rule) -> list[Block]:
    """Return the docstring of ``rule`` as blocks. Lines indented by four spaces are examples."""
    lines = inspect.cleandoc(type(rule).__doc__ or "").split("\n")
    parts: list[Block] = []
    for kind, group in groupby(_kinds(lines), key=lambda pair: pair[0]):
        text = textwrap.dedent("\n".join(line for _, line in group)).strip("\n")
        if kind is not None:
            parts.append(Block(text, kind))
    return parts


def _kinds(lines: Sequence[str]) -> Iterator[tuple[bool | None, str]]:
    """Yield (is part of an example, line). The flag is None for blank lines, except inside an example."""
    for number, line in enumerate(lines):
        if line.strip():
            yield line.startswith("    "), line
        else:
            before = lines[number - 1] if number else ""
            after = next((later for later in lines[number:] if later.strip()), "")
            is_inside = before.startswith("    ") and after.startswith("    ")
            yield (True if is_inside else None), line


def first_line(rule: Rule) -> str:
    """Return the first sentence of the docstring of ``rule``."""
    return blocks(rule)[0].text


def explanation(rule: Rule) -> str:
    """Return the docstring of ``rule`` up to its examples."""
    prose: list[str] = []
    for block in blocks(rule):
        if block.is_example or block.text.startswith("Bad"):
            break
        prose.append(block.text)
    return "\n\n".join(prose)


def rule_markdown(rule: Rule, level: int = 1) -> str:
    """Return the documentation of ``rule`` as Markdown, with a heading of ``level``."""
    parts = [
        f"{'#' * level} {rule.code} {rule.name}",
        f"Severity: {rule.severity}. Default: {state(rule)}. For: {kinds(rule)}.",
    ]
    parts += [_fenced(block.text) if block.is_example else block.text for block in blocks(rule)]
    return "\n\n".join(parts) + "\n"


def _fenced(example: str) -> str:
    fence = "```"
    while fence in example:
        fence += "`"
    return f"{fence}markdown\n{example}\n{fence}"

"""The rules of lint on a terminal: a table of all rules, or the documentation of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newsarc.lint.docs import FAMILIES, blocks, family, kinds, state
from newsarc.lint.rules import Rule
from newsarc.output.terminal.findings import SEVERITY_STYLES

_EXAMPLE_STYLES = {"Bad": "red", "Good": "green"}
_CODE = re.compile(r"`([^`]+)`")


def print_rules(console: Console, rules: Sequence[Rule]) -> None:
    """Print a table of ``rules``, grouped by family."""
    width = max(len(rule.name) for rule in rules)
    for number, (code, members) in enumerate(groupby(rules, key=family)):
        if number:
            console.print()
        console.print(Text(f"{code}  {FAMILIES[code]}", style="bold"))
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, min_width=width)
        table.add_column(overflow="fold")
        for rule in members:
            name = Text(rule.name, style="default" if rule.default else "dim")
            summary = Text(rule.summary, style="dim").append(
                "" if rule.default else " (off by default)", style="italic"
            )
            table.add_row(Text(rule.code, style=SEVERITY_STYLES[rule.severity]), name, summary)
        console.print(table)


def print_rule(console: Console, rule: Rule) -> None:
    """Print the documentation of one rule, with its prose wrapped and its examples unchanged."""
    head = Text(f"{rule.code} {rule.name}", style=SEVERITY_STYLES[rule.severity])
    console.print(head.append(f"  {rule.severity}, {state(rule)} by default, for {kinds(rule)}", style="dim"))
    style = "default"
    for block in blocks(rule):
        console.print()
        if block.is_example:
            console.print(Padding(Text(block.text, style=style, overflow="fold"), (0, 0, 0, 4)))
            continue
        verdict = block.text.partition(":")[0].partition(",")[0]
        style = _EXAMPLE_STYLES.get(verdict, "default")
        text = _prose(" ".join(block.text.split("\n")))
        if style != "default":
            text.stylize(f"bold {style}", 0, len(verdict))
        console.print(text)


def _prose(markdown: str) -> Text:
    """Return a paragraph with `code` coloured instead of quoted."""
    text = Text()
    for number, part in enumerate(_CODE.split(markdown)):
        text.append(part, style="cyan" if number % 2 else "")
    return text

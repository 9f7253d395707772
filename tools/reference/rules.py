"""All rules of lint as Markdown, made from their docstrings: ``docs/rules.md``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from newsarc.lint.docs import FAMILIES, family, rule_markdown, state
from newsarc.lint.rules import RULES

_HEAD = """\
# The rules of newsarc lint

Made from the docstrings of the rules by `python -m tools.reference`: edit those, not this page. `newsarc rule CODE`
shows one of them in a terminal.

`--select` and `--ignore`, and `select` and `ignore` in the configuration, take codes (`NA101`), families (`NA1`), names
(`broken-related-link`), `E` or `W` for all of a severity, and `ALL`. A rule that is off by default runs when it is
selected by its code or its name, or with `ALL`.

| code | name | severity | default | what is wrong |
| --- | --- | --- | --- | --- |
"""


def reference() -> Iterator[str]:
    """Yield the page about all rules: a table, then family by family."""
    yield _HEAD
    for rule in RULES:
        link = f"[{rule.code}](#{rule.code.lower()}-{rule.name})"
        summary = rule.summary.replace("|", "\\|")
        yield f"| {link} | `{rule.name}` | {rule.severity} | {state(rule)} | {summary} |\n"
    for code, rules in groupby(sorted(RULES, key=lambda rule: rule.code), key=family):
        yield f"\n## {code}: {FAMILIES[code]}\n"
        for rule in rules:
            yield f"\n{rule_markdown(rule, 3)}"

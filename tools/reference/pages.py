"""Which pages of ``docs/`` are made from the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tools.reference import commands, configuration, rules, schemas, tables

_FIRST_TABLE = "\n### day\n"  # where the reference begins in docs/export.md


def _whole(reference: Callable[[], Iterator[str]]) -> Callable[[str], str]:
    return lambda before: "".join(reference())


def _export(before: str) -> str:
    return before.partition(_FIRST_TABLE)[0] + "".join(tables.reference())


# By the name in docs/: the page as it is → the page as it should be.
PAGES: Mapping[str, Callable[[str], str]] = {
    "commands.md": _whole(commands.reference),
    "configuration.md": _whole(configuration.reference),
    "export.md": _export,
    "json.md": _whole(schemas.reference),
    "rules.md": _whole(rules.reference),
}

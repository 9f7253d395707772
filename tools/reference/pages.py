"""The generated pages of ``docs/``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tools.reference import commands, completion, configuration, rules, schemas, tables

_FIRST_TABLE = "\n### day\n"  # the reference in docs/export.md starts here


def _whole(reference: Callable[[], Iterator[str]]) -> Callable[[str], str]:
    return lambda before: "".join(reference())


def _export(before: str) -> str:
    return before.partition(_FIRST_TABLE)[0] + "".join(tables.reference())


# File name in docs/ → a function from the current text to the new one.
PAGES: Mapping[str, Callable[[str], str]] = {
    "commands.md": _whole(commands.reference),
    "configuration.md": _whole(configuration.reference),
    "export.md": _export,
    "json.md": _whole(schemas.reference),
    "rules.md": _whole(rules.reference),
}
# The same for all generated files, by path.
FILES: Mapping[str, Callable[[str], str]] = {
    **{f"docs/{name}": made for name, made in PAGES.items()},
    "newsarc/cli/completion/parameters.py": _whole(completion.reference),
}

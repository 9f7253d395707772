"""All keys of the configuration as Markdown, made from :class:`newsarc.config.Config`: ``docs/configuration.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from newsarc.config import CONFIG_NAME, DEFAULT_CONFIG, PYPROJECT_NAME
from newsarc.text.toml import toml

_HEAD = f"""\
# The configuration

Made from `newsarc/config.py` by `python -m tools.reference`: edit that, not this page.

newsarc needs no configuration. What an archive has of its own stands in `{CONFIG_NAME}` at its root, or in the tables
below `[tool.newsarc]` of `{PYPROJECT_NAME}`; where a folder has both, in `{CONFIG_NAME}`. The folder that has one is an
archive for newsarc, from all folders below too. `newsarc -v list` says which file was read.

Every key is optional. A key that does not exist is an error that names the closest one that does, and so is a value of
another type; nothing is read then. The same holds for a file that cannot be read: a symbolic link that leads nowhere, a
folder or a named pipe called `{CONFIG_NAME}` is an error, not an archive without a configuration.
"""
_TABLES = {
    "": "\nAt the top of the file:\n",
    "labels": (
        "\nHow pages call their sections, in another language than English and Chinese; what is listed here is added "
        "to what is built in. Case, white space and a colon behind do not count. [How to](languages.md).\n"
    ),
    "lint": "\nWhat `newsarc lint` does without options. All rules are in [rules.md](rules.md).\n",
}


def reference() -> Iterator[str]:
    """Yield the pieces of the reference."""
    yield _HEAD
    yield f"\n## All keys at once\n\nWith values other than the built-in ones.\n\n```toml\n{example()}```\n"
    for table, config in _tables():
        yield f"\n## {f'[{table}]' if table else 'Keys without a table'}\n{_TABLES[table]}\n"
        yield "| key | type | built in | meaning |\n| --- | --- | --- | --- |\n"
        for item in _keys(config):
            default = getattr(config, item.name)
            about = item.metadata["about"].replace("|", "\\|")
            yield f"| `{_name(item)}` | {_type(default)} | {_built_in(default)} | {about} |\n"


def example() -> str:
    """Return a file that has all keys."""
    lines: list[str] = []
    below: list[str] = []
    for table, config in _tables():
        if table:
            lines += ["", f"[{table}]"]
        for item in _keys(config):
            value = item.metadata["example"]
            if isinstance(value, Mapping):
                below += ["", f"[{table}.{_name(item)}]"]
                below += [f"{toml(name)} = {toml(inner)}" for name, inner in value.items()]
            else:
                lines.append(f"{_name(item)} = {toml(value)}")
    return "\n".join([*lines, *below]) + "\n"


def _tables() -> Iterator[tuple[str, Any]]:
    yield "", DEFAULT_CONFIG
    for item in fields(DEFAULT_CONFIG):
        inner = getattr(DEFAULT_CONFIG, item.name)
        if is_dataclass(inner):
            yield _name(item), inner


def _keys(config: Any) -> list[Any]:
    return [item for item in fields(config) if not is_dataclass(getattr(config, item.name))]


def _name(item: Any) -> str:
    return str(item.name).replace("_", "-")


def _type(default: Any) -> str:
    if isinstance(default, tuple):
        return "list of strings"
    if isinstance(default, Mapping):
        return "table of lists of strings"
    return "string" if isinstance(default, str) else "whole number"


def _built_in(default: Any) -> str:
    if isinstance(default, Mapping):
        return "empty"
    return f"`{toml(default)}`"

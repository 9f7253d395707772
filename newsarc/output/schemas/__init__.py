"""JSON Schemas (draft 2020-12) of the JSON output of each command.

Each file in this folder describes the document of ``--json``, and in ``$defs/line`` a line of ``--format jsonl``.
Shared definitions are in ``definitions.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

# Commands, and commands with the option that changes their document, in the order of the help.
NAMES = (
    "list",
    "list-count",
    "list-count-by",
    "show",
    "search",
    "related",
    "related-path",
    "timeline",
    "topics",
    "contexts",
    "sources",
    "sources-list",
    "sources-show",
    "sources-status",
    "sources-status-by-year",
    "stats",
    "export",
    "lint",
    "cache",
    "config",
    "rule",
)
_SHARED = "definitions.json"


def schema(name: str) -> Schema:
    """Return the schema of the document ``name``, one of NAMES, with all referenced definitions in its ``$defs``."""
    written = dict(_read(f"{name}.json"))
    written.pop("$defs", None)
    return _bundled(written)


def line_schema(name: str) -> Schema | None:
    """Return the schema of a line of JSON Lines, bundled like that of the document; None if there are no lines."""
    document = _read(f"{name}.json")
    line = document.get("$defs", {}).get("line")
    if line is None:
        return None
    if line == {"$ref": "#"}:
        return schema(name)
    title = f"{document['title']} (one line of JSON Lines)"
    return _bundled({"$schema": document["$schema"], "$id": f"{document['$id']}:line", "title": title, **line})


def title(name: str) -> str:
    """Return the title of the document ``name``."""
    return str(_read(f"{name}.json")["title"])


def definitions() -> Schema:
    """Return the shared definitions, by name, with references to ``$defs``."""
    return {name: _relinked(definition) for name, definition in _read(_SHARED)["$defs"].items()}


def mapped(value: Any, change: Callable[[Schema], Schema]) -> Any:
    """Return ``value`` with ``change`` applied to each object in it, inner ones first."""
    if isinstance(value, dict):
        return change({name: mapped(part, change) for name, part in value.items()})
    return [mapped(part, change) for part in value] if isinstance(value, list) else value


def references(value: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema references."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.rpartition("/")[2]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def _bundled(written: Schema) -> Schema:
    """Return the schema with all definitions that it needs, in their order in the file."""
    known = definitions()
    needed: set[str] = set()
    waiting = set(references(written))
    while waiting:
        needed |= waiting
        waiting = {name for one in waiting for name in references(known[one])} - needed
    bundle: Schema = _relinked(written)
    return {**bundle, "$defs": {name: known[name] for name in known if name in needed}}


def _relinked(value: Any) -> Any:
    def change(part: Schema) -> Schema:
        reference = part.get("$ref")
        return {**part, "$ref": reference.removeprefix(_SHARED)} if isinstance(reference, str) else part

    return mapped(value, change)


@cache
def _read(file: str) -> Schema:
    read: Schema = json.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))
    return read

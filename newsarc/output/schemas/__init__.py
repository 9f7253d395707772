"""What the JSON of each command looks like, as JSON Schemas (draft 2020-12), in the files beside this one.

A file describes the document of ``--json``; ``$defs/line`` in it is one line of ``--format jsonl``. What several have
in common stands in ``definitions.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

# In the order of the list of commands: a command, or a command and the option that changes its document.
NAMES = (
    "list",
    "list-count",
    "list-count-by",
    "show",
    "search",
    "related",
    "related-path",
    "timeline",
    "stats",
    "export",
    "lint",
    "cache",
    "rule",
)
_SHARED = "definitions.json"


def schema(name: str) -> Schema:
    """Return the schema of the JSON document ``name``, one of NAMES, with all that it refers to in its ``$defs``."""
    written = dict(_read(f"{name}.json"))
    written.pop("$defs", None)
    return _bundled(written)


def line_schema(name: str) -> Schema | None:
    """Return the schema of one line of JSON Lines, bundled like the document's; None where there are no lines."""
    document = _read(f"{name}.json")
    line = document.get("$defs", {}).get("line")
    if line is None:
        return None
    if line == {"$ref": "#"}:
        return schema(name)
    title = f"{document['title']} (one line of JSON Lines)"
    return _bundled({"$schema": document["$schema"], "$id": f"{document['$id']}:line", "title": title, **line})


def title(name: str) -> str:
    """Return what the document ``name`` is, in one line."""
    return str(_read(f"{name}.json")["title"])


def definitions() -> Schema:
    """Return the definitions that documents have in common, by name; their references lead into ``$defs``."""
    return {name: _relinked(definition) for name, definition in _read(_SHARED)["$defs"].items()}


def mapped(value: Any, change: Callable[[Schema], Schema]) -> Any:
    """Return ``value`` with each object in it changed, inner ones first."""
    if isinstance(value, dict):
        return change({name: mapped(part, change) for name, part in value.items()})
    return [mapped(part, change) for part in value] if isinstance(value, list) else value


def references(value: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.rpartition("/")[2]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def _bundled(written: Schema) -> Schema:
    """Return the schema with the definitions that it needs, in their order in the file, so that it stands alone."""
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

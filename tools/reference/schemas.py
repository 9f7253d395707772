"""The JSON Schemas as Markdown: ``docs/json.md``.

The examples are those of ``examples.json``; a test runs their commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsarc.output.schemas import NAMES, Schema, definitions, line_schema, schema

_WIDTH = 110
# Described where they are used, in a word or two.
_SMALL = ("version", "archive", "path", "code", "severity")

_HEAD = """\
# The JSON of newsarc

Made from the schemas in `newsarc/output/schemas/` by `python -m tools.reference`: edit those, not this page.
`newsarc schema` lists the schemas, `newsarc schema search` prints one.

## What is promised

- Every document has `version`, which is 1. Within version 1, names may be **added**, and so may documents. No name is
  taken away, gets another type or another meaning: of those described here, one that is not marked *optional* is always
  there. A program should pass over names that it does not know; the schemas let them through.
- **Absent is `null`** where one value could be, and `[]` where several could. A name is left out only where an option
  asks for what it says; these are marked *optional*.
- **The order** of records is told with each list, and is the same from run to run. That of names in an object
  means nothing.
- **Dates** are ISO: `2017-06-16`, months `2017-06`. Lines and columns count from 1, columns in characters
  (code points).
- **Paths** lead from the archive root and have `/`, on every system; `archive` says where the root is. Only `newsarc
  cache` gives paths of the file system.
- **Text** marked "for reading" is without Markdown and entities; targets, notes and lines are as the page has them.
  Both may hold anything at all: HTML, terminal escapes, formulas. In the output, control characters, marks that
  reorder or hide text, and line separators are written as `\\u` escapes, so that it can be shown on a terminal; once
  parsed they are the characters that they were. A byte that is no UTF-8 becomes a lone surrogate (`\\udc80` to
  `\\udcff`); in what comes from the index (passages, backlinks, walks, counts) and in `export`, U+FFFD. The
  output itself is UTF-8, whatever the locale and `PYTHONIOENCODING` are.
- **Nothing found** is a whole document all the same, with exit code 1, for `list`, `search`, `timeline`, `stats` and
  `related`. `lint` without findings is one with exit code 0, with errors one with 1. A REF that means nothing or too
  much gives none, and neither does wrong usage: standard output is empty, the exit code is 1, 3 or 2.
- `--format jsonl` has **one record a line** and no head; with nothing found it is empty. `newsarc schema NAME --line`
  prints the schema of such a line. `export` has no other JSON.
- `lint` takes `--output-format json` and `jsonl`; its other formats are those of the programs that read them.

What a message, a `reason` or a `documentation` says is for people and may be worded anew; `code` and `name`
of a rule stay.

## To validate, and to use

With [check-jsonschema](https://check-jsonschema.readthedocs.io), or any validator of draft 2020-12: no schema needs
another file.

```sh
newsarc schema search > search.schema.json
newsarc search ferry --json > hits.json
check-jsonschema --schemafile search.schema.json hits.json
```

With [jq](https://jqlang.org):

```sh
JQ_LINES```
"""

JQ_LINES = (
    """newsarc search ferry --json | jq -r '.hits[] | [.event.date, .event.headline] | @tsv'""",
    """newsarc list --format jsonl | jq -r '.related[] | select(.broken) | .target' | sort | uniq -c""",
    """newsarc lint --output-format jsonl | jq -r 'select(.suggestion) | "\\(.path):\\(.line) \\(.suggestion.path)"'""",
)


def examples() -> dict[str, dict[str, Any]]:
    """Return, by the name of the schema, an example: its ``command`` and its ``output``."""
    read: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
    return read


def reference() -> Iterator[str]:
    """Yield the pieces of the page."""
    yield _HEAD.replace("JQ_LINES", "".join(f"{line}\n" for line in JQ_LINES))
    shown = examples()
    for name in NAMES:
        yield from _document(name, shown[name])
    yield "\n# Records\n\nWhat several of these documents have in common.\n"
    for name, definition in definitions().items():
        if name not in _SMALL:
            yield f"\n## {name}\n\n{definition['description']}\n\n"
            yield from _table(definition)


def _document(name: str, example: dict[str, Any]) -> Iterator[str]:
    written = schema(name)
    title, _, about = written["title"].partition(": ")
    yield f"\n## `newsarc {title}`\n\n{about[:1].upper()}{about[1:]}. Schema: `newsarc schema {name}`\n\n"
    if "properties" in written:
        yield from _table(written)
    else:
        yield f"The document is an {_kind_of_reference(written)}.\n"
    if (line := line_schema(name)) is not None:
        yield f"\nJSON Lines: {_line(line, name)} a line.\n"
    yield f"\n```console\n$ {example['command']}\n{laid_out(example['output'])}\n```\n"


def _line(line: Schema, name: str) -> str:
    if line == schema(name):
        return "the same document on"
    if "$ref" in line or "anyOf" in line:
        return f"{_kind({key: line[key] for key in ('$ref', 'anyOf', 'required') if key in line})} on"
    return f"an object with {', '.join(f'`{key}`' for key in line['properties'])} on"


def _table(written: Schema) -> Iterator[str]:
    yield "| name | type | what it is |\n| --- | --- | --- |\n"
    yield from _rows(written, "")


def _rows(written: Schema, before: str) -> Iterator[str]:
    """Yield a row for each property; those of objects inside follow theirs, with its name before."""
    for name, part in written["properties"].items():
        optional = "" if name in written["required"] else " *Optional.*"
        meaning = part.get("description") or definitions()[_name(part)]["description"]
        yield f"| `{before}{name}` | {_cell(_kind(part))} | {_cell(meaning)}{optional} |\n"
        inner, mark = _inner(part)
        if inner is not None:
            yield from _rows(inner, f"{before}{name}{mark}.")


def _inner(part: Schema) -> tuple[Schema | None, str]:
    """Return the object that a property holds and that has no name of its own, with the mark of a list."""
    mark = ""
    if "items" in part:
        part, mark = part["items"], "[]"
    for choice in part.get("anyOf", (part,)):
        if "properties" in choice:
            return choice, mark
    return None, mark


def _kind(part: Schema) -> str:
    """Return the type of a property, in words."""
    if "anyOf" in part:
        return " or ".join(_kind(choice) for choice in part["anyOf"])
    if "$ref" in part:
        return _kind_of_reference(part)
    if "const" in part or "enum" in part:
        return " or ".join(f"`{json.dumps(value)}`" for value in part.get("enum", [part.get("const")]))
    if "items" in part:
        return f"list of {_kind(part['items'])}"
    types = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return " or ".join(_of_type(part, kind) for kind in types)


def _of_type(part: Schema, kind: str) -> str:
    if kind == "string":
        return {"date": "date", "date-time": "date and time"}.get(part.get("format", ""), kind)
    return "`null`" if kind == "null" else kind


def _kind_of_reference(part: Schema) -> str:
    name = _name(part)
    if name in ("path", "archive"):
        return "path"
    if name in _SMALL:
        return _kind(definitions()[name])
    more = ", ".join(f"`{needed}`" for needed in part.get("required", ()))
    return f"[{name}](#{name})" + (f" with {more}" if more else "")


def _name(part: Schema) -> str:
    return str(part["$ref"]).rpartition("/")[2]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def laid_out(value: Any, indent: str = "") -> str:
    """Return ``value`` as JSON that can be read: on one line where it fits there, else a line for each of its parts."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= _WIDTH or not isinstance(value, (dict, list)) or not value:
        return line
    deeper = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {laid_out(part, deeper)}" for name, part in value.items()]
        return "{\n" + ",\n".join(deeper + part for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + laid_out(part, deeper) for part in value) + f"\n{indent}]"

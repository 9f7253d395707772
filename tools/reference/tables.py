"""The reference of export tables and views in ``docs/export.md``."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.output.export.sqlite import TEXT, VIEWS
from newsarc.output.export.tables import TABLES, Column, Table


def reference() -> Iterator[str]:
    """Yield the pieces of the reference."""
    for table in TABLES:
        yield from _table(table)
    yield "\n### Views\n\nOnly in SQLite.\n\n| view | what it shows |\n| --- | --- |\n"
    for view in (*VIEWS, TEXT):
        yield f"| `{view.name}` | {view.meaning} |\n"


def _table(table: Table) -> Iterator[str]:
    key = ", ".join(f"`{column.name}`" for column in table.columns[: table.key])
    yield f"\n### {table.name}\n\n{table.meaning} Primary key: {key}.\n\n"
    yield "| column | type | what it is |\n| --- | --- | --- |\n"
    for column in table.columns:
        yield f"| `{column.name}` | {_kind(column)} | {column.meaning} |\n"


def _kind(column: Column) -> str:
    optional = " or null" if column.is_optional else ""
    return f"{column.kind}{optional}" + (f", of [{column.refers_to}](#{column.refers_to})" if column.refers_to else "")

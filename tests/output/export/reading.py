"""Exports read back, with Python's own means or in a process of its own by the programs that they are made for.

In a process of its own, because pandas and pyarrow start threads, and a process that has some should not fork as
newsarc does; Python 3.12 warns of it.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from newsarc.output.export.tables import TABLES, Column
from tests.cli.driver import REPOSITORY, clean_environment

Tables = dict[str, list[list[Any]]]


def query(file: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a database says, its keys checked."""
    with closing(sqlite3.connect(file)) as db:
        return db.execute(sql, values).fetchall()


def tables_of(file: Path) -> Tables:
    """All tables of a database, as its own types are, their rows in the order of the key."""
    return {
        table.name: [list(row) for row in query(file, f"SELECT * FROM {table.name} ORDER BY 1, 2")] for table in TABLES
    }


def csv_tables(folder: Path) -> Tables:
    """All tables of a folder of CSV files, with numbers and nulls where the table has them."""
    found = {}
    for table in TABLES:
        header, *rows = csv_rows((folder / f"{table.name}.csv").read_bytes().decode("utf-8"))
        assert header == [column.name for column in table.columns]
        found[table.name] = [[_value(*pair) for pair in zip(table.columns, row, strict=True)] for row in rows]
    return in_order(found)


def in_order(tables: Tables) -> Tables:
    """The same tables, their rows in the order of the key."""
    return {name: sorted(rows, key=lambda row: row[:2]) for name, rows in tables.items()}


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _value(column: Column, cell: str) -> Any:
    if column.is_optional and cell == "":
        return None
    if column.kind == "boolean":
        return {"true": 1, "false": 0}[cell]
    return int(cell) if column.kind == "integer" else cell


def events_of(tables: Tables) -> list[dict[str, Any]]:
    """The events that the tables were made of, put together again as ``newsarc list --json`` has them."""
    names = {kind: {row[0]: row[1] for row in tables[kind]} for kind in ("topic", "context")}
    events: dict[int, dict[str, Any]] = {}
    for id_, path, slug, date, _, headline, summary, address in tables["event"]:
        events[id_] = {"path": path, "slug": slug, "date": date, "headline": headline, "summary": summary}
        events[id_]["address"] = address
        events[id_] |= {"topics": [], "sources": [], "changes": [], "related": []}
    for event, _, topic, origin in sorted(tables["event_topic"]):
        if origin == "page":
            events[event]["topics"].append(names["topic"][topic])
    for _, event, _, label, url, _, line, *_ in sorted(tables["source"], key=lambda row: row[0]):
        events[event]["sources"].append({"label": label, "url": url, "line": line})
    for _, event, _, *texts, line in sorted(tables["change"], key=lambda row: row[0]):
        named = dict(zip(("label", "target", "path", "timestamp", "note"), texts, strict=True))
        events[event]["changes"].append({**named, "line": line})
    links = {}
    for id_, event, _, label, target, path, _, broken, line, column in sorted(
        tables["related_link"], key=lambda r: r[0]
    ):
        links[id_] = {"label": label, "target": target, "path": path, "contexts": [], "broken": bool(broken)}
        links[id_] |= {"line": line, "column": column}
        events[event]["related"].append(links[id_])
    for link, _, context in sorted(tables["link_context"]):
        links[link]["contexts"].append(names["context"][context])
    return [events[id_] for id_ in sorted(events)]


def needs(*modules: str) -> None:
    """Skip the test where one of these is not installed."""
    for module in modules:
        if find_spec(module) is None:
            pytest.skip(f'no {module}: pip install "newsarc[interop]"')


def said_by(code: str, *arguments: str | Path) -> Any:
    """What a Python program prints, as JSON; it finds ``arguments`` from ``sys.argv[1]`` on."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        env=clean_environment({"PYTHONPATH": str(REPOSITORY)}),
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)

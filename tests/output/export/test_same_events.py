"""An export says what ``newsarc list --json`` says, in each format, whoever reads it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from newsarc.output.export import records
from tests.cli.driver import CASES, EXAMPLE, fork, run
from tests.output.export.archives import hostile_archive
from tests.output.export.reading import (
    Tables,
    csv_rows,
    csv_tables,
    events_of,
    in_order,
    needs,
    query,
    said_by,
    tables_of,
)

ARCHIVES = ("example", "harbour", "prefixed", "valley", "hostile")
FILTERS = [
    ["2017-06"],
    ["2017-06-16", "airbnb-drops"],
    ["--since", "2017-06-16", "--until", "2018"],
    ["--topic", "syrian civil war"],
    ["--context", "raqqa"],
    ["--source", "wire.example"],
    ["2017", "--topic", "InSight", "--context", "nonesuch"],
]
# Read every table of each folder, and print them as JSON, days as ISO texts.
DUCKDB = """
import duckdb
def read(folder, ending, name):
    how = {"csv": "read_csv('{}', header = true, nullstr = '\\x01')", "parquet": "'{}'"}[ending]
    return duckdb.sql("SELECT * FROM " + how.format(f"{folder}/{name}.{ending}")).fetchall()
"""
PANDAS = """
import pandas
def read(folder, ending, name):
    if ending == "csv":
        frame = pandas.read_csv(f"{folder}/{name}.csv", dtype=str, keep_default_na=False)
    else:
        frame = pandas.read_parquet(f"{folder}/{name}.parquet", dtype_backend="pyarrow")
    return frame.astype(object).where(frame.notna(), None).values.tolist()
"""
ALL_TABLES = """
import json, pathlib, sys
found = {}
for folder in sys.argv[1:]:
    found[folder] = {}
    for file in sorted(pathlib.Path(folder).iterdir()):
        rows = read(folder, file.suffix[1:], file.stem)
        found[folder][file.stem] = [[v.isoformat() if hasattr(v, "isoformat") else v for v in row] for row in rows]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    cases = {name: CASES / name for name in ("harbour", "prefixed", "valley")}
    return {"example": EXAMPLE, **cases, "hostile": hostile_archive(tmp_path_factory.mktemp("hostile"))}


def storable(value: Any) -> Any:
    """What docs/export.md says of texts that not every format can hold."""
    text = re.sub(r"\\u0000|(?<!\\)\\ud[c-f][0-9a-f]{2}", r"\\ufffd", json.dumps(value, ensure_ascii=False))
    return json.loads(re.sub("[\ud800-\udfff]", "\ufffd", text))


def listed(root: Path, *filters: str) -> list[Any]:
    events: list[Any] = run("-A", root, "list", *filters, "--json").json["events"]
    return [storable(event) for event in events]


def exported(root: Path, output: Path, *more: str) -> Path:
    result = run("-A", root, "export", *more, "--output", output)
    assert result.code == 0, result.err
    return output


@pytest.mark.parametrize("archive", ARCHIVES)
def test_json_lines(roots: dict[str, Path], archive: str, tmp_path: Path) -> None:
    file = exported(roots[archive], tmp_path / "news.jsonl")
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    added = ("day", "found_topics", "contexts")
    assert [{name: event[name] for name in event if name not in added} for event in events] == listed(roots[archive])
    assert run("-A", roots[archive], "export", "--format", "jsonl", "-o", "-").out.encode() == file.read_bytes()


@pytest.mark.parametrize("archive", ARCHIVES)
def test_sqlite_and_csv(roots: dict[str, Path], archive: str, tmp_path: Path) -> None:
    file = exported(roots[archive], tmp_path / "news.db")
    tables = tables_of(file)
    assert sorted_keys(events_of(tables)) == sorted_keys(listed(roots[archive]))
    assert query(file, "PRAGMA foreign_key_check") == []
    assert query(file, "PRAGMA integrity_check") == [("ok",)]
    assert csv_tables(exported(roots[archive], tmp_path / "csv", "--format", "csv")) == tables


@pytest.mark.parametrize("filters", FILTERS, ids=" ".join)
def test_filters(filters: list[str], tmp_path: Path) -> None:
    wanted = listed(EXAMPLE, *filters)
    result = run("-A", EXAMPLE, "export", *filters, "--output", tmp_path / "news.db")
    if not wanted:
        assert (result.code, list(tmp_path.iterdir())) == (1, [])
        assert "nonesuch" in result.err
        return
    assert sorted_keys(events_of(tables_of(tmp_path / "news.db"))) == sorted_keys(wanted)
    assert query(tmp_path / "news.db", "PRAGMA foreign_key_check") == []


def test_the_chinese_archive(zh_archive: Path, tmp_path: Path) -> None:
    recent = ["--since", "2018-10"]
    file = exported(zh_archive, tmp_path / "news.db", *recent)
    assert sorted_keys(events_of(tables_of(file))) == sorted_keys(listed(zh_archive, *recent))
    assert query(file, "PRAGMA foreign_key_check") == []
    [(headline,)] = query(file, "SELECT headline FROM event WHERE headline GLOB '[一-鿿][一-鿿][一-鿿]*' LIMIT 1")
    assert (headline,) in query(file, "SELECT headline FROM event_fts(?)", headline[:3])


def test_some_events_at_a_time_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(EXAMPLE, tmp_path / "whole.db")
    monkeypatch.setattr(records, "_AT_ONCE", 6)
    monkeypatch.setattr(records, "_PART", 2)
    assert exported(EXAMPLE, tmp_path / "parts.db").read_bytes() == whole.read_bytes()
    monkeypatch.setattr("newsarc.output.export.sqlite._ROWS_AT_ONCE", 5)
    assert tables_of(exported(EXAMPLE, tmp_path / "rows.db")) == tables_of(whole)


@pytest.fixture(scope="module")
def folders(roots: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """The example and the hostile archive, as folders of Parquet and of CSV."""
    needs("pyarrow")
    made: dict[str, dict[str, Path]] = {}
    for archive in ("example", "hostile"):
        folder = tmp_path_factory.mktemp(archive)
        done = fork("-A", roots[archive], "export", "--format", "parquet", "--output", folder / "parquet")
        assert done.code == 0, done.err
        csv = exported(roots[archive], folder / "csv", "--format", "csv")
        made[archive] = {"parquet": folder / "parquet", "csv": csv}
    return made


@pytest.mark.parametrize("program", ["duckdb", "pandas"])
def test_round_trip(program: str, roots: dict[str, Path], folders: dict[str, dict[str, Path]], tmp_path: Path) -> None:
    needs(program)
    every = [folder for made in folders.values() for folder in made.values()]
    read = said_by({"duckdb": DUCKDB, "pandas": PANDAS}[program] + ALL_TABLES, *every)
    for archive, made in folders.items():
        tables = tables_of(exported(roots[archive], tmp_path / f"{archive}.db"))
        assert in_order(read[str(made["parquet"])]) == tables
        # What is null and what is empty CSV does not tell apart.
        assert as_cells(read[str(made["csv"])]) == as_cells(tables)


def as_cells(tables: Tables) -> dict[str, list[list[str]]]:
    return {name: sorted([as_cell(value) for value in row] for row in rows) for name, rows in tables.items()}


def as_cell(value: Any) -> str:
    if value in (True, False) and not isinstance(value, str):
        return str(int(value))
    return {None: "", "true": "1", "false": "0"}.get(value, str(value))


def test_duckdb_reads_json_lines(roots: dict[str, Path], tmp_path: Path) -> None:
    needs("duckdb")
    file = exported(roots["hostile"], tmp_path / "news.jsonl")
    sql = "SELECT path, headline FROM '{}'"
    code = f"import duckdb, json, sys; print(json.dumps(duckdb.sql({sql!r}.format(sys.argv[1])).fetchall()))"
    assert said_by(code, file) == [[event["path"], event["headline"]] for event in listed(roots["hostile"])]


def test_one_table(tmp_path: Path) -> None:
    every = csv_tables(exported(EXAMPLE, tmp_path / "all", "--format", "csv"))
    alone = exported(EXAMPLE, tmp_path / "links.csv", "--table", "related_link")
    assert alone.read_bytes() == (tmp_path / "all" / "related_link.csv").read_bytes()
    out = run("-A", EXAMPLE, "export", "--format", "csv", "-o", "-").out
    assert out.encode() == (tmp_path / "all" / "event.csv").read_bytes()
    assert len(csv_rows(out)) == len(every["event"]) + 1


def test_one_table_of_parquet(tmp_path: Path) -> None:
    needs("pyarrow")
    made = fork("-A", EXAMPLE, "export", "--output", tmp_path / "topics.parquet", "--table", "topic")
    assert made.code == 0, made.err
    code = "import json, sys, pyarrow.parquet as p; print(json.dumps(p.read_table(sys.argv[1]).to_pylist()))"
    topics = query(exported(EXAMPLE, tmp_path / "news.db"), "SELECT name FROM topic")
    assert [(row["name"],) for row in said_by(code, tmp_path / "topics.parquet")] == topics


def test_the_same_archive_gives_the_same_file(tmp_path: Path) -> None:
    """Ids too: they come from the order of time, and not from what an index happened to see first."""
    root = tmp_path / "archive"
    shutil.copytree(CASES / "harbour", root)
    page = root / "news" / "2020" / "03" / "2"
    held = page.rename(tmp_path / "held")
    exported(root, tmp_path / "before.db")
    held.rename(page)
    later = exported(root, tmp_path / "later.db").read_bytes()
    assert later == exported(CASES / "harbour", tmp_path / "never.db", "--no-cache").read_bytes()


def sorted_keys(events: list[Any]) -> list[str]:
    """Events as texts that do not depend on the order of names; the order of everything else stays."""
    return [json.dumps(event, sort_keys=True) for event in events]

"""``newsarc export`` tells what the ledger says of sources, in all formats."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check
from newsarc.sources.ledger import write_ledger
from tests.cli.driver import run

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
GONE = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
URL = "https://web.archive.org/web/20190303101500/https://a.test/0"
COPY = Copy(URL, dt.datetime(2019, 3, 3, 10, 15, tzinfo=dt.UTC), 2, 200, "wayback")
NAMES = ("verdict", "dead_since", "copy_date", "copy_url")
KNOWN = [
    ("gone", "2026-03-01", "2019-03-03", URL),
    ("alive", None, None, None),
    ("unchecked", None, None, None),
    (None, None, None, None),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    page = root / "news/2019/03/1/bridges.md"
    page.parent.mkdir(parents=True)
    urls = [*(f"https://a.test/{number}" for number in range(3)), "mailto:x@a.test"]
    items = "".join(f"{number}. [Paper](<{url}>)\n" for number, url in enumerate(urls, 1))
    head = "### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n"
    page.write_text(f"{head}{items}", encoding="utf-8")
    searches = {"https://a.test/0": (CopySearch(dt.date(2019, 3, 1), START, COPY, ()),)}
    histories = {"https://a.test/0": GONE, "https://a.test/1": (Check(START, "alive", 200),)}
    write_ledger(root / "sources.jsonl", histories, searches)
    return root


def of_sqlite(root: Path, folder: Path) -> list[tuple[object, ...]]:
    assert run("-A", root, "export", "--output", folder / "news.db").code == 0
    with closing(sqlite3.connect(folder / "news.db")) as database:
        return database.execute(f"SELECT {', '.join(NAMES)} FROM source ORDER BY place").fetchall()


def of_csv(root: Path, folder: Path) -> list[tuple[object, ...]]:
    assert run("-A", root, "export", "--output", folder / "tables", "--format", "csv").code == 0
    with (folder / "tables/source.csv").open(encoding="utf-8", newline="") as stream:
        return [tuple(row[name] or None for name in NAMES) for row in csv.DictReader(stream)]


def of_parquet(root: Path, folder: Path) -> list[tuple[object, ...]]:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("-A", root, "export", "--output", folder / "source.parquet", "--table", "source").code == 0
    rows = parquet.read_table(folder / "source.parquet").to_pylist()
    return [
        tuple(value.isoformat() if isinstance(value := row[name], dt.date) else value for name in NAMES) for row in rows
    ]


@pytest.mark.parametrize("read", [of_sqlite, of_csv, of_parquet])
def test_tables(root: Path, tmp_path: Path, read: object) -> None:
    assert callable(read)
    assert read(root, tmp_path) == KNOWN
    (root / "sources.jsonl").unlink()
    (tmp_path / "again").mkdir()
    assert read(root, tmp_path / "again") == [(None, None, None, None)] * 4


def test_json_lines_are_those_of_show(root: Path) -> None:
    (event,) = run("-A", root, "export", "--format", "jsonl", "--output", "-").jsonl
    (shown,) = run("-A", root, "show", "2019", "--json").json["events"]
    assert event["sources"] == shown["sources"]
    assert event["sources"][0]["state"]["copy"]["url"] == URL


def test_a_bad_ledger_is_a_note(root: Path) -> None:
    (root / "sources.jsonl").write_text("{}\n", encoding="utf-8")
    result = run("-A", root, "export", "--format", "jsonl", "--output", "-")
    assert (result.code, "sources.jsonl:1:" in result.err) == (0, True)
    assert "state" not in result.jsonl[0]["sources"][0]

"""``newsarc topics``, ``newsarc contexts`` and ``newsarc sources``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.driver import CASES, Outcome, run

HARBOUR = CASES / "harbour"
KINDS = {"topic": ["topics"], "context": ["contexts"], "source": ["sources"], "host": ["sources", "--by", "host"]}


def on_harbour(*arguments: str) -> Outcome:
    return run("-A", HARBOUR, *arguments)  # notes about the archive itself are on standard error, too


def test_names_with_counts_and_dates() -> None:
    assert on_harbour("topics").rows == [
        ["Ferry fire", "4", "2020-03-01", "2020-03-09"],
        ["Harbours, Docks and Quays", "1", "2020-03-09", "2020-03-09"],
        ["渡輪", "1", "2020-04-12", "2020-04-12"],
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("filters", [[], ["--since", "2020-03-03"], ["--topic", "ferry FIRE"]], ids=" ".join)
def test_names_are_those_that_list_counts_and_finds(kind: str, filters: list[str]) -> None:
    rows = on_harbour(*KINDS[kind], *filters).rows
    counted = [row for row in on_harbour("list", "--count-by", kind, *filters).rows if row[0]]
    assert sorted(row[:2] for row in rows) == sorted(row for row in counted if row[0] != "Cover Image")
    for name, _, first, last in rows:
        if kind == "topic" and "--topic" in filters:
            continue
        option = {"host": "source"}.get(kind, kind)
        days = [row[0] for row in on_harbour("list", f"--{option}", name, *filters).rows if row[0]]
        if kind != "host":  # a filter for a host also finds those below it
            assert (first, last) == (min(days, default=""), max(days, default=""))


def test_order_and_limit() -> None:
    assert [row[0] for row in on_harbour("topics", "--sort", "name", "-r").rows] == [
        "渡輪",
        "Harbours, Docks and Quays",
        "Ferry fire",
    ]
    assert [row[3] for row in on_harbour("topics", "--sort", "last").rows] == ["2020-04-12", "2020-03-09", "2020-03-09"]
    few = on_harbour("topics", "-n", "1")
    assert few.lines == ["Ferry fire\t4\t2020-03-01\t2020-03-09"]
    assert "newsarc: 1 of 3 topics shown\n" in few.err
    assert "shown" not in on_harbour("sources", "-n", "0").err


def test_formats() -> None:
    result = on_harbour("topics", "-n", "1", "--json")
    name = {"name": "Ferry fire", "count": 4, "first": "2020-03-01", "last": "2020-03-09"}
    assert result.json == {
        "version": 1,
        "archive": str(HARBOUR),
        "kind": "topic",
        "count": 1,
        "total": 3,
        "names": [name],
    }
    assert on_harbour("topics", "-n", "1", "--format", "jsonl").jsonl == [name]
    rows = list(csv.reader(io.StringIO(on_harbour("topics", "--format", "csv").out)))
    assert rows[:2] == [["name", "count", "first", "last"], ["Ferry fire", "4", "2020-03-01", "2020-03-09"]]
    table = on_harbour("topics", "--format", "table").lines
    assert table[0].split() == ["events", "first", "last"]
    assert table[1].split() == ["Ferry", "fire", "4", "2020-03-01", "2020-03-09"]


def test_without_names(tmp_path: Path) -> None:
    wrong = run("-q", "-A", HARBOUR, "topics", "--topic", "fery fire")
    assert (wrong.code, wrong.lines) == (1, [])
    assert 'no event has the topic "fery fire"' in wrong.err and "Ferry fire" in wrong.err
    assert on_harbour("topics", "--since", "2021", "--json").code == 1
    page = tmp_path / "news" / "2020" / "03" / "1" / "one.md"
    page.parent.mkdir(parents=True)
    page.write_text("### 2020-03-01\n\n# One\n", encoding="utf-8")
    for words, kind in ((["topics"], "topic"), (["contexts"], "context"), (["sources"], "source")):
        result = run("-A", tmp_path, *words)
        assert (result.code, result.out, result.err) == (1, "", f"newsarc: no event has a {kind}\n")


@pytest.mark.parametrize("width", [40, 80, 140])
def test_a_table_has_whole_dates_and_counts_beside_the_names(width: int) -> None:
    result = run("-A", HARBOUR, "topics", "--format", "table", env={"COLUMNS": str(width)})
    lines = [line.rstrip() for line in result.out.splitlines()]
    assert max(map(len, lines)) <= min(width, 59)
    (first,) = (line for line in lines if line.startswith("Ferry"))
    assert first.split()[-3:] == ["4", "2020-03-01", "2020-03-09"]

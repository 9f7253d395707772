"""``newsarc related --discover``."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from tests.cli.driver import CASES, run
from tests.cli.payloads import CONTROL, PAYLOADS, shown_by_markdown
from tests.naive import Page, write

VALLEY = CASES / "valley"
FORMATS = ["table", "plain", "json", "jsonl", "csv", "paths"]
REPORT = "parliament-orders-a-report-on-the-tarn-dam"
EVENT = ["path", "slug", "date", "headline", "topics", "summary", "address", "sources", "changes", "related"]


def discovered(*arguments: str) -> list[list[str]]:
    result = run("-A", VALLEY, "related", *arguments, "--discover")
    assert result.code == 0, result.err
    return result.rows


def test_plain_lines() -> None:
    rows = discovered("ilva-brandt")
    assert rows == [
        [
            "2021-03-09",
            REPORT,
            "shares Ilva Brandt (rare); 6 months earlier",
            "Parliament orders a report on the Tarn Dam and names the engineer Ilva Brandt to write it",
            rows[0][4],
            f"news/2021/03/9/{REPORT}.md",
        ]
    ]
    assert float(rows[0][4]) > 0


def test_a_line_is_a_ref() -> None:
    lines = run("-A", VALLEY, "related", "ilva-brandt", "--discover").out
    shown = run("-A", VALLEY, "show", "-", "--path", stdin=lines)
    assert shown.lines == [str(VALLEY / f"news/2021/03/9/{REPORT}.md")]


def test_json() -> None:
    document = run("-A", VALLEY, "related", "inspectors-find", "--discover", "--json").json
    assert list(document) == ["version", "event", "links", "backlinks", "discovered"]
    assert document["version"] == 1
    assert (document["links"], document["backlinks"]) == ([], [])
    assert list(document["event"]) == EVENT
    assert all(list(one) == ["score", "reasons", "event"] for one in document["discovered"])
    assert all(list(one["event"]) == EVENT for one in document["discovered"])
    assert document["discovered"][0]["reasons"] == ["shares Tarn Dam, Norland", "7 days later"]


def test_formats_agree() -> None:
    arguments = ["related", "parliament-orders", "--discover"]
    rows = discovered("parliament-orders")
    document = run("-A", VALLEY, *arguments, "--json").json
    assert run("-A", VALLEY, *arguments, "--format", "jsonl").jsonl == document["discovered"]
    assert [
        [one["event"]["date"], one["event"]["slug"], "; ".join(one["reasons"]), one["event"]["headline"]]
        for one in document["discovered"]
    ] == [row[:4] for row in rows]
    assert [one["score"] for one in document["discovered"]] == [float(row[4]) for row in rows]
    table = list(csv.reader(io.StringIO(run("-A", VALLEY, *arguments, "--format", "csv").out)))
    assert table == [["date", "slug", "reasons", "headline", "score", "path"], *rows]
    paths = run("-A", VALLEY, *arguments, "--format", "paths").lines
    assert paths == [str(VALLEY / row[5]) for row in rows]
    shown = run("-A", VALLEY, *arguments, "--format", "table", env={"COLUMNS": "200"}).out
    assert all(row[3] in shown and row[2] in shown and f"{float(row[4]):.2f}" in shown for row in rows)


def test_limit() -> None:
    every = discovered("parliament-orders", "--limit", "50")
    assert len(every) > 10
    assert discovered("parliament-orders") == every[:10]
    assert discovered("parliament-orders", "-n", "2") == every[:2]


def test_context() -> None:
    rows = discovered("parliament-orders", "--context", "ilva BRANDT")
    assert [row[1] for row in rows] == ["ilva-brandt-says-who-knew"]
    assert 0 < len(discovered("parliament-orders", "--context", "Tarn Dam")) < 10
    result = run("-A", VALLEY, "related", "parliament-orders", "--discover", "--context", "Handball")
    assert (result.code, result.out) == (1, "")
    assert "Handball" in result.err


def test_nothing_found() -> None:
    result = run("-A", VALLEY, "related", "a-lone-goat", "--discover")
    assert (result.code, result.out) == (1, "")
    assert result.err.count("\n") == 1
    document = run("-A", VALLEY, "related", "a-lone-goat", "--discover", "--json")
    assert (document.code, document.json["discovered"]) == (1, [])


@pytest.mark.parametrize("other", [["--both"], ["--backlinks"], ["--depth", "2"]])
def test_it_stands_alone(other: list[str]) -> None:
    result = run("-A", VALLEY, "related", "a-lone-goat", "--discover", *other)
    assert (result.code, result.out) == (2, "")
    assert "--discover" in result.err
    assert result.err.count("\n") == 1


def test_refs_in_the_table_can_be_typed_back() -> None:
    lines = run("-A", VALLEY, "related", "parliament-orders", "--discover", "--format", "table").lines
    refs = [line.split(" · ")[0].strip() for line in lines if " · " in line]
    assert len(refs) == 10
    assert all(run("-A", VALLEY, "show", ref).code == 0 for ref in refs)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each text, two events with it; and others."""
    day = dt.date(2020, 3, 1)
    pages = [Page(day, f"n{number}", f"Apple {number}") for number in range(4)]
    for number, payload in enumerate(PAYLOADS.values()):
        text = payload.replace("\r", " ")
        name = text.replace("_", "")
        for slug in ("first", "second"):
            pages.append(Page(day, f"{slug}-{number}", f"Needle {text}", topics=(name,), day_contexts=(name,)))
    return write(tmp_path_factory.mktemp("hostile"), pages)


@pytest.mark.parametrize("output", FORMATS)
def test_text_is_data(hostile: Path, output: str) -> None:
    for number, payload in enumerate(PAYLOADS.values()):
        words = ["related", f"first-{number}", "--discover", "-n", "1", "--format", output]
        result = run("-q", "-A", hostile, *words, env={"COLUMNS": "200"})
        assert (result.code, result.err) == (0, ""), payload
        assert not CONTROL.search(result.out.replace("\x1b", "\x00") if output == "table" else result.out), payload
        if output == "plain":
            assert [len(row) for row in result.rows] == [6]
        elif output == "json":
            found = result.json["discovered"]
            assert found[0]["event"]["headline"] == shown_by_markdown(f"Needle {payload}".replace("\r", " "))
            assert "the same headline" in found[0]["reasons"]
        elif output == "csv":
            rows = list(csv.reader(io.StringIO(result.out)))
            assert [len(row) for row in rows] == [6, 6]

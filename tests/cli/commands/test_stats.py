"""``newsarc stats``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.driver import CASES, EXAMPLE, Outcome, run
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
TOTALS = {
    "count": 9,
    "since": "2020-03-01",
    "until": "2020-04-12",
    "days": 5,
    "undated": 1,
    "with_sources": 5,
    "with_related": 7,
    "with_summary": 5,
    "links": 12,
    "links_whole": 10,
    "links_broken": 2,
    "distinct_topics": 3,
    "distinct_contexts": 8,
    "distinct_sources": 3,
}
LISTS = {
    "years": {"2020": 8},
    "months": {"2020-03": 7, "2020-04": 1},
    "busiest_days": {"2020-03-01": 2, "2020-03-03": 2},
    "topics": {"Ferry fire": 4, "Harbours, Docks and Quays": 1},
    "contexts": {"Port Ansel": 5, "Ferry fire": 4},
    "sources": {"Radio Nine": 3, "Ansel Courier": 2},
}
LINKED = {"2020-03-01/ferry-burns-off-port-ansel": 3, "2020-03-02/storm-warning": 2}


def on_harbour(*arguments: str, stdin: str = "") -> Outcome:
    return run("-q", "-A", HARBOUR, "stats", *arguments, stdin=stdin)


ROWS = [
    *(["total", name, str(value)] for name, value in TOTALS.items()),
    *([section, name, str(number)] for section, counts in LISTS.items() for name, number in counts.items()),
    *(["most_linked", name, str(number)] for name, number in LINKED.items()),
]


def test_rows() -> None:
    assert on_harbour("--top", "2").rows == ROWS


def test_csv_and_jsonl_are_the_rows() -> None:
    table = list(csv.reader(io.StringIO(on_harbour("--top", "2", "--format", "csv").out)))
    assert table == [["section", "name", "value"], *ROWS]
    lines = on_harbour("--top", "2", "--format", "jsonl").jsonl
    assert [[line["section"], line["name"], str(line["value"])] for line in lines] == ROWS


def test_json_is_one_document() -> None:
    document = on_harbour("--top", "2", "--json").json
    assert list(document) == ["version", "archive", *TOTALS, *LISTS, "most_linked"]
    assert document["version"] == 1
    assert {name: document[name] for name in TOTALS} == TOTALS
    assert {name: {pair["value"]: pair["count"] for pair in document[name]} for name in LISTS} == LISTS
    assert document["most_linked"][0] == {
        "path": "news/2020/03/1/ferry-burns-off-port-ansel.md",
        "slug": "ferry-burns-off-port-ansel",
        "date": "2020-03-01",
        "headline": "Ferry burns off Port Ansel",
        "count": 3,
    }


def test_what_most_linked_names_is_a_ref() -> None:
    (row,) = (row for row in on_harbour("2020-03-02").rows if row[0] == "most_linked")
    assert row[1:] == ["2020-03-02/storm-warning", "2"]
    assert run("-q", "-A", HARBOUR, "show", row[1], "--path").code == 0


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["2020-03"], 7),
        (["2020-03-02", "2020-04"], 2),
        (["captain-held"], 1),
        (["-"], 2),
        (["--topic", "ferry fire"], 4),
        (["--context", "weather"], 3),
        (["--source", "nine.example", "--since", "2020-03-02"], 1),
        (["2020", "--until", "2020-03-02"], 3),
    ],
)
def test_refs_and_filters(arguments: list[str], count: int) -> None:
    rows = on_harbour(*arguments, stdin="captain-held\n2020-03-02\n").rows
    assert rows[0] == ["total", "count", str(count)]


def test_by_month_and_top() -> None:
    sections = [row[0] for row in on_harbour("--by", "month", "--top", "1").rows]
    assert "years" not in sections
    assert (sections.count("months"), sections.count("contexts"), sections.count("most_linked")) == (2, 1, 1)
    everything = [row[0] for row in on_harbour("--top", "0").rows]
    assert (everything.count("contexts"), everything.count("busiest_days"), everything.count("most_linked")) == (
        8,
        5,
        5,
    )


def test_nothing_found_is_one_line() -> None:
    for arguments in (["2019"], ["--topic", "Ferry fir3"], ["--since", "2031"]):
        for more in ([], ["--format", "table"], ["--format", "csv"]):
            result = on_harbour(*arguments, *more)
            assert (result.code, result.out) == (1, "")
            assert result.err.splitlines()[0].startswith("newsarc: no event")
        document = on_harbour(*arguments, "--json")
        assert (document.code, document.json["count"], document.json["since"]) == (1, 0, None)
        assert document.json["most_linked"] == []


def test_there_are_no_paths_of_numbers() -> None:
    assert on_harbour("--format", "paths").code == 2


# --- the terminal ---


def table(root: Path, *arguments: str, width: int = 80) -> list[str]:
    result = run("-q", "-A", root, "stats", *arguments, "--format", "table", env={"COLUMNS": str(width)})
    assert result.code == 0, result.err
    assert all(cell_len(line) <= width for line in result.lines)
    return [line.rstrip() for line in result.lines]


def test_one_event(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2017, 6, 16), "a", "A ferry sails", sources=(("Wire", "https://w.example"),))])
    assert table(root, "2017") == [
        f"2017{'1 event':>76}",
        "16 June 2017, 1 day with events",
        "",
        "Events with",
        f"sources        1  100 %  {'█' * 55}",
        "related links  0    0 %",
        "summary        0    0 %",
        "",
        "Months  of 2017",
        f"2017-06        1  {'█' * 62}",
        "",
        "Sources  1",
        f"Wire  1  {'█' * 71}",
    ]


def test_bars_begin_in_one_column_whatever_the_script() -> None:
    for width in (80, 140):
        lines = table(EXAMPLE, width=width)
        at = next(number for number, line in enumerate(lines) if "Topics" in line)
        left = 0 if width == 80 else 72
        starts = set()
        for line in lines[at:]:
            if "Most linked" in line:
                break
            if (bar := re.search("[▏▎▍▌▋▊▉█]", _from(line, left))) and "%" not in line:
                starts.add(cell_len(_from(line, left)[: bar.start()]))
        assert len(starts) == 1, width


def _from(line: str, left: int) -> str:
    at = 0
    while left > 0 and at < len(line):
        left -= cell_len(line[at])
        at += 1
    return line[at:]


def test_wide_terminals_have_two_columns() -> None:
    assert any("Events with" in line and "Topics" in line for line in table(EXAMPLE, width=120))
    assert not any("Events with" in line and "Topics" in line for line in table(EXAMPLE, width=119))


def test_the_title_says_what_was_asked_for() -> None:
    assert table(EXAMPLE)[0].split()[0] == "archive"
    title = table(EXAMPLE, "2017", "--topic", "syrian civil war", "--since", "2017-06")[0]
    assert title.startswith("2017 · topic syrian civil war · since 2017-06 ")


def test_broken_links_are_marked() -> None:
    shown = run("-q", "-A", HARBOUR, "stats", "--color", "always").out
    assert re.search(r"broken.*\x1b\[31m█", shown)
    assert re.search(r"OK.*\x1b\[36m█", shown)

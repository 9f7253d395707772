"""``newsarc related``."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from tests.cli.driver import CASES, run
from tests.naive import Named, Page, folder_of, write

HARBOUR = CASES / "harbour"
EVENT = ["path", "slug", "date", "headline", "topics", "summary", "address", "sources", "changes", "related"]
LINK = ["label", "target", "path", "contexts", "broken", "line", "column"]


def related(*arguments: str) -> list[list[str]]:
    result = run("-A", HARBOUR, "related", *arguments)
    assert result.code == 0, result.err
    return result.rows


CAPTAIN_LINKS = [
    [
        "1",
        "related",
        "2020-03-01",
        "ferry-burns-off-port-ansel",
        "Ferry fire, Port Ansel",
        "Ferry burns off Port Ansel",
        "news/2020/03/1/ferry-burns-off-port-ansel.md",
    ],
    [
        "1",
        "broken",
        "",
        "ferry-burns-off-port-ansel-and-is-lost",
        "Ferry fire",
        "Ferry burns off Port Ansel [updated] and is lost",
        "/news/2020/03/1/ferry-burns-off-port-ansel-and-is-lost.md",
    ],
    [
        "1",
        "broken",
        "",
        "council-names-members",
        "Inquiry",
        "Council names members of the inquiry",
        "/news/2020/03/5/council-names-members.md",
    ],
    ["1", "related", "", "night", "Weather", "Weather service on the night", "https://weather.example/night"],
    [
        "1",
        "related",
        "2020-03-03",
        "storm-warning",
        "Weather",
        "Storm warning lifted",
        "news/2020/03/3/storm-warning.md",
    ],
]
CAPTAIN_BACKLINKS = [
    [
        "1",
        "backlink",
        "2020-03-09",
        "inquiry-opens",
        "Ferry fire, Port Ansel",
        "Inquiry opens in Port Ansel",
        "news/2020/03/9/inquiry-opens.md",
    ],
    [
        "1",
        "backlink",
        "2020-03-09",
        "quay-closed",
        "Harbours, Docks and Quays, Washington, D.C.",
        "Northern quay closed until further notice",
        "news/2020/03/9/quay-closed.md",
    ],
]


def test_links_and_backlinks() -> None:
    assert related("captain-held") == CAPTAIN_LINKS
    assert related("captain-held", "--backlinks") == CAPTAIN_BACKLINKS
    assert related("captain-held", "--both") == CAPTAIN_LINKS + CAPTAIN_BACKLINKS


def test_only_links_with_a_context() -> None:
    assert related("captain-held", "--context", "weather") == CAPTAIN_LINKS[3:]
    assert related("captain-held", "--both", "--context", "port ansel") == [CAPTAIN_LINKS[0], CAPTAIN_BACKLINKS[0]]
    assert related("captain-held", "--both", "--context", "Harbours, Docks and Quays") == [CAPTAIN_BACKLINKS[1]]
    result = run("-A", HARBOUR, "related", "captain-held", "--context", "Chess")
    assert (result.code, result.out) == (1, "")
    assert "Chess" in result.err


@pytest.mark.parametrize("ref", ["captain-arrested", "2020-03-03/capt", "/news/2020/03/03/captain-held.html"])
def test_any_ref_will_do(ref: str) -> None:
    assert related(ref) == CAPTAIN_LINKS


def test_a_day_with_one_event_is_that_event() -> None:
    assert [row[3] for row in related("2020-03-02", "--backlinks")] == [
        "ferry-burns-off-port-ansel-and-sinks",
        "storm-warning",
    ]


def test_the_ref_may_come_from_standard_input() -> None:
    result = run("-A", HARBOUR, "related", "-", stdin="captain-held\n")
    assert result.code == 0, result.err
    assert result.rows == CAPTAIN_LINKS


def test_depth() -> None:
    rows = related("inquiry-opens", "--depth", "3")
    assert [(row[0], row[3]) for row in rows if row[1] == "related"] == [
        ("1", "captain-held"),
        ("2", "ferry-burns-off-port-ansel"),
        ("2", "storm-warning"),
        ("3", "ferry-burns-off-port-ansel-and-sinks"),
        ("3", "storm-warning"),
    ]
    assert [row[3] for row in related("inquiry-opens", "--depth", "1")] == ["captain-held"]
    assert len(related("inquiry-opens", "-d", "20", "--limit", "2")) == 2
    assert "stopped at 2" in run("-A", HARBOUR, "related", "inquiry-opens", "-d", "9", "-n", "2").err


def test_depth_backwards_and_both_ways() -> None:
    rows = related("2020-03-02", "--backlinks", "--depth", "2")
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("1", "backlink", "ferry-burns-off-port-ansel-and-sinks"),
        ("1", "backlink", "storm-warning"),
        ("2", "backlink", "ferry-burns-off-port-ansel"),
        ("2", "backlink", "captain-held"),
    ]
    both = related("quay-closed", "--both", "--depth", "2")
    assert {row[3] for row in both} >= {"captain-held", "inquiry-opens", "ferry-burns-off-port-ansel"}


def test_the_formats_of_a_walk_agree() -> None:
    arguments = ["related", "inquiry-opens", "--depth", "3"]
    rows = [row for row in run("-A", HARBOUR, *arguments).rows if row[1] != "broken"]
    walk = run("-A", HARBOUR, *arguments, "--json").json["walk"]
    assert [[str(s["depth"]), s["relation"], s["date"], s["path"]] for s in walk] == [
        [row[0], row[1], row[2], row[6]] for row in rows
    ]
    shown = " ".join(run("-A", HARBOUR, *arguments, "--format", "table", env={"COLUMNS": "200"}).out.split())
    assert all(row[5] in shown for row in rows)
    lines = run("-A", HARBOUR, *arguments, "--format", "jsonl").jsonl
    assert [line["path"] for line in lines if line["path"]][:5] == [row[6] for row in rows]


def test_a_ring_ends(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    names = ["a", "b", "c"]
    pages = [
        Page(day, name, name.upper(), related=(Named(f"{folder_of(day)}/{after}.md"),))
        for name, after in zip(names, ["b", "c", "a"], strict=True)
    ]
    rows = run("-A", write(tmp_path, pages), "related", "a", "--both", "--depth", "20").rows
    assert sorted(row[3] for row in rows) == ["b", "c"]


def test_json() -> None:
    document = run("-A", HARBOUR, "related", "captain-held", "--both", "--json").json
    contract = ["version", "event", "links", "backlinks"]
    assert [name for name in document if name in contract] == contract
    assert document["version"] == 1
    assert list(document["event"]) == EVENT
    assert all(list(link) == ([*LINK, "suggestion"] if "suggestion" in link else LINK) for link in document["links"])
    assert document["links"] == document["event"]["related"]
    assert [list(link) for link in document["backlinks"]] == [["path", "headline", "date", "contexts"]] * 2
    alone = run("-A", HARBOUR, "related", "captain-held", "--json").json
    assert (len(alone["links"]), alone["backlinks"]) == (5, [])


def test_formats_agree() -> None:
    document = run("-A", HARBOUR, "related", "captain-held", "--both", "--json").json
    lines = run("-A", HARBOUR, "related", "captain-held", "--both", "--format", "jsonl").jsonl
    assert lines == document["links"] + document["backlinks"]
    table = list(
        csv.reader(io.StringIO(run("-A", HARBOUR, "related", "captain-held", "--both", "--format", "csv").out))
    )
    assert table[0] == ["depth", "relation", "date", "slug", "contexts", "headline", "path"]
    assert table[1:] == CAPTAIN_LINKS + CAPTAIN_BACKLINKS
    paths = run("-A", HARBOUR, "related", "captain-held", "--both", "--format", "paths").lines
    assert paths == [
        str(HARBOUR / path)
        for path in (
            "news/2020/03/1/ferry-burns-off-port-ansel.md",
            "news/2020/03/3/storm-warning.md",
            "news/2020/03/9/inquiry-opens.md",
            "news/2020/03/9/quay-closed.md",
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["2020-03-02"], 1, "has no related links"),
        (["2020-04-12", "--backlinks"], 1, "no event links to it"),
        (["2020-03-01"], 3, "2020-03-01/ferry-burns-off-port-ansel"),
        (["captain-hold"], 1, "2020-03-03/captain-held"),
        (["2020-03-05"], 1, "2020-03-03"),
        (["captain-held", "--depth", "0"], 2, "0"),
        (["captain-held", "--depth", "x"], 2, "x"),
        ([], 2, "REF"),
        (["2020-02-30"], 2, "2020-02-30"),
    ],
)
def test_what_goes_wrong(arguments: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "related", *arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err

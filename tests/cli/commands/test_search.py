"""``newsarc search``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.driver import CASES, EXAMPLE, on_example, run

BURNS = ["ferry-burns-off-port-ansel-and-sinks", "ferry-burns-off-port-ansel"]
HARBOUR = CASES / "harbour"
EVENT = ["path", "slug", "date", "headline", "topics", "summary", "address", "sources", "changes", "related"]


@pytest.mark.parametrize(
    ("arguments", "slugs"),
    [
        (["captain"], {"captain-held"}),
        (["CAPTAIN", "ferry"], {"captain-held"}),
        (["captain ferry"], {"captain-held"}),
        (['"captain held"'], {"captain-held"}),
        (['"held captain"', "--format", "plain"], set()),
        (["port ansel -captain -boats -inquiry"], {"ferry-burns-off-port-ansel-and-sinks", "新渡輪啟航"}),
        (
            ["--", "port", "ansel", "-captain", "-boats", "-inquiry"],
            {"ferry-burns-off-port-ansel-and-sinks", "新渡輪啟航"},
        ),
        (["warn*"], {"storm-warning"}),
        (["渡輪"], {"新渡輪啟航"}),
        (["港灣日報"], {"新渡輪啟航"}),
        (["night shift"], {"ferry-burns-off-port-ansel-and-sinks"}),
        (["washington"], {"quay-closed"}),
        (["port", "--since", "2020-04"], {"新渡輪啟航"}),
        (["storm", "--until", "2020-03-02"], {"storm-warning"}),
        (["port", "--topic", "Ferry fire", "--source", "radio nine", "--since", "2020-03-03"], {"inquiry-opens"}),
        (["port", "--context", "渡輪"], {"新渡輪啟航"}),
        (["day", "--until", "2021"], set()),
        (["day"], {"lost-day"}),
    ],
)
def test_which_events(arguments: list[str], slugs: set[str]) -> None:
    result = run("-A", HARBOUR, "search", *arguments)
    assert {row[1] for row in result.rows} == slugs
    assert result.code == (0 if slugs else 1)
    assert slugs or "no matches for" in result.err or "no event contains" in result.err


def test_plain_lines_have_six_fields() -> None:
    (row,) = run("-A", HARBOUR, "search", "captain").rows
    assert row[:4] == ["2020-03-03", "captain-held", "Ferry fire", "Captain held over the ferry fire"]
    assert row[4].startswith("Prosecutors in Port Ansel hold the captain")
    assert float(row[5]) > 0
    assert len(row) == 6


def test_json() -> None:
    document = on_example("search", "raqqa", "dam", "--json").json
    assert [name for name in document if name in {"version", "query", "count", "hits"}] == [
        "version",
        "query",
        "count",
        "hits",
    ]
    assert (document["version"], document["query"], document["count"]) == (1, "raqqa dam", len(document["hits"]))
    assert document["hits"]
    for hit in document["hits"]:
        assert list(hit) == ["score", "snippet", "event"]
        assert list(hit["event"]) == EVENT
    scores = [hit["score"] for hit in document["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_formats_agree() -> None:
    hits = on_example("search", "raqqa", "--json").json["hits"]
    assert on_example("search", "raqqa", "--format", "jsonl").jsonl == hits
    rows = on_example("search", "raqqa").rows
    assert [(row[1], row[3], row[4], float(row[5])) for row in rows] == [
        (hit["event"]["slug"], hit["event"]["headline"], hit["snippet"], hit["score"]) for hit in hits
    ]
    table = list(csv.reader(io.StringIO(on_example("search", "raqqa", "--format", "csv").out)))
    assert table == [["date", "slug", "topics", "headline", "snippet", "score"], *rows]
    paths = on_example("search", "raqqa", "--format", "paths").lines
    assert paths == [str(EXAMPLE / hit["event"]["path"]) for hit in hits]
    assert all(Path(path).is_file() for path in paths)


def test_limit() -> None:
    everything = on_example("search", "the", "--limit", "0").lines
    assert len(everything) > 20
    assert on_example("search", "the").lines == everything[:20]
    assert on_example("search", "the", "-n", "3").lines == everything[:3]
    document = on_example("search", "the", "-n", "3", "--json").json
    assert (document["count"], document["total"]) == (3, len(everything))
    assert f"{len(everything)} events found" in on_example("search", "the", "--format", "table").out


def test_the_words_are_marked_on_a_terminal() -> None:
    shown = on_example("search", "raqqa", "--color", "always").out
    assert "mRaqqa\x1b[0m" in shown
    assert "\x1b" not in on_example("search", "raqqa", "--format", "table", "--color", "never").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["zeppelin"], 1, "zeppelin"),
        (["captain", "place:ansel"], 2, "headline:"),
        (["captain", "--regex", "--fixed"], 2, "--fixed"),
        (["captain", "--regex", "--in", "all"], 2, "--in"),
        (["captain", "--regex", "--sort", "relevance"], 2, "--sort"),
        (["captain", "--ignore-case"], 2, "--ignore-case"),
        (["captain", "--sort", "relevance", "--reverse"], 2, "--reverse"),
        (["--regex", "("], 2, "position 0"),
        (["--fixed", ""], 2, "search text is empty"),
        (["!?"], 2, "no search term"),
        ([""], 2, "no search term"),
        ([], 2, "QUERY"),
        (["captain", "--since", "2020-02-30"], 2, "2020-02-30"),
        (["captain", "--since", "soon"], 2, "soon"),
        (["captain", "--limit", "-3"], 2, "--limit must be 0 or more"),
    ],
)
def test_what_goes_wrong(arguments: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "search", *arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_nothing_found_as_json_is_still_a_document() -> None:
    result = run("-A", HARBOUR, "search", "zeppelin", "--json")
    assert (result.code, result.json["count"], result.json["hits"]) == (1, 0, [])


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        'a"b',
        "'",
        "*",
        "(",
        "a OR",
        "NOT",
        "AND",
        "NEAR(a b)",
        "headline:",
        "\\",
        "{",
        "a:b:c",
        "^",
        "+",
        ";",
        "--",
    ],
)
def test_no_query_is_a_crash(query: str) -> None:
    result = run("-A", HARBOUR, "search", "--", query)
    assert result.code in {0, 1, 2}
    assert "internal error" not in result.err


@pytest.mark.parametrize(
    ("arguments", "slugs"),
    [
        (["-(captain OR storm)", "ferry", "--sort", "date"], [*BURNS, "inquiry-opens"]),
        (['-"captain held"', "captains"], []),
        (["-topic:ferry", "port"], ["新渡輪啟航"]),
        (["slug:captain"], ["captain-held"]),
        (["captains"], ["captain-held"]),
        (["--fixed", "Port Ansel", "--until", "2020-03-05", "-n", "1"], ["ferry-burns-off-port-ansel-and-sinks"]),
        (["--regex", "^# Captain"], ["captain-held"]),
        (["-E", "-i", "^# captain"], ["captain-held"]),
        (["--fixed", "port", "-i", "--topic", "Ferry fire", "-r", "-n1"], ["inquiry-opens"]),
    ],
)
def test_which_events_in_which_order(arguments: list[str], slugs: list[str]) -> None:
    result = run("-A", HARBOUR, "search", *arguments)
    assert [row[1] for row in result.rows] == slugs


def test_an_exact_scan_gives_its_lines_to_programs_and_people() -> None:
    document = on_example("search", "--fixed", "[Isis territory]", "--json").json
    hit = document["hits"][0]
    page = (EXAMPLE / hit["event"]["path"]).read_text(encoding="utf-8").split("\n")
    assert hit["score"] == len(hit["lines"]) > 0
    for line in hit["lines"]:
        assert page[line["line"] - 1].strip() == line["text"]
    row = on_example("search", "--fixed", "[Isis territory]").rows[0]
    assert row[4] == hit["snippet"] == hit["lines"][0]["text"]
    shown = on_example("search", "--fixed", "Raqqa", "--format", "table").out
    assert "3: …in Syria" in shown
    assert "lines more" in shown


def test_verbose_tells_how_the_query_was_read() -> None:
    assert (
        "query parsed as ((captain ferry) OR boats)" in run("-A", HARBOUR, "search", "-v", "captain ferry OR boats").err
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["captian"], 'no event contains "captian"\ndid you mean\n  captain\n'),
        (["captain quay"], 'no event contains all of "captain quay" (captain: 1 event, quay: 3)'),
        (["captain", "--until", "2019"], 'no matches for "captain" with these filters; 1 without --until 2019'),
        (["captain until:2019"], "; 1 without date:..2019-12-31"),
        (["--fixed", "CAPTAIN HELD"], 'no line contains "CAPTAIN HELD"'),
    ],
)
def test_nothing_found_says_why(arguments: list[str], said: str) -> None:
    result = run("-A", HARBOUR, "search", *arguments)
    assert (result.code, result.out) == (1, "")
    assert said in result.err


@pytest.mark.parametrize("wider", ["related", "sources", "all"])
def test_a_wider_search_that_finds_nothing_gives_nothing(wider: str) -> None:
    for arguments in (["raqqa", "--until", "1990"], ["zeppelin"]):
        result = on_example("search", *arguments, "--in", wider, "--json")
        assert (result.code, result.json["count"], result.json["total"], result.json["hits"]) == (1, 0, 0, [])
        plain = on_example("search", *arguments, "--in", wider)
        assert (plain.code, plain.out) == (1, "")
        assert "did you mean" not in plain.err


@pytest.mark.parametrize("query", ["\udcff", "C++\udcff", "slug:\udcff", "topic:\udcff", "source:\udcff", "-\udcff"])
@pytest.mark.parametrize("command", ["search", "timeline"])
def test_bytes_that_are_no_text_are_no_crash(command: str, query: str) -> None:
    result = run("-A", HARBOUR, command, "--", query)
    assert result.code in {0, 1, 2}
    assert "internal error" not in result.err


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (" OR ".join(f"topic:w{number}" for number in range(250)), 1),
        (" OR ".join(f"slug:w{number}" for number in range(250)), 1),
        (" ".join(f"-source:w{number}" for number in range(200)), 0),
        (" ".join(f"w{number}" for number in range(300)), 2),
        ("x" * 5000, 2),
        ("source:" + "y" * 4000, 1),
        ("(" * 4000, 2),
    ],
)
def test_a_long_query_is_answered_or_refused_in_one_line(query: str, code: int) -> None:
    result = run("-q", "-A", HARBOUR, "search", "--", query)
    assert result.code == code
    assert "internal error" not in result.err


def test_a_long_source_option_is_no_crash() -> None:
    assert run("-A", HARBOUR, "list", "--source", "z" * 60_000).code == 1


@pytest.mark.parametrize(
    ("arguments", "said", "unsaid"),
    [
        (["headline:captai"], 'no event contains "headline:captai"\ndid you mean\n  headline:captain\n', "no field"),
        (["captain OR zzzz", "--until", "1990"], "1 without --until 1990", 'no event contains "zzzz"'),
        (["captian", "--until", "1990"], 'no event contains "captian"', "did you mean"),
        (["yyyy OR zzzz"], 'no event contains "yyyy" or "zzzz"', ""),
    ],
)
def test_what_is_said_of_nothing_is_so(arguments: list[str], said: str, unsaid: str) -> None:
    result = run("-q", "-A", HARBOUR, "search", *arguments)
    assert result.code == 1
    assert said in result.err
    assert not unsaid or unsaid not in result.err

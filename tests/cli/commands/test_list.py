"""``newsarc list``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.driver import CASES, EXAMPLE, on_example, run
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
EVENT = ["path", "slug", "date", "headline", "topics", "summary", "address", "sources", "changes", "related"]


def on_harbour(*arguments: str, stdin: str = "") -> list[str]:
    """The slugs that `newsarc list` gives on the harbour archive."""
    result = run("-A", HARBOUR, "list", *arguments, stdin=stdin)
    assert result.code == 0, result.err
    return [row[1] for row in result.rows]


ALL = [
    "ferry-burns-off-port-ansel-and-sinks",
    "ferry-burns-off-port-ansel",
    "storm-warning",
    "captain-held",
    "storm-warning",
    "inquiry-opens",
    "quay-closed",
    "新渡輪啟航",
    "lost-day",
]


@pytest.mark.parametrize(
    ("arguments", "slugs"),
    [
        ([], ALL),
        (["2020"], ALL[:-1]),
        (["2020-03"], ALL[:-2]),
        (["2020-03-03", "2020-03-02"], ALL[2:5]),
        (["2020-03-03", "2020-03"], ALL[:-2]),
        (["latest"], ["新渡輪啟航"]),
        (["captain-held"], ["captain-held"]),
        (["captain-arrested"], ["captain-held"]),
        (["captain-held", "2020-03-02"], ["storm-warning", "captain-held"]),
        (["2020-03-03/storm"], ["storm-warning"]),
        (["--since", "2020-03-09"], ["inquiry-opens", "quay-closed", "新渡輪啟航"]),
        (["--since", "2020-04"], ["新渡輪啟航"]),
        (["--until", "2020-03-1"], ALL[:2]),
        (["--until", "2020-03"], ALL[:-2]),
        (["--since", "2020-03-02", "--until", "2020-03-03"], ALL[2:5]),
        (["2020-03", "--since", "2020-03-03"], ALL[3:7]),
        (["--topic", "ferry FIRE"], [ALL[0], ALL[1], "captain-held", "inquiry-opens"]),
        (["--topic", "Harbours, Docks and Quays"], ["inquiry-opens"]),
        (["--context", "night shift"], [ALL[0]]),
        (["--context", "Harbours, Docks and Quays"], ["quay-closed"]),
        (["--context", "Washington, D.C."], ["quay-closed"]),
        (["--context", "渡輪"], ["新渡輪啟航"]),
        (["--source", "radio nine"], [ALL[0], ALL[1], "inquiry-opens"]),
        (["--source", "courier.example"], [ALL[1], "captain-held"]),
        (["--source", "nine.example", "--topic", "Ferry fire", "--since", "2020-03-02"], ["inquiry-opens"]),
        (["--limit", "2"], ALL[:2]),
        (["-n", "0"], ALL),
        (["2020", "--reverse"], ALL[-2::-1]),
        (["2020", "-r", "-n", "1"], ["新渡輪啟航"]),
        (["--sort", "headline", "-n", "2"], ["lost-day", "captain-held"]),
        (["--sort", "related", "-n", "1"], ["captain-held"]),
        (["--sort", "backlinks", "-n", "1"], ["ferry-burns-off-port-ansel"]),
        (["2020-03-02", "2020-03-03", "--sort", "backlinks", "-n", "2"], ["storm-warning", "captain-held"]),
    ],
)
def test_which_events(arguments: list[str], slugs: list[str]) -> None:
    assert on_harbour(*arguments) == slugs


def test_refs_from_standard_input() -> None:
    assert on_harbour("-", stdin="captain-held\n\n 2020-03-02 \n") == ["storm-warning", "captain-held"]
    assert on_harbour("2020-03-02", "-", stdin="captain-held\n") == ["storm-warning", "captain-held"]


def test_no_ref_on_standard_input_is_not_all_events() -> None:
    result = run("-A", HARBOUR, "list", "-", stdin="\n")
    assert result.out == ""
    assert result.code != 0
    assert result.err


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("year", [["", "1"], ["2020", "8"]]),
        ("month", [["", "1"], ["2020-03", "7"], ["2020-04", "1"]]),
        (
            "day",
            [
                ["", "1"],
                ["2020-03-01", "2"],
                ["2020-03-02", "1"],
                ["2020-03-03", "2"],
                ["2020-03-09", "2"],
                ["2020-04-12", "1"],
            ],
        ),
        ("topic", [["", "4"], ["Ferry fire", "4"], ["Harbours, Docks and Quays", "1"], ["渡輪", "1"]]),
        ("source", [["", "4"], ["Radio Nine", "3"], ["Ansel Courier", "2"], ["Cover Image", "1"], ["港灣日報", "1"]]),
    ],
)
def test_count_by(key: str, expected: list[list[str]]) -> None:
    assert run("-A", HARBOUR, "list", "--count-by", key).rows == expected
    document = run("-A", HARBOUR, "list", "--count-by", key, "--json").json
    assert list(document)[0] == "version"  # noqa: RUF015
    assert [[pair["value"] or "", str(pair["count"])] for pair in document["counts"]] == expected
    lines = run("-A", HARBOUR, "list", "--count-by", key, "--format", "jsonl").jsonl
    assert lines == document["counts"]
    table = list(csv.reader(io.StringIO(run("-A", HARBOUR, "list", "--count-by", key, "--format", "csv").out)))
    assert table == [[key, "count"], *expected]


def test_count() -> None:
    assert run("-A", HARBOUR, "list", "--count").out == "9\n"
    assert run("-A", HARBOUR, "list", "2020-03", "--count").out == "7\n"
    assert on_example("list", "--count").out == "50\n"
    nothing = run("-A", HARBOUR, "list", "--count", "--topic", "none")
    assert (nothing.out, nothing.code) == ("0\n", 1)


def test_count_as_json_has_a_version() -> None:
    document = run("-A", HARBOUR, "list", "--count", "--json").json
    assert document["version"] == 1
    assert document["count"] == 9


def test_json() -> None:
    document = run("-A", HARBOUR, "list", "2020-03-03", "--json").json
    assert [name for name in document if name in {"version", "archive", "count", "events"}] == [
        "version",
        "archive",
        "count",
        "events",
    ]
    assert document["version"] == 1
    assert document["count"] == len(document["events"]) == 2
    assert document["archive"] == str(HARBOUR)
    for event in document["events"]:
        assert list(event) == EVENT
    captain = document["events"][0]
    assert captain["date"] == "2020-03-03"
    assert captain["path"] == "news/2020/03/3/captain-held.md"
    assert captain["topics"] == ["Ferry fire"]
    assert captain["sources"] == [
        {"label": "Ansel Courier", "url": "https://www.courier.example/2020/03/03/captain", "line": 11}
    ]
    assert captain["changes"][0] == {
        "label": "Captain arrested over the ferry fire",
        "target": "/news/2020/03/3/captain-arrested.md",
        "path": "news/2020/03/3/captain-arrested.md",
        "timestamp": "2020-03-03 11:02:13",
        "note": "First version",
        "line": 15,
    }
    assert captain["related"][:2] == [
        {
            "label": "Ferry burns off Port Ansel",
            "target": "/news/2020/03/1/ferry-burns-off-port-ansel.md",
            "path": "news/2020/03/1/ferry-burns-off-port-ansel.md",
            "contexts": ["Ferry fire", "Port Ansel"],
            "broken": False,
            "line": 20,
            "column": 33,
        },
        {
            "label": "Ferry burns off Port Ansel [updated] and is lost",
            "target": "/news/2020/03/1/ferry-burns-off-port-ansel-and-is-lost.md",
            "path": None,
            "contexts": ["Ferry fire"],
            "broken": True,
            "line": 21,
            "column": 55,
        },
    ]
    assert [link["broken"] for link in captain["related"]] == [False, True, True, False, False]
    storm = document["events"][1]
    assert storm["summary"] is None


def test_formats_agree() -> None:
    document = on_example("list", "--json").json["events"]
    assert on_example("list", "--format", "jsonl").jsonl == document
    paths = on_example("list", "--format", "paths").lines
    assert paths == [str(EXAMPLE / event["path"]) for event in document]
    assert all(Path(path).is_file() for path in paths)
    rows = on_example("list").rows
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (event["date"], event["slug"], event["headline"]) for event in document
    ]
    table = list(csv.reader(io.StringIO(on_example("list", "--format", "csv").out)))
    assert table[0] == ["date", "slug", "topics", "headline"]
    assert table[1:] == rows
    shown = " ".join(on_example("list", "--format", "table").out.split())
    assert all(" ".join(event["headline"].split())[:40] in shown for event in document if event["headline"].isascii())


def test_topics_are_the_same_in_every_format(tmp_path: Path) -> None:
    import datetime as dt

    pages = [
        Page(dt.date(2020, 3, 1), "a", "Bridge collapse: Divers search the river"),
        Page(dt.date(2020, 4, 1), "b", "Bridge collapse: The mayor resigns"),
    ]
    write(tmp_path, pages)
    plain = {row[1]: row[2] for row in run("-A", tmp_path, "list").rows}
    assert plain == {"a": "", "b": ""}  # no page shows it by itself; the filter knows it from the whole archive
    assert len(run("-A", tmp_path, "list", "--topic", "Bridge collapse").rows) == 2
    as_json = {
        event["slug"]: "; ".join(event["topics"]) for event in run("-A", tmp_path, "list", "--json").json["events"]
    }
    assert as_json == plain
    assert run("-A", tmp_path, "list", "2020-03").rows[0][2] == ""
    assert "topic" not in {row[0] for row in run("-A", tmp_path, "show", "2020-03-01/a").rows}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["2020-03-05"], 1, "2020-03-09"),
        (["--topic", "Ferri fire"], 1, "Ferry fire"),
        (["--context", "Weather forecast"], 1, "Weather"),
        (["--source", "Ansel Currier"], 1, "Ansel Courier"),
        (["--topic", "Ferry fire", "--since", "2020-04"], 1, "filters"),
        (["--since", "2020-04", "--until", "2020-03"], 2, "--since 2020-04 is after --until 2020-03"),
        (["ferry"], 3, "2020-03-01/ferry-burns-off-port-ansel-and"),
        (["no-such-slug"], 1, "no-such-slug"),
        (["2020-02-30"], 2, "2020-02-30"),
        (["--since", "2020-13"], 2, "2020-13"),
        (["--since", "soon"], 2, "soon"),
        (["--until", "storm"], 2, "storm"),
        (["--sort", "colour"], 2, "colour"),
        (["--count-by", "week"], 2, "week"),
        (["--format", "yaml"], 2, "yaml"),
        (["--limit", "-1"], 2, "--limit must be 0 or more"),
        (["--limit", "many"], 2, "many"),
        (["--nothing"], 2, "--nothing"),
    ],
)
def test_what_goes_wrong(arguments: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "list", *arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_nothing_found_as_json_is_still_a_document() -> None:
    result = run("-A", HARBOUR, "list", "--topic", "none", "--json")
    assert result.code == 1
    assert (result.json["count"], result.json["events"]) == (0, [])
    assert run("-A", HARBOUR, "list", "--topic", "none", "--format", "jsonl").out == ""
    assert run("-A", HARBOUR, "list", "--topic", "none", "--format", "csv").lines == ["date,slug,topics,headline"]


def test_what_was_passed_over_is_told_on_standard_error() -> None:
    result = run("-A", HARBOUR, "list")
    assert "news/2021/02/30" in result.err
    assert run("-A", HARBOUR, "-q", "list").err == ""
    assert "news/2021" not in run("-A", HARBOUR, "list", "2020").err


# --- fields ---

FIELDS = (
    "date,slug,headline,topics,contexts,sources,urls,summary,path,ref,"
    "related,related_count,broken_count,backlinks,backlink_count"
)


def test_fields_are_flat() -> None:
    def names(values: list[str]) -> str:
        return "; ".join(values)

    rows = run("-q", "-A", HARBOUR, "list", "--fields", FIELDS, "--format", "jsonl").jsonl
    refs = run("-q", "-A", HARBOUR, "list", "--fields", "path,ref").rows
    short = {row[0]: row[1] for row in refs}
    shown = run("-q", "-A", HARBOUR, "show", *(row["path"] for row in rows), "--format", "jsonl").jsonl
    assert len(rows) == len(ALL)
    for row, event in zip(rows, shown, strict=True):
        assert list(row) == FIELDS.split(",")
        assert (row["slug"], row["headline"], row["summary"]) == (event["slug"], event["headline"], event["summary"])
        assert row["topics"] == names(event["topics"])
        sources = [source for source in event["sources"] if source["label"] != "Cover Image"]
        assert row["sources"] == names([source["label"] for source in sources])
        assert row["urls"] == names([source["url"] for source in sources])
        links = [link for link in event["related"] if not link["broken"] and link["path"]]
        assert row["related"] == names(list(dict.fromkeys(short[link["path"]] for link in links)))
        assert row["related_count"] == len(event["related"])
        assert row["broken_count"] == sum(link["broken"] for link in event["related"])
        assert row["backlinks"] == names([short[link["path"]] for link in event["backlinks"]])
        assert row["backlink_count"] == len(event["backlinks"])
    assert any("; " in row["contexts"] for row in rows)


def test_fields_in_other_formats() -> None:
    words = ["list", "2018-02", "--fields", "date,ref,topics"]
    assert on_example(*words).lines == ["2018-02-06\t2018-02-06/臺灣\t地震"]
    assert on_example(*words, "--format", "csv").lines == ["date,ref,topics", "2018-02-06,2018-02-06/臺灣,地震"]
    table = on_example(*words, "--format", "table", env={"COLUMNS": "80"}).lines
    assert [line.split() for line in table] == [["date", "ref", "topics"], ["2018-02-06", "2018-02-06/臺灣", "地震"]]
    block = on_example(*words, "--format", "table", env={"COLUMNS": "40"}).lines
    assert [line.split() for line in block if line.strip()] == [
        ["date", "2018-02-06"],
        ["ref", "2018-02-06/臺灣"],
        ["topics", "地震"],
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--fields", "topic"], 'unknown field "topic"; did you mean topics?'),
        (["--fields", "xyz"], 'unknown field "xyz"; the fields are date, slug,'),
        (["--fields", " ,"], "--fields needs names of fields"),
        (["--fields", "date", "--count"], "cannot be combined with --count"),
        (["--fields", "date", "--count-by", "month"], "cannot be combined with --count"),
        (["--fields", "date", "--json"], "--format json has fields of its own"),
        (["--fields", "date", "--format", "paths"], "--format paths has fields of its own"),
    ],
)
def test_fields_that_cannot_be_shown(words: list[str], says: str) -> None:
    result = on_example("list", *words)
    assert (result.code, result.out) == (2, "")
    assert says in result.err


# --- the first events by date ---


@pytest.mark.parametrize("options", [(), ("--reverse",), ("--since", "2016"), ("--until", "2016", "--reverse")])
@pytest.mark.parametrize("number", [1, 3, 8])
def test_the_first_events_are_those_of_the_whole_list(options: tuple[str, ...], number: int) -> None:
    listed = run("-q", "-A", EXAMPLE, "--no-cache", "list", *options).lines
    assert run("-q", "-A", EXAMPLE, "--no-cache", "list", *options, "-n", str(number)).lines == listed[:number]


def test_the_newest_events_need_no_other_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.index.index.Index.open", lambda *_: pytest.fail("the whole archive was read"))
    result = run("-A", EXAMPLE, "--no-cache", "list", "--reverse", "-n", "2", "--format", "table")
    assert result.err == "newsarc: 2 events shown (--limit 0 shows all)\n"


def test_unreadable_pages_do_not_shorten_the_list(tmp_path: Path) -> None:
    for day, size in (("1", 10), ("2", 10), ("3", 10_000)):
        folder = tmp_path / "news" / "2020" / "01" / day
        folder.mkdir(parents=True)
        (folder / f"event-{day}.md").write_text(f"# Event {day}\n" + "x" * size)
    (tmp_path / "newsarc.toml").write_text("max-page-bytes = 1000\n")
    listed = run("-q", "-A", tmp_path, "--no-cache", "list", "--reverse", "-n", "2").lines
    assert [line.split("\t")[0] for line in listed] == ["2020-01-02", "2020-01-01"]

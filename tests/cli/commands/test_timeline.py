"""``newsarc timeline``."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.driver import CASES, EXAMPLE, Outcome, run
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
AROUND = ["ferry-burns-off-port-ansel", "captain-held", "storm-warning", "inquiry-opens", "quay-closed"]
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
FIRE = [ALL[0], ALL[1], ALL[3], ALL[5]]  # the word, in headline, topic or summary


def on_harbour(*arguments: str, stdin: str = "") -> Outcome:
    return run("-q", "-A", HARBOUR, "timeline", *arguments, stdin=stdin)


def slugs(*arguments: str, stdin: str = "") -> list[str]:
    result = on_harbour(*arguments, stdin=stdin)
    assert result.code == 0, result.err
    return [row[1] for row in result.rows]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ALL),
        (["captain-held"], AROUND),
        (["Captain-Held"], AROUND),
        (["captain-arrested"], AROUND),  # its former slug
        (["2020-03-03/captain"], AROUND),
        (["2020-3-3/captain-held"], AROUND),
        (["news/2020/03/3/captain-held.md"], AROUND),
        (["/news/2020/03/3/captain-held.html"], AROUND),
        (["https://archive.example/news/2020/03/3/captain-held.html"], AROUND),
        (["captain"], ["captain-held"]),  # a word, though one slug begins with it
        (["captain-hel"], None),
        (["ferry"], FIRE),
        (["fire", "passengers"], [ALL[1]]),
        (["fire", "-passengers"], [ALL[0], ALL[3], ALL[5]]),
        (["2020-03-03"], ["captain-held", "storm-warning"]),
        (["2020-03"], ALL[:7]),
        (["2020"], ALL[:8]),
        (["news/2020/03"], ALL[:7]),
        (["latest"], ["新渡輪啟航"]),
        (['"2020"'], None),  # a word, in its quotation marks
        (["2020", "ferry"], None),  # both are words
        (["2020-03-02", "2020-04"], ["storm-warning", "新渡輪啟航"]),
        (["2020-03-02", "captain-held"], ["storm-warning", "captain-held"]),
        (["渡輪"], ["新渡輪啟航"]),
        (["新渡輪啟航"], ["ferry-burns-off-port-ansel", "新渡輪啟航"]),
    ],
)
def test_what_words_mean(words: list[str], expected: list[str] | None) -> None:
    if expected is None:
        assert on_harbour(*words).code == 1
    else:
        assert slugs(*words) == expected


def test_an_ambiguous_slug_is_none_of_its_events() -> None:
    result = on_harbour("storm-warning")
    assert (result.code, result.out) == (3, "")
    assert "2020-03-02/storm-warning" in result.err
    assert on_harbour("old-name-of-two").code == 3  # a former slug of two events


def test_a_ref_of_nothing_is_not_searched_for() -> None:
    result = on_harbour("2020-03-03/ferry")
    assert (result.code, result.out) == (1, "")
    assert "no event at 2020-03-03/ferry" in result.err
    assert on_harbour("2020-02-31").code == 2
    assert "2020-03-01" in on_harbour("2019").err


def test_refs_from_standard_input_are_their_events_and_no_more() -> None:
    listed = run("-q", "-A", HARBOUR, "list").out
    assert slugs("-", stdin=listed) == ALL
    assert slugs("-", stdin="captain-held\n") == ["captain-held"]
    assert on_harbour("-", stdin="\n").code == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--topic", "ferry fire"], [ALL[0], ALL[1], "captain-held", "inquiry-opens"]),
        (["--context", "Weather"], [ALL[0], "captain-held", "storm-warning"]),
        (["--source", "radio nine", "ferry", "--since", "2020-03-02"], ["inquiry-opens"]),
        (["captain-held", "--until", "2020-03-03"], AROUND[:3]),
        (["captain-held", "--topic", "Ferry fire", "--depth", "2"], FIRE),
        (["captain-held", "-d0"], ["captain-held"]),
        (["2020", "--since", "2020-03-09"], ALL[5:8]),
        (["ferry", "--reverse"], FIRE[::-1]),
        (["ferry", "--reverse", "-n", "1"], FIRE[-1:]),
        (["-r"], [*ALL[-2::-1], "lost-day"]),  # what has no date stays last
        (["--limit", "2"], ALL[:2]),
    ],
)
def test_filters_order_and_limit(arguments: list[str], expected: list[str]) -> None:
    assert slugs(*arguments) == expected


def test_a_limit_is_said_out_loud() -> None:
    arguments = ("-A", HARBOUR, "timeline", "ferry", "-n", "1")
    assert "1 of 4 events shown (--limit 0 shows all)" in run(*arguments).err
    table = run(*arguments, "--format", "table")
    assert table.lines[-1] == "1 of 4 events shown (--limit 0 shows all)"
    assert "shown" not in table.err
    assert "shown" not in run("-A", HARBOUR, "timeline", "ferry", "-n", "4").err


def test_a_long_walk_says_that_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.analysis import timeline

    monkeypatch.setattr(timeline, "MAX_WALKED", 2)
    assert "truncated at 2 events" in run("-A", HARBOUR, "timeline", "captain-held").err
    assert run("-A", HARBOUR, "timeline", "captain-held", "--json").json["cut"] is True


def test_depth_is_of_an_event() -> None:
    for words in (["ferry"], ["2020"], [], ["-"]):
        result = on_harbour(*words, "--depth", "2", stdin="captain-held\n")
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("newsarc: --depth ")


def test_nothing_found_is_one_line() -> None:
    for arguments in (["nowhere"], ["--topic", "Ferry fir3", "nowhere"], ["captain-held", "--until", "1990"]):
        result = on_harbour(*arguments)
        assert (result.code, result.out, len(result.err.splitlines())) == (1, "", 1), arguments
        table = on_harbour(*arguments, "--format", "table")
        assert (table.code, table.out) == (1, "")
    assert "use date:2020" in on_harbour("2020", "ferry").err
    assert "Ferry fire" in on_harbour("--topic", "Ferry fir").err
    document = on_harbour("nowhere", "--json")
    assert document.code == 1
    assert (document.json["count"], document.json["density"], document.json["events"]) == (0, [], [])


def test_a_query_without_a_word_is_a_usage_error() -> None:
    assert on_harbour("!?").code == 2
    assert "ferry-burns-off-port-ansel" not in [row[1] for row in on_harbour("-ferry").rows]


# --- formats ---


def test_plain_and_csv_are_those_of_list() -> None:
    assert on_harbour("2020").out == run("-q", "-A", HARBOUR, "list", "2020").out
    assert on_harbour("2020", "--format", "csv").out == run("-q", "-A", HARBOUR, "list", "2020", "--format", "csv").out
    assert on_harbour("2020", "--format", "paths").out == run("-A", HARBOUR, "list", "2020", "--format", "paths").out


def test_summary_is_one_more_column() -> None:
    rows = on_harbour("2020", "--summary").rows
    assert {len(row) for row in rows} == {5}
    assert rows[2][4] == "Gusts of up to 110 km/h are expected by noon [see the map (page 2)]."
    assert rows[0][4] == ""
    table = list(csv.reader(io.StringIO(on_harbour("2020", "-s", "--format", "csv").out)))
    assert table == [["date", "slug", "topics", "headline", "summary"], *rows]


def test_json_of_a_query() -> None:
    document = on_harbour("ferry", "--json").json
    assert list(document) == [
        "version", "archive", "query", "event", "count", "total", "cut", "since", "until", "density", "events",
    ]  # fmt: skip
    assert [document[key] for key in ("version", "query", "event", "count", "total", "cut")] == [
        1, "ferry", None, 4, 4, False,
    ]  # fmt: skip
    assert (document["since"], document["until"]) == ("2020-03-01", "2020-03-09")
    counts = {"2020-03-01": 2, "2020-03-03": 1, "2020-03-09": 1}
    assert document["density"] == [
        {"from": day, "to": day, "count": counts.get(day, 0)} for day in (f"2020-03-{day:02}" for day in range(1, 10))
    ]
    assert [event["slug"] for event in document["events"]] == FIRE
    assert document["events"] == on_harbour("ferry", "--format", "jsonl").jsonl
    listed = run("-q", "-A", HARBOUR, "list", "2020", "--json").json["events"]
    assert document["events"] == [event for event in listed if event["slug"] in FIRE]


def test_json_around_an_event_says_how_each_was_reached() -> None:
    document = on_harbour("captain-held", "--json", "-d", "2", "-n", "6").json
    assert document["query"] is None
    assert document["event"]["slug"] == "captain-held"
    assert (document["count"], document["total"]) == (6, 8)
    assert sum(period["count"] for period in document["density"]) == 8  # of all, whatever the limit
    ways = {event["path"]: (event["relation"], event["depth"], event["via"]) for event in document["events"]}
    captain, ferry = "news/2020/03/3/captain-held.md", "news/2020/03/1/ferry-burns-off-port-ansel.md"
    assert ways[captain] == ("start", 0, None)
    assert ways[ferry] == ("related", 1, captain)
    assert ways["news/2020/03/9/inquiry-opens.md"] == ("backlink", 1, captain)
    assert ways["news/2020/03/1/ferry-burns-off-port-ansel-and-sinks.md"] == ("related", 2, ferry)


# --- the terminal ---


def table(root: Path, *arguments: str, width: int = 80) -> list[str]:
    result = run("-q", "-A", root, "timeline", *arguments, "--format", "table", env={"COLUMNS": str(width)})
    assert result.code == 0, result.err
    lines = [line.rstrip() for line in result.lines]
    assert all(cell_len(line) <= width for line in lines)
    return lines


def test_one_event_has_no_bar(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2017, 6, 16), "a", "A ferry sails")])
    assert table(root, "ferry") == [
        f"ferry{'1 event':>75}",
        "16 June 2017",
        "",
        f"2017 {'─' * 75}",
        "",
        "Friday 16 June 2017",
        "   A ferry sails",
        "   2017-06-16/a",
    ]


def test_a_day_has_no_bar(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2017, 6, 16), slug, "A ferry") for slug in "ab"])
    assert not re.search("[▁-█]", "\n".join(table(root)))


def test_only_events_without_a_date(tmp_path: Path) -> None:
    root = write(tmp_path, [])
    (root / "news/2021/02/30").mkdir(parents=True)
    (root / "news/2021/02/30/lost.md").write_text("# A page\n")
    assert table(root, "page") == [
        f"page{'1 event':>76}",
        "1 without a date",
        "",
        f"no date {'─' * 72}",
        "",
        "   A page",
        "   news/2021/02/30/lost.md",
    ]


@pytest.mark.parametrize("width", [60, 80, 110])
def test_twenty_years(tmp_path: Path, width: int) -> None:
    days = [dt.date(1998, 6, 1), dt.date(1998, 6, 2), dt.date(2008, 1, 31), dt.date(2018, 12, 31)]
    lines = table(write(tmp_path, [Page(day, "a", "A ferry") for day in days]), width=width)
    bar, ticks = lines[3], lines[4]
    assert lines[1].startswith("1 June 1998 to 31 December 2018 · busiest ")
    assert lines[1].rstrip().endswith(": 2")
    assert [char for char in bar if char != " "].count("█") == bar.count("█") >= 1
    assert bar.count("▄") == 2 * bar.count("█")  # two periods with half as many
    assert cell_len(bar) > width // 2
    assert ticks.split()[0] == "1998"
    labels = [int(label) for label in ticks.split()[1:]]
    steps = {after - before for before, after in pairwise(labels)}
    assert len(steps) == 1  # every so many years
    years = [line.split()[0] for line in lines if "──" in line]
    assert years == ["1998", "2008", "2018"]
    assert [line for line in lines if "…" in line] == ["   … 10 years …", "   … 11 years …"]


def test_quiet_times_are_named_in_both_directions(tmp_path: Path) -> None:
    days = [dt.date(2017, 1, 1), dt.date(2017, 1, 8), dt.date(2017, 1, 16), dt.date(2017, 3, 1), dt.date(2017, 7, 1)]
    root = write(tmp_path, [Page(day, "a", "A ferry") for day in days])
    quiet = ["   … 8 days …", "   … 6 weeks …", "   … 4 months …"]
    assert [line for line in table(root) if "…" in line] == quiet
    assert [line for line in table(root, "--reverse") if "…" in line] == quiet[::-1]


def test_what_is_said_already_is_not_said_again(tmp_path: Path) -> None:
    pages = [
        Page(dt.date(2017, 1, 1), "a", "Ferry: It sails", topics=("Ferry", "Weather"), day_contexts=("Bay", "sails")),
        Page(dt.date(2017, 1, 2), "b", "It sinks", topics=("Weather",), day_contexts=("Bay",)),
    ]
    root = write(tmp_path, pages)
    assert [line for line in table(root, "2017") if " · 2017-" in line] == [
        "   #Weather, Bay · 2017-01-01/a",
        "   #Weather, Bay · 2017-01-02/b",
    ]
    assert [line for line in table(root, "--topic", "weather") if "/" in line] == [
        "   Bay · 2017-01-01/a",
        "   Bay · 2017-01-02/b",
    ]


def test_many_names_are_counted(tmp_path: Path) -> None:
    names = tuple(f"Place number {number:02}" for number in range(12))
    root = write(tmp_path, [Page(dt.date(2017, 1, 1), "a", "A ferry", day_contexts=names)])
    shown = table(root, width=60)[-1]
    assert shown == "   Place number 00, Place number 01 +10 more · 2017-01-01/a"


def test_marks_of_a_walk() -> None:
    lines = table(HARBOUR, "captain-held", "-d", "2")
    assert lines[2] == "● the event  → linked from it  ← links to it  2→ two links away"
    marks = {line[3:]: line[:3].strip() for line in lines if re.match(r"[●→←2]", line) and line != lines[2]}
    assert marks["Captain held over the ferry fire"] == "●"
    assert marks["Ferry burns off Port Ansel"] == "→"
    assert marks["Inquiry opens in Port Ansel"] == "←"
    assert marks["Ferry burns off Port Ansel and sinks"] == "2→"
    assert "two links" not in "".join(table(HARBOUR, "captain-held"))


def test_colour_only_where_it_is_wanted() -> None:
    shown = run("-q", "-A", EXAMPLE, "timeline", "raqqa", "--color", "always")
    assert "\x1b[36m" in shown.out
    plain = run("-q", "-A", EXAMPLE, "timeline", "raqqa", "--color", "never", "--format", "table")
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown.out) == plain.out

"""``newsarc show``."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.driver import CASES, EXAMPLE, Outcome, fork, on_example, run
from tests.naive import Page, write

SLUG = "包括德國和法國在內的多個歐盟國家正式承認胡安瓜伊多為委內瑞拉臨時總統"
HARBOUR = CASES / "harbour"
EVENT = [
    "path",
    "slug",
    "date",
    "headline",
    "topics",
    "summary",
    "address",
    "sources",
    "changes",
    "related",
    "backlinks",
]
SEVERAL = ["2017-06-16", "2019-04-09", "insight-a-lander"]


def test_a_day_in_the_order_of_its_page() -> None:
    slugs = [row[1] for row in run("-A", HARBOUR, "show", "2020-03-09").rows]
    assert slugs == ["quay-closed", "inquiry-opens"]
    events = run("-A", HARBOUR, "show", "2020-03-09", "--json").json["events"]
    assert [event["slug"] for event in events] == slugs
    paths = run("-A", HARBOUR, "show", "2020-03-09", "--path").lines
    assert sorted(Path(path).stem for path in paths) == sorted(slugs)


def test_a_day_in_plain_lines() -> None:
    rows = run("-A", HARBOUR, "show", "2020-03-01").rows
    assert rows[1] == [
        "2020-03-01",
        "ferry-burns-off-port-ansel",
        "Ferry fire",
        "Ferry burns off Port Ansel",
        'A fire on the car deck of the ferry "Marta" drives 212 passengers into the boats. The coast guard counts them on the quay.',  # noqa: E501
        "Ansel Courier; Cover Image; Radio Nine",
        "1",
        "0",
    ]


def test_one_event_has_all_it_has() -> None:
    assert run("-A", HARBOUR, "show", "captain-held").rows == [
        ["path", "news/2020/03/3/captain-held.md"],
        ["slug", "captain-held"],
        ["date", "2020-03-03"],
        ["headline", "Captain held over the ferry fire"],
        ["topic", "Ferry fire"],
        [
            "summary",
            'Prosecutors in Port Ansel hold the captain of the "Marta". He says that he was the last to leave.',
        ],
        ["source", "Ansel Courier", "https://www.courier.example/2020/03/03/captain"],
        [
            "change",
            "2020-03-03 11:02:13",
            "First version",
            "Captain arrested over the ferry fire",
            "/news/2020/03/3/captain-arrested.md",
        ],
        ["change", "", "Current version", "Captain held over the ferry fire", "/news/2020/03/3/captain-held.md"],
        [
            "related",
            "news/2020/03/1/ferry-burns-off-port-ansel.md",
            "Ferry fire, Port Ansel",
            "Ferry burns off Port Ansel",
        ],
        [
            "broken",
            "/news/2020/03/1/ferry-burns-off-port-ansel-and-is-lost.md",
            "Ferry fire",
            "Ferry burns off Port Ansel [updated] and is lost",
        ],
        ["broken", "/news/2020/03/5/council-names-members.md", "Inquiry", "Council names members of the inquiry"],
        ["related", "https://weather.example/night", "Weather", "Weather service on the night"],
        ["related", "news/2020/03/3/storm-warning.md", "Weather", "Storm warning lifted"],
    ]


def test_a_name_with_commas_stays_whole_in_every_format() -> None:
    """`Harbours, Docks and Quays` is a topic of another event."""
    rows = run("-A", HARBOUR, "show", "quay-closed").rows
    assert rows[-1][2] == "Harbours, Docks and Quays, Washington, D.C."
    (event,) = run("-A", HARBOUR, "show", "quay-closed", "--json").json["events"]
    assert event["related"][0]["contexts"] == ["Harbours, Docks and Quays", "Washington, D.C."]
    related = run("-A", HARBOUR, "related", "quay-closed", "--json").json
    assert related["links"][0]["contexts"] == ["Harbours, Docks and Quays", "Washington, D.C."]
    (listed,) = run("-A", HARBOUR, "list", "quay-closed", "--json").json["events"]
    assert listed["related"][0]["contexts"] == ["Harbours, Docks and Quays", "Washington, D.C."]


def test_json() -> None:
    document = run("-A", HARBOUR, "show", "captain-held", "--json").json
    assert [name for name in document if name in {"version", "archive", "count", "events"}] == [
        "version",
        "archive",
        "count",
        "events",
    ]
    assert (document["version"], document["count"]) == (1, 1)
    (event,) = document["events"]
    assert list(event) == EVENT
    assert event["backlinks"] == [
        {
            "path": "news/2020/03/9/inquiry-opens.md",
            "headline": "Inquiry opens in Port Ansel",
            "date": "2020-03-09",
            "contexts": ["Ferry fire", "Port Ansel"],
        },
        {
            "path": "news/2020/03/9/quay-closed.md",
            "headline": "Northern quay closed until further notice",
            "date": "2020-03-09",
            "contexts": ["Harbours, Docks and Quays", "Washington, D.C."],
        },
    ]


def test_formats_agree() -> None:
    events = on_example("show", *SEVERAL, "--json").json["events"]
    assert on_example("show", *SEVERAL, "--format", "jsonl").jsonl == events
    rows = on_example("show", *SEVERAL).rows
    assert [(row[0], row[1], row[3], row[4] or None) for row in rows] == [
        (event["date"], event["slug"], event["headline"], event["summary"]) for event in events
    ]
    assert [(int(row[6]), int(row[7])) for row in rows] == [
        (len(event["related"]), sum(link["broken"] for link in event["related"])) for event in events
    ]
    table = list(csv.reader(io.StringIO(on_example("show", *SEVERAL, "--format", "csv").out)))
    assert table == [["date", "slug", "topics", "headline", "summary", "sources", "related", "broken"], *rows]
    paths = on_example("show", *SEVERAL, "--format", "paths").lines
    assert sorted(paths) == sorted(str(EXAMPLE / event["path"]) for event in events)


def test_path_is_short_for_the_format() -> None:
    assert on_example("show", *SEVERAL, "--path") == on_example("show", *SEVERAL, "--format", "paths")
    assert on_example("show", "2019-04-09", "--json") == on_example("show", "2019-04-09", "--format", "json")


def test_raw_is_the_page_as_it_is() -> None:
    page = HARBOUR / "news/2020/03/3/captain-held.md"
    assert run("-A", HARBOUR, "show", "captain-held", "--raw").out.encode() == page.read_bytes()
    both = [HARBOUR / "news/2020/03/3" / f"{slug}.md" for slug in ("captain-held", "storm-warning")]
    assert run("-A", HARBOUR, "show", "2020-03-03", "--raw").out.encode() == b"".join(
        file.read_bytes() for file in both
    )


def test_raw_bytes_that_are_no_text(tmp_path: Path) -> None:
    page = tmp_path / "news/2020/03/1/a.md"
    page.parent.mkdir(parents=True)
    page.write_bytes(b"# A \xff\xfe \x1b[31m\r\n")
    done = fork("-A", tmp_path, "show", "a", "--raw", encoding="latin-1")
    assert (done.code, done.out.encode("latin-1")) == (0, page.read_bytes())


def test_what_a_table_says() -> None:
    shown = " ".join(
        run("-A", HARBOUR, "show", "captain-held", "--format", "table", env={"COLUMNS": "100"}).out.split()
    )
    for part in (
        "Tuesday 3 March 2020",
        "2020-03-03/captain-held",
        "Ferry fire",
        "Captain held over the ferry fire",
        "the last to leave",
        "Ansel Courier",
        "Captain arrested over the ferry fire",
        "2020-03-03 11:02:13",
        "First version",
        "2 broken",
        "Ferry burns off Port Ansel [updated] and is lost",
        "/news/2020/03/5/council-names-members.md",
        "Port Ansel",
        "news/2020/03/3/captain-held.md",
    ):
        assert part in shown
    day = " ".join(run("-A", HARBOUR, "show", "2020-03-01", "--format", "table").out.split())
    assert "Sunday 1 March 2020" in day
    assert "2 events" in day
    assert day.index("and sinks") < day.index("212 passengers")


def test_sources_are_hyperlinks_on_a_terminal() -> None:
    shown = run("-A", HARBOUR, "show", "captain-held", "--color", "always").out
    assert "https://www.courier.example/2020/03/03/captain\x1b\\" in shown
    assert "\x1b]8;" in shown


def test_a_former_slug_says_so_on_standard_error() -> None:
    result = run("-A", HARBOUR, "show", "captain-arrested", "--path")
    assert result.lines == [str(HARBOUR / "news/2020/03/3/captain-held.md")]
    assert "former slug" in result.err
    assert run("-A", HARBOUR, "-q", "show", "captain-arrested", "--path").err == ""


def test_refs_from_standard_input() -> None:
    result = run("-A", HARBOUR, "show", "-", "--path", stdin="captain-held\n2020-03-02\n\n")
    assert [Path(line).stem for line in result.lines] == ["captain-held", "storm-warning"]
    assert run("-A", HARBOUR, "show", "-", stdin="").code == 2


@pytest.mark.parametrize(
    "stdin",
    ["\ufeffcaptain-held\r\n2020-03-02\r\n".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")],
    ids=["utf-8", "utf-16-le", "utf-16-be"],
)
def test_a_byte_order_mark_before_refs(stdin: bytes) -> None:
    result = run("-A", HARBOUR, "show", "-", "--path", stdin=stdin)
    assert [Path(line).stem for line in result.lines] == ["captain-held", "storm-warning"]


def test_paths_can_be_piped_back() -> None:
    paths = run("-A", HARBOUR, "list", "2020", "--format", "paths").out
    assert run("-A", HARBOUR, "show", "-", "--path", stdin=paths).out == paths


def test_standard_input_that_is_no_text() -> None:
    result = fork("-A", HARBOUR, "show", "-", stdin=b"\xff\xfe\n")
    assert (result.code, result.out) == (1, "")
    assert "internal error" not in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["2020-03-05"], 1, "2020-03-03, 2020-03-09"),
        (["captain-hold"], 1, "2020-03-03/captain-held"),
        (["ferry"], 3, "2020-03-01/ferry-burns-off-port-ansel"),
        (["storm-warning"], 3, "2020-03-02/storm-warning"),
        (["2020-02-30"], 2, "2020-02-30"),
        ([""], 2, "REF"),
        ([], 2, "REF"),
        (["captain-held", "--format", "xml"], 2, "xml"),
    ],
)
def test_what_goes_wrong(arguments: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "show", *arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err


def test_messages_are_single_lines_with_candidates_below() -> None:
    result = run("-A", HARBOUR, "show", "ferry", "-q")
    first, *candidates = result.err.splitlines()
    assert first.startswith('newsarc: "ferry" matches 2 events')
    assert [line.strip() for line in candidates] == [
        "2020-03-01/ferry-burns-off-port-ansel-and",
        "2020-03-01/ferry-burns-off-port-ansel",
    ]
    result = run("-A", HARBOUR, "show", "captain-hold", "-q")
    assert result.err.splitlines()[1:3] == ["did you mean", "  2020-03-03/captain-held"]


@pytest.mark.parametrize(
    "command",
    [["show", "2019-02-04"], ["show", f"2019-02-04/{SLUG}"], ["timeline", f"2019-02-04/{SLUG}"], ["list"]],
    ids=" ".join,
)
@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_ref_is_whole_however_narrow_the_terminal(tmp_path: Path, command: list[str], width: int) -> None:
    """It is there to be typed back; what a name takes on the screen is not how many characters it has."""
    source = ("BBC", "https://bbc.example/1")
    page = Page(dt.date(2019, 2, 4), SLUG, "Recognised", summary="Several countries.", sources=(source,) * 5)
    other = replace(page, slug=SLUG[:-1])  # so that no shorter REF means but one
    write(tmp_path, [page, other])
    result = run("-A", tmp_path, *command, "--format", "table", env={"COLUMNS": str(width)})
    assert result.code == 0
    assert f"2019-02-04/{SLUG}" in "".join(line.strip() for line in result.lines)


def test_an_archive_without_events_is_told_as_such(tmp_path: Path) -> None:
    write(tmp_path, [])
    for command in (["list"], ["stats"], ["timeline"], ["list", "--topic", "x"]):
        assert "no event" in run("-A", tmp_path, *command).err
    assert run("-A", tmp_path, "list").err == "newsarc: the archive has no events\n"


# --- the days around ---


def test_days_with_events_around_a_day(tmp_path: Path) -> None:
    for day in ("2019/12/31", "2020/03/1", "2020/03/2", "2020/11/5"):
        page = tmp_path / "news" / day / "one.md"
        page.parent.mkdir(parents=True)
        page.write_text("### X\n\n# One\n", encoding="utf-8")
    for empty in ("2020/02/9", "2020/03/8"):  # no events
        (tmp_path / "news" / empty).mkdir(parents=True)
        (tmp_path / "news" / empty / "index.md").write_text("# X\n", encoding="utf-8")

    def show(*refs: str, output: str = "json") -> Outcome:
        return run("-A", tmp_path, "show", *refs, "--format", output)

    days: dict[str, tuple[str | None, str | None]] = {
        "2019-12-31": (None, "2020-03-01"),
        "2020-03-01": ("2019-12-31", "2020-03-02"),
    }
    days |= {"2020-03-02": ("2020-03-01", "2020-11-05"), "2020-11-05": ("2020-03-02", None)}
    for day, (previous, following) in days.items():
        document = show(day).json
        assert (document["previous"], document["next"]) == (previous, following)
        parts = [*([f"← {previous}"] if previous else []), *([f"{following} →"] if following else [])]
        assert show(day, output="table").lines[-1] == " · ".join(parts)
    for refs in (["2020-03"], ["2020-03-01/one"], ["2020-03-01", "2020-03-02"]):
        assert not {"previous", "next"} & set(show(*refs).json)
        assert not {"←", "→"} & set(show(*refs, output="table").out)


def test_a_day_alone_has_no_days_around_it(tmp_path: Path) -> None:
    page = tmp_path / "news" / "9999" / "12" / "31" / "one.md"
    page.parent.mkdir(parents=True)
    page.write_text("### X\n\n# One\n", encoding="utf-8")
    document = run("-A", tmp_path, "show", "9999-12-31", "--json").json
    assert (document["previous"], document["next"]) == (None, None)

"""Text of the archive is data: never markup, never a terminal's command, never a line or field of its own."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from pathlib import Path

import pytest

from tests.cli.driver import Outcome, run
from tests.naive import Named, Page, folder_of, write

DAY = dt.date(2020, 3, 1)
FOLDER = folder_of(DAY)

PAYLOADS = {
    "rich tag": "ISIS [Isis territory] falls",
    "rich closing tag": "An end [/x] and [/] and [bold]b[/bold]",
    "rich escape": "Back\\slash [red]r\\[/red] [link=https://e.example]x[/link] :smile:",
    "ansi": "Red \x1b[31mred\x1b[0m and \x1b[2J cleared \x1b]0;title\x07",
    "osc 8": "A \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\ in it",
    "c1": "CSI \x9b31m and OSC \x9d0;t\x9c here",
    "bidi": "Right \u202e tfel \u202c and \u2066 iso \u2069 and \u200f mark",
    "nul": "A NUL \x00 and BEL \x07 and BS \x08\x08\x08 and DEL \x7f",
    "invisible": "Zero\u200bwidth and \ufeffbom and tag \U000e0041\U000e007f end",
    "tabs": "A tab\there and\x0bvertical\x0cform",
    "line ends": "One\u2028two\u2029three\x85four\rfive",
    "csv": "Quote \" comma , semi ; and '",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)*cmd",
    "minus": "-1+1 and +2",
    "entities": "AT&amp;T &lt;b&gt; &#27;[31m &#x202e; &quo",
    "json": 'A "quoted" \\u0041 {"a": [1]} </script>',
    "percent": "%s %d {0} {name} $HOME `id` $(id)",
    "emoji": "👩‍👩‍👧‍👦 and 🇫🇷 and e\u0301 and ﷽ and 漢字かな",
    "github": "::error file=x::forged %0A::set-output",
    "link": "A [label](https://e.example) and <b>html</b>",
}
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff\U000e0000-\U000e007f]"
)
COMMANDS = {
    "list": (["list"], 2, 4),
    "day": (["show", "2020-03-01"], 2, 8),
    "search": (["search", "needle"], 2, 6),
    "related": (["related", "other", "--both"], 2, 7),
    "counts": (["list", "--count-by", "topic"], 2, 2),
    "timeline": (["timeline", "needle", "--summary"], 2, 5),
    "story": (["timeline", "2020-03-01/other"], 2, 4),
}
FORMATS = ["table", "plain", "json", "jsonl", "csv", "paths"]


def shown_by_markdown(payload: str) -> str:
    """What a reader of the page is to see, before anything is made visible."""
    import html

    text = html.unescape(payload.removesuffix("&quo"))
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return " ".join(text.split())


def archive_of(root: Path, payload: str) -> Path:
    """Two events that name each other; the text is headline, topic, context, summary, source and label."""
    text = payload.replace("\r", " ")
    label = text.replace("[", "(").replace("]", ")")
    pages = [
        Page(
            DAY,
            "hostile",
            text,
            topics=(text,),
            summary=f"needle {text}",
            sources=((label, "https://e.example/1"),),
            related=(Named(f"{FOLDER}/other.md", (text.replace("_", ""),), label),),
        ),
        Page(
            DAY, "other", "Other needle", topics=("plain",), related=(Named(f"{FOLDER}/hostile.md", ("plain",), label),)
        ),
    ]
    return write(root, pages)


@pytest.fixture(scope="module", params=PAYLOADS, ids=lambda name: name.replace(" ", "-"))
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    payload = PAYLOADS[request.param]
    return payload, archive_of(tmp_path_factory.mktemp("hostile"), payload)


@pytest.mark.parametrize("output", FORMATS)
def test_text_is_data(hostile: tuple[str, Path], output: str) -> None:
    payload, root = hostile
    expected = shown_by_markdown(payload.replace("\r", " "))
    for name, (arguments, lines, fields) in COMMANDS.items():
        if name == "counts" and output == "paths":
            continue
        result = run("-q", "-A", root, *arguments, "--format", output, env={"COLUMNS": "200"})
        assert (result.code, result.err) == (0, ""), name
        assert not CONTROL.search(result.out.replace("\x1b", "\x00") if output == "table" else result.out), name
        if output == "plain":
            assert [len(row) for row in result.rows] == [fields] * lines, name
        elif output == "paths":
            assert all(Path(line).is_file() for line in result.lines)
        elif output == "csv":
            rows = list(csv.reader(io.StringIO(result.out)))
            assert [len(row) for row in rows] == [fields] * (lines + 1), name
            assert not any(cell[:1] in {"=", "+", "@"} for row in rows for cell in row)
        elif output == "json":
            assert expected in headlines(result, name), name
        elif output == "jsonl":
            assert len(result.jsonl) == (2 if name != "counts" else lines)


def headlines(result: Outcome, name: str) -> list[str]:
    document = result.json
    if name == "counts":
        return [pair["value"] for pair in document["counts"]]
    if name == "search":
        return [hit["event"]["headline"] for hit in document["hits"]]
    if name == "related":
        return [link["headline"] for link in document["backlinks"]]
    return [event["headline"] for event in document["events"]]


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("show", "plain"),
        ("show", "table"),
        ("related", "table"),
        ("list", "table"),
        ("search", "table"),
        ("timeline", "table"),
        ("stats", "table"),
    ],
)
def test_text_is_shown_as_it_is(hostile: tuple[str, Path], command: str, output: str) -> None:
    """Nothing is swallowed: every visible character of the headline is there, in order."""
    payload, root = hostile
    ref = {
        "show": "hostile",
        "related": "other",
        "list": "2020",
        "search": "needle",
        "timeline": "hostile",
        "stats": "2020",
    }[command]
    result = run(
        "-q",
        "-A",
        root,
        command,
        ref,
        *(["--both"] if command == "related" else []),
        "--format",
        output,
        env={"COLUMNS": "300"},
    )
    assert result.code == 0
    expected = shown_by_markdown(payload.replace("\r", " "))
    parts = [part for part in re.split(CONTROL, expected) if part.strip()]
    shown = " ".join(result.out.split())
    at = 0
    for part in parts:
        at = shown.find(" ".join(part.split()), at)
        assert at >= 0, part


@pytest.mark.parametrize("command", ["list", "show", "search", "related", "timeline", "stats"])
def test_colour_adds_only_colour(hostile: tuple[str, Path], command: str) -> None:
    _, root = hostile
    arguments = {
        "list": [],
        "show": ["hostile"],
        "search": ["needle"],
        "related": ["other", "--both"],
        "timeline": ["hostile", "--summary"],
        "stats": [],
    }[command]
    colored = run("-q", "-A", root, command, *arguments, "--color", "always").out
    rest = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*;[^\x1b\x07]*\x1b\\", "", colored)
    assert not CONTROL.search(rest)
    assert all(link in {"", "https://e.example/1"} for link in re.findall(r"\x1b\]8;[^;]*;([^\x1b]*)\x1b\\", colored))


@pytest.mark.parametrize("output", ["table", "plain", "json", "jsonl", "csv"])
def test_statistics_of_text(hostile: tuple[str, Path], output: str) -> None:
    payload, root = hostile
    result = run("-q", "-A", root, "stats", "--format", output, env={"COLUMNS": "200"})
    assert (result.code, result.err) == (0, "")
    assert not CONTROL.search(result.out)
    if output == "plain":
        assert {len(row) for row in result.rows} == {3}
    elif output == "csv":
        rows = list(csv.reader(io.StringIO(result.out)))
        assert {len(row) for row in rows} == {3}
        assert not any(cell[:1] in {"=", "+", "@"} for row in rows for cell in row)
    elif output == "json":
        expected = shown_by_markdown(payload.replace("\r", " "))
        assert expected in [topic["value"] for topic in result.json["topics"]]
    elif output == "jsonl":
        assert len(result.jsonl) == len(run("-q", "-A", root, "stats").rows)


def test_findings_of_hostile_links(tmp_path: Path) -> None:
    """A dead link's target and its line, in each format of lint."""
    target = f"{FOLDER}/dead\x1b[31m\u202e::error::x.md"
    page = Page(DAY, "a", "A", related=(Named(target, ("[/x]",), "L [/x] \x1b]0;t\x07"),))
    root = write(tmp_path, [page])
    for output in ("concise", "full", "json", "jsonl"):
        result = run("-q", "-A", root, "lint", "--select", "NA101", "--output-format", output)
        assert result.code == 1
        assert not CONTROL.search(result.out)
        if output == "json":
            assert [finding["target"] for finding in result.json["findings"]] == [f"/{target}"]
        if output == "full":
            assert "[/x]" in result.out
        if output in {"concise", "jsonl"}:
            assert len(result.lines) == 1


def test_messages_show_what_was_typed_as_data() -> None:
    from tests.cli.driver import CASES

    for typed in ("[/x]", "[bold]", "\x1b[31mred", "a\u202eb", "tab\there", "new\nline"):
        for command in (
            ["show", typed],
            ["list", "--topic", typed],
            ["related", typed],
            ["lint", typed],
            ["lint", "--select", typed],
        ):
            result = run("-q", "-A", CASES / "harbour", *command)
            assert result.code in {1, 2}
            assert not CONTROL.search(result.err)
            assert result.err.splitlines()[0].startswith("newsarc: ")
            assert len(result.err.splitlines()) == 1 or "did you mean" in result.err


def test_the_payloads_are_what_they_say() -> None:
    assert any(unicodedata.bidirectional(char) == "RLO" for char in PAYLOADS["bidi"])
    assert "\x1b]8;;" in PAYLOADS["osc 8"]

"""Every payload, in every place where an archive or a user can put one, through every format of every command.

One archive holds them all, so that a run of a command meets each of them. What comes out is read by a strict parser of
its format, must hold no character that a terminal obeys, and must still say what was written.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx  # type: ignore[import-untyped]
import pytest

from newsarc.output.graphs.node_labels import shown
from newsarc.output.story import html, vega
from newsarc.text.sanitize import visible
from tests.cli.driver import Outcome, run, strict_json
from tests.cli.payloads import ALL, CONTROL, FOLDER, PAYLOADS, shown_by_markdown, write_hostile_archive
from tests.lint.test_reporters import read_concise, read_github, read_gitlab, read_junit, read_sarif
from tests.naive import Named, Page, write
from tests.output.graphs import test_dot as dot
from tests.output.graphs import test_mermaid as mermaid
from tests.output.story.test_html import Reader

# Characters that this text has for what newsarc itself writes between words: the marks of a terminal's colour.
COLOUR = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x07\x1b]*;([^\x07\x1b]*)\x1b\\")
LIST = ["table", "plain", "json", "jsonl", "csv", "paths"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("injection")
    write_hostile_archive(root)
    return root


@pytest.fixture(autouse=True)
def small_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of Vega."""
    monkeypatch.setattr(vega, "require_library", lambda: None)
    monkeypatch.setattr(html, "library_script", lambda: "window.vegaEmbed = null;")
    monkeypatch.setattr(html, "library_version", lambda: "6.0.0")


# --- readers: each fails on what is not whole, and returns all texts that it found ---


# How many fields each line of a command has, as plain text and as CSV.
FIELDS = {
    "list": 4,
    "list --count-by": 2,
    "list backlinks": 5,  # sorted by it
    "list --fields": 6,
    "show": 8,
    "search": 6,
    "related": 7,
    "related --path": 7,
    "related --discover": 6,
    "timeline": 4,
    "timeline --summary": 5,
    "stats": 3,
    "topics": 4,
    "contexts": 4,
    "sources": 4,
    "sources list": 8,
    "sources show": 5,
}


def fields_of(words: list[str]) -> int:
    with_option = (FIELDS[name] for word in words if (name := f"{words[0]} {word}") in FIELDS)
    return next(with_option, FIELDS[words[0]])


def read_plain(text: str) -> list[str]:
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    assert len({len(row) for row in rows}) == 1
    return [cell for row in rows for cell in row]


def read_csv(text: str) -> list[str]:
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "＝", "＋", "－", "＠", "\t", "\r"}]
    return [cell.removeprefix("'") for cell in cells]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def read_json(text: str) -> list[str]:
    return [visible(one) for one in strings(strict_json(text))]


def read_jsonl(text: str) -> list[str]:
    return [visible(one) for line in text.split("\n")[:-1] for one in strings(strict_json(line))]


def read_table(text: str) -> list[str]:
    links = [match[1] for match in COLOUR.finditer(text) if match[1]]
    assert all(re.fullmatch(r"https://e\.example/[^\s\x00-\x20\x7f-\x9f]*", link) for link in links), links
    rest = COLOUR.sub("", text)
    assert "\x1b" not in rest
    return [" ".join(rest.split())]


def read_xml(text: str) -> list[str]:
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert not any(
        "script" in element.tag or any(key.startswith("on") for key in element.attrib) for element in root.iter()
    )
    return [" ".join(" ".join(element.itertext()).split()) for element in root.iter()]


def read_graphml(text: str) -> list[str]:
    graph = networkx.read_graphml(io.BytesIO(text.encode("utf-8")))
    return [str(value) for _, data in graph.nodes(data=True) for value in data.values()]


def read_dot(text: str) -> list[str]:
    graph = dot.parsed(text)
    nodes = graph.get_nodes()
    assert "n9999" not in {node.get_name() for node in nodes}
    links = [edge for edge in graph.get_edges() if edge.get_source().startswith("n")]
    assert len(links) == len(dot.LINK.findall(text)), "each stands on its line, and no text is one"
    return [dot.unquoted(node.get_attributes().get("headline")) for node in nodes]


def read_mermaid(text: str) -> list[str]:
    return [mermaid.plain(label) for _, label in mermaid.parsed(text).nodes.values()]


def read_html(text: str) -> list[str]:
    reader = Reader(text)
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    assert {attributes.get("type") for attributes, _ in reader.scripts} <= {"application/json", "module", None}
    return [visible(one) for one in strings(reader.data)]


READERS: dict[str, Callable[[str], list[str]]] = {
    "table": read_table,
    "tree": read_table,
    "plain": read_plain,
    "json": read_json,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "paths": lambda text: text.split("\n")[:-1],
    "dot": read_dot,
    "mermaid": read_mermaid,
    "graphml": read_graphml,
    "svg": read_xml,
    "html": read_html,
}
# Command, formats, and whether each headline is in what it says.
COMMANDS: list[tuple[list[str], list[str], bool]] = [
    (["list"], LIST, True),
    (["list", "--sort", "backlinks", "--limit", "5"], LIST, False),
    (["list", "--count-by", "topic"], LIST[1:5], True),
    (["list", "--count-by", "topic"], LIST[:1], False),  # bars cut long names
    (["list", "--count-by", "context"], LIST[:5], False),
    (["list", "--fields", "headline,topics,contexts,sources,summary,urls"], ["plain", "jsonl", "csv"], True),
    (["list", "--fields", "headline,topics,contexts,sources,summary,urls"], LIST[:1], False),
    (["list", "--count-by", "source"], LIST[:5], False),
    (["show", "2020-03-01"], LIST, True),
    (["show", "2020-03-01/hub"], ["table", "json", "jsonl", "csv", "paths"], False),
    (["search", "needle", "--limit", "0"], LIST, True),
    (["search", "--regex", "needle|# ", "--limit", "0"], LIST, True),
    (["search", "--in", "all", "sources", "--limit", "0"], LIST, True),
    (["related", "2020-03-01/hub"], [*LIST, "tree"], False),
    (["related", "2020-03-01/hub", "--both", "--depth", "2"], [*LIST, "tree", "dot", "mermaid", "graphml"], True),
    (["related", "2020-03-01/hub", "--path", "e03"], LIST[:5], False),
    (["related", "2020-03-01/hub", "--discover"], LIST, False),
    (["timeline", "needle", "--summary"], LIST, True),
    (["timeline", "hub", "--depth", "1"], LIST, True),
    (["stats", "--top", "0"], LIST[:5], True),
    (["topics"], LIST[:5], False),
    (["contexts"], LIST[:5], False),
    (["sources"], LIST[:5], False),
    (["sources", "list"], LIST[:5], False),
    (["sources", "show", "2020"], LIST[:5], False),
    (["graph", "2020-03-01", "--output", "-"], ["svg", "html"], False),
]
RUNS = [(" ".join(words), words, output, says) for words, outputs, says in COMMANDS for output in outputs]


@pytest.mark.parametrize(("words", "output", "says"), [one[1:] for one in RUNS], ids=[f"{r[0]} {r[2]}" for r in RUNS])
def test_text_is_data_in_every_format_of_every_command(root: Path, words: list[str], output: str, says: bool) -> None:
    colour = ["--color", "always"] if output in {"table", "tree"} else []
    result = run("-q", "-A", root, *words, "--format", output, *colour, env={"COLUMNS": "300"})
    assert (result.code, result.err) == (0, "")
    result.out.encode("utf-8")
    texts = READERS[output](result.out)
    assert not CONTROL.search(COLOUR.sub("", result.out).replace("\t", ""))
    if output == "plain":
        assert {len(row) for row in result.rows} == {fields_of(words)}
    elif output == "csv":
        assert len(next(csv.reader(io.StringIO(result.out)))) == fields_of(words)
    elif output == "jsonl" and not {"show", "stats"} & set(words):
        assert len(result.lines) == len(run("-q", "-A", root, *words, "--format", "plain").lines)
    if not says or output == "paths":
        return
    if output == "json":  # exactly, and not as a text that looks like it
        exact = {shown_by_markdown(payload) for name, payload in ALL.items() if name != "surrogate"}
        assert exact <= set(strings(result.json))
    whole = shown("\n".join(" ".join(text.split()) for text in texts))
    missing = [name for name, payload in ALL.items() if not says_all(whole, payload, output)]
    assert missing == []


def says_all(whole: str, payload: str, output: str) -> bool:
    """Whether ``whole`` has the visible words of a headline; what a format cuts, as far as it goes."""
    said = " ".join(shown(shown_by_markdown(payload)).split())
    if output == "mermaid":
        said = said[:40].rpartition(" ")[0] or said[:40]
    if output in {"table", "tree"}:  # wrapped, and with a mark where a word was found
        return all(word in whole for word in said.split())
    return said in whole or said.lstrip("'") in whole


@pytest.mark.parametrize(
    "words",
    [
        *(["show", "2020-03-01"], ["list", "2020"], ["search", "needle", "--limit", "0"], ["timeline", "needle"]),
        *(["related", "2020-03-01/hub", "--both"], ["stats", "--top", "0"]),
    ],
    ids=" ".join,
)
def test_text_is_shown_as_it_is(root: Path, words: list[str]) -> None:
    """Every visible character of each headline is there, in order."""
    result = run("-q", "-A", root, *words, "--format", "table", env={"COLUMNS": "300"})
    assert result.code == 0
    said = " ".join(result.out.split())
    for payload in PAYLOADS.values():
        at = 0
        for part in CONTROL.split(shown_by_markdown(payload)):
            at = said.find(" ".join(part.split()), at)
            assert at >= 0, (payload, part)


FOUND: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "concise": read_concise,
    "sarif": read_sarif,
    "github": lambda text: read_github(re.sub(r"line=\d+,endLine=\d+", "line=7,endLine=7", text)),
    "gitlab": lambda text: read_gitlab(re.sub(r'"(begin|end)": \d+', r'"\1": 7', text)),
    "junit": read_junit,
    "json": lambda text: [(one["code"], one["message"]) for one in strict_json(text)["findings"]],
    "jsonl": lambda text: [(strict_json(line)["code"], "") for line in text.split("\n")[:-1]],
    "full": lambda text: [
        (code, "") for code in re.findall(r"^\d+:\d+ [EW] (NA\d{3}) ", COLOUR.sub("", text), re.MULTILINE)
    ],
}


def test_text_is_data_in_every_format_of_lint(root: Path) -> None:
    found: dict[str, list[str]] = {}
    for output, read in FOUND.items():
        colour = ["--color", "always"] if output == "full" else []
        result = run("-q", "-A", root, "lint", "--select", "ALL", "--output-format", output, *colour)
        assert result.code == 1
        result.out.encode("utf-8")
        assert not CONTROL.search(COLOUR.sub("", result.out)), output
        found[output] = sorted(code for code, _ in read(result.out))
    assert len(set(map(tuple, found.values()))) == 1, {name: len(codes) for name, codes in found.items()}
    codes = set(found["json"])
    assert codes >= {"NA101", "NA102", "NA106", "NA110", "NA602", "NA702", "NA703", "NA901", "NA902"}


def test_a_target_is_data_in_findings(tmp_path: Path) -> None:
    """A dead link's target and its line, in each format of lint."""
    target = f"{FOLDER}/dead\x1b[31m\u202e::error::x.md"
    related = (Named(target, ("[/x]",), "L [/x] \x1b]0;t\x07"),)
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "A", related=related)])
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


@pytest.mark.parametrize(
    "more",
    [["--statistics"], ["--show-files"], ["--diff", "--unsafe-fixes"], ["--color", "always", "--diff"]],
    ids=" ".join,
)
def test_text_is_data_in_what_else_lint_says(root: Path, more: list[str]) -> None:
    result = run("-q", "-A", root, "lint", "--select", "ALL", *more)
    assert result.code in {0, 1}
    assert result.out
    if more[0] == "--color":
        assert not CONTROL.search(COLOUR.sub("", result.out).replace("\t", ""))
    elif more[0] == "--diff":  # for patch: the bytes of the page as they are, each on a line of the diff
        assert all(line[:1] in {"-", "+", " ", "@", "\\"} for line in result.lines)
    else:
        assert not CONTROL.search(result.out.replace("\t", ""))


# --- what the user typed, and what files say, in messages ---

TYPED = {"line feed": "new\nline", **{name: payload for name, payload in ALL.items() if "\0" not in payload}}
ASKED = [
    ["list"],
    ["show"],
    ["related"],
    ["related", "2020-03-01/hub", "--path"],
    ["list", "--topic"],
    ["list", "--context"],
    ["list", "--source"],
    ["list", "--since"],
    ["sources", "list"],
    ["sources", "show"],
    ["search"],
    ["search", "--fixed"],
    ["search", "--regex"],
    ["search", "needle", "--topic"],
    ["timeline"],
    ["topics", "--topic"],
    ["stats"],
    ["graph", "-o", "x.svg"],
    ["lint"],
    ["lint", "--select"],
    ["lint", "--baseline"],
    ["lint", "--changed-since"],
    ["rule"],
    ["schema"],
    ["cache"],
    ["config"],
    ["open"],
    ["help"],
    ["version"],
]


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_what_is_typed_is_data_in_messages(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    some = list(TYPED.items())[ASKED.index(words) % 3 :: 3]  # each payload, and each command, but not each with each
    for name, payload in some:
        given = payload if words[-1].startswith("-") else f"zz {payload}"
        value = (
            [f"{words[-1]}={given}"]
            if words[-1].startswith("--") and words[-1] not in {"--fixed", "--regex"}
            else [
                *words[-1:],
                "--",
                given,
            ]
        )
        result = run("-A", root, *words[:-1], *value)
        for out in (result.err, COLOUR.sub("", result.out)):
            assert not CONTROL.search(out.replace("\t", "")), name
        assert "internal error" not in result.err, name
        is_hit = result.code == 0 or (words[0] == "lint" and result.code == 1)
        assert is_hit or is_message(result), (name, result.err)


def is_message(result: Outcome) -> bool:
    """Whether newsarc, or the parser of the command line, said what is wrong, and no line is forged."""
    lines = result.err.splitlines()
    known = r"newsarc: |did you mean|  |Usage: |Try |╭|│|╰|Error|$"
    return bool(lines) and all(re.match(known, line) for line in lines)


CONFIGS = {
    "unknown key": '"{}" = 1',
    "unknown table": '["{}"]',
    "key of a table": '[lint]\n"{}" = 1',
    "rule": '[lint]\nselect = ["{}"]',
    "ignored rule": '[lint.per-file-ignores]\n"*" = ["{}"]',
    "pattern": '[lint.per-file-ignores]\n"{}" = [1]',
    "root": 'root = "{}"',
    "baseline": '[lint]\nbaseline = "{}"',
    "prefix": 'site-prefix = "{}/../x"',
    "page URL": 'page-url = "https://a.example/{page}/ {}"',
    "label": '[labels]\nrelated = ["{}"]',
}


@pytest.mark.parametrize("name", CONFIGS)
def test_what_a_configuration_says_is_data_in_messages(tmp_path: Path, name: str) -> None:
    (tmp_path / "news/2020/03/1").mkdir(parents=True)
    (tmp_path / "news/2020/03/1/a.md").write_text("# A\n", encoding="utf-8")
    for payload in ALL.values():
        written = "".join(f"\\U{ord(char):08x}" if not 0xD800 <= ord(char) < 0xE000 else "?" for char in payload)
        (tmp_path / "newsarc.toml").write_text(CONFIGS[name].replace("{}", written), encoding="utf-8")
        result = run("-A", tmp_path, "lint")
        assert result.code in ({0, 1, 2} if name == "label" else {1, 2}), payload
        assert "internal error" not in result.err
        assert not CONTROL.search(result.err)
        assert all(line.startswith("newsarc: ") for line in result.err.splitlines()), result.err


def test_a_baseline_is_data_in_messages(root: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    entries = [{"path": text, "code": "NA101", "about": text} for text in map(visible_surrogates, ALL.values())]
    baseline.write_text(json.dumps({"version": 1, "findings": entries}), encoding="utf-8")
    result = run("-A", root, "lint", "--select", "NA101", "--baseline", baseline)
    assert result.code == 1
    assert not CONTROL.search(result.err)
    assert all(line.startswith("newsarc: ") for line in result.err.splitlines())


def visible_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "?", text)


def test_the_payloads_are_what_they_say() -> None:
    assert any(unicodedata.bidirectional(char) == "RLO" for char in PAYLOADS["bidi"])
    assert "\x1b]8;;" in PAYLOADS["osc 8"]

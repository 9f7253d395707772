"""What commands say is what their schemas say, and no schema leaves out a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from newsarc.cli import app
from newsarc.output.schemas import NAMES, line_schema, mapped, schema
from tests.cli.driver import CASES, EXAMPLE, REPOSITORY, Outcome, run, strict_json
from tests.cli.payloads import write_hostile_archive

FORMATS = FormatChecker(["date", "date-time"])
HARBOUR, PREFIXED, EMPTY, HOSTILE, BAD = "harbour", "prefixed", "empty", "hostile", "bad"
RAQQA = "2017-06-16/russian-intervention"


@dataclass(frozen=True)
class Case:
    """A command line without its format; its schema; the archives to run it on; whether it must find something."""

    name: str
    words: str
    archives: tuple[str, ...] = ("example",)
    is_found: bool = True

    def __str__(self) -> str:
        return f"{self.words} on {'+'.join(self.archives)}"


ALL = ("example", HARBOUR, PREFIXED, HOSTILE)
CASES_OF_COMMANDS = [
    Case("list", "list", ALL),
    Case("list", "list 2017-06 --topic raqqa --sort backlinks --reverse -n 3", is_found=False),
    Case("list", "list 2013", ("example", EMPTY), is_found=False),
    Case("list-count", "list --count", ALL),
    Case("list-count", "list --count", (EMPTY,), is_found=False),
    *(
        Case("list-count-by", f"list --count-by {by}", ALL)
        for by in ("day", "month", "year", "topic", "context", "source")
    ),
    Case("list-count-by", "list --count-by topic", (EMPTY,), is_found=False),
    Case("show", "show 2017 2018 2019 latest airbnb-drops"),
    Case("show", "show 2020", (HARBOUR, PREFIXED, HOSTILE)),
    Case("show", "show lost-day", (HARBOUR,)),
    Case("search", "search raqqa"),
    Case("search", "search needle", (HOSTILE,)),
    Case("search", "search raqqa --sort date --in all -n 2"),
    Case("search", "search --fixed a", (HARBOUR, PREFIXED, HOSTILE)),
    Case("search", "search --regex [a-z]+ -i --reverse", (HARBOUR, HOSTILE)),
    Case("search", "search nonesuchword", ("example", EMPTY), is_found=False),
    Case("search", "search --fixed nonesuchword", ("example", EMPTY), is_found=False),
    Case("related", f"related {RAQQA}"),
    Case("related", f"related {RAQQA} --backlinks"),
    Case("related", f"related {RAQQA} --both"),
    Case("related", f"related {RAQQA} --both --depth 3"),
    Case("related", f"related {RAQQA} --depth 2 -n 2"),
    Case("related", f"related {RAQQA} --discover"),
    Case("related", f"related {RAQQA} --context nonesuch", is_found=False),
    Case("related", f"related {RAQQA} --discover --context nonesuch", is_found=False),
    Case("related", f"related {RAQQA} --context nonesuch --depth 2", is_found=False),
    Case("related", "related captain-held --both --depth 2", (HARBOUR,)),
    Case("related", "related 2020-03-01/hub --both", (HOSTILE,)),
    Case("related", "related 2020-03-01/hub --both --depth 2", (HOSTILE,)),
    Case("related-path", "related 2017-06-17/uss --path 2019-03-23"),
    Case("related-path", f"related {RAQQA} --path {RAQQA}"),
    Case("related-path", f"related {RAQQA} --path airbnb-drops", is_found=False),
    Case("related-path", "related 2020-03-01/hub --path 2020-03-01/e03", (HOSTILE,)),
    Case("timeline", "timeline", ALL),
    Case("timeline", "timeline raqqa --reverse -n 2"),
    Case("timeline", f"timeline {RAQQA} --depth 2"),
    Case("timeline", "timeline needle", (HOSTILE,)),
    Case("timeline", "timeline 2020-03-01/hub", (HOSTILE,)),
    Case("timeline", "timeline nonesuchword", ("example", EMPTY), is_found=False),
    Case("topics", "topics", ("example", HARBOUR)),
    Case("topics", "topics", (EMPTY,), is_found=False),
    Case("contexts", "contexts -n 1", ("example", HARBOUR)),
    Case("sources", "sources", ("example", HARBOUR)),
    Case("sources", "sources --by host --sort last", ("example", HARBOUR)),
    Case("sources-list", "sources list", ("example", HARBOUR)),
    Case("sources-list", "sources list --verdict dead", ("example", BAD), is_found=False),
    Case("sources-show", "sources show 2020", (HARBOUR,)),
    Case("sources-show", f"sources show {RAQQA} latest"),
    Case("sources-status", "sources status", ("example", HARBOUR)),
    Case("sources-status", "sources status -n 1", ("example", BAD), is_found=False),
    Case("sources-status-by-year", "sources status --by year", ("example", HARBOUR)),
    Case("sources-status-by-year", "sources status --by year -n 1", ("example", BAD), is_found=False),
    Case("stats", "stats", ALL),
    Case("stats", "stats --by month --top 0", ALL),
    Case("stats", "stats 2013", ("example", EMPTY), is_found=False),
    Case("export", "export", ALL),
    Case("export", "export --until 2017-06-16 --context raqqa"),
    Case("export", "export", (EMPTY,), is_found=False),
    Case("lint", "lint --select ALL --exit-zero", ("example", HARBOUR, HOSTILE)),
    Case("lint", "lint --select ALL --exit-zero", (BAD,), is_found=False),
    Case("lint", "lint --select NA103 --exit-zero", is_found=False),
    Case("cache", "cache", ALL),
    Case("cache", "cache --no-cache", (EMPTY,), is_found=False),
    Case("config", "config", ALL),
    Case("config", "config --no-cache --no-pager --color never", (EMPTY,)),
    Case("rule", "rule"),
    Case("rule", "rule NA1"),
    Case("rule", "rule self-link"),
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    folder = tmp_path_factory.mktemp("archives")
    (folder / "empty" / "news" / "2020").mkdir(parents=True)
    write_hostile_archive(folder / "hostile")
    return {
        "example": [EXAMPLE],
        HARBOUR: [CASES / HARBOUR],
        PREFIXED: [CASES / PREFIXED],
        EMPTY: [folder / "empty"],
        HOSTILE: [folder / "hostile"],
        BAD: sorted((REPOSITORY / "tests" / "lint" / "cases").glob("*/bad")),
    }


def strict(written: dict[str, Any]) -> dict[str, Any]:
    """The same schema, in which what it does not name may not be there."""

    def close(part: dict[str, Any]) -> dict[str, Any]:
        is_object = isinstance(part.get("properties"), dict) and part.get("type") == "object"
        return {**part, "additionalProperties": False} if is_object else part

    closed: dict[str, Any] = mapped(written, close)
    return closed


def validator(written: dict[str, Any]) -> Any:
    return Draft202012Validator(written, format_checker=FORMATS)


DOCUMENTS = {name: (validator(schema(name)), validator(strict(schema(name)))) for name in NAMES}
LINES_ALONE = ("export",)  # has no --json
LINES = {name: validator(strict(line)) for name in NAMES if (line := line_schema(name)) is not None}


def ask(case: Case, root: Path, output: str) -> Outcome:
    words = case.words.split()
    if case.name in LINES_ALONE:
        return run("-A", root, *words, "--output", "-", "--format", output)
    if case.name not in LINES:  # the command has --json alone
        return run("-A", root, *words, f"--{output}")
    return run("-A", root, *words, "--output-format" if words[0] == "lint" else "--format", output)


def check(checker: Any, value: Any) -> None:
    """Assert that ``value`` is what the schema says, and say where it is not."""
    errors = [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(value)]
    assert errors == []


@pytest.mark.parametrize("case", CASES_OF_COMMANDS, ids=str)
def test_documents_and_lines(case: Case, archives: dict[str, list[Path]]) -> None:
    for root in (root for name in case.archives for root in archives[name]):
        if case.name not in LINES_ALONE:
            result = ask(case, root, "json")
            assert result.code in (0, 1), result.err
            check(DOCUMENTS[case.name][1], result.json)  # so that it is valid by the schema itself, too
            if case.is_found:
                assert result.code == 0, result.err
        if case.name in LINES and case.archives != (BAD,):
            lines = ask(case, root, "jsonl").jsonl
            assert lines or not case.is_found
            for line in lines:
                check(LINES[case.name], line)


def test_findings_of_a_baseline(tmp_path: Path) -> None:
    baseline = tmp_path / "accepted.json"
    assert run("-A", EXAMPLE, "lint", "--baseline", baseline, "--write-baseline").code == 0
    accepted = run("-A", EXAMPLE, "lint", "--baseline", baseline, "--output-format", "json").json
    assert accepted["summary"]["accepted"] > 0
    stale = run("-A", CASES / HARBOUR, "lint", "--baseline", baseline, "--output-format", "json").json
    assert stale["summary"]["stale"]
    for document in (accepted, stale):
        check(DOCUMENTS["lint"][1], document)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_has_its_cases(name: str) -> None:
    assert any(case.name == name and case.is_found for case in CASES_OF_COMMANDS)


def test_each_command_with_json_has_a_schema() -> None:
    """A command that is added with --json, or a JSON format, needs an entry in NAMES, and so a case above."""
    commands = {name.replace(" ", "-"): name for name in (*app.COMMANDS, *app.SUBCOMMANDS)}
    speaking = {name for name, command in commands.items() if _speaks_json(app.load(command).params)}
    assert speaking == {name for name in NAMES if name in commands}
    assert all(name.split("-")[0] in speaking for name in NAMES)


def _speaks_json(parameters: list[Any]) -> bool:
    return any(
        "--json" in parameter.opts or not {"json", "jsonl"}.isdisjoint(getattr(parameter.type, "choices", None) or ())
        for parameter in parameters
    )


def test_options_that_change_the_document_have_a_schema() -> None:
    options = {option for name in app.COMMANDS for parameter in app.load(name).params for option in parameter.opts}
    for name in NAMES:
        command, _, option = name.partition("-")
        assert command in app.COMMANDS
        assert not option or f"--{option}" in options or f"{command} {option.partition('-')[0]}" in app.SUBCOMMANDS


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_schemas(name: str) -> None:
    for written in (schema(name), line_schema(name)):
        if written is not None:
            Draft202012Validator.check_schema(written)
            assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
            assert set(_references(written)) == {f"#/$defs/{part}" for part in written["$defs"]}


@pytest.mark.parametrize("name", NAMES)
def test_each_property_is_described_and_more_may_come(name: str) -> None:
    def look(part: dict[str, Any]) -> dict[str, Any]:
        assert "additionalProperties" not in part
        if part.get("type") == "object" and isinstance(part.get("properties"), dict):
            assert set(part["required"]) <= set(part["properties"])
            for named in part["properties"].values():
                assert "description" in named or "$ref" in named
        return part

    mapped(schema(name), look)


@pytest.mark.parametrize(
    "change",
    [
        {"date": "16 June 2017"},
        {"date": "2017-02-30"},
        {"headline": None},
        {"path": "/news/2017/06/16/x.md"},
        {"sources": [{"label": "The Example Times", "url": "https://times.example", "line": 0}]},
    ],
    ids=str,
)
def test_a_schema_notices_what_is_wrong_in_an_event(change: dict[str, Any]) -> None:
    document = run("-A", EXAMPLE, "list", "-n", "1", "--json").json
    document["events"][0] |= change
    assert not DOCUMENTS["list"][0].is_valid(document)


def test_a_schema_notices_what_is_missing_and_lets_more_through() -> None:
    right = run("-A", EXAMPLE, "list", "-n", "1", "--json").json
    plain, closed = DOCUMENTS["list"]
    assert not plain.is_valid({name: value for name, value in right.items() if name != "count"})
    assert not plain.is_valid({**right, "version": 2})
    assert plain.is_valid({**right, "more": 1})
    assert not closed.is_valid({**right, "more": 1})


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


# --- newsarc schema ---


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_what_validates(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # it needs no archive
    result = run("schema", name)
    assert (result.code, result.err, result.json) == (0, "", schema(name))
    line = run("schema", name, "--line")
    if (wanted := line_schema(name)) is None:
        assert (line.code, line.out) == (2, "")
    else:
        assert (line.code, line.json) == (0, wanted)


def test_the_command_lists_names() -> None:
    result = run("schema")
    assert [row[0] for row in result.rows] == list(NAMES)
    assert all(len(row) == 2 and row[1] for row in result.rows)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["serch"], "did you mean search?"),
        (["%%"], "run newsarc schema for a list"),
        (["--line"], "--line requires the NAME"),
    ],
)
def test_what_is_no_schema(words: list[str], hint: str) -> None:
    result = run("schema", *words)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert hint in line


def test_files_and_names_are_the_same() -> None:
    files = {file.stem for file in (REPOSITORY / "newsarc" / "output" / "schemas").glob("*.json")}
    assert files == {*NAMES, "definitions"}
    for file in (REPOSITORY / "newsarc" / "output" / "schemas").glob("*.json"):
        strict_json(file.read_text(encoding="utf-8"))

"""What start-up may not load: each of these costs more than the answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsarc.cli import app
from newsarc.storage.cache import FOLDER_VARIABLE
from tests.archive.test_sites import JEKYLL, make
from tests.cli.driver import EXAMPLE, clean_environment

# sys.modules after the command, on standard error.
RUN = """
import sys
before = set(sys.modules)
sys.argv = ["newsarc", *sys.argv[1:]]
from newsarc.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""
# What no start may load; click, because Typer brings its own.
HEAVY = {
    "asyncio",
    "click",
    "concurrent.futures",
    "email",
    "frontmatter",
    "http",
    "importlib.metadata",
    "markdown_it",
    "multiprocessing",
    "pathspec",
    "pydantic",
    "pygments",
    "rapidfuzz",
    "rich",
    "sqlite3",
    "ssl",
    "unittest",
    "urllib.request",
    "xml",
    "yaml",
}
COMMANDS = {f"newsarc.cli.commands.{entry.module}" for entry in app.COMMANDS.values()}
ARCHIVE = {
    "newsarc.api",
    "newsarc.config",
    "newsarc.model",
    "newsarc.archive.reader",
    "newsarc.parser",
    "newsarc.storage.tree",
}
INDEX = {"newsarc.index", "newsarc.search", "newsarc.analysis"}
LINT = {"newsarc.lint", "newsarc.storage.workers"}
# What answers a key press alone: completion has its own table of parameters, and reads no pages.
FOR_COMMANDS = {"typer", "platformdirs", "newsarc.cli.app", "newsarc.cli.session", *COMMANDS}
NEVER_COMPLETES = FOR_COMMANDS | LINT | {"newsarc.api", "newsarc.archive.reader", "newsarc.parser", "newsarc.config"}


def loaded(*arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=600,
        cwd=cwd,
        env={**clean_environment(), **(env or {})},
    )
    assert done.stdout
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-q", "--version"]], ids=" ".join)
def test_newsarc_alone_loads_no_command_and_no_archive(arguments: list[str]) -> None:
    assert loaded(*arguments) & (HEAVY | COMMANDS | ARCHIVE | INDEX | LINT) == set()


def test_help_of_a_command_loads_that_command_alone() -> None:
    names = loaded("schema", "--help")
    assert names & (HEAVY | ARCHIVE | INDEX | LINT | COMMANDS - {"newsarc.cli.commands.schema"}) == set()
    assert loaded("search", "--help") & HEAVY == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["2017-06-16"],
        ["2017-06-16/russian-intervention"],
        ["2017-06-16", "--path"],
        ["2017-06-16", "--raw"],
        ["latest", "--path"],
    ],
    ids=" ".join,
)
def test_show_in_a_pipe_loads_what_reads_pages(arguments: list[str]) -> None:
    names = loaded("-A", str(EXAMPLE), "show", *arguments)
    assert names & (HEAVY | INDEX | LINT | COMMANDS - {"newsarc.cli.commands.show"}) == set()
    assert names >= ARCHIVE  # or these names would be out of date


def test_list_of_a_month_in_a_pipe_loads_the_index_too() -> None:
    names = loaded("-A", str(EXAMPLE), "list", "2017-06")
    assert names & (HEAVY - {"sqlite3"} | LINT | COMMANDS - {"newsarc.cli.commands.list"}) == set()


EXPORT = ["export", "--format", "jsonl", "--output", "-"]


@pytest.mark.parametrize("arguments", [["timeline", "raqqa"], ["timeline", "2017-06"], ["stats"], EXPORT], ids=" ".join)
def test_timeline_stats_and_export_in_a_pipe_load_no_rich(arguments: list[str]) -> None:
    loaded("-A", str(EXAMPLE), *arguments)  # who builds the index needs the rules
    names = loaded("-A", str(EXAMPLE), *arguments)
    front_matter = {"frontmatter", "yaml"}  # of a page, where the index is not kept yet
    parallel = {"newsarc.storage.workers"} if arguments == EXPORT else set()
    others = LINT - parallel | COMMANDS - {f"newsarc.cli.commands.{arguments[0]}"}
    assert names & (HEAVY - {"sqlite3"} - front_matter | {"pyarrow"} | others) == set()


def completing(*words: str, cwd: Path | None = None) -> set[str]:
    """What a key press loads."""
    line = {"COMP_WORDS": "\n".join(["newsarc", *words]), "COMP_CWORD": str(len(words))}
    archive = {} if cwd else {"NEWSARC_ARCHIVE": str(EXAMPLE)}
    names = loaded(env={"_NEWSARC_COMPLETE": "complete_bash", **line, **archive}, cwd=cwd)
    assert "newsarc.cli.completion.answer" in names
    return names


@pytest.mark.parametrize("beginning", ["2017-0", "2017-06-16/"])
def test_completion_of_a_date_loads_what_lists_folders(beginning: str) -> None:
    assert completing("show", beginning) & (HEAVY | INDEX | NEVER_COMPLETES) == set()


@pytest.mark.parametrize(
    "words", [["list", "--topic", "syr"], ["search", "context:raq"], ["show", "hel"]], ids=" ".join
)
def test_completion_of_names_loads_no_more_of_the_index_than_names(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    loaded("-A", str(EXAMPLE), "list")  # builds the index
    names = completing(*words)
    others = {"newsarc.index.index", "newsarc.search", "newsarc.analysis"}
    assert names & (HEAVY - {"sqlite3"} | NEVER_COMPLETES | others) == set()
    assert "newsarc.index.cached_names" in names


@pytest.mark.parametrize(
    "words",
    [["li"], ["list", "--"], ["rule", "NA1"], ["lint", "--select", "NA1"], ["schema", "rel"], ["help", "s"]],
    ids=" ".join,
)
def test_completion_of_anything_else_loads_no_archive(words: list[str]) -> None:
    assert completing(*words) & (HEAVY | INDEX | ARCHIVE | NEVER_COMPLETES) == set()


def test_completion_within_a_site_does_not_detect_its_layout(tmp_path: Path) -> None:
    names = completing("show", "20", cwd=make(tmp_path, JEKYLL))
    assert "newsarc.archive.post_names" in names
    others = {"newsarc.archive.site_detection", "newsarc.layout.presets"}
    assert names & (HEAVY - {"sqlite3"} | NEVER_COMPLETES - {"platformdirs"} | others) == set()


def test_yaml_is_loaded_for_front_matter_only() -> None:
    assert "yaml" in loaded("-A", str(EXAMPLE), "show", "airbnb-drops")

"""``--help``: it fits a screen, its examples run, and all options are in it."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import webbrowser
from importlib import import_module
from pathlib import Path

import pytest

from newsarc.__about__ import __version__
from newsarc.cli import app
from newsarc.cli.help import SHARED, Docstring, group_of
from newsarc.output.story import html, vega
from tests.cli.driver import EXAMPLE, fork, on_terminal, run

SCREEN = 50  # lines of a terminal that somebody has opened to work in
SMALL = 24  # lines of the smallest that anybody has; what has few options fits there
ALL_COMMANDS = (*app.COMMANDS, *app.SUBCOMMANDS)
FEW_OPTIONS = ["cache", "config", "rule", "schema", "help", "version"]


def help_of(name: str) -> list[str]:
    result = run(*name.split(), "--help")
    assert (result.code, result.err) == (0, "")
    return result.lines


@pytest.mark.parametrize("name", ["", *ALL_COMMANDS])
def test_help_fits_a_screen(name: str) -> None:
    lines = help_of(name)
    assert len(lines) <= (SMALL if name in FEW_OPTIONS else SCREEN if name else SCREEN + 2)  # all commands
    assert max(map(len, lines)) <= 80
    assert all(line.isascii() for line in lines)  # some consoles know little more


def test_help_is_as_wide_as_can_be_read() -> None:
    narrow, wide = (fork("search", "--help", env={"COLUMNS": columns}).lines for columns in ("80", "200"))
    assert max(map(len, narrow)) <= 80 < max(map(len, wide)) <= 100


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_help_has_all_arguments_and_options(name: str) -> None:
    text = "\n".join(help_of(name))
    for parameter in app.load(name).params:
        if parameter.param_type_name == "argument":
            assert parameter.metavar in text
        else:
            long = next((name for name in parameter.opts if name.startswith("--")), parameter.opts[0])  # then, aliases
            assert re.search(rf"{'(?m)^' if group_of(parameter) != SHARED else ''}.*{long}\b", text), long


def test_help_groups_options() -> None:
    lines = help_of("search")
    headings = [line for line in lines if re.fullmatch(r"[A-Z][A-Za-z ]*:", line)]
    assert headings == ["Options:", "Filters:", "Search mode:", "Output:", "Examples:"]
    under = lines[lines.index("Filters:") + 1 : lines.index("Search mode:") - 1]
    assert [line.split()[0] for line in under] == ["--since", "--until", "--topic", "--context", "--source"]
    assert any("--archive DIR" in line for line in help_of(""))


@pytest.mark.parametrize("arguments", [["-h"], [], ["help"]], ids=["-h", "nothing", "help"])
def test_other_ways_to_ask_for_help(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.code == (0 if arguments else 2)
    assert result.lines[1:] == help_of("")[1:]  # the first names the program


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_help_of_a_command(name: str) -> None:
    lines = run("help", *name.split()).lines
    assert lines[0].startswith(f"Usage: newsarc {name} ")
    assert [line for line in lines[1:] if line] == [line for line in help_of(name)[1:] if line]


def test_help_of_nothing() -> None:
    result = run("help", "shwo")
    assert (result.code, result.out, result.err) == (2, "", 'newsarc: unknown command "shwo"; did you mean show?\n')
    assert run("help", "show", "list").code == 2


def test_help_groups_commands() -> None:
    lines = help_of("")
    headings = [line for line in lines if re.fullmatch(r"[A-Z][A-Za-z ]*:", line)]
    assert headings == ["Read:", "Check:", "Write:", "Other:", "Options:", "Global options:"]
    listed = {line.split()[0] for line in lines[: lines.index("Options:")] if line.startswith("  ")}
    assert listed == set(app.COMMANDS)
    under = lines[lines.index("Check:") + 1 : lines.index("Write:") - 1]
    assert [line.split()[0] for line in under] == ["lint", "rule"]


@pytest.mark.parametrize("words", [["version"], ["-V"], ["--version"], ["-q", "-V"], ["-A", "nowhere", "version"]])
def test_the_version(words: list[str]) -> None:
    result = run(*words)
    assert (result.code, result.out, result.err) == (0, f"newsarc {__version__}\n", "")


def examples() -> list[str]:
    found: list[str] = []
    for entry in (*app.COMMANDS.values(), *app.SUBCOMMANDS.values()):
        function = getattr(import_module(f"newsarc.cli.commands.{entry.module}"), entry.function)
        found += Docstring.of(function).examples
    return found


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_each_command_has_examples_of_itself(name: str) -> None:
    shown = [line.strip() for line in help_of(name) if line.startswith("  newsarc ")]
    assert shown
    assert shown == [example for example in examples() if _command_of(example) == name]


def _command_of(example: str) -> str:
    first, second = (*example.split()[1:], "")[:2]
    return f"{first} {second}" if f"{first} {second}" in app.SUBCOMMANDS else first


@pytest.mark.parametrize("example", examples())
def test_examples_run(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if ".html" in example or ".svg" in example or example.split()[1] in {"new", "mv", "init", "export"}:
        monkeypatch.chdir(shutil.copytree(EXAMPLE, tmp_path / "archive"))
        monkeypatch.setattr(vega, "require_library", lambda: None)
        monkeypatch.setattr(html, "library_script", lambda: "window.vegaEmbed = null;")  # Vega takes seconds
        monkeypatch.setattr(html, "library_version", lambda: "6.0.0")
    else:
        monkeypatch.chdir(EXAMPLE)
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.setattr(webbrowser, "open", lambda address: True)
    monkeypatch.setattr("newsarc.cli.commands.browse.is_terminal", lambda stream: True)
    monkeypatch.setattr("newsarc.cli.commands.browse.Fzf.find", lambda *_: None)
    result = run(*shlex.split(example)[1:])
    if "--changed-since" in example:  # there is a branch of this name, or else a word about it
        assert result.code in {0, 1, 2}
    else:
        assert result.code == (1 if " lint" in example else 0), result.err
    assert result.out or result.err or example.split()[1] == "open"


def test_help_on_a_terminal() -> None:
    code, shown = on_terminal("list", "--help")
    assert code == 0
    assert "\x1b[1mFilters\x1b[0m:" in shown
    assert "\x1b[" not in on_terminal("list", "--help", env={"NO_COLOR": "1"})[1]
    assert "\x1b[" not in on_terminal("list", "--help", env={"TERM": "dumb"})[1]
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert text.replace("python -m newsarc", "newsarc").split() == run("list", "--help").out.split()


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_a_summary_is_the_first_paragraph_of_the_docstring(name: str) -> None:
    entry = {**app.COMMANDS, **app.SUBCOMMANDS}[name]
    function = getattr(import_module(f"newsarc.cli.commands.{entry.module}"), entry.function)
    first = (inspect.getdoc(function) or "").split("\n\n")[0]
    assert entry.summary == " ".join(first.split())


def test_completion_shows_summaries_whole() -> None:
    assert {name: len(entry.summary) for name, entry in app.COMMANDS.items() if len(entry.summary) > 40} == {}

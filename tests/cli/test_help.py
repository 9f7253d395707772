"""``newsarc --help``, which is printed without Rich, is what Typer prints with it."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest
from typer.core import TyperGroup

from newsarc.cli import app
from newsarc.cli import help as help_
from tests.cli.driver import run
from tests.cli.test_process import on_terminal


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []], ids=["--help", "-h", "nothing"])
@pytest.mark.parametrize("width", [40, 60, *range(63, 100), 120, 200])
def test_help_is_typers(arguments: list[str], width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"COLUMNS": str(width), "GITHUB_ACTIONS": None, "FORCE_COLOR": None}
    ours = run(*arguments, env=env)
    monkeypatch.setattr(app, "print_help", lambda group, ctx: False)
    assert ours == run(*arguments, env=env)


def test_which_help_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[bool] = []

    def spy(group: TyperGroup, ctx: object) -> bool:
        printed.append(help_.print_help(group, ctx))
        return printed[-1]

    monkeypatch.setattr(app, "print_help", spy)
    for width in ("80", "50"):
        run("--help", env={"COLUMNS": width, "GITHUB_ACTIONS": None, "FORCE_COLOR": None})
    run("--help", env={"FORCE_COLOR": "1"})
    assert printed == [True, False, False]


def test_help_on_a_terminal() -> None:
    code, shown = on_terminal("--help")
    assert code == 0
    assert "\x1b[" in shown
    assert "\x1b[" not in on_terminal("--help", env={"NO_COLOR": "1"})[1]
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert text.replace("python -m newsarc", "newsarc").split() == run("--help").out.split()


@pytest.mark.parametrize("name", app.COMMANDS)
def test_a_summary_is_the_first_paragraph_of_the_docstring(name: str) -> None:
    entry = app.COMMANDS[name]
    function = getattr(import_module(f"newsarc.cli.{entry.module}"), entry.function)
    first = (inspect.getdoc(function) or "").split("\n\n")[0]
    assert entry.summary == " ".join(first.split())

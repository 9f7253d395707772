"""The parameter at the cursor: Typer, which knows all commands, is asked for the same lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer._click import shell_completion as click
from typer._click.core import Parameter as ClickParameter
from typer.main import get_command

from newsarc.cli.app import COMMANDS, app
from newsarc.cli.completion.command_line import offers_at, parameter_at, parse_words
from newsarc.cli.completion.shells import TypedLine

ROOT = get_command(app)
GLOBAL = [["--archive", "/x"], ["-A", "/y"], ["--archive=/z"], ["--color", "never"], ["-q"], ["-qv"], ["--no-cache"]]
WORDS = ["a", "2017-06", "x.md", "nonesuch"]


def options_of(name: str) -> list[Any]:
    context = click._resolve_context(ROOT, {}, "newsarc", [name])
    parameters = context.command.get_params(context)
    return [one for one in parameters if one.param_type_name == "option" and one.name != "help"]


def may_lack_its_value(name: str, option: Any) -> bool:
    """Whether Typer itself does not know how newsarc parses it."""
    return name == "open" and option.name == "source"


@st.composite
def lines(draw: st.DrawFn) -> tuple[list[str], str]:
    """Words before the cursor, and the one at the cursor."""
    words = [word for part in draw(st.lists(st.sampled_from(GLOBAL), max_size=2)) for word in part]
    name = draw(st.sampled_from(list(COMMANDS)))
    words.append(name)
    options = [one for one in options_of(name) if not may_lack_its_value(name, one)]
    for _ in range(draw(st.integers(0, 4))):
        option = draw(st.sampled_from(options))
        written = draw(st.sampled_from(option.opts))
        separate, attached = [written, "1"], [f"{written}=1" if written.startswith("--") else f"{written}1"]
        given_option = [written] if option.is_flag else draw(st.sampled_from([separate, attached]))
        words += draw(st.sampled_from([given_option, [draw(st.sampled_from(WORDS))]]))
    option = draw(st.sampled_from(options))
    written = draw(st.sampled_from(option.opts))
    if draw(st.booleans()) and not option.is_flag:
        return [*words, written], draw(st.sampled_from(["", "x"]))
    if draw(st.booleans()) and not option.is_flag:
        return words, f"{written}=x"
    return words, draw(st.sampled_from(["", "a", "'", "-", "--", written[:3], written]))


def by_typer(words: list[str], current: str) -> tuple[object, ...]:
    context = click._resolve_context(ROOT, {}, "newsarc", list(words))
    context.command._help_option = None  # cached, without -h if somebody asked for it outside newsarc
    parameter, value = click._resolve_incomplete(context, list(words), current)
    archive = context.params.get("archive") or (context.parent.params.get("archive") if context.parent else None)
    if isinstance(parameter, ClickParameter):
        is_option = parameter.param_type_name == "option"
        return "parameter", set(parameter.opts) if is_option else set(), str(archive)
    return "offers", {(one.value, one.help or "") for one in parameter.shell_complete(context, value)}


def by_newsarc(words: list[str], current: str) -> tuple[object, ...]:
    typed = parse_words(words)
    name, equals, value = current.partition("=")
    if current.startswith("-") and not equals:
        parameter = None
    else:
        parameter = parameter_at(typed, words, value if equals else current, name if equals else "")
    if parameter is not None:
        return "parameter", set(parameter.names), str(typed.archive)
    return "offers", {(one.value, one.help) for one in offers_at(TypedLine(words, current))[0]}


@given(lines())
def test_the_same_as_typer(line: tuple[list[str], str]) -> None:
    assert by_newsarc(*line) == by_typer(*line)


def test_a_second_word_that_is_no_command() -> None:
    for words in (["sources", "a"], ["sources"], ["sources", "--json"]):
        assert by_newsarc(words, "") == by_typer(words, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command(name: str) -> None:
    assert by_newsarc([name], "-") == by_typer([name], "-")
    for option in options_of(name):
        if not option.is_flag and not may_lack_its_value(name, option):
            for written in option.opts:
                assert by_newsarc([name, written], "") == by_typer([name, written], "")


def test_before_a_command() -> None:
    for words in ([], ["-q"], ["--archive", "x"], ["nonesuch"]):
        for current in ("", "l", "--", "-", "'"):
            assert by_newsarc(words, current) == by_typer(words, current)


def test_a_value_that_may_be_left_out() -> None:
    assert parameter_at(parse_words(["open", "--source"]), ["open", "--source"], "")
    for words, current, option, names in (
        (["open", "--source"], "", "", ()),
        (["open", "--source"], "late", "", ()),
        (["open", "--source"], "1", "", ("--source",)),
        (["open"], "", "--source", ("--source",)),
        (["open", "--source", "2"], "late", "", ()),
    ):
        found = parameter_at(parse_words(words), words, current, option)
        assert found is not None
        assert found.names == names
    assert parameter_at(parse_words(["open", "--source", "late"]), ["open", "--source", "late"], "x") is None


def test_after_two_dashes_there_are_no_options() -> None:
    assert offers_at(TypedLine(["list", "--"], "--to")) == ([], True)
    assert parse_words(["mv", "--", "-a"]).arguments == 1

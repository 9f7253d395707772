"""Filters by name: repeated ones, beginnings, and spellings."""

from __future__ import annotations

from newsarc.errors import ExitCode
from tests.cli.driver import on_example


def slugs(*arguments: str) -> set[str]:
    """Return the slugs of the events that a command lists."""
    result = on_example(*arguments, "--format", "plain")
    assert result.code == 0, result.err
    return {row[1] for row in result.rows}


def test_a_repeated_filter_means_and() -> None:
    for option, one, other in (
        ("--topic", "Syrian Civil War", "Battle of Raqqa"),
        ("--context", "Raqqa", "Islamic State"),
        ("--source", "wire.example", "times.example"),
    ):
        both = slugs("list", option, one) & slugs("list", option, other)
        assert both
        assert slugs("list", option, one, option, other) == both
        assert slugs("list", option, other, option, one) == both
    assert slugs("search", "raqqa", "--context", "Raqqa", "--context", "Islamic State", "-n", "0") == slugs(
        "search", "raqqa", "--context", "Raqqa", "-n", "0"
    ) & slugs("list", "--context", "Islamic State")


def test_a_star_stands_for_any_ending() -> None:
    assert slugs("list", "--topic", "Battle of R*") == slugs("list", "--topic", "Battle of Raqqa")
    assert slugs("list", "--context", "raq*") >= slugs("list", "--context", "Raqqa")
    assert slugs("list", "--source", "wire*") >= slugs("list", "--source", "wire.example")
    assert slugs("list", "--topic", "*") == {row[1] for row in on_example("list").rows if row[2]}


def test_case_and_accents_make_no_difference() -> None:
    assert slugs("list", "--topic", "BATTLE of r\u00e2qqa") == slugs("list", "--topic", "Battle of Raqqa")


def test_names_that_no_event_has() -> None:
    result = on_example("list", "--topic", "Syrian Civil War", "--topic", "Batle of Raqqa")
    assert (result.code, result.out) == (ExitCode.NOTHING_FOUND, "")
    assert 'no event has the topic "Batle of Raqqa"' in result.err
    assert "  Battle of Raqqa" in result.err
    result = on_example("search", "raqqa", "--topic", "Kilauea", "--topic", "Battle of Raqqa")
    assert "without --topic Kilauea --topic Battle of Raqqa" in result.err


def test_a_title_names_all_filters() -> None:
    shown = on_example("timeline", "--context", "Raqqa", "--context", "Islamic State", "--format", "table")
    assert "context Raqqa \u00b7 context Islamic State" in shown.out
    refused = on_example(
        "graph", "2017-06-16/russian", "--context", "a", "--context", "b", "-o", "-", "--format", "svg"
    )
    assert refused.code == ExitCode.SETUP

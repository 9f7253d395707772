"""Dates on the command line: as REFs, in filters and in queries. The forms themselves: tests/archive/test_dates.py."""

from __future__ import annotations

import datetime as dt

import pytest

from newsarc.errors import ExitCode
from tests.cli.driver import on_example


def days(*arguments: str) -> list[str]:
    """Return the days of the events that a command lists."""
    result = on_example(*arguments, "--format", "plain")
    assert result.code == 0, result.err
    return [line.split("\t")[0] for line in result.lines]


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        ("2017-W24", "2017-06-12", "2017-06-18"),
        ("2017-06-12..2017-06-18", "2017-06-12", "2017-06-18"),
        ("2018-06..", "2018-06-01", "9999-12-31"),
        ("..2016", "0001-01-01", "2016-12-31"),
        ("7d", "2019-10-25", "2019-10-31"),
        ("1y", "2018-11-01", "2019-10-31"),
        ("latest", "2019-10-31", "2019-10-31"),
        ("20170616", "2017-06-16", "2017-06-16"),
    ],
)
def test_a_form_means_the_same_everywhere(form: str, first: str, last: str) -> None:
    wanted = [day for day in days("list") if first <= day <= last]
    assert wanted
    assert days("list", form) == wanted
    assert days("show", form) == wanted
    assert sorted(days("search", f"date:{form} -xyzzy", "-n", "0")) == wanted
    assert days("timeline", form) == wanted


def test_a_day_of_every_year() -> None:
    wanted = [day for day in days("list") if day.endswith("-06-16")]
    assert wanted
    assert days("list", "06-16") == days("show", "06-16") == wanted
    assert days("search", "date:06-16", "--sort", "date") == wanted
    missing = on_example("list", "02-29")
    assert (missing.code, missing.err) == (ExitCode.NOTHING_FOUND, "newsarc: no events on 02-29 of any year\n")
    assert on_example("list", "02-29", "--count").out == "0\n"


def test_since_and_until_take_all_forms() -> None:
    everything = days("list")
    assert days("list", "--since", "7d") == [day for day in everything if day >= "2019-10-25"]
    assert days("list", "--until", "7d") == [day for day in everything if day < "2019-10-25"]
    assert days("list", "--since", "2017-W24", "--until", "2017-W24") == days("list", "2017-W24")
    result = on_example("list", "--since", "06-16")
    assert (result.code, result.err) == (
        ExitCode.SETUP,
        "newsarc: 06-16 is a day of every year; add a year: 2017-06-16\n",
    )
    result = on_example("list", "--since", "2017", "--until", "2016")
    assert (result.code, result.err) == (ExitCode.SETUP, "newsarc: --since 2017 is after --until 2016\n")


def test_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.storage.clock.today", lambda: dt.date(2017, 6, 17))
    assert days("list", "yesterday") == days("list", "2017-06-16")
    assert set(days("list", "--since", "today")) == {day for day in days("list") if day >= "2017-06-17"}


def test_a_random_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.choice", lambda paths: paths[7])
    result = on_example("list", "random", "--format", "plain")
    assert result.lines == [on_example("list", "--format", "plain").lines[7]]


def test_refs_that_mean_nothing_do_not_discard_the_others() -> None:
    for command in ("list", "show", "timeline"):
        result = on_example(command, "2016-06-16", "2017-06-16", "2018-06-16", "--format", "plain")
        assert result.code == ExitCode.NOTHING_FOUND
        assert result.out == on_example(command, "2017-06-16", "--format", "plain").out
        assert result.err.count("no events on") == 2
    piped = on_example("list", "-", "--format", "plain", stdin="bogus\n2017-06-06\n")
    assert (piped.code, len(piped.lines)) == (ExitCode.NOTHING_FOUND, 1)
    assert 'no event matches "bogus"' in piped.err
    ambiguous = on_example("list", "2017-06-06", "the-")
    assert (ambiguous.code, len(ambiguous.lines)) == (ExitCode.AMBIGUOUS, 1)
    nothing = on_example("list", "bogus", "2016-06-16")
    assert (nothing.code, nothing.out) == (ExitCode.NOTHING_FOUND, "")
    assert nothing.err.count("newsarc:") == 2


def test_a_year_among_words_is_named() -> None:
    hint = '"2017" was searched for as a word: to filter by date, use date:2017'
    assert hint in on_example("search", "raqqa", "2017").err
    assert hint in on_example("timeline", "raqqa", "2017").err
    assert hint not in on_example("search", "raqqa", "date:2017").err

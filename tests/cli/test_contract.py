"""What commands promise beyond their own pages: words that look like options, pipes into each other, empty answers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import newsarc
from newsarc import Archive
from tests.cli.driver import CASES, run
from tests.naive import Named, Page, write

HARBOUR = CASES / "harbour"
DAY = dt.date(2020, 3, 1)


@pytest.fixture
def ferries(tmp_path: Path) -> Path:
    pages = [Page(DAY, "a", "Ferry sinks at night"), Page(DAY, "b", "Ferry named Assad is launched")]
    return write(tmp_path, pages)


@pytest.mark.parametrize("word", ["-assad", "-Assad", "-named", "-hull -named"])
def test_a_word_with_a_dash_is_excluded(ferries: Path, word: str) -> None:
    assert [row[1] for row in run("-A", ferries, "search", "ferry", *word.split()).rows] == ["a"]


def test_options_of_search_stay_options(ferries: Path) -> None:
    assert len(run("search", "ferry", "-n1", "-A", ferries, "-qv").rows) == 1
    assert [row[1] for row in run("-A", ferries, "search", "-n", "5", "--", "ferry", "-named").rows] == ["a"]


def test_what_list_prints_is_a_ref(ferries: Path) -> None:
    listed = run("-A", ferries, "list").out
    shown = run("-A", ferries, "show", "-", stdin=listed)
    assert [row[1] for row in shown.rows] == ["a", "b"]


def test_nothing_is_a_number_or_a_document(ferries: Path) -> None:
    assert (run("-A", ferries, "list", "2013", "--count").out, run("-A", ferries, "list", "2013").out) == ("0\n", "")
    nothing = run("-A", ferries, "list", "2013", "--json")
    assert (nothing.code, nothing.json["events"]) == (1, [])


def test_search_says_that_filters_left_something_out(ferries: Path) -> None:
    assert "; 2 without --until 2013" in run("-A", ferries, "search", "ferry", "--until", "2013").err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--count", "--count-by", "day"],
        ["lint", "--statistics", "--output-format", "json"],
        ["lint", "--diff", "--output-format", "json"],
        ["lint", "--unsafe-fixes"],
    ],
)
def test_options_that_make_no_sense_together(ferries: Path, arguments: list[str]) -> None:
    assert run("-A", ferries, *arguments).code == 2


def test_one_strange_link_is_a_dead_one_and_no_prefix(tmp_path: Path) -> None:
    pages = [
        Page(DAY, "a", "A ferry"),
        Page(DAY, "b", "B ferry", related=(Named("new/news/2020/03/1/a.md", ("Port",)),)),
    ]
    result = run("-A", write(tmp_path, pages), "lint", "--select", "NA101")
    assert (result.code, len(result.lines)) == (1, 1)


def test_links_reach_pages_and_nothing_else(tmp_path: Path) -> None:
    named = tuple(Named(path, ("Port",)) for path in ("newsarc.toml", ".git/note.md", "plan.png"))
    root = write(tmp_path, [Page(DAY, "a", "A ferry", related=named)])
    (root / ".git").mkdir()
    for name in ("newsarc.toml", ".git/note.md", "plan.png"):
        (root / name).write_text("")
    assert len(run("-A", root, "lint", "--select", "NA101").lines) == 3


def test_the_public_function_stays_callable() -> None:
    with Archive.open(HARBOUR) as archive:
        once = [finding.code for finding in archive.lint(select=["NA101"])]
        assert [finding.code for finding in newsarc.lint(archive, select=["NA101"]).findings] == once

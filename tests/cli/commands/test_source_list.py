"""``newsarc sources list``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.commands.test_source_status import root
from tests.cli.driver import on_terminal, run

__all__ = ["root"]


def test_each_source_of_each_event(root: Path) -> None:
    rows = run("-A", root, "sources", "list").rows
    assert rows[:3] == [
        ["gone", "2026-03-01", "2019-03-03", "2019-03-01", "a", "Paper", "https://a.test/1"],
        ["alive", "", "", "2019-03-01", "a", "Paper", "https://a.test/2"],
        ["unchecked", "", "", "2019-03-01", "a", "Paper", "https://b.test/1"],
    ]
    assert [(row[4], row[6]) for row in rows[3:]] == [
        ("b", "https://a.test/1"),
        ("c", "https://a.test/1"),
        ("c", "https://a.test/3"),
        ("d", "https://b.test/2"),
    ]
    limited = run("-A", root, "sources", "list", "2020", "-n", "1")
    assert [row[4] for row in limited.rows] == ["c"]
    assert limited.err == "newsarc: 1 of 2 sources shown\n"


@pytest.mark.parametrize(
    ("verdict", "urls"),
    [("dead", ["a.test/1"] * 3), ("moved", ["a.test/3"]), ("unchecked", ["b.test/1", "b.test/2"])],
)
def test_only_some(root: Path, verdict: str, urls: list[str]) -> None:
    rows = run("-A", root, "sources", "list", "--verdict", verdict).rows
    assert [row[6] for row in rows] == [f"https://{url}" for url in urls]


def test_none(root: Path) -> None:
    result = run("-A", root, "sources", "list", "--verdict", "drifted")
    assert (result.code, result.out, result.err) == (1, "", "newsarc: no event has a source that is drifted\n")
    assert run("-A", root, "sources", "list", "--verdict", "drifted", "--json").json["sources"] == []


def test_json_and_a_terminal(root: Path) -> None:
    [first, *_] = run("-A", root, "sources", "list", "--json").json["sources"]
    assert (first["event"], first["date"]) == ("news/2019/03/1/a.md", "2019-03-01")
    assert (first["state"]["verdict"], first["state"]["copy"]["days"]) == ("gone", 2)
    shown = on_terminal("-A", root, "sources", "list", "2019-03-01", env={"NO_COLOR": "1"})[1]
    assert "gone       Paper · 2019-03-01/a" in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "dead since 2026-03-01" in shown

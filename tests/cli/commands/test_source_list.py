"""``newsarc sources list``."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from newsarc.sources.history import Check
from newsarc.sources.ledger import write_ledger
from tests.cli.commands.test_source_status import START, root
from tests.cli.driver import on_terminal, run

__all__ = ["root"]


def test_each_source_of_each_event(root: Path) -> None:
    rows = run("-A", root, "sources", "list").rows
    assert rows[:3] == [
        ["gone", "2026-03-01", "2019-03-03", "2019-03-01", "a", "Paper", "https://a.test/1", ""],
        ["alive", "", "", "2019-03-01", "a", "Paper", "https://a.test/2", ""],
        ["unchecked", "", "", "2019-03-01", "a", "Paper", "https://b.test/1", ""],
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


FOUND = Check(START, "alive", 200, "", None, True, "abcdef")
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("later", "is_retitled"),
    [
        ((), False),
        ((Check(START + DAY, "alive", 200, "", None, False),), True),
        ((Check(START + DAY, "alive", 200),), False),
        ((Check(START + DAY, "alive", 200, "", None, False), Check(START + 2 * DAY, "down")), False),
        ((Check(START + DAY, "drifted", 200, "", None, False),), True),  # once: not drifted yet
        (tuple(Check(START + days * DAY, "drifted", 200, "", None, False) for days in (1, 9)), False),
        ((Check(START + DAY, "alive", 200, "", None, False), FOUND._replace(at=START + 2 * DAY)), False),
    ],
)
def test_retitled(root: Path, later: tuple[Check, ...], is_retitled: bool) -> None:
    never = (Check(START, "alive", 200, "", None, False),)
    write_ledger(root / "sources.jsonl", {"https://a.test/2": (FOUND, *later), "https://a.test/3": never})
    result = run("-A", root, "sources", "list", "--retitled")
    assert [row[6] for row in result.rows] == (["https://a.test/2"] if is_retitled else [])
    if is_retitled:
        [one] = run("-A", root, "sources", "list", "--retitled", "--json").json["sources"]
        assert one["state"]["retitled_after"] == "2026-03-01T00:00:00+00:00"
        assert "another title than on 2026-03-01" in run("-A", root, "sources", "list", "--format", "table").out
        assert run("-A", root, "sources", "list", "--retitled", "--verdict", "moved").code == 1
    else:
        assert (result.code, result.err) == (1, "newsarc: no event has a source whose page has another title now\n")


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

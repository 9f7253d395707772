"""``newsarc stats`` says what the ledger knows of sources, in one line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check, Outcome
from newsarc.sources.ledger import write_ledger
from tests.cli.driver import EXAMPLE, on_terminal, run
from tests.test_imports import loaded

START = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
DAY = dt.date(2019, 3, 1)
TOTALS = {"addresses_checked": 6, "addresses_alive": 2, "addresses_dead": 1, "addresses_with_copy": 2}
LINE = "6 sources checked: 2 alive, 1 dead, 2 with an archived copy"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with one event, and a ledger of eight addresses, two of them without a check."""
    root = tmp_path / "archive"
    folder = root / "news/2019/03/1"
    folder.mkdir(parents=True)
    text = "### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n1. [Paper](https://a.test/1)\n"
    (folder / "bridges.md").write_text(text, encoding="utf-8")
    outcomes: list[Outcome] = ["alive", "gone", "blocked", "down", "moved"]
    histories = {
        f"https://a.test/{number}": tuple(
            Check(START + dt.timedelta(days=7 * place), outcome, None, "404") for place in range(3)
        )
        for number, outcome in enumerate(outcomes)
    }
    histories["https://a.test/5"] = (Check(START, "gone", 404, "404"),)  # but not dead yet
    histories["https://a.test/6"] = ()
    copy = Copy("https://web.archive.org/web/20190303101500/https://a.test/1", START.replace(2019, 3, 3), 2, 200, "w")
    found, missed = CopySearch(DAY, START, copy, ()), CopySearch(DAY.replace(2018), START, None, ())
    searches = {
        "https://a.test/0": (missed,),
        "https://a.test/1": (missed, found),
        "https://a.test/7": (found, found._replace(date=DAY.replace(2020))),
    }
    write_ledger(root / "sources.jsonl", histories, searches)
    return root


def test_in_json_and_rows(root: Path) -> None:
    record = run("-A", root, "stats", "--json").json
    assert {name: number for name, number in record.items() if name.startswith("addresses")} == TOTALS
    rows = run("-A", root, "stats").rows
    assert [row for row in rows if row[1].startswith("addresses")] == [
        ["total", name, str(number)] for name, number in TOTALS.items()
    ]


def test_on_a_terminal(root: Path) -> None:
    _, shown = on_terminal("-A", root, "--color", "never", "stats")
    assert LINE in shown
    _, shown = on_terminal("-A", root, "--color", "never", "stats", "2019")
    assert "checked" not in shown


@pytest.mark.parametrize("words", [["2019"], ["--since", "2019"], ["--source", "Paper"]])
def test_not_of_a_selection(root: Path, words: list[str]) -> None:
    assert not any(row[1].startswith("addresses") for row in run("-A", root, "stats", *words).rows)


def test_without_a_ledger(root: Path) -> None:
    (root / "sources.jsonl").unlink()
    assert not any(name.startswith("addresses") for name in run("-A", root, "stats", "--json").json)


def test_a_bad_ledger_is_a_note(root: Path) -> None:
    with (root / "sources.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("<<<<<<< https://a.test/\n{}\n")
    result = run("-A", root, "stats", "--json")
    assert (result.code, len(result.err.splitlines())) == (0, 1)
    assert "sources.jsonl:9: conflict marker of git" in result.err
    assert not any(name.startswith("addresses") for name in result.json)


def test_without_a_ledger_nothing_more_is_loaded(root: Path) -> None:
    more = {"newsarc.sources.states"}
    assert loaded("-A", str(EXAMPLE), "stats", "--json") & more == set()
    assert loaded("-A", str(root), "stats", "2019") & more == set()
    assert loaded("-A", str(root), "stats", "--json") >= more

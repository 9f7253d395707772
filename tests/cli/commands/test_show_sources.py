"""``newsarc show`` marks dead sources and names their copies, as the ledger tells."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check, Outcome
from newsarc.sources.ledger import write_ledger
from tests.cli.driver import EXAMPLE, on_terminal, run
from tests.test_imports import loaded

START = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
COPY = Copy("https://web.archive.org/web/20190303101500/https://a.test/1", START.replace(2019, 3, 3), 2, 200, "wayback")
CITED = "https://web.archive.org/web/20190301000000/https://a.test/2"
REF = "2019-03-01/bridges"


def checks(outcome: Outcome) -> tuple[Check, ...]:
    return tuple(Check(START + dt.timedelta(days=7 * place), outcome, None, "404") for place in range(3))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with one event, six sources, and a ledger."""
    root = tmp_path / "archive"
    folder = root / "news/2019/03/1"
    folder.mkdir(parents=True)
    more = {2: f" ([archived 2019-03-01]({CITED}))"}
    items = "".join(
        f"{number}. [Paper {number}](https://a.test/{number}){more.get(number, '')}\n" for number in range(6)
    )
    head = "### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n"
    (folder / "bridges.md").write_text(f"{head}{items}", encoding="utf-8")
    outcomes: list[Outcome] = ["alive", "gone", "gone", "blocked", "down"]
    histories = {f"https://a.test/{number}": checks(outcome) for number, outcome in enumerate(outcomes)}
    searches = {f"https://a.test/{number}": (CopySearch(dt.date(2019, 3, 1), START, COPY, ()),) for number in (0, 1, 5)}
    write_ledger(root / "sources.jsonl", histories, searches)
    return root


def test_on_a_terminal(root: Path) -> None:
    _, shown = on_terminal("-A", root, "--color", "never", "show", REF)
    text = "".join(shown.split())  # long lines are folded
    assert f"https://a.test/1deadsince2024-05,copyof2019-03-03:{COPY.url}Paper" in text
    assert f"https://a.test/2deadsince2024-05,copy:{CITED}Paper" in text
    assert text.count("dead") == 2
    (root / "sources.jsonl").unlink()
    assert "dead" not in on_terminal("-A", root, "--color", "never", "show", REF)[1]


def test_in_json(root: Path) -> None:
    (event,) = run("-A", root, "show", REF, "--json").json["events"]
    assert [source["state"]["verdict"] for source in event["sources"]] == [
        *("alive", "gone", "gone", "blocked", "down", "unchecked")
    ]
    assert [source["state"]["dead_since"] for source in event["sources"]] == [
        *(None, START.isoformat(), START.isoformat(), None, None, None)
    ]
    assert event["sources"][1]["state"]["copy"] == {
        "url": COPY.url,
        "at": "2019-03-03T10:15:00+00:00",
        "days": 2,
        "archive": "wayback",
    }
    assert "copy" not in event["sources"][2]["state"]
    assert run("-A", root, "show", "2019", "--json").json["events"] == [event]
    assert run("-A", root, "show", REF, "--format", "jsonl").jsonl == [event]
    (root / "sources.jsonl").unlink()
    (event,) = run("-A", root, "show", REF, "--json").json["events"]
    assert not any("state" in source for source in event["sources"])


def test_a_bad_ledger_is_a_note(root: Path) -> None:
    with (root / "sources.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('<<<<<<< https://a.test/\n{"url": "https://b.test/"}\n')
    result = run("-A", root, "show", REF, "--json")
    assert (result.code, len(result.err.splitlines())) == (0, 1)
    assert "sources.jsonl:7: conflict marker of git" in result.err
    assert not any("state" in source for source in result.json["events"][0]["sources"])


def test_a_ledger_cannot_control_the_terminal(root: Path) -> None:
    file = root / "sources.jsonl"
    file.write_text(file.read_text("utf-8").replace("/web/20190303101500/", "/web/\\u001b[31m"), encoding="utf-8")
    result = run("-A", root, "show", REF, "--color", "always")
    assert "\x1b[31m/" not in result.out
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(lines) == 6


def test_without_a_ledger_nothing_more_is_loaded(root: Path) -> None:
    more = {"newsarc.sources.states"}
    ref = "2017-06-16/russian-intervention"
    assert loaded("-A", str(EXAMPLE), "show", ref, "--json") & more == set()
    names = loaded("-A", str(EXAMPLE), "show", ref, "--color", "always")
    assert loaded("-A", str(root), "show", REF) & more == set()
    assert names & more == set()
    assert loaded("-A", str(root), "show", REF, "--json") >= more

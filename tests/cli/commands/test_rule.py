"""``newsarc rule``: it needs no archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.lint.docs import rule_markdown
from newsarc.lint.rules import RULES
from tests.cli.driver import run

BROKEN = next(rule for rule in RULES if rule.code == "NA101")
RECORD = ["code", "name", "family", "severity", "default", "summary", "documentation"]


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_all_rules_in_a_pipe() -> None:
    result = run("rule")
    assert (result.code, result.err) == (0, "")
    assert result.rows == [
        [rule.code, rule.name, rule.severity, "on" if rule.default else "off", rule.summary] for rule in RULES
    ]


@pytest.mark.parametrize("wanted", ["NA101", "na101", "broken-related-link", "Broken-Related-Link"])
def test_one_rule_in_a_pipe_is_markdown(wanted: str) -> None:
    result = run("rule", wanted)
    assert (result.code, result.out, result.err) == (0, rule_markdown(BROKEN), "")


def test_a_family() -> None:
    codes = [row[0] for row in run("rule", "NA1").rows]
    assert codes == [rule.code for rule in RULES if rule.code.startswith("NA1")]


@pytest.mark.parametrize(
    ("wanted", "suggestion"),
    [("brokn-related-link", "broken-related-link"), ("NA101x", "NA101"), ("NA199", "NA1"), ("%%", "")],
)
def test_unknown(wanted: str, suggestion: str) -> None:
    result = run("rule", wanted)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith(f"newsarc: no rule is called {wanted}")
    assert suggestion in line


def test_json() -> None:
    document = run("rule", "--json").json
    assert list(document) == ["version", "count", "rules"]
    assert (document["version"], document["count"]) == (1, len(RULES))
    assert all(list(record) == RECORD for record in document["rules"])
    (record,) = run("rule", "NA108", "--json").json["rules"]
    assert record["documentation"].startswith("# NA108 one-way-link\n")
    assert (record["family"], record["severity"], record["default"]) == ("NA1", "warning", False)
    assert run("rule", "--format", "jsonl").jsonl == document["rules"]


def test_csv() -> None:
    lines = run("rule", "--format", "csv").lines
    assert lines[0] == "code,name,severity,default,summary"
    assert len(lines) == len(RULES) + 1


@pytest.mark.parametrize("width", [40, 80, 140])
def test_table(width: int) -> None:
    lines = run("rule", "--format", "table", env={"COLUMNS": str(width)}).lines
    assert max(map(len, lines)) <= min(width, 110)
    text = "\n".join(lines)
    assert all(rule.code in text and rule.name in text for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_one_rule_for_a_reader(rule: object) -> None:
    code = getattr(rule, "code", "")
    out = run("rule", code, "--format", "table").out
    assert out.startswith(f"{code} ")
    assert "\nBad" in out
    assert "\nGood" in out
    assert "```" not in out


def test_examples_are_never_taken_for_markup() -> None:
    assert "[The minister resigns [in the cms]\\]](/news/2019/03/1/the-minister-resigns.md)" in "".join(
        run("rule", "NA111", "--format", "table", env={"COLUMNS": "110"}).lines
    )

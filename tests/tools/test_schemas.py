"""docs/json.md is what the schemas say; its examples are what newsarc says. ``--update-expected`` runs them anew."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsarc.output.schemas import NAMES
from tests.cli.driver import CASES, REPOSITORY, clean_environment, run
from tests.cli.test_schemas import DOCUMENTS, check
from tools.reference.schemas import JQ_LINES, examples, reference

PAGE = REPOSITORY / "docs" / "json.md"
EXAMPLES = REPOSITORY / "tools" / "reference" / "examples.json"
COMMANDS = {
    "list": "newsarc list --since 2020-03-09 -n 1 --json",
    "list-count": "newsarc list 2020-03 --count --json",
    "list-count-by": "newsarc list --count-by topic --json",
    "show": "newsarc show latest --json",
    "search": "newsarc search --fixed 'drives 212' --json",
    "related": "newsarc related quay-closed --both --json",
    "related-path": "newsarc related 2020-04-12 --to quay-closed --json",
    "timeline": "newsarc timeline 2020-03-09 -n 1 --json",
    "topics": "newsarc topics -n 2 --json",
    "contexts": "newsarc contexts -n 1 --json",
    "sources": "newsarc sources --by host -n 1 --json",
    "sources-list": "newsarc sources list -n 1 --json",
    "sources-show": "newsarc sources show captain-held --json",
    "sources-status": "newsarc sources status -n 1 --json",
    "sources-status-by-year": "newsarc sources status --by year -n 1 --json",
    "stats": "newsarc stats --top 1 --json",
    "export": "newsarc export captain-held --format jsonl --output -",
    "lint": "newsarc lint --select NA101 --output-format json",
    "cache": "newsarc cache --json",
    "config": "newsarc config --json",
    "rule": "newsarc rule NA103 --json",
}
ELSEWHERE = ("cache", "config")  # what they say is about a machine: these examples are made up


def test_links_lead_to_headings() -> None:
    text = "".join(reference())
    headings = set(re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_examples_are_real(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "harbour")
    said: dict[str, dict[str, Any]] = {}
    for name in NAMES:
        command = COMMANDS[name]
        output = examples()[name]["output"] if name in ELSEWHERE else _said(command)
        said[name] = {"command": command, "output": output}
    if request.config.getoption("--update-expected"):
        EXAMPLES.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    assert examples() == said


def _said(command: str) -> Any:
    import shlex

    document = run(*shlex.split(command)[1:]).json
    if isinstance(document.get("summary"), dict):  # of lint
        document["summary"]["seconds"] = 0.012
    return document


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_what_the_schemas_say(name: str) -> None:
    check(DOCUMENTS[name][1], examples()[name]["output"])


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("bash") is None, reason="no jq here")
@pytest.mark.parametrize("line", JQ_LINES)
def test_lines_for_jq(line: str, tmp_path: Path) -> None:
    command = tmp_path / "newsarc"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m newsarc "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = clean_environment()
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    environment["PYTHONPATH"] = str(REPOSITORY)
    done = subprocess.run(
        ["bash", "-c", line], cwd=CASES / "harbour", env=environment, capture_output=True, check=True, timeout=600
    )
    assert done.stdout

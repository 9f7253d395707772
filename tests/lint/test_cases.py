"""Every rule has a case: ``cases/<CODE>-<name>/`` with a bad archive, what is to be found in it, and a good one.

``bad/`` and ``good/`` are archive roots (they may hold a ``newsarc.toml``). ``findings.txt`` is what ``newsarc lint
--select CODE --output-format concise`` prints for ``bad/``; for ``good/`` it prints nothing. Where there is a
``fixed/``, it is what ``--fix`` makes of ``bad/``; ``fixed-unsafe/`` likewise with ``--unsafe-fixes``. Written anew by
``UPDATE_CASES=1 python -m pytest tests/lint/test_cases.py``; read the result before you keep it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarc.api import Archive
from newsarc.cli.app import app
from newsarc.lint import lint
from newsarc.lint.reporters.concise import concise
from newsarc.lint.rules import RULES

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(folder for folder in CASES.iterdir() if folder.is_dir()) if CASES.is_dir() else []
UPDATE = bool(os.environ.get("UPDATE_CASES"))


def code_of(folder: Path) -> str:
    return folder.name.split("-", 1)[0]


def found(root: Path, code: str) -> str:
    with Archive.open(root) as archive:
        return "".join(concise(lint(archive, select=[code])))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_bad_has_these_findings(folder: Path) -> None:
    real = found(folder / "bad", code_of(folder))
    if UPDATE:
        (folder / "findings.txt").write_text(real, encoding="utf-8")
    assert real == (folder / "findings.txt").read_text(encoding="utf-8")
    assert real


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_good_has_none(folder: Path) -> None:
    assert found(folder / "good", code_of(folder)) == ""


@pytest.mark.parametrize(
    ("folder", "fixed"),
    [(folder, fixed) for folder in FOLDERS for fixed in ("fixed", "fixed-unsafe") if (folder / fixed).is_dir()],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_fix_removes_the_finding_and_changes_nothing_else(folder: Path, fixed: str, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(folder / "bad", root)
    options = ["--fix", *(["--unsafe-fixes"] if fixed == "fixed-unsafe" else [])]
    arguments = ["-A", str(root), "lint", "--select", code_of(folder), "--exit-zero", *options]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    if UPDATE:
        shutil.rmtree(folder / fixed)
        shutil.copytree(root, folder / fixed)
    assert content(root) == content(folder / fixed)
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert content(root) == content(folder / fixed), "a second run changes nothing"


def content(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_every_rule_has_a_case() -> None:
    assert {code_of(folder) for folder in FOLDERS} == {rule.code for rule in RULES}
    assert {folder.name for folder in FOLDERS} == {f"{rule.code}-{rule.name}" for rule in RULES}

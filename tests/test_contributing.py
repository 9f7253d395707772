"""What CONTRIBUTING says of adding a rule and of the three commands is followed to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.driver import REPOSITORY

GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(r"(?:In `(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>diff|markdown|sh)\n(?P<text>.*?)^```$", re.M | re.S)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


def test_a_rule_in_ten_minutes(tmp_path: Path) -> None:
    copy = tmp_path / "newsarc"
    half_written = shutil.ignore_patterns("*.pyc.*")  # bytecode, by another process at this moment
    for name in ("newsarc", "tests", "tools", "docs", "examples"):
        shutil.copytree(REPOSITORY / name, copy / name, symlinks=True, ignore=half_written)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(REPOSITORY / name, copy)
    chapter = GUIDE.partition("## Add a rule in ten minutes\n")[2].partition("\n## ")[0]
    printed = ""
    for step in STEP.finditer(chapter):
        if step["kind"] == "sh":
            printed += run_in(copy, step["text"])
        elif step["kind"] == "diff":
            change(copy / step["file"], step["text"])
        else:
            (copy / step["file"]).parent.mkdir(parents=True)
            (copy / step["file"]).write_text(step["text"], encoding="utf-8")
    finding = "news/2019/03/1/two-bridges-close.md:3:1: NA407 the headline ends with an exclamation mark\n"
    assert finding in printed
    assert "### NA407 loud-headline" in (copy / "docs" / "rules.md").read_text(encoding="utf-8")


def change(file: Path, diff: str) -> None:
    """Replace what ``diff`` has without its added lines by what it has with them; it stands in the file once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file.name} has not once:\n{before}"
    file.write_text(text.replace(before, "".join(line[1:] or "\n" for line in lines)), encoding="utf-8")


def run_in(folder: Path, script: str) -> str:
    """Run ``script`` as it stands, with the python of these tests first; it must not fail at any line."""
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTEST_ADDOPTS": ""}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(["sh", "-e", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_the_three_commands_are_there() -> None:
    wanted = re.findall(r"^make (\w+)", GUIDE, re.MULTILINE)
    assert wanted == ["setup", "test", "check"]
    shown = {
        name: subprocess.run(
            ["make", "--dry-run", name, "VENV=env"], cwd=REPOSITORY, capture_output=True, text=True, check=True
        ).stdout
        for name in wanted
    }
    assert 'env/bin/pip install --quiet --editable ".[dev]"' in shown["setup"]
    assert shown["test"] == "env/bin/python -m pytest -n auto\n"
    assert shown["check"].splitlines() == ["env/bin/ruff check .", "env/bin/ruff format --check .", "env/bin/mypy"]

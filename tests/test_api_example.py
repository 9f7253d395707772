"""Every example in the documentation runs: Archive's docstring and the README's python blocks."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from newsarc import Archive

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(?:python|py)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def execute(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=600,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_example_of_archive() -> None:
    docstring = inspect.getdoc(Archive)
    assert docstring
    match = re.search(r"::\n\n((?:    .*\n|\n)+)", docstring)
    assert match
    out = execute(textwrap.dedent(match[1]))
    assert len(out.splitlines()) == 4
    assert all(line.startswith("2017-06-16 ") for line in out.splitlines())


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_the_readme(code: str) -> None:
    assert execute(code)

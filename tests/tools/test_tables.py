"""What docs/export.md shows is what happens. ``UPDATE_README=1`` writes outputs and the reference anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import pytest

from tests.cli.driver import EXAMPLE, REPOSITORY, clean_environment

PAGE = REPOSITORY / "docs" / "export.md"
CONSOLE = re.compile(r"^```console\n\$ (?P<code>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(?P<code>(?:.*\n)*?)```\n(?:\n```text\n(?P<output>(?:.*\n)*?)```$)?", re.MULTILINE)
BETWEEN = "--- the next block ---"
# What has to be there for a block, besides newsarc.
NEEDED = {
    "parquet": "pyarrow",
    "duckdb": "duckdb",
    "pandas": "pandas",
    "sqlite-utils": "sqlite_utils",
    "datasette": "datasette",
}


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("sh") is None, reason="needs a shell")
def test_what_the_page_shows_is_real(tmp_path: Path) -> None:
    """One after the other, for they build on each other; what is not installed is passed over."""
    text = PAGE.read_text(encoding="utf-8")
    matches = sorted([*CONSOLE.finditer(text), *PYTHON.finditer(text)], key=lambda match: match.start())
    assert len(matches) == text.count("```console") + text.count("```python") > 8
    absent, new = [], text
    for is_python, group in groupby(matches, lambda match: match[0].startswith("```python")):
        there = []
        for match in group:
            missing = [tool for tool, module in NEEDED.items() if tool in match["code"] and find_spec(module) is None]
            absent.extend(missing)
            there += [] if missing else [match]
        for match, real in zip(there, run_blocks([match["code"] for match in there], tmp_path, is_python), strict=True):
            if os.environ.get("UPDATE_README"):
                new = new.replace(match[0], with_output(match, real))
            else:
                assert match["output"] == real, match["code"]
    if os.environ.get("UPDATE_README"):
        PAGE.write_text(new, encoding="utf-8")
    if absent:
        pytest.skip(f'not all of it: pip install "newsarc[interop]" brings {", ".join(sorted(set(absent)))}')


def with_output(match: re.Match[str], real: str) -> str:
    if match[0].startswith("```console"):
        return f"```console\n$ {match['code']}\n{real}```"
    return f"```python\n{match['code']}```\n\n```text\n{real}```"


def run_blocks(codes: list[str], folder: Path, is_python: bool) -> list[str]:
    """Return what each block prints. Those in Python share a process: most of their time, they import."""
    if not is_python:
        return [run_block(code, folder, is_python) for code in codes]
    printed = run_block(f"\nprint({BETWEEN!r})\n".join(codes), folder, is_python) if codes else ""
    return printed.split(f"{BETWEEN}\n") if codes else []


def run_block(code: str, folder: Path, is_python: bool) -> str:
    shims = folder / ".bin"
    shims.mkdir(exist_ok=True)
    for name, module in (("newsarc", "newsarc"), ("sqlite-utils", "sqlite_utils"), ("datasette", "datasette")):
        (shims / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {module} "$@"\n')
        (shims / name).chmod(0o755)
    environment = clean_environment({"NEWSARC_ARCHIVE": str(EXAMPLE), "PYTHONPATH": str(REPOSITORY)})
    environment["PATH"] = f"{shims}{os.pathsep}{environment['PATH']}"
    command = [sys.executable, "-c", code] if is_python else ["sh", "-c", code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()
    notes = "" if is_python or "newsarc" not in code else done.stderr.decode()
    return "".join(line.rstrip() + "\n" for line in (done.stdout.decode() + notes).splitlines())

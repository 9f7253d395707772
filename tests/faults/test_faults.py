"""A sample of what ``python -m tests.faults`` tries: no failing call of the system makes newsarc lie or lose a file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.at_once import perform

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler")
def test_no_failing_call_makes_it_lie() -> None:
    commands = ["list", "list, warm", "search --fixed", "lint --write-baseline"]
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--most", "1", *commands],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=3600,  # a run that hangs is seen here
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 wrong" in run.stdout


def test_many_at_once_tell_the_truth(tmp_path: Path) -> None:
    stage = perform(tmp_path, runs=4, readers=3)
    assert stage.wrong == []
    assert sum(stage.runs.values()) >= 20

"""What fuzzing started from, and what it broke once, holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
INPUTS = sorted(CORPUS.glob("*/*"))


@pytest.mark.parametrize("file", INPUTS, ids=[f"{file.parent.name}-{file.name}" for file in INPUTS])
def test_it_holds(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())


def test_each_target_has_inputs() -> None:
    assert {file.parent.name for file in INPUTS} == set(TARGETS)

"""What start-up may not load: each of these costs more than the answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "archive"
# sys.modules after the command, on standard error.
RUN = """
import sys
before = set(sys.modules)
sys.argv = ["newsarc", *sys.argv[1:]]
from newsarc.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""
HEAVY = {
    "rich",
    "yaml",
    "frontmatter",
    "sqlite3",
    "rapidfuzz",
    "multiprocessing",
    "concurrent.futures",
    "asyncio",
    "pydantic",
    "click",
    "unittest",
    "email",
    "http",
    "ssl",
    "importlib.metadata",
    "pygments",
    "markdown_it",
    "xml",
}


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert done.stdout
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["-A", str(EXAMPLE), "show", "2017-06-16"],
        ["-A", str(EXAMPLE), "show", "2017-06-16/russian-intervention"],
        ["-A", str(EXAMPLE), "show", "2017-06-16", "--path"],
        ["-A", str(EXAMPLE), "show", "2017-06-16", "--raw"],
        ["-A", str(EXAMPLE), "show", "latest", "--path"],
    ],
    ids=lambda arguments: " ".join(arguments[-2:]),
)
def test_what_is_not_loaded(arguments: list[str]) -> None:
    names = loaded(*arguments)
    assert names & HEAVY == set()
    assert {name for name in names if name.startswith("rich.")} == set()


def test_a_list_in_a_pipe_needs_no_rich() -> None:
    assert loaded("-A", str(EXAMPLE), "list", "2017-06") & {"rich", "rapidfuzz", "multiprocessing"} == set()


def test_yaml_is_loaded_for_front_matter_only() -> None:
    assert "yaml" in loaded("-A", str(EXAMPLE), "show", "airbnb-drops")

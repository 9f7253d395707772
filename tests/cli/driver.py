"""Two ways to run newsarc: in this process, which is fast, and as a process of its own, which is what users have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from newsarc.cli.app import app

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples" / "archive"
CASES = REPOSITORY / "tests" / "archives"
TIMEOUT = 60


@dataclass(frozen=True)
class Outcome:
    """What a run of newsarc left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output, split at line feeds only."""
        return self.out.split("\n")[:-1]

    @property
    def rows(self) -> list[list[str]]:
        """The tab-separated fields of each line."""
        return [line.split("\t") for line in self.lines]

    @property
    def json(self) -> Any:
        """Standard output as strict JSON: no NaN, no key twice."""
        return strict_json(self.out)

    @property
    def jsonl(self) -> list[Any]:
        """Each line as strict JSON."""
        return [strict_json(line) for line in self.lines]


def strict_json(text: str) -> Any:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=no_doubles)


def run(*arguments: str | Path, stdin: str | bytes = "", env: Mapping[str, str | None] | None = None) -> Outcome:
    """Run newsarc in this process. Bare: no ``-A`` is added."""
    environment: dict[str, str | None] = {"NEWSARC_ARCHIVE": None, "NO_COLOR": None, "COLUMNS": "80", "TERM": "xterm"}
    result = CliRunner(env={**environment, **(env or {})}).invoke(app, [str(word) for word in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def on_example(*arguments: str | Path, stdin: str = "", env: Mapping[str, str | None] | None = None) -> Outcome:
    """Run newsarc in this process on the example archive."""
    return run("-A", EXAMPLE, *arguments, stdin=stdin, env=env)


def spawn(
    *arguments: str | Path | bytes,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = TIMEOUT,
    encoding: str = "utf-8",
) -> Outcome:
    """Run newsarc as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "newsarc", *arguments],
        input=stdin,
        capture_output=True,
        env=clean_environment(env),
        cwd=cwd,
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what changes newsarc's output, UTF-8 everywhere."""
    dropped = (
        "NEWSARC_ARCHIVE",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
        "NEWSARC_PAGER",
        "PAGER",
        "LESS",
        "GITHUB_ACTIONS",
    )
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONUTF8": "1", "COLUMNS": "80", **(more or {})}

"""The workflow of docs/sources/ci.md: its shell steps, in a clone of a real repository and with a made newsarc."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.driver import REPOSITORY, run

GUIDE = (REPOSITORY / "docs/sources/ci.md").read_text(encoding="utf-8")
(SNIPPET,) = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
WORKFLOW: dict[str, Any] = yaml.safe_load(SNIPPET)
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["sources"]["steps"]
OLD, NEW, OTHER = (f'{{"url": "https://gazette.test/{name}", "checks": []}}\n' for name in ("old", "new", "other"))
NEWSARC = """#!/bin/sh
case $2 in
  check) eval "$CHECK" ;;
  copies) eval "$COPIES" ;;
esac
"""

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("git") is None or shutil.which("bash") is None, reason="needs git and bash"
)


class Job:
    """A run of the job in a clone of the branch ``main`` of ``remote``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remote = folder / "remote"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        program = folder / "bin/newsarc"
        program.parent.mkdir()
        program.write_text(NEWSARC, encoding="utf-8")
        program.chmod(0o755)
        self.git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote")
        self.git(folder, "clone", "--quiet", "remote", "mine")
        self.commit({".gitattributes": "sources.jsonl merge=union\n", "page.md": "# Bridges\n"})

    def git(self, place: Path, *words: str) -> str:
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *named, *words], cwd=place, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def commit(self, files: dict[str, str]) -> None:
        """Commit and push from another clone."""
        mine = self.folder / "mine"
        for name, text in files.items():
            (mine / name).write_text(text, encoding="utf-8")
        self.git(mine, "add", ".")
        self.git(mine, "commit", "--quiet", "-m", "Mine")
        self.git(mine, "push", "--quiet", "origin", "HEAD:main")

    def run(self, check: str, copies: str = "true", before_push: dict[str, str] | None = None) -> bool:
        """Run the steps as GitHub does. ``check`` and ``copies`` are what newsarc does. Return whether they succeed."""
        place = self.folder / "clone"
        self.git(self.folder, "clone", "--quiet", "--depth=1", self.remote.as_uri(), "clone")
        succeeds = True
        for step in STEPS:
            if "run" not in step or step["run"].startswith("pip ") or not (succeeds or step.get("if") == "always()"):
                continue
            if "git push" in step["run"] and before_push is not None:
                self.commit(before_push)
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]],
                cwd=place,
                env={**self.environment, "CHECK": check, "COPIES": copies, "GIT_EDITOR": "false"},
                check=False,
            )
            succeeds &= done.returncode == 0 or step.get("continue-on-error", False)
        return succeeds

    @property
    def ledger(self) -> str | None:
        """The ledger that was pushed."""
        shown = self.git(self.remote, "ls-tree", "--name-only", "main").splitlines()
        return self.git(self.remote, "show", "main:sources.jsonl") if "sources.jsonl" in shown else None

    @property
    def commits(self) -> int:
        return int(self.git(self.remote, "rev-list", "--count", "main"))


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def add(line: str) -> str:
    return f"echo '{line.strip()}' >> sources.jsonl"


def test_the_first_run(job: Job) -> None:
    assert job.run(add(NEW))
    assert (job.ledger, job.commits) == (NEW, 2)
    assert (
        job.git(job.remote, "log", "-1", "--format=%an %ae %s", "main") == "sources sources@example.org Check sources\n"
    )


def test_the_archives_are_down(job: Job) -> None:
    job.commit({"sources.jsonl": OLD})
    assert job.run(add(NEW), "exit 2")
    assert job.ledger == OLD + NEW


def test_nothing_new(job: Job) -> None:
    job.commit({"sources.jsonl": OLD})
    assert job.run("true")
    assert (job.ledger, job.commits) == (OLD, 2)


@pytest.mark.parametrize("change", [{"page.md": "# Ferries\n"}, {"sources.jsonl": OLD + OTHER}])
def test_the_branch_moved(job: Job, change: dict[str, str]) -> None:
    job.commit({"sources.jsonl": OLD})
    assert job.run(add(NEW), before_push=change)
    assert job.ledger is not None
    assert set(job.ledger.splitlines(keepends=True)) == {OLD, NEW, *([OTHER] if "sources.jsonl" in change else [])}
    assert job.commits == 4


def test_a_check_that_fails(job: Job) -> None:
    assert not job.run("exit 2")
    assert (job.ledger, job.commits) == (None, 1)


def test_what_a_check_found_before_it_failed_is_kept(job: Job) -> None:
    assert not job.run(f"{add(NEW)}; exit 70")
    assert job.ledger == NEW


def test_the_commands_exist(tmp_path: Path) -> None:
    commands = [step["run"].split()[1:] for step in STEPS if step.get("run", "").startswith("newsarc ")]
    assert [command[:2] for command in commands] == [["sources", "check"], ["sources", "copies"]]
    (tmp_path / "newsarc.toml").touch()
    for command in commands:
        result = run("-A", tmp_path, *command, "--dry-run")
        assert "unknown option" not in result.err
    assert "--from ci" in SNIPPET

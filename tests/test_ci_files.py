"""The hook, the action and the snippets of docs/ci.md and docs/pre-commit.md: they parse, and name only what exists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.driver import CASES, REPOSITORY, run

GUIDE = "".join((REPOSITORY / "docs" / name).read_text(encoding="utf-8") for name in ("ci.md", "pre-commit.md"))
SNIPPETS = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))


def test_hook() -> None:
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].split() == ["newsarc", "lint"]
    assert re.search(hook["files"], "news/2019/03/1/index.md")
    assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("python", False, True)


def test_action() -> None:
    assert ACTION["runs"]["using"] == "composite"
    script = "".join(step["run"] for step in ACTION["runs"]["steps"])
    assert "${{" not in script, "an expression in a script runs what an input says"
    expressions = re.findall(r"\$\{\{ inputs\.(\w+) \}\}", json.dumps(ACTION))
    assert set(expressions) == set(ACTION["inputs"])


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(("args", "code"), [("", 1), ("--select  NA101 --exit-zero", 0), ("--select '*'", 2)])
def test_action_passes_words_on(args: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "newsarc").mkdir()
    (tmp_path / "newsarc" / "bin").symlink_to(Path(sys.executable).parent)
    environment = {**os.environ, "RUNNER_TEMP": str(tmp_path), "ARCHIVE": str(CASES / "harbour"), "ARGS": args}
    script = ACTION["runs"]["steps"][-1]["run"]
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr


def test_snippets() -> None:
    assert len(SNIPPETS) == 7
    documents = [yaml.safe_load(snippet) for snippet in SNIPPETS]
    uses = [step for document in documents for job in document.get("jobs", {}).values() for step in job["steps"]]
    ours = [step for step in uses if step.get("uses", "").startswith("OWNER/newsarc")]
    assert ours
    assert all(set(step["with"]) <= set(ACTION["inputs"]) for step in ours)


def test_every_option_of_the_guide_exists() -> None:
    known = "".join(run(command, "--help", env={"COLUMNS": "200"}).out for command in ("lint", "init"))
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - {"--quiet", "--update", "--no-verify"}:
        assert option in known, option
    for name in re.findall(r"--output-format (\w+)", GUIDE):
        assert name in known, name


FORMS = sorted((REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("form", [form for form in FORMS if form.name != "config.yml"], ids=lambda form: form.name)
def test_issue_forms(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= content.keys()
    fields = [field for field in content["body"] if field["type"] != "markdown"]
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)
    assert {field["type"] for field in fields} <= {"textarea", "input", "dropdown"}
    assert any(field.get("validations", {}).get("required") for field in fields)


def test_the_workflow_runs_all_of_ci_with_each_python() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1]["run"] == "bash .ci/run"
    classifiers = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert job["strategy"]["matrix"]["python"] == re.findall(r'Python :: (3\.\d+)"', classifiers)
    assert workflow["permissions"] == {"contents": "read"}

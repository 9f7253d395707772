"""The pre-commit hook, alone and among others."""

from __future__ import annotations

import pytest
import yaml

from newsarc.scaffold.config.pre_commit import hook_text
from tests.cli.driver import REPOSITORY

OURS = """\
  - repo: local
    hooks:
      - id: newsarc
        name: newsarc lint
        entry: newsarc lint
        args: ["--changed-since", "HEAD"]
        language: python
        additional_dependencies: ["newsarc==1.2"]
        # Deleting a page breaks links elsewhere, so the whole archive is always checked.
        pass_filenames: false
        always_run: true
"""


def with_hook(before: str | None, archive: str = ".") -> str | None:
    return hook_text(archive, "newsarc==1.2", before)


def test_alone() -> None:
    assert with_hook(None) == f"repos:\n{OURS}"


def test_it_runs_as_our_own_hook_does() -> None:
    (own,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
    ((hook,),) = [repo["hooks"] for repo in yaml.safe_load(with_hook(None) or "")["repos"]]
    for key in ("id", "name", "entry", "language", "pass_filenames", "always_run"):
        assert hook[key] == own[key], key


def test_an_archive_in_a_folder() -> None:
    (repo,) = yaml.safe_load(with_hook(None, 'a "b"/é') or "")["repos"]
    assert repo["hooks"][0]["args"] == ["--changed-since", "HEAD", "--archive", 'a "b"/é']


BEFORE = [
    "repos:\n  - repo: https://x.example/a\n    rev: v1\n    hooks:\n      - id: a\n",
    "repos:\n- repo: https://x.example/a\n  rev: v1\n  hooks:\n  - id: a",
    "# a comment\n\nrepos:\n  - repo: https://x.example/a   # why\n    hooks: [{id: a}]\n\n# then\nfail_fast: true\n",
    "repos: &r\n  - repo: local\n    hooks:\n      - id: a\n",
    "a: 1\nrepos:\n    - repo: local\n      hooks:\n        - id: a\n          args:\n            - |\n              b\n",  # noqa: E501
    "repos:\r\n  - repo: https://x.example/a\r\n    hooks:\r\n      - id: a\r\nci: {skip: [a]}\r\n",
    "---\nrepos:\n  - repo: meta\n    hooks:\n      - id: a\n        description: |\n          text\n\nexclude: x\n",
]


@pytest.mark.parametrize("before", BEFORE)
def test_what_is_there_stays_to_the_byte(before: str) -> None:
    after = with_hook(before)
    assert after is not None
    known, now = yaml.safe_load(before), yaml.safe_load(after)
    assert now.pop("repos")[:-1] == known.pop("repos")
    assert now == known
    added = len(after) - len(before)
    assert any(after[:at] + after[at + added :] == before for at in range(len(before) + 1)) or not before.endswith("\n")
    assert after.count("\r\n") in (0, after.count("\n"))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("repos: []\n", "not a list with one item per line"),
        ("repos: [{repo: local, hooks: [{id: a}]}]\n", "not a list with one item per line"),
        ("other: true\n", "no list of repos"),
        ("- a\n", "no list of repos"),
        ("", "no list of repos"),
        ("repos: {a: b}\n", "no list of repos"),
        ("repos: [\n", "not valid YAML"),
        ("a: 1\n---\nb: 2\n", "not valid YAML"),
        ("repos: &r\n  - repo: local\n    hooks: &h\n      - id: a\nsame: *r\n", "cannot be added"),
    ],
)
def test_what_cannot_take_the_hook_is_refused(before: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        with_hook(before)


@pytest.mark.parametrize(
    "before",
    [
        f"repos:\n{OURS}",
        "repos:\n  - repo: https://x.example/OWNER/newsarc\n    rev: v1\n    hooks:\n      - id: newsarc\n",
        "repos:\n  - repo: local\n    hooks:\n      - {id: links, entry: newsarc lint -q, language: system}\n",
    ],
)
def test_a_hook_that_is_there_is_enough(before: str) -> None:
    assert with_hook(before) is None

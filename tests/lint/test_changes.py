"""``--changed-since``: what a merge changes, and the links that it kills in pages it does not touch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarc.cli.app import app

PAGE = """### [2020-05-{day}](/news/2020/05/{day}/index.md)

# {headline}

{body}

### Related:

{items}
"""


def git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write(root: Path, day: int, slug: str, *related: str, headline: str = "") -> Path:
    page = root / f"news/2020/05/{day}/{slug}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    items = "\n".join(f"1. [Some label](/news/2020/05/{target}.md) _Context: Harbour_" for target in related)
    body = (
        f"All that is known of {slug} is said here, at some length, so that git knows the page again when it moves.\n"
    )
    page.write_text(PAGE.format(day=day, headline=headline or slug, items=items, body=body * 6), encoding="utf-8")
    return page


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with the archive in a folder of its own: three days, one dead link from the beginning."""
    root = tmp_path / "archive"
    write(root, 1, "a-ferry-is-launched")
    write(root, 2, "a-quay-is-built", "1/a-ferry-is-launched", "1/long-dead")
    write(root, 3, "the-harbour-opens", "2/a-quay-is-built", "1/a-ferry-is-launched")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "begin")
    return root


def lint(root: Path, *options: str) -> Result:
    arguments = ["-A", str(root), "lint", "--select", "NA101", "--output-format", "concise", "-q", *options]
    return CliRunner().invoke(app, arguments)


def places(result: Result) -> list[str]:
    return [":".join(line.split(":")[:2]).rpartition("news/2020/05/")[2] for line in result.stdout.splitlines()]


def test_nothing_changed(repository: Path) -> None:
    result = lint(repository, "--changed-since", "HEAD")
    assert (result.exit_code, result.stdout) == (0, "")
    assert places(lint(repository)) == ["2/a-quay-is-built.md:16"]


def test_a_deleted_page_breaks_links_in_unchanged_pages(repository: Path) -> None:
    (repository / "news/2020/05/1/a-ferry-is-launched.md").unlink()
    result = lint(repository, "--changed-since", "main")
    assert result.exit_code == 1
    assert places(result) == ["2/a-quay-is-built.md:15", "3/the-harbour-opens.md:16"]


def test_committed_and_staged_deletions_count_too(repository: Path) -> None:
    git(repository, "checkout", "-qb", "edit")
    git(repository, "rm", "-q", "news/2020/05/1/a-ferry-is-launched.md")
    assert len(places(lint(repository, "--changed-since", "main"))) == 2
    git(repository, "commit", "-qm", "delete")
    assert len(places(lint(repository, "--changed-since", "main"))) == 2


def test_findings_in_changed_and_in_new_files(repository: Path) -> None:
    write(repository, 2, "a-quay-is-built", "1/a-ferry-is-launched", "1/long-dead", "1/another")
    write(repository, 4, "not-known-to-git", "1/nowhere")
    assert places(lint(repository, "--changed-since", "HEAD")) == [
        "2/a-quay-is-built.md:16",
        "2/a-quay-is-built.md:17",
        "4/not-known-to-git.md:15",
    ]


def test_what_the_other_branch_changed_is_not_ours(repository: Path) -> None:
    git(repository, "checkout", "-qb", "edit")
    git(repository, "checkout", "-q", "main")
    write(repository, 2, "a-quay-is-built", "1/nowhere")
    git(repository, "commit", "-qam", "theirs")
    git(repository, "checkout", "-q", "edit")
    assert places(lint(repository, "--changed-since", "main")) == []


@pytest.mark.parametrize("staged", [True, False])
def test_a_rename_known_to_git_is_a_certain_fix(repository: Path, staged: bool) -> None:
    old, new = "news/2020/05/1/a-ferry-is-launched.md", "news/2020/05/1/completely-different-words.md"
    git(repository, "mv", old, new)
    if not staged:
        git(repository, "commit", "-qm", "rename")
    revision = "HEAD" if staged else "HEAD~1"
    result = lint(repository, "--changed-since", revision)
    assert places(result) == ["2/a-quay-is-built.md:15", "3/the-harbour-opens.md:16"]
    assert f"renamed? {repository}/{new}: renamed in git" in result.stdout
    mended = lint(repository, "--changed-since", revision, "--fix")
    assert places(mended) == [
        "2/a-quay-is-built.md:16"
    ]  # mending changed this page, and what else is wrong in it counts
    assert f"(/{new})" in (repository / "news/2020/05/3/the-harbour-opens.md").read_text()


def test_shallow_clone(repository: Path, tmp_path: Path) -> None:
    first = git(repository, "rev-parse", "HEAD").strip()
    write(repository, 4, "more")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}", "clone")
    result = lint(tmp_path / "clone/archive", "--changed-since", first)
    assert result.exit_code == 2
    assert "shallow" in result.stderr
    assert "fetch-depth: 0" in result.stderr


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", ""])
def test_unknown_revision(repository: Path, revision: str) -> None:
    result = lint(repository, f"--changed-since={revision}")
    assert result.exit_code == 2
    assert not (repository / "x").exists()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 1, "alone")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = lint(tmp_path, "--changed-since", "HEAD")
    assert result.exit_code == 2
    assert "git repository" in result.stderr


@pytest.mark.parametrize("revision", ["HEAD", "main", "@"])
def test_on_a_branch_without_commits_everything_is_new(tmp_path: Path, revision: str) -> None:
    root = tmp_path / "archive"
    write(root, 1, "a-ferry-is-launched", "1/not-there")
    write(root, 2, "a-quay-is-built", "1/a-ferry-is-launched", "1/not-there")
    git(tmp_path, "init", "-q", "-b", "main")
    git(root, "add", "news/2020/05/1")  # the other page git does not know yet
    assert places(lint(root, "--changed-since", revision)) == places(lint(root))
    git(root, "add", "-A")
    assert places(lint(root, "--changed-since", revision)) == places(lint(root))


def test_an_orphan_branch_is_compared_with_the_revision_itself(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "fresh")
    assert places(lint(repository, "--changed-since", "main")) == []
    assert len(places(lint(repository, "--changed-since", "HEAD"))) == 1


def test_the_first_commit_passes_the_hook_of_the_documentation(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    write(root, 1, "a-ferry-is-launched")
    git(root, "init", "-q")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    command = f'"{sys.executable}" -m newsarc lint --select NA101 --changed-since HEAD'
    hook.write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
    hook.chmod(0o755)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "begin")
    write(root, 2, "a-quay-is-built", "1/not-there")
    git(root, "add", "-A")
    with pytest.raises(subprocess.CalledProcessError):
        git(root, "commit", "-qm", "a link that leads nowhere")

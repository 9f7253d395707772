"""git is asked the same whatever hook newsarc runs in, and runs nothing that a repository names."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarc.cli.app import app
from newsarc.storage import git as git_module

pytestmark = pytest.mark.skipif(os.name == "nt", reason="hooks and filters are shell scripts here")
PAGE = "# {}\n\n{}\n### Related:\n\n1. [Some label](/news/2021/03/4/{}.md)\n"
NEWSARC = [sys.executable, "-m", "newsarc"]


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    settings = tmp_path / "settings"
    settings.write_text("[user]\nname = t\nemail = t@example.org\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(root: Path, slug: str, more: str = "", target: str = "gone") -> Path:
    page = root / f"news/2021/03/4/{slug}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE.format(slug, more, target), encoding="utf-8")
    return page


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with an archive in the folder ``content``: two pages with a dead link each, one of them edited."""
    top = tmp_path / "site"
    write(top / "content", "one")
    write(top / "content", "two")
    git(tmp_path, "init", "-q", "site")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "begin")
    write(top / "content", "two", "edited\n")
    return top


def lint(root: Path, since: str = "HEAD") -> Result:
    words = ["-A", str(root), "lint", "--select", "NA101", "--output-format", "concise", "-q", "--changed-since", since]
    return CliRunner().invoke(app, words)


def changed(root: Path, since: str = "HEAD") -> list[str]:
    """Return the slugs of the pages whose dead links are reported."""
    result = lint(root, since)
    assert result.stderr == ""
    return [line.partition(".md:")[0].rpartition("/")[2] for line in result.stdout.splitlines()]


# --- hooks and environments ---


def hook(top: Path, root: str, since: str = "HEAD") -> Path:
    """Install a pre-commit hook that keeps what newsarc says in ``said``."""
    said = top.parent / "said"
    lint = shlex.join([*NEWSARC, "-A", root, "lint", "--select", "NA101", "-q", "--changed-since", since])
    file = top / ".git/hooks/pre-commit"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(Path.cwd()))} {lint} --output-format concise > {said} 2>&1\n:\n"
    )
    file.chmod(0o755)
    return said


def test_a_hook_in_a_worktree_with_the_archive_in_a_subfolder(top: Path, tmp_path: Path) -> None:
    said = hook(top, "content")
    git(top, "worktree", "add", "-q", str(tmp_path / "other"))
    write(tmp_path / "other/content", "one", "edited there\n")
    git(tmp_path / "other", "commit", "-qam", "edit")  # git sets GIT_DIR, and not GIT_WORK_TREE
    assert [line.partition(".md")[0] for line in said.read_text().splitlines()] == ["content/news/2021/03/4/one"]


@pytest.mark.parametrize("words", [["-a"], ["content/news/2021/03/4/two.md"], ["-o", "content/news/2021/03/4/two.md"]])
def test_a_hook_of_a_commit_with_an_index_of_its_own(top: Path, words: list[str]) -> None:
    said = hook(top, "content")
    write(top / "content", "staged")
    git(top, "add", "content/news/2021/03/4/staged.md")
    write(top / "content", "untracked")
    git(top, "commit", "-qm", "edit", *words)
    pages = {line.partition(".md")[0].rpartition("/")[2] for line in said.read_text().splitlines()}
    assert pages == {"staged", "two", "untracked"}  # as by hand: the files of the work tree


@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_DIR": "{top}/.git"},
        {"GIT_DIR": "{top}/.git", "GIT_WORK_TREE": "/"},
        {"GIT_DIR": "/nowhere"},
        {"GIT_INDEX_FILE": "/nowhere/index"},
        {"GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_COMMON_DIR": "/nowhere", "GIT_NAMESPACE": "x"},
        {"GIT_LITERAL_PATHSPECS": "1", "GIT_PREFIX": "content/", "GIT_TRACE": "2", "GIT_CONFIG": "/nowhere"},
        {"GIT_EXTERNAL_DIFF": "false", "GIT_DIFF_OPTS": "-u0", "GIT_PAGER": "false", "GIT_ATTR_SOURCE": "nothing"},
        {"GIT_CONFIG_PARAMETERS": "'diff.relative'='false' 'core.worktree'='/' 'diff.orderFile'='/nowhere'"},
    ],
)
def test_variables_of_a_hook(top: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(top=top))
    assert changed(top / "content") == ["two"]


def test_a_bare_repository_with_a_work_tree_elsewhere(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = top.parent / "bare.git"
    (top / ".git").rename(bare)
    git(bare, "config", "core.bare", "true")
    assert "not a git repository" in lint(top / "content").stderr
    monkeypatch.setenv("GIT_DIR", str(bare))
    monkeypatch.setenv("GIT_WORK_TREE", str(top))
    assert changed(top / "content") == ["two"]


def test_a_worktree_of_a_bare_repository(top: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", "site", "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "-q", str(tmp_path / "tree"))
    write(tmp_path / "tree/content", "one", "edited\n")
    assert changed(tmp_path / "tree/content") == ["one"]


def test_a_submodule(top: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "outer")
    git(tmp_path / "outer", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(top), "inner")
    root = tmp_path / "outer/inner/content"
    assert changed(root) == []
    write(root, "one", "edited\n")
    assert changed(root) == ["one"]
    assert lint(tmp_path / "outer").exit_code == 2  # there is no archive


def test_names_of_every_kind(top: Path) -> None:
    root = top / "content"
    names = ["with space ", "line\nend", "tab\t", '"quoted"', "ünï", "-dash", "a:b", "*"]
    for slug in names:
        write(root, slug)
    git(top, "add", "-A")
    git(top, "commit", "-qm", "odd")
    assert changed(root) == []
    for slug in names:
        write(root, slug, "edited\n")
    write(root, "untracked\nline")
    assert len(changed(root)) == len(names) + 1


@pytest.mark.parametrize("name", ["end\n", " space ", "ö", "-A"])
def test_an_archive_in_a_folder_with_an_odd_name(tmp_path: Path, name: str) -> None:
    git(tmp_path, "init", "-q", "site")
    root = tmp_path / "site" / name
    write(root, "one")
    git(tmp_path / "site", "add", "-A")
    git(tmp_path / "site", "commit", "-qm", "begin")
    write(root, "two")
    assert changed(root) == ["two"]


def test_a_branch_without_commits(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "site")
    write(tmp_path / "site", "one")
    git(tmp_path / "site", "add", "-A")
    write(tmp_path / "site", "two")
    for revision in ("HEAD", "@", "main", "origin/main"):  # a new clone's hook may name a branch that nobody pushed yet
        assert changed(tmp_path / "site", revision) == ["one", "two"]
    said = hook(tmp_path / "site", ".")
    git(tmp_path / "site", "commit", "-qm", "first")
    assert len(said.read_text().splitlines()) == 2


# --- what a repository names is not run ---


def marking(folder: Path) -> Callable[[str], str]:
    """Return what makes a shell command that leaves a file of a given name in ``folder``."""
    folder.mkdir()
    return lambda name: f"touch {folder}/{name}; cat; :"


def is_configured_to_run(top: Path, marked: Path) -> None:
    """Configure whatever makes git run something when it looks at a work tree."""
    run = marking(marked)
    for key, value in {
        "core.fsmonitor": run("fsmonitor"),
        "core.hooksPath": "hooks",
        "core.pager": run("pager"),
        "core.sshCommand": run("ssh"),
        "core.gitProxy": run("proxy"),
        "core.editor": run("editor"),
        "core.alternateRefsCommand": run("alternates"),
        "credential.helper": f"!{run('credential')}",
        "diff.external": run("external"),
        "diff.mine.command": run("command"),
        "diff.mine.textconv": run("textconv"),
        "filter.mine.clean": run("clean"),
        "filter.mine.smudge": run("smudge"),
        "filter.mine.required": "true",
        "filter.a=b.clean": run("clean-of-an-odd-name"),
        "filter.long.process": run("process"),
        "alias.diff": f"!{run('alias')}",
        "interactive.diffFilter": run("interactive"),
        "diff.orderFile": "/nowhere",
        "diff.autoRefreshIndex": "false",
    }.items():
        git(top, "config", key, value)
    (top / ".gitattributes").write_text(
        "one.md filter=mine diff=mine\ntwo.md filter=a=b diff=mine\nthree.md filter=long\n"
    )
    (top / "hooks").mkdir()
    for name in ("post-index-change", "pre-auto-gc", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        (top / "hooks" / name).write_text(f"#!/bin/sh\n{run(name)}\n")
        (top / "hooks" / name).chmod(0o755)


def test_nothing_that_the_configuration_names_is_run(top: Path, tmp_path: Path) -> None:
    root, marked = top / "content", tmp_path / "marked"
    write(root, "three")
    untouched = write(root, "four")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "three")
    is_configured_to_run(top, marked)
    for slug in ("one", "two", "three"):
        write(root, slug, f"{slug} is edited\n")
    os.utime(untouched, (1_600_000_000, 1_600_000_000))
    assert set(changed(root)) == {"one", "two", "three"}
    assert list(marked.iterdir()) == []
    subprocess.run(["git", "-C", str(top), "diff", "-O/dev/null", "HEAD"], capture_output=True, check=False)
    assert {"fsmonitor", "clean", "clean-of-an-odd-name"} <= {
        file.name for file in marked.iterdir()
    }  # the bait is good


def test_a_file_with_a_filter_that_did_not_change(top: Path) -> None:
    """Without the filter, the file differs from what git stored; git goes by the times of the file where it can."""
    root = top / "content"
    git(top, "config", "filter.upper.clean", "tr a-z A-Z")
    git(top, "config", "filter.upper.required", "true")
    (top / ".gitattributes").write_text("*.md filter=upper\n")
    git(top, "add", "--renormalize", "-A")
    git(top, "commit", "-qam", "filtered")
    old = 1_600_000_000
    for page in root.rglob("*.md"):
        os.utime(page, (old, old))
    git(top, "add", "-A")
    assert changed(root) == []


def test_a_submodule_in_the_archive_is_not_entered(top: Path, tmp_path: Path) -> None:
    inner, marked = tmp_path / "inner", tmp_path / "marked"
    git(tmp_path, "init", "-q", "inner")
    write(inner, "one")
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "inner")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "content/inner")
    git(top, "commit", "-qam", "submodule")
    is_configured_to_run(top / "content/inner", marked)
    git(top, "config", "diff.ignoreSubmodules", "none")
    git(top, "config", "submodule.recurse", "true")
    write(top / "content", "one", "edited\n")
    write(top / "content/inner", "one", "edited\n")
    assert changed(top / "content") == ["one"]
    assert list(marked.iterdir()) == []
    subprocess.run(["git", "-C", str(top), "status"], capture_output=True, check=False)
    assert list(marked.iterdir()) != []


def test_a_bare_repository_among_the_pages(top: Path, tmp_path: Path) -> None:
    """Whoever can write to the archive can write files that look like a repository, with a configuration."""
    root, marked = top / "content", tmp_path / "marked"
    run = marking(marked)
    git(root, "init", "-q", "--bare", ".")
    git(root, "--git-dir=.", "config", "core.bare", "false")
    git(root, "--git-dir=.", "config", "core.worktree", str(root))
    git(root, "--git-dir=.", "config", "core.fsmonitor", run("fsmonitor"))
    result = lint(root)
    assert result.exit_code == 2
    assert "cannot use bare repository" in result.stderr
    assert list(marked.iterdir()) == []


def test_a_partial_clone_fetches_nothing(top: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked"
    run = marking(marked)
    git(top, "checkout", "-q", "--", ".")
    git(top, "config", "uploadpack.allowFilter", "true")
    write(top / "content", "two", "a later edit\n")
    git(top, "mv", "content/news/2021/03/4/one.md", "content/news/2021/03/4/renamed.md")
    write(top / "content", "renamed", "edited too\n")
    git(top, "commit", "-qam", "second")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{top}", "partial")
    root = tmp_path / "partial/content"
    git(root, "config", "remote.origin.url", f"ext::sh -c '{run('ext')}'")
    git(root, "config", "protocol.ext.allow", "always")
    git(root, "config", "core.sshCommand", run("ssh"))
    assert changed(root) == []
    assert changed(root, "HEAD~1") == ["renamed", "two"]
    page = write(root, "two", "touched\n")
    assert changed(root) == ["two"]
    git(root, "rm", "-q", "--cached", str(page))
    assert changed(root) == ["two"]
    assert list(marked.iterdir()) == []


def test_a_clone_without_trees_says_what_it_lacks(top: Path, tmp_path: Path) -> None:
    git(top, "commit", "-qam", "second")
    git(top, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=tree:0", f"file://{top}", "partial")
    git(tmp_path / "partial", "config", "remote.origin.url", "file:///nowhere")
    result = lint(tmp_path / "partial/content", "HEAD~1")
    assert result.exit_code == 2
    assert "this clone is partial" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# --- git itself ---


def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put another program in the place of git."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


def test_without_git(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = lint(top / "content")
    assert result.exit_code == 2
    assert "git: cannot be run" in result.stderr


def test_all_advice_from_git_is_shown(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    advice = "fatal: dubious ownership\\nTo add an exception, call:\\n\\n\\tgit config --add safe.directory /site\\n"
    pretend(tmp_path, monkeypatch, f"printf '{advice}' >&2; exit 128")
    result = lint(top / "content")
    assert result.exit_code == 2
    assert result.stderr.endswith("call: git config --add safe.directory /site\n")
    assert len(result.stderr.splitlines()) == 1


def test_a_git_that_does_not_know_an_option(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, monkeypatch, "echo 'unknown option: --is-inside-work-tree' >&2; exit 129")
    assert "git: is too old: unknown option" in lint(top / "content").stderr


def test_a_git_that_cannot_be_kept_from_running_filters(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(top, "config", "filter.mine.clean", "true")
    pretend(tmp_path, monkeypatch, f'unset GIT_CONFIG_COUNT; exec {shlex.quote(which_git())} "$@"')
    result = lint(top / "content")
    assert result.exit_code == 2
    assert "cannot disable the filters" in result.stderr


def which_git() -> str:
    return subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True).stdout.strip()


def test_a_git_that_hangs(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "content/.gitignore").unlink(missing_ok=True)
    os.mkfifo(top / "content/.gitignore")
    monkeypatch.setattr(git_module, "TIMEOUT", 1)
    result = lint(top / "content")
    assert result.exit_code == 2
    assert "no answer within" in result.stderr

"""``newsarc mv``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from newsarc.errors import ExitCode
from tests.cli.driver import EXAMPLE, run

STRIKE = "2017-06-16/russian-intervention"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "archive")


def pages(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}


def old_path(root: Path) -> str:
    return Path(run("-A", root, "show", STRIKE, "--path").out.strip()).relative_to(root).as_posix()


def test_all_links_follow_the_page(root: Path) -> None:
    old, before = old_path(root), pages(root)
    counts = run("-A", root, "lint", "--select", "ALL", "--statistics").out
    backlinks = run("-A", root, "related", STRIKE, "--backlinks").rows
    result = run("-A", root, "mv", STRIKE, "strike-reported")
    assert result.code == 0, result.err
    new = f"{old.rpartition('/')[0]}/strike-reported.md"
    assert result.out == f"{root / new}\n"
    after = pages(root)
    assert after.keys() - before.keys() == {new}
    assert before.keys() - after.keys() == {old}
    slug = old.rpartition("/")[2].removesuffix(".md").encode()
    assert {path for path, text in after.items() if slug in text} == {new}  # the alias
    assert run("-A", root, "lint", "--select", "ALL", "--statistics").out == counts
    assert run("-A", root, "related", "strike-reported", "--backlinks").rows == backlinks
    assert run("-A", root, "show", slug.decode(), "--path").out == result.out  # the old REF
    changed = [path for path in before.keys() & after.keys() if before[path] != after[path]]
    assert result.err == f"newsarc: {len(changed)} links on {len(changed) + 1} pages changed\n"


def test_links_keep_their_form(tmp_path: Path) -> None:
    day = tmp_path / "news/2019/03/1"
    day.mkdir(parents=True)
    (tmp_path / "newsarc.toml").write_text('site-prefix = "/zh"\n', encoding="utf-8")
    (day / "dam-repaired.md").write_text(
        "Formats: [HTML](dam-repaired.html) [JSON](dam-repaired.json) [XML](dam-repaired.xml)\n\n"
        "# Dam repaired\n\nSee [this](dam-repaired.md#top).\n",
        encoding="utf-8",
    )
    forms = [
        "/zh/news/2019/03/1/dam-repaired.md", "../1/dam-repaired.md", "dam-repaired.html?x=1", "dam%2Drepaired.md",
        "https://example.org/dam-repaired.md", "/zh/news/2019/03/1/dam-repaired-again.md", "dam-repaired",
    ]  # fmt: skip
    lines = "".join(f"{number}. [Dam repaired]({form}) _Context: Dams_\n" for number, form in enumerate(forms, 1))
    (day / "other.md").write_text(f"# Other\n\n### Related:\n\n{lines}", encoding="utf-8")
    assert run("-A", tmp_path, "mv", "dam-repaired", "dam-mended").code == 0
    moved = (day / "dam-mended.md").read_text("utf-8")
    assert "Formats: [HTML](dam-mended.html) [JSON](dam-mended.json) [XML](dam-mended.xml)" in moved
    assert "[this](dam-mended.md#top)" in moved
    other = (day / "other.md").read_text("utf-8")
    assert [line.split("](")[1].split(")")[0] for line in other.splitlines() if line[:1].isdigit()] == [
        "/zh/news/2019/03/1/dam-mended.md", "../1/dam-mended.md", "dam-mended.html?x=1",
        "/zh/news/2019/03/1/dam-mended.md",
        "https://example.org/dam-repaired.md", "/zh/news/2019/03/1/dam-repaired-again.md", "dam-mended",
    ]  # fmt: skip


def test_a_dry_run_is_a_diff_that_git_applies(root: Path, tmp_path: Path) -> None:
    before = pages(root)
    diff = run("-A", root, "mv", STRIKE, "strike-reported", "--dry-run")
    assert (diff.code, pages(root)) == (0, before)
    copy = shutil.copytree(root, tmp_path / "copy")
    git = {"GIT_CEILING_DIRECTORIES": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(["git", "apply", "-"], input=diff.out.encode(), cwd=copy, check=True, env=git)
    run("-A", root, "mv", STRIKE, "strike-reported")
    assert pages(copy) == pages(root)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("", "cannot be a slug"),
        ("a b", "cannot be a slug"),
        ("-x", "cannot be a slug"),
        (".hidden", "cannot be a slug"),
        ("a\x1b[31mb", "cannot be a slug"),
        ("x" * 300, "at most 200 bytes"),
        ("index", "index.md is the name of a day page"),
        ("2017-06-17/strike", "mv keeps the day of an event"),
        ("../17/strike", "mv keeps the day of an event"),
    ],
)  # fmt: skip
def test_slugs_that_are_refused(root: Path, new: str, message: str) -> None:
    before = pages(root)
    result = run("-A", root, "mv", STRIKE, "--", new)
    assert (result.code, result.out) == (ExitCode.SETUP, "")
    assert message in result.err
    assert pages(root) == before


def test_a_slug_that_is_taken(root: Path) -> None:
    other = Path(run("-A", root, "show", "2017-06-16/the-online", "--path").out.strip()).stem
    for slug in (other, other.upper(), f"2017-06-16/{other}.md"):
        result = run("-A", root, "mv", STRIKE, slug)
        assert (result.code, result.out) == (ExitCode.SETUP, "")
        assert "already exists" in result.err
    same = run("-A", root, "mv", STRIKE, Path(old_path(root)).stem)
    assert "the event already has the slug" in same.err


def test_nothing_changes_if_a_page_cannot_be_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.storage import changeset

    before = pages(root)
    replaced: list[Path] = []

    def fail(file: Path, old: bytes, new: bytes) -> None:
        if len(replaced) == 3:
            raise OSError(28, "No space left on device")
        replaced.append(file)
        file.write_bytes(new)

    monkeypatch.setattr(changeset, "replace_unchanged", fail)
    result = run("-A", root, "mv", STRIKE, "strike-reported")
    assert result.code == ExitCode.SETUP
    assert "No space left on device; no file was changed" in result.err
    assert pages(root) == before


def test_a_page_that_changes_meanwhile_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.storage import atomic, changeset

    before, old = pages(root), root / old_path(root)

    def delete(file: Path, text: bytes) -> None:
        file.write_bytes(b"# Edited by somebody else\n")
        real(file, text)

    real = atomic.delete_unchanged
    monkeypatch.setattr(changeset, "delete_unchanged", delete)
    result = run("-A", root, "mv", STRIKE, "strike-reported")
    assert result.code == ExitCode.SETUP
    assert "changed while newsarc was running" in result.err
    assert old.read_bytes() == b"# Edited by somebody else\n"
    old.write_bytes(before[old.relative_to(root).as_posix()])
    assert pages(root) == before

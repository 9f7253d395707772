"""What differs on Windows, as far as another system can tell: paths, typed and written, and consoles."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from newsarc.config import parse_config
from newsarc.storage.paths import relative_path, with_slashes
from tests.cli.driver import CASES, EXAMPLE, fork, on_example, run

HARBOUR = CASES / "harbour"


@pytest.mark.parametrize(
    ("path", "root", "relative"),
    [
        (PureWindowsPath(r"C:\archive\news\2020\03"), PureWindowsPath(r"C:\archive"), "news/2020/03"),
        (PureWindowsPath(r"c:\Archive\news"), PureWindowsPath(r"C:\archive"), "news"),
        (PureWindowsPath("C:/archive/news"), PureWindowsPath("C:\\archive\\"), "news"),
        (PureWindowsPath(r"C:\archive"), PureWindowsPath(r"C:\archive"), ""),
        (PureWindowsPath(r"D:\archive\news"), PureWindowsPath(r"C:\archive"), None),
        (PureWindowsPath(r"\\host\share\a\news"), PureWindowsPath(r"\\host\share\a"), "news"),
        (PureWindowsPath(r"C:\archives"), PureWindowsPath(r"C:\archive"), None),
        (PurePosixPath("/archive/news"), PurePosixPath("/archive"), "news"),
        (PurePosixPath("/archive"), PurePosixPath("/archive/news"), None),
        (PurePosixPath(r"/archive/a\b"), PurePosixPath("/archive"), r"a\b"),
    ],
)
def test_a_path_in_a_folder(
    path: PureWindowsPath | PurePosixPath, root: PureWindowsPath | PurePosixPath, relative: str | None
) -> None:
    assert relative_path(path, root) == relative


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (r"news\2017\06\16\slug.md", "news/2017/06/16/slug.md"),
        (r"C:\archive\news\2017\06\16\slug.md", "C:/archive/news/2017/06/16/slug.md"),
        (r".\slug.md", "./slug.md"),
        (r"..\17\slug.md", "../17/slug.md"),
        (r"2017-06-16\slug", "2017-06-16/slug"),
        (r"2017\06\16", "2017/06/16"),
        (r"\news\2017\06", "/news/2017/06"),
        (r"a\b", r"a\b"),
        (r"https://host.example/news\2017", r"https://host.example/news\2017"),
    ],
)
def test_a_path_as_typed(typed: str, read: str) -> None:
    assert with_slashes(typed, "/") == read
    assert with_slashes(typed, "\\") == typed.replace("\\", "/")


@pytest.mark.parametrize(
    "ref", [r"news\2017\06\16\{}.md", r"2017-06-16\{}", r".\news\2017\06\16\{}.md", r"{root}\news\2017\06\16\{}.md"]
)
def test_a_ref_with_backslashes(ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    slug = on_example("list", "2017-06-16").rows[0][1]
    typed = ref.replace("{root}", str(EXAMPLE).replace("/", "\\")).replace("{}", slug)
    shown = on_example("show", typed, "--format", "jsonl")
    assert [record["slug"] for record in shown.jsonl] == [slug]


@pytest.mark.parametrize("days", [r"2017\06\16", r"news\2017\06\16", r"news\2017\06\16\index.md"])
def test_days_with_backslashes(days: str) -> None:
    assert on_example("list", days).out == on_example("list", "2017-06-16").out
    assert on_example("timeline", days).out == on_example("timeline", "2017-06-16").out


def test_a_drive_is_no_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Elsewhere C: is a folder like any other, which is enough to see that it is looked into.
    root = shutil.copytree(HARBOUR, tmp_path / "C:" / "archive")
    monkeypatch.chdir(tmp_path)
    result = run("-A", root, "show", r"C:\archive\news\2020\03\3\captain-held.md", "--path")
    assert (result.code, len(result.lines)) == (0, 1)


def test_a_configuration_from_windows(tmp_path: Path) -> None:
    config = parse_config({"root": r"site\content", "lint": {"baseline": r"lint\accepted.json"}})
    assert (config.root, config.lint.baseline) == ("site/content", "lint/accepted.json")
    shutil.copytree(HARBOUR, tmp_path / "site" / "content")
    (tmp_path / "newsarc.toml").write_text('root = "site\\\\content"\n', encoding="utf-8")
    assert run("-A", tmp_path, "list").out == run("-A", HARBOUR, "list").out


def test_paths_in_output_have_slashes() -> None:
    for finding in run("-A", HARBOUR, "lint", "--select", "ALL", "--output-format", "jsonl").jsonl:
        assert "\\" not in finding["path"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "2018-09-06", "--format", "table"],
        ["search", "地震", "--format", "table"],
        ["timeline", "地震", "--format", "table"],
        ["stats", "--format", "table"],
        ["related", "2017-06-16/russian", "--both", "--format", "tree"],
        ["lint", "--output-format", "full"],
        ["list", "--topic", "地", "--format", "table"],
        ["--help"],
        ["search", "--help"],
    ],
    ids=" ".join,
)
def test_a_console_that_knows_few_characters(encoding: str, arguments: list[str]) -> None:
    result = fork("-A", EXAMPLE, *arguments, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
    assert result.code in {0, 1}
    assert "internal error" not in result.err
    assert "Traceback" not in result.err
    assert result.out or result.err

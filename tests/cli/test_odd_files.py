"""Named pipes, folders, devices and odd links in the place of the files that newsarc reads: one line, never a wait."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.driver import Outcome, run
from tests.naive import Page, write

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")


def _link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    file.symlink_to("pipe")


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a device": lambda file: file.symlink_to("/dev/zero"),
    "a link to a pipe": _link_to_a_pipe,
    "a link that leads nowhere": lambda file: file.symlink_to("gone"),
    "a loop": lambda file: file.symlink_to(file.name),
}
CONFIGURED = '[lint]\nbaseline = "odd"\n'


@pytest.fixture(autouse=True)
def _no_wait() -> Iterator[None]:
    """End a test that waits for ever, as one that opens a named pipe would."""

    def fail(number: int, frame: object) -> None:
        raise AssertionError("newsarc waits for something")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "archive", [Page(dt.date(2017, 6, 16), "a-ferry-sinks", "A ferry sinks")])


def is_refused(result: Outcome, name: str) -> bool:
    """Whether a run ended with one line about the file ``name``, and nothing else."""
    return result.code == 2 and result.out == "" and len(result.err.splitlines()) == 1 and name in result.err


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", ["newsarc.toml", "pyproject.toml"])
def test_a_configuration(root: Path, name: str, kind: str) -> None:
    ODD[kind](root / name)
    assert is_refused(run("-A", root, "lint"), name)


@pytest.mark.parametrize("name", ["newsarc.toml", "pyproject.toml"])
def test_a_configuration_above(root: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is odd is not passed over on the way to the next."""
    (root.parent / "newsarc.toml").write_text('root = "archive"\n')
    (root / "below").mkdir()
    (root / "below" / name).symlink_to("gone")
    monkeypatch.chdir(root / "below")
    assert is_refused(run("list"), name)


@pytest.mark.skipif(os.name == "nt" or not os.getuid(), reason="root reads everything")
@pytest.mark.parametrize("name", ["newsarc.toml", "pyproject.toml"])
def test_an_unreadable_configuration(root: Path, name: str) -> None:
    (root / name).touch(mode=0)
    assert is_refused(run("-A", root, "lint"), name)


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("where", ["option", "configuration"])
def test_a_baseline(root: Path, where: str, kind: str) -> None:
    ODD[kind](root / "odd")
    if where == "configuration":
        (root / "newsarc.toml").write_text(CONFIGURED)
    words = ["--baseline", str(root / "odd")] if where == "option" else []
    assert is_refused(run("-A", root, "lint", *words), "odd")


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device", "a link that leads nowhere"])
def test_a_baseline_is_written_over_nothing_odd(root: Path, kind: str) -> None:
    ODD[kind](root / "odd")
    before = os.lstat(root / "odd")
    assert is_refused(run("-A", root, "lint", "--baseline", root / "odd", "--write-baseline"), "odd")
    assert os.lstat(root / "odd") == before


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device", "a loop"])
@pytest.mark.parametrize("name", [".pre-commit-config.yaml", ".github/workflows/newsarc.yml"])
def test_files_of_init(root: Path, name: str, kind: str) -> None:
    (root / ".git").mkdir()
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    ODD[kind](root / name)
    result = run("-A", root, "init", "--yes", "--install", "newsarc")
    assert is_refused(result, name)
    assert not (root / "newsarc.toml").exists()


@pytest.mark.parametrize("kind", ODD)
def test_a_page(root: Path, kind: str) -> None:
    """A page is a page among many: what is odd is told and passed over, and refused where it is asked for."""
    ODD[kind](root / "news/2017/06/16/odd.md")
    for command in (["list"], ["search", "ferry"], ["lint"], ["show", "2017-06-16"]):
        assert "A ferry sinks" in run("-A", root, *command, "--no-cache").out or command == ["lint"]
    asked_for = run("-A", root, "show", "2017-06-16/odd")
    assert asked_for.code in {1, 2}
    assert asked_for.out == ""


@pytest.mark.parametrize(
    "text",
    [
        "[tool.newsarc]\nwrong = 1\n",
        "[ tool . newsarc ]\nwrong = 1\n",
        '["tool"."newsarc"]\nwrong = 1\n',
        "[tool]\nnewsarc = { wrong = 1 }\n",
        "tool.newsarc.wrong = 1\n",
        "tool.newsarc = 7\n",
    ],
)
def test_the_table_in_a_pyproject_however_it_is_written(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(text)
    assert is_refused(run("-A", root, "lint"), "tool.newsarc")


def test_a_pyproject_that_mentions_newsarc_without_its_table(root: Path) -> None:
    (root / "pyproject.toml").write_text('[project]\ndependencies = ["newsarc"]\n')
    assert run("-A", root, "list").code == 0

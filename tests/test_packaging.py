"""The sdist and the wheel: the same bytes each time, with all they need and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("hatchling", reason="hatchling, of the extra dev, builds newsarc")
ROOT = Path(__file__).resolve().parents[1]
IGNORED = ("__pycache__", ".*_cache", "*.egg-info", ".git", ".venv", "dist", ".hypothesis", ".nox")


class Built(NamedTuple):
    """What one build made."""

    sdist: Path
    wheel: Path


def make(source: Path, into: Path, *options: str) -> list[Path]:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into), *options]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=source, env=env, check=True, capture_output=True)
    return sorted(into.iterdir())


def build(source: Path, into: Path) -> Built:
    wheel, sdist = make(source, into)
    assert (wheel.suffix, sdist.suffix) == (".whl", ".gz")
    return Built(sdist, wheel)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, with files in it that belong to nobody."""
    copy = tmp_path_factory.mktemp("source") / "newsarc"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*IGNORED))
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    (copy / "newsarc" / "__pycache__").mkdir()
    (copy / "newsarc" / "__pycache__" / "text.cpython-311.pyc").write_bytes(b"")
    return copy


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(source, tmp_path_factory.mktemp("dist"))


def names_of(built: Built) -> tuple[set[str], set[str]]:
    """What is in the sdist, below its folder, and in the wheel."""
    with tarfile.open(built.sdist) as archive:
        in_sdist = {member.name.partition("/")[2] for member in archive.getmembers() if not member.isdir()}
    with zipfile.ZipFile(built.wheel) as wheel:
        return in_sdist, set(wheel.namelist())


def test_the_same_source_makes_the_same_bytes(source: Path, built: Built, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(source, other, symlinks=True, copy_function=shutil.copy)  # with the times of now
    (again,) = make(other, tmp_path / "dist", "-t", "sdist")
    assert again.name == built.sdist.name
    assert again.read_bytes() == built.sdist.read_bytes()


def test_the_sdist_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    again = build(unpacked, tmp_path / "dist")
    assert again.wheel.read_bytes() == built.wheel.read_bytes()
    assert again.sdist.read_bytes() == built.sdist.read_bytes()


def test_the_wheel_holds_the_package_and_the_man_page(built: Built) -> None:
    version = built.wheel.name.split("-")[1]
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "newsarc").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "newsarc/py.typed" in package
    assert "newsarc/output/schemas/list.json" in package
    about = {f"newsarc-{version}.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    licence = {f"newsarc-{version}.dist-info/licenses/LICENSE"}
    man = f"newsarc-{version}.data/data/share/man/man1/newsarc.1"
    assert names_of(built)[1] == package | about | licence | {man}
    with zipfile.ZipFile(built.wheel) as wheel:
        assert wheel.read(man).startswith(b'.TH NEWSARC 1 "2023-11-14" "newsarc ')
        assert message_from_bytes(wheel.read(f"newsarc-{version}.dist-info/METADATA"))["Version"] == version


def test_the_sdist_holds_what_git_does(built: Built) -> None:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode or not done.stdout:
        pytest.skip("no git clone here, or no git")
    in_git = {name for name in done.stdout.decode("utf-8").split("\0") if name and os.path.lexists(ROOT / name)}
    assert names_of(built)[0] == in_git | {"PKG-INFO"}


def test_an_index_would_take_them(built: Built) -> None:
    pytest.importorskip("twine", reason="twine is of the extra dev")
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *map(str, built)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2

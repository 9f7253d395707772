"""The cache folder on a shared machine, and its files."""

from __future__ import annotations

import datetime as dt
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarc.config import DEFAULT_CONFIG
from newsarc.index.index_file import _TABLES, IndexFile
from newsarc.storage.cache import FOLDER_VARIABLE, Cache, open_cache, why_unusable
from newsarc.storage.files import open_own
from tests.cli.driver import on_terminal, run
from tests.naive import Page, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links, owners and modes are other ones there")
LONG_AGO = time.time() - 100 * 24 * 3600


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write(tmp_path / "archive", [Page(dt.date(2017, 6, 16), "a-ferry-sinks", "A ferry sinks")])
    for file in (*root.rglob("*"), root):  # recently changed folders are racy
        os.utime(file, (LONG_AGO, LONG_AGO))
    return root


def cache_of(root: Path) -> Cache:
    cache = open_cache(root, DEFAULT_CONFIG)
    assert cache is not None
    return cache


def ask(root: Path) -> None:
    """Fill the cache, and check the answers."""
    assert "a-ferry-sinks" in run("-A", root, "search", "ferry").out
    assert run("-A", root, "lint").code == 0


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


# --- owner and permissions of the folder ---


@pytest.mark.parametrize("mode", [0o777, 0o707, 0o1777, 0o722])
def test_a_folder_that_others_can_write(root: Path, folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    ask(root)
    assert list(folder.iterdir()) == []
    assert run("-A", root, "cache").rows[1] == ["unusable", f"others can write to {folder}"]
    assert f"the cache is not used: others can write to {folder}" in run("-v", "-A", root, "list").err


def test_a_folder_below_one_that_others_can_write(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "shared/cache"
    place.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv(FOLDER_VARIABLE, str(place))
    place.parent.chmod(0o777)
    ask(root)
    assert list(place.iterdir()) == []
    place.parent.chmod(0o1777)  # nobody can replace the folder
    ask(root)
    assert list(place.iterdir()) != []


def test_a_link_on_the_way(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir(mode=0o700)
    (tmp_path / "home").symlink_to("disk")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "home/below/../cache"))
    (tmp_path / "disk/below").mkdir()
    ask(root)
    assert list((tmp_path / "disk/cache").iterdir()) != []
    (tmp_path / "disk").chmod(0o777)
    assert why_unusable(tmp_path / "home/cache") == f"others can write to {tmp_path}/disk"


def test_a_loop_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert why_unusable(tmp_path / "loop/cache") is not None


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root gives files away")
def test_a_folder_of_another_user(root: Path, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    assert why_unusable(folder) == f"{folder} belongs to another user"
    os.chown(folder, 0, 0)
    assert why_unusable(folder) is None
    (tmp_path / "link").symlink_to("cache")
    os.chown(tmp_path / "link", 12345, 12345, follow_symlinks=False)
    assert why_unusable(tmp_path / "link") == f"{tmp_path}/link belongs to another user"
    (folder / "below").mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    assert why_unusable(folder / "below") == f"{folder} belongs to another user"


def test_created_folders_are_private(root: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert why_unusable(tmp_path / "a/b/c") is None
    finally:
        os.umask(before)
    assert {oct((tmp_path / name).stat().st_mode & 0o777) for name in ("a", "a/b", "a/b/c")} == {"0o700"}


# --- planted files ---


def plant_link(file: Path, victim: Path) -> None:
    file.symlink_to(victim)


def plant_hard_link(file: Path, victim: Path) -> None:
    os.link(victim, file)


def plant_pipe(file: Path, victim: Path) -> None:
    os.mkfifo(file)


def plant_socket(file: Path, victim: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(file.parent)
        try:
            listening.bind("s")
            Path("s").rename(file.name)
        finally:
            os.chdir(here)


def plant_loop(file: Path, victim: Path) -> None:
    file.symlink_to(file.name)


@pytest.mark.parametrize("plant", [plant_link, plant_hard_link, plant_pipe, plant_socket, plant_loop])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_APPEND])
def test_a_link_is_not_opened(tmp_path: Path, flags: int, plant: Callable[[Path, Path], None]) -> None:
    (tmp_path / "victim").touch()
    os.close(open_own(tmp_path / "victim", flags))
    plant(tmp_path / "file", tmp_path / "victim")
    with pytest.raises(OSError, match="file"):
        open_own(tmp_path / "file", flags)


ENDINGS = ["", "-lock", "-stamp", "-stamp-new", "-new", "-new-journal", "-journal", "-wal", "-shm"]


@pytest.mark.parametrize("plant", [plant_link, plant_hard_link, plant_pipe, plant_socket, plant_loop])
@pytest.mark.parametrize("state", ["empty", "filled"])
def test_no_file_is_opened_through_a_link(
    root: Path, folder: Path, tmp_path: Path, state: str, plant: Callable[[Path, Path], None]
) -> None:
    """Nothing in place of a cache file is read, written or waited for."""
    victim = tmp_path / "victim"
    cache = cache_of(root)
    for file in [cache.index.with_name(cache.index.name + ending) for ending in ENDINGS]:
        if state == "filled":
            ask(root)
        victim.unlink(missing_ok=True)
        victim.write_bytes(file.read_bytes() if file.exists() else b"precious")  # valid, if it were the file itself
        before = victim.stat()
        file.unlink(missing_ok=True)
        plant(file, victim)
        ask(root)
        assert (victim.stat().st_mtime_ns, victim.stat().st_size) == (before.st_mtime_ns, before.st_size), file
        assert run("-A", root, "cache", "clear").code == 0
        assert list(folder.iterdir()) == []
        assert victim.stat().st_mtime_ns == before.st_mtime_ns


def test_an_index_behind_a_link_is_not_used(root: Path, folder: Path, tmp_path: Path) -> None:
    """It is a valid index with a matching stamp, but moved elsewhere."""
    ask(root)
    cache = cache_of(root)
    with IndexFile(cache) as kept:
        db = kept.open()
        assert db is not None
        db.close()
        cache.index.rename(tmp_path / "elsewhere")
        cache.index.symlink_to(tmp_path / "elsewhere")
        status = cache.index.stat()
        state = repr((_TABLES, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        sealed = f"{cache.key}\n{state}".encode()
        cache.index.with_name(f"{cache.index.name}-stamp").write_bytes(sealed)
        assert kept.open() is None


# --- leftovers of killed runs ---


def test_leftovers_of_a_killed_run_are_deleted_by_a_later_one(root: Path, folder: Path) -> None:
    cache = cache_of(root)
    left = [cache.index.with_name(cache.index.name + ending) for ending in ("-new", "-new-journal", "-journal")]
    temporary, fresh = folder / ".newsarc-abc12345.tmp", folder / ".newsarc-xyz12345.tmp"
    for file in (*left, temporary, fresh):
        file.write_bytes(b"half")
    os.utime(temporary, (LONG_AGO, LONG_AGO))
    ask(root)
    assert [file for file in (*left, temporary) if file.exists()] == []
    assert fresh.exists()  # it may belong to a running process
    assert run("-A", root, "cache", "clear").code == 0
    assert list(folder.iterdir()) == []


def test_other_files_stay(root: Path, folder: Path) -> None:
    ask(root)
    others = {"book.index": b"1", "notes.lint": b"2", "archive-12.index": b"3", ".newsarc": b"4", "x.tmp": b"5"}
    for name, data in others.items():
        (folder / name).write_bytes(data)
    (folder / f"{cache_of(root).index.name}-folder").mkdir()
    assert run("-A", root, "cache", "clear", "--all").code == 0
    (folder / f"{cache_of(root).index.name}-folder").rmdir()
    assert contents(folder) == others


def test_clear_deletes_the_cache_of_one_archive(root: Path, folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", [Page(dt.date(2017, 6, 16), "a-ferry-sinks", "A ferry sinks")])
    ask(root)
    ask(other)
    run("-A", root, "cache", "clear")
    assert {name.partition("-")[0] for name in contents(folder)} == {"other"}
    assert run("-A", root, "cache", "clear", "--all").code == 0
    assert list(folder.iterdir()) == []


def test_a_lock_that_is_held_is_not_deleted(root: Path, folder: Path) -> None:
    """Otherwise the next run would create a new lock, and two would write the index."""
    ask(root)
    with IndexFile(cache_of(root)) as first:
        assert first.lock(to_write=True)
        run("-A", root, "cache", "clear")
        assert [file.suffix for file in folder.iterdir()] == [".index-lock"]
        with IndexFile(cache_of(root)) as second:
            assert not second.lock(to_write=True, patience=0)
    run("-A", root, "cache", "clear")
    assert list(folder.iterdir()) == []


def test_a_lock_that_was_deleted_locks_nobody(root: Path, folder: Path) -> None:
    with IndexFile(cache_of(root)) as first:
        run("-A", root, "cache", "clear")  # between opening the file and locking it
        assert first.lock(to_write=True)
        with IndexFile(cache_of(root)) as second:
            assert not second.lock(to_write=True, patience=0)


# --- newsarc cache ---


def test_info_counts_every_byte(root: Path, folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", [Page(dt.date(2017, 6, 17), "the-search-ends", "The search ends")])
    ask(root)
    only = sum(map(len, contents(folder).values()))
    run("-A", other, "search", "ends")
    told = run("-A", root, "cache", "--json").json
    assert {Path(file["path"]).name for file in told["files"]} == {
        name for name in contents(folder) if name.startswith("archive-")
    }
    index = told["index"]
    assert (index["pages"], index["checked"], index["full_text"]) == (3, True, True)
    assert told["bytes"] == sum(file["bytes"] for file in told["files"]) == only
    assert told["bytes_of_all_archives"] == sum(map(len, contents(folder).values()))
    assert told["reason"] is None
    assert [row[0] for row in run("-A", root, "cache").rows] == ["folder", "index", "total"]


def test_info_fits_a_terminal(root: Path, folder: Path) -> None:
    assert "nothing cached yet" in on_terminal("-A", root, "--color", "never", "cache")[1]
    ask(root)
    code, shown = on_terminal("-A", root, "--color", "never", "cache")
    lines = shown.rstrip("\n").split("\n")
    assert (code, max(map(len, lines)) <= 80) == (0, True)
    told = run("-A", root, "cache", "--json").json
    names = {line.split("  ")[0].strip(): line.split("  ", 1)[1].strip() for line in lines if not line.startswith(" ")}
    assert list(names) == ["folder", "index", "size", "content", "written", "state", "all archives"]
    assert names["size"] == f"{told['bytes'] / 1e3:.1f} kB"
    assert names["content"] == "3 pages, 1 finding, with full text"
    assert names["written"].startswith(told["index"]["written"].removesuffix("+00:00").replace("T", " ") + " UTC by ")
    # A folder that was written within the granularity of its time stamps is read once more.
    assert names["state"] in ("up to date", "1 day folder changed since")

"""Only regular files are read, and nothing blocks."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from newsarc.storage.files import NotAFileError, read_file, read_last_line

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")


def test_a_regular_file_and_a_link_to_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"0123456789" * 300_000)
    (tmp_path / "link").symlink_to("file")
    assert read_file(file, 1 << 30) == file.read_bytes()
    assert read_file(tmp_path / "link", 12) == b"012345678901"
    assert read_file(file, 0) == b""


@pytest.mark.parametrize(
    ("data", "last"),
    [
        (b"", b""),
        (b"one", b"one"),
        (b"one\n", b""),
        (b"one\ntwo", b"two"),
        (b"one\n" + b"2" * (1 << 21), b"2" * (1 << 21)),
        (b"\n" * (1 << 20) + b"two", b"two"),
    ],
)
def test_the_last_line(tmp_path: Path, data: bytes, last: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    assert read_last_line(tmp_path / "file") == last


def test_anything_but_a_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        # bind refuses long paths.
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
        for name, kind in {"pipe": "pipe", "folder": "folder", "link": "pipe", "socket": "socket"}.items():
            with pytest.raises(NotAFileError, match=f"a .*{kind}, not a regular file"):
                read_file(tmp_path / name, 1)
    with pytest.raises(NotAFileError, match="a device"):
        read_file("/dev/zero", 1)


def test_a_pipe_that_replaces_a_file_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    status = (tmp_path / "file").stat()
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda path: status)
        with pytest.raises(NotAFileError):
            read_file(tmp_path / "pipe", 1)

"""What the README and the guides show is what the commands print, on a terminal of 80 columns.

``UPDATE_README=1 python -m pytest tests/test_readme.py`` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "docs" / "search.md", ROOT / "docs" / "tutorial.md"]
BLOCK = re.compile(r"^```console\n\$ (?P<command>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
SECONDS = re.compile(r"\(\d+\.\d s\)")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def run_on_terminal(command: str, folder: Path, shims: Path) -> str:
    """Return what ``command`` prints in a shell on a terminal of 80 columns without colour."""
    import fcntl
    import pty
    import struct
    import termios

    (shims / "newsarc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m newsarc "$@"\n')
    (shims / "newsarc").chmod(0o755)
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {
        **os.environ,
        "PATH": f"{shims}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "PAGER": "cat",
        "TERM": "xterm",
    }
    for variable in ("COLUMNS", "LINES", "NEWSARC_ARCHIVE"):
        environment.pop(variable, None)
    process = subprocess.Popen(
        ["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    printed = b""
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:
            break  # the other end is closed
        if not piece:
            break
        printed += piece
    process.wait()
    os.close(reader)
    text = "".join(line.rstrip() + "\n" for line in printed.decode().replace("\r\n", "\n").splitlines())
    return SECONDS.sub("(0.1 s)", text)


def blocks() -> list[tuple[Path, str]]:
    return [(page, match["command"]) for page in PAGES for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "command"), blocks(), ids=lambda value: getattr(value, "name", value))
def test_shown_output_is_real(page: Path, command: str, tmp_path: Path) -> None:
    real = run_on_terminal(command, ROOT / "examples" / "archive", tmp_path)
    text = page.read_text(encoding="utf-8")
    (shown,) = (match for match in BLOCK.finditer(text) if match["command"] == command)
    if os.environ.get("UPDATE_README"):
        page.write_text(text[: shown.start("output")] + real + text[shown.end("output") :], encoding="utf-8")
    else:
        assert shown["output"] == real


def test_there_is_something_to_compare() -> None:
    assert {page for page, _ in blocks()} == set(PAGES)


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    match = re.search(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert match is not None
    monkeypatch.chdir(ROOT)
    exec(compile(match[1], "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "The defence ministry in Moscow announces" in printed
    assert "2019-10-27" in printed
    assert "no such event: /news/2017/07/11/" in printed

"""What the README and the guides show is what the commands print, on a terminal of 80 columns.

That is so for each page of docs/ with a block of the language ``console``: a ``$``, a command, more lines of it after
``> ``, and its output. The commands run in examples/archive, those of docs/sites/NAME.md in examples/sites/NAME, and
those of SCENES in a copy of a folder, one after the other.

``UPDATE_README=1 python -m pytest tests/test_readme.py`` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsarc.cli.app import COMMANDS, SUBCOMMANDS, load
from tests.cli.driver import CAN_FORK, read_terminal, start
from tests.cli.forks import Fork

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ARCHIVE = ROOT / "examples" / "archive"
FENCE = "\n```console\n"
ALL_PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
ELSEWHERE = {"json.md", "export.md"}  # test_schema_docs.py and export/test_docs.py run what they show
PAGES = [page for page in ALL_PAGES if page.name not in ELSEWHERE and FENCE in page.read_text(encoding="utf-8")]
# Pages whose commands change something, and what the folder has at the beginning.
SCENES = {
    ROOT / "docs" / "rename.md": "a repository",
    ROOT / "docs" / "languages.md": "nothing",
    ROOT / "docs" / "sources.md": "sources",
}
BLOCK = re.compile(r"^```console\n\$ (?P<command>.*(?:\n> .*|\n>$)*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
# Up to what the shell does with it; not within quotation marks.
CALL = re.compile(r"(?m:^|[|&;] |\$\()(newsarc (?:'[^'\n]*'|\"[^\"\n]*\"|[^|&;>)'\"\n])*)")
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A progress bar that was shown for a while, on a machine that had much else to do.
BAR = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h\s*\x1b\[1A\x1b\[2K", re.DOTALL)
SECONDS = re.compile(r"\(\d+\.\d s\)")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def run_on_terminal(command: str, folder: Path, shims: Path) -> str:
    """Return what ``command`` prints in a shell on a terminal of 80 columns without colour.

    Where it needs no shell, it runs without one, and without a new Python.
    """
    import fcntl
    import pty
    import struct
    import termios

    (shims / "newsarc").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m newsarc "$@"\n')
    (shims / "newsarc").chmod(0o755)
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {
        **os.environ,
        "PATH": f"{shims}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "PAGER": "cat",
        "TERM": "xterm",
    }
    for variable in ("COLUMNS", "LINES", "NEWSARC_ARCHIVE"):
        environment.pop(variable, None)
    line = command.replace("\n> ", "\n").replace("\n>", "\n")
    process: Fork | subprocess.Popen[bytes]
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        if CAN_FORK and (words := words_of(line)):
            process = start(words, nothing, terminal, terminal, environment, folder)
        else:
            process = subprocess.Popen(
                ["sh", "-c", line], cwd=folder, env=environment, stdin=nothing, stdout=terminal, stderr=terminal
            )
        os.close(terminal)
        printed = read_terminal(reader)
        process.wait()
    lasting = BAR.sub("", printed.decode().replace("\r\n", "\n"))
    text = "".join(line.rstrip() + "\n" for line in lasting.splitlines())
    return SECONDS.sub("(0.1 s)", text)


def words_of(line: str) -> list[str] | None:
    """Return the arguments of newsarc where that is all that there is to a line of the shell."""
    if re.search(r"[$`*?~\\\n]", line):
        return None
    words = list(shlex.shlex(line, posix=True, punctuation_chars=True))
    is_call = words[0] == "newsarc" and not any(set(word) <= set("();<>|&") for word in words)
    return shlex.split(line)[1:] if is_call else None


def blocks() -> list[tuple[Path, str]]:
    alone = [page for page in PAGES if page not in SCENES]
    return [(page, match["command"]) for page in alone for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "command"), blocks(), ids=lambda value: getattr(value, "name", value))
def test_shown_output_is_real(page: Path, command: str, tmp_path: Path) -> None:
    folder = ROOT / "examples" / "sites" / page.stem if page.parent.name == "sites" else ARCHIVE
    real = run_on_terminal(command, folder, tmp_path)
    text = page.read_text(encoding="utf-8")
    (shown,) = (match for match in BLOCK.finditer(text) if match["command"] == command)
    if os.environ.get("UPDATE_README"):
        page.write_text(text[: shown.start("output")] + real + text[shown.end("output") :], encoding="utf-8")
    else:
        assert shown["output"] == real


@pytest.mark.parametrize("page", SCENES, ids=lambda page: page.name)
def test_a_scene_is_real(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    if SCENES[page] == "nothing":
        folder.mkdir()
    elif SCENES[page] == "sources":
        shutil.copytree(ROOT / "examples" / "sources", folder)
    else:
        shutil.copytree(ARCHIVE, folder)
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@news.example"]
        for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "All"]):
            subprocess.run([*git, *words], cwd=folder, check=True)
    text = page.read_text(encoding="utf-8")
    played = BLOCK.sub(
        lambda block: f"```console\n$ {block['command']}\n{run_on_terminal(block['command'], folder, tmp_path)}```",
        text,
    )
    if os.environ.get("UPDATE_README"):
        page.write_text(played, encoding="utf-8")
    else:
        assert text == played


def test_every_console_block_is_compared() -> None:
    assert len(PAGES) >= 5
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert len(BLOCK.findall(text)) == text.count(FENCE), f"{page.name} has a console block of another form"


def shell_lines() -> list[tuple[str, str]]:
    """The lines in blocks of the language ``sh`` that call newsarc."""
    found = []
    for page in ALL_PAGES:
        for block in SHELL.findall(page.read_text(encoding="utf-8")):
            calls = CALL.findall(block.replace("\\\n", ""))
            found += [(page.name, call.strip()) for call in calls]
    return found


@pytest.mark.parametrize(("page", "line"), dict.fromkeys(shell_lines()))
def test_lines_without_output_are_understood(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    name = next((word for word in words if word in COMMANDS), None)
    if name is not None and (both := " ".join(words[words.index(name) :][:2])) in SUBCOMMANDS:
        with load(both).make_context(both, words[words.index(name) + 2 :]) as context:
            assert context.params, f"{page}: {line}"
        return
    if name is None:
        assert words in (["--install-completion"], ["COMMAND", "--help"]), f"{page}: {line}"
        return
    command = load(name)
    with command.make_context(name, words[words.index(name) + 1 :]) as context:
        assert context.params, f"{page}: {line}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in (*ALL_PAGES, ROOT / "CONTRIBUTING.md"):
        text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"`\[[^`\n]*`", "", text)
        for target, heading in re.findall(r"\]\((?!https?:|/)([^)#\s]*)(?:#([^)\s]+))?\)", text):
            other = (page.parent / target).resolve() if target else page
            assert other.exists(), f"{page.name}: {target}"
            if heading and other.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE)
                anchors = {re.sub(r"[^\w\- ]", "", one).replace(" ", "-").lower() for one in headings}
                assert heading.lower() in anchors, f"{page.name}: {target}#{heading}"


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    sites = (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")
    for page in ALL_PAGES[1:]:
        name = page.relative_to(ROOT / "docs").as_posix()
        assert name == "README.md" or f"({name})" in index, name
        assert page.parent.name != "sites" or f"({name})" in sites, name


def test_each_site_of_the_examples_has_a_page() -> None:
    pages = {page.stem for page in (ROOT / "docs" / "sites").glob("*.md")}
    assert pages == {folder.name for folder in (ROOT / "examples" / "sites").iterdir()}


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    match = re.search(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert match is not None
    monkeypatch.chdir(ROOT)
    exec(compile(match[1], "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "The defence ministry in Moscow announces" in printed
    assert "2019-10-27" in printed
    assert "link to a page that does not exist: /news/2017/07/11/" in printed

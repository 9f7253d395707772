"""What only a process of its own shows: exit codes, streams, pipes, environment, terminals."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

import newsarc
from tests.cli.driver import CAN_FORK, CASES, EXAMPLE, clean_environment, fork, on_terminal, run, spawn, start
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
COMMANDS = ["list", "show", "search", "related", "timeline", "stats", "lint"]
NEWSARC = [sys.executable, "-m", "newsarc"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More output than any pipe holds."""
    day = dt.date(2020, 1, 1)
    pages = [
        Page(day + dt.timedelta(number // 10), f"event-{number:04}", f"Event {number} " + "x" * 300)
        for number in range(400)
    ]
    return write(tmp_path_factory.mktemp("large"), pages)


def first_line(*arguments: str | Path) -> tuple[int, bytes, bytes]:
    """Read one line of the output and close the pipe: exit code, the line, standard error."""
    reader, writer = os.pipe()
    with open(os.devnull, "rb") as nothing, tempfile.TemporaryFile() as err:  # noqa: PTH123
        process = start(arguments, nothing, writer, err)
        os.close(writer)
        with open(reader, "rb") as out:  # noqa: PTH123
            line = out.readline()
        code = process.wait()
        err.seek(0)
        return code, line, err.read()


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "--format", "table"],
        ["list", "--format", "table", "--color", "always"],
        ["list", "--json"],
        ["list", "--format", "jsonl"],
        ["show", "2020", "--raw"],
        ["show", "2020", "--format", "table"],
        ["search", "event*", "--limit", "0"],
    ],
    ids=" ".join,
)
def test_a_closed_pipe_is_silent(large: Path, arguments: list[str]) -> None:
    code, line, error = first_line("-A", large, *arguments)
    assert (code, error) == (0, b"")
    assert line.endswith(b"\n")


@pytest.mark.parametrize("arguments", [["list"], ["list", "--help"]], ids=" ".join)
def test_a_pipe_that_is_closed_before_the_first_line(large: Path, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(os.devnull, "rb") as nothing, tempfile.TemporaryFile() as err:  # noqa: PTH123
        code = start(["-A", large, *arguments], nothing, writer, err).wait()
        os.close(writer)
        err.seek(0)
        assert (code, err.read()) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["list"], 0),
        (["related", "captain-held"], 0),
        (["lint", "--select", "NA101", "news/2020/03/9"], 0),
        (["lint"], 1),
        (["lint", "--exit-zero"], 0),
        (["show", "2020-03-05"], 1),
        (["show", "2020-02-30"], 2),
        (["frobnicate"], 2),
        (["list", "--sideways"], 2),
        (["show", "ferry"], 3),
    ],
)
def test_exit_codes_and_streams(arguments: list[str], code: int) -> None:
    result = fork("-A", HARBOUR, *arguments)
    assert result.code == code
    has_output = code == 0 or arguments[0] == "lint"
    assert bool(result.out) == (has_output and "news/2020/03/9" not in arguments)
    if code:
        assert result.err
    assert "\x1b" not in result.out + result.err
    assert "Traceback" not in result.err


def test_version() -> None:
    result = spawn("--version")
    assert (result.code, result.out, result.err) == (0, f"newsarc {newsarc.__version__}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str) -> None:
    for option in ("--help", "-h"):
        result = run(*command.split(), option)
        assert (result.code, result.err) == (0, "")
        assert "Usage" in result.out
        assert all(name in result.out for name in (COMMANDS if not command else ["--archive"]))


def test_the_installed_command_is_the_module() -> None:
    script = shutil.which("newsarc", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("newsarc is not installed as a command here")
    arguments = ["-A", str(HARBOUR), "list"]
    done = subprocess.run([script, *arguments], capture_output=True, env=clean_environment(), check=True)
    assert done.stdout.decode() == spawn(*arguments).out


# --- which archive ---


def test_the_archive_option_before_and_after_the_command() -> None:
    expected = run("-A", HARBOUR, "list").out
    assert run("list", "-A", HARBOUR).out == expected
    assert run("--archive", HARBOUR, "list").out == expected
    assert run("list", "--archive", HARBOUR).out == expected
    assert run("-A", EXAMPLE, "list", "-A", HARBOUR).out == expected
    assert run("list", env={"NEWSARC_ARCHIVE": str(HARBOUR)}).out == expected
    assert run("-A", HARBOUR, "list", env={"NEWSARC_ARCHIVE": str(EXAMPLE)}).out == expected


@pytest.mark.parametrize("folder", ["", "news", "news/2020", "news/2020/03/3"])
def test_the_archive_is_found_from_inside_it(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run("-A", HARBOUR, "list").out
    result = fork("list", cwd=HARBOUR / folder)
    assert (result.code, result.out) == (0, expected)
    monkeypatch.chdir(HARBOUR / folder)
    for path in fork("list", "--format", "paths", cwd=HARBOUR / folder).lines:
        assert Path(path).is_file()


def test_the_root_of_a_configuration_above(tmp_path: Path) -> None:
    shutil.copytree(HARBOUR, tmp_path / "site" / "content")
    (tmp_path / "site" / "pyproject.toml").write_text('[tool.newsarc]\nroot = "content"\n', encoding="utf-8")
    (tmp_path / "site" / "docs").mkdir()
    expected = run("-A", HARBOUR, "list").out
    assert fork("list", cwd=tmp_path / "site").out == expected
    assert fork("list", cwd=tmp_path / "site" / "docs").out == expected
    assert run("-A", tmp_path / "site", "list").out == expected


def test_a_pyproject_of_something_else_is_no_configuration(tmp_path: Path) -> None:
    root = shutil.copytree(HARBOUR, tmp_path / "a")
    (root / "news" / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert fork("list", cwd=root / "news").out == run("-A", HARBOUR, "list").out


@pytest.mark.parametrize("place", ["missing", "file", "empty"])
@pytest.mark.parametrize("command", [["list"], ["show", "latest"], ["search", "a"], ["related", "a"], ["lint"]])
def test_no_archive_is_one_line(tmp_path: Path, place: str, command: list[str]) -> None:
    (tmp_path / "file").write_text("no folder\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for result in (
        run("-A", tmp_path / place, *command),
        run(*command, env={"NEWSARC_ARCHIVE": str(tmp_path / place)}),
    ):
        assert (result.code, result.out) == (2, "")
        assert len(result.err.splitlines()) == 1
        assert str(tmp_path / place) in result.err


def test_nowhere_in_an_archive(tmp_path: Path) -> None:
    result = fork("list", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert "--archive" in line
    assert "NEWSARC_ARCHIVE" in line


# --- quiet, verbose, colour ---


def test_quiet_and_verbose() -> None:
    for before, after in (([], ["-q"]), (["-q"], []), (["--quiet"], [])):
        assert run("-A", HARBOUR, *before, "list", *after).err == ""
    wrong = run("-A", HARBOUR, "-q", "show", "captain-hold")
    assert "captain-hold" in wrong.err
    for before, after in (([], ["-v"]), (["-v"], []), (["--verbose"], [])):
        result = run("-A", HARBOUR, *before, "list", *after)
        assert str(HARBOUR) in result.err
        assert "default configuration" in result.err
        assert result.out == run("-A", HARBOUR, "list").out


def test_verbose_names_the_configuration(tmp_path: Path) -> None:
    root = shutil.copytree(HARBOUR, tmp_path / "a")
    (root / "newsarc.toml").write_text("", encoding="utf-8")
    assert "newsarc.toml" in run("-A", root, "-v", "list").err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["show", "2020-03-01"],
        ["show", "captain-held"],
        ["search", "captain"],
        ["related", "captain-held", "--both"],
        ["lint"],
    ],
    ids=" ".join,
)
def test_colour(arguments: list[str]) -> None:
    at = ("-A", HARBOUR, "-q")
    assert "\x1b[" in run(*at, *arguments, "--color", "always").out
    assert "\x1b[" in run(*at, "--color", "always", *arguments).out
    for plain in (
        run(*at, *arguments),
        run(*at, *arguments, "--color", "never"),
        run(*at, *arguments, "--color", "auto"),
        run(*at, "--color", "always", *arguments, "--color", "never"),
        run(*at, *arguments, env={"NO_COLOR": "1"}),
        run(*at, *arguments, env={"FORCE_COLOR": "1"}),
    ):
        assert "\x1b" not in plain.out
    colored = run(*at, *arguments, "--color", "always").out
    uncolored = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", colored)
    output = ["--output-format", "full"] if arguments == ["lint"] else ["--format", "table"]
    assert uncolored == run(*at, *arguments, *output).out


def test_color_takes_three_words() -> None:
    assert run("-A", HARBOUR, "list", "--color", "sometimes").code == 2


def test_a_terminal_gets_a_table_in_colour() -> None:
    code, shown = on_terminal("-A", HARBOUR, "show", "2020-03-01")
    assert code == 0
    assert "Sunday 1 March 2020" in shown
    assert "\x1b[" in shown
    expected = run("-A", HARBOUR, "show", "2020-03-01", "--format", "table").out
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        code, shown = on_terminal("-A", HARBOUR, "show", "2020-03-01", env=environment)
        assert (code, shown) == (0, expected)
    assert on_terminal("-A", HARBOUR, "show", "2020-03-01", "--color", "never")[1] == expected


def test_a_terminal_gets_full_findings() -> None:
    code, shown = on_terminal("-A", HARBOUR, "lint", "--select", "NA101", env={"NO_COLOR": "1"})
    assert code == 1
    assert "NA101 broken-related-link" in shown
    assert "^^^" in shown


@pytest.mark.skipif(not CAN_FORK, reason="no signals here")
def test_an_interrupt_is_130(large: Path) -> None:
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(reader, "rb") as given:  # noqa: PTH123
        process = start(["-A", large, "show", "-"], given, out, err)
        os.write(writer, b"2" * 1_000_000)  # more than any pipe holds: it is all written when some of it was read
        os.kill(process.pid, signal.SIGINT)
        code = process.wait()
        os.close(writer)
        err.seek(0)
        assert (code, err.read()) == (130, b"")


def test_programs_get_utf8_and_people_their_encoding() -> None:
    arguments = ("-A", HARBOUR, "show", "2020-04-12")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    assert "新" in spawn(*arguments, env=ascii_only).out
    assert "\\u65b0" in spawn(*arguments, "--format", "table", env=ascii_only).out
    code, shown = on_terminal(*arguments, env=ascii_only, encoding="ascii")
    assert code == 0
    assert shown.isascii()
    assert "\\u65b0" in shown


@pytest.mark.skipif(os.name == "nt", reason="arguments are text there")
@pytest.mark.parametrize(
    "arguments",
    [
        [b"show", b"\xff"],
        [b"search", b"a\xffb"],
        [b"list", b"--topic", b"\xff"],
        [b"list", b"--source", b"\xff"],
        [b"search", b"captain", b"--context", b"\xff"],
        [b"related", b"\xff"],
        [b"related", b"captain-held", b"--context", b"\xff"],
        [b"lint", b"\xff"],
    ],
)
def test_arguments_that_are_no_text(arguments: list[bytes]) -> None:
    result = fork("-q", "-A", HARBOUR, *arguments)
    assert result.code in {1, 2}
    assert "internal error" not in result.err


def test_two_at_once(large: Path) -> None:
    commands = (["search", "event"], ["search", "event"], ["lint"], ["lint"], ["list"], ["list"])
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in commands]
        nothing = stack.enter_context(open(os.devnull, "rb"))  # noqa: PTH123
        pairs = zip(commands, files, strict=True)
        together = [start(["-A", large, *arguments], nothing, file, nothing) for arguments, file in pairs]
        codes = [process.wait() for process in together]
        for file in files:
            file.seek(0)
        outputs = [file.read() for file in files]
    assert codes == [0, 0, codes[2], codes[2], 0, 0]
    assert outputs[0::2] == outputs[1::2]

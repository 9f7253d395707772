"""The user's editor and browser, started without a shell."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import sys
from pathlib import Path, PureWindowsPath

from newsarc.errors import UsageError
from newsarc.output.terminal.console import is_terminal
from newsarc.storage.signals import run_program

_PLUS = "+{line} {file}"
_COLON = "{file}:{line}"
_GOTO = "--goto {file}:{line}"
_LINE = "--line {line} {file}"
# Program → its arguments to open a file at a line. Other programs get the file alone.
_ARGUMENTS = {
    **dict.fromkeys(
        (
            "vi", "vim", "nvim", "view", "gvim", "mvim", "vimr", "ex", "nano", "pico", "emacs", "emacsclient", "mg",
            "joe", "jed", "jove", "ne", "micro", "kak", "ee", "mcedit", "gedit", "gnome-text-editor", "bbedit",
        ),
        _PLUS,
    ),
    **dict.fromkeys(("hx", "helix", "subl", "sublime_text", "zed", "zeditor", "lapce"), _COLON),
    **dict.fromkeys(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"), _GOTO),
    **dict.fromkeys(("kate", "kwrite", "mate", "idea", "pycharm", "webstorm", "goland", "xed"), _LINE),
    "notepad++": "-n{line} {file}",
}  # fmt: skip
_WINDOWS_ENDINGS = {".exe", ".cmd", ".bat", ".com"}
# A web address, without characters that a URL may not contain.
_ADDRESS = re.compile(r"https?://[^\s/?#\\\"<>\x00-\x20\x7f][^\s\\\"<>\x00-\x20\x7f]*\Z", re.IGNORECASE)
EDITOR_VARIABLES = ("VISUAL", "EDITOR")


def editor_command() -> list[str]:
    """Return the words of ``$VISUAL``, or else of ``$EDITOR``. Raises UsageError without a usable one."""
    for variable in EDITOR_VARIABLES:
        if written := os.environ.get(variable, "").strip():
            try:
                return shlex.split(written)
            except ValueError as error:
                raise UsageError(f"${variable} cannot be parsed: {error}") from None
    raise UsageError("no editor: set $VISUAL or $EDITOR")


def run_editor(editor: list[str], file: Path, line: int | None = None) -> str | None:
    """Open ``file`` in the editor, at ``line`` if the editor is known to accept one, and wait for it.

    Return None, or what went wrong.
    """
    if not is_terminal(sys.stdin):
        _read_from_terminal()
    try:
        code = run_program([*editor, *_arguments(editor[0], os.path.abspath(file), line)])  # noqa: PTH100
    except OSError as error:
        return f"{editor[0]} could not be started: {error.strerror}"
    return f"{editor[0]} exited with {code}" if code else None


def open_in_browser(address: str) -> bool:
    """Open a URL in the browser. Return whether there is a browser."""
    import webbrowser

    return webbrowser.open(address)


def is_safe_address(address: str) -> bool:
    """Whether ``address`` is an absolute http(s) URL that a browser takes for nothing else."""
    return _ADDRESS.match(address) is not None


def _arguments(program: str, file: str, line: int | None) -> list[str]:
    name = PureWindowsPath(program).name.casefold()  # splits at both kinds of slashes
    stem, dot, ending = name.rpartition(".")
    if dot and f".{ending}" in _WINDOWS_ENDINGS:
        name = stem
    pattern = _ARGUMENTS.get(name) if line is not None else None
    return [word.format(file=file, line=line) for word in pattern.split()] if pattern else [file]


def _read_from_terminal() -> None:
    """Connect standard input to the terminal, for an editor: it may be the pipe that the REF came from."""
    with contextlib.suppress(OSError):
        terminal = os.open("CONIN$" if sys.platform == "win32" else "/dev/tty", os.O_RDWR)
        os.dup2(terminal, 0)
        os.close(terminal)
